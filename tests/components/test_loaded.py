# SPDX-License-Identifier: BSD-2-Clause
"""The example components run by the monitor, from the boot image, on the simulator and on real
kernels: what they print, that two are connected by an endpoint's name, that crashes, devices,
interrupts and arguments are what the YAML files say, and that everything comes back."""

import json
import pathlib
import re
import subprocess

import build

HERE = pathlib.Path(__file__).resolve().parent
TIMEOUT_S = 120


def result_of(machine, names, commands):
    """The client's result; `names` are in the monitor's image."""
    arch, prefix = machine
    files = [build.component_file(name, arch, prefix) for name in names]
    argv = [str(build.host() / "sel4mon")]
    for command in commands:
        argv += ["-c", command]
    elf = build.image(arch, prefix)
    if prefix is None:
        argv += ["--sim", str(build.sim_file(elf, files))]
    else:
        argv += ["--qemu", "--", *build.boot_command(prefix, elf, files)]
    result = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                            timeout=TIMEOUT_S)
    assert result.returncode == 0, result.stdout + result.stderr
    return result


def run(machine, names, commands):
    """The monitor's output, as lines."""
    return result_of(machine, names, commands).stdout.splitlines()


def said(lines, name):
    """What a component wrote, and what the monitor said of it."""
    return [line.partition("] ")[2] for line in lines if line.startswith(f"[{name}] ")]


def expected(name):
    return (HERE / "expected" / f"{name}.txt").read_text().splitlines()[:-1]


ENDED = "ended with status 0"
NO_LEAK = ["leaks", "assert $leaked == 0 and $slots == 0 and $pieces == 0 and $objects == 0"]


def each(*names):
    """Start, wait for, and take away."""
    return [command for name in names for command in (f"start {name}", f"wait {name}")] + \
        [f"kill {name}" for name in names]


def test_examples(machine):
    names = ["hello", "counter", "float", "crashers"]
    lines = run(machine, names, each(*names) + NO_LEAK)
    hello = said(lines, "hello")
    assert hello[0] == "hello from hello" and hello[-1] == ENDED
    assert {"capability cnode", "capability vspace", "capability tcb"} <= set(hello)
    for name in ("counter", "float"):
        assert said(lines, name) == expected(name) + [ENDED]
    assert said(lines, "crashers")[-2:] == ["13 kinds, 0 wrong", ENDED]


def test_two_components_and_nothing_in_between(machine):
    lines = run(machine, ["pong", "ping"],
                ["start pong", "start ping", "wait ping", "wait pong", "kill ping", "kill pong"] +
                NO_LEAK)
    assert said(lines, "ping") == ["ping: 1000 rounds, 0 wrong", ENDED]
    assert said(lines, "pong") == ["pong: stopped by badge 42", ENDED]


def test_arguments(machine):
    lines = run(machine, ["hello"], ["start hello 3 more", "wait hello", "kill hello"] + NO_LEAK)
    assert {"argument 1: 3", "argument 2: more", "ended with status 3"} <= set(said(lines, "hello"))


def test_faults_go_to_the_handler_that_is_named(machine):
    lines = run(machine, ["nurse", "patient"],
                ["start nurse", "start patient", "wait nurse", "kill patient", "kill nurse"] +
                NO_LEAK)
    assert said(lines, "nurse") == ["nurse: badge 9 cannot access 0x0", ENDED]
    assert said(lines, "patient") == []


def test_what_the_description_gives(machine, tmp_path):
    """Heap, own memory, priority, slots and arguments."""
    hello = build.component_file("hello", *machine).with_name("hello.elf")
    yaml = tmp_path / "greeter.yaml"
    yaml.write_text(f"elf: {hello}\nheap: 1 MiB\nmemory: 100 KiB\npriority: 250\nslots: 100\n"
                    "arguments: [7, two words]\nstack: 64 KiB\n"
                    "notifications: [{name: bell, rights: signal}]\n")
    lines = run(machine, [yaml], ["start greeter", "wait greeter", "components", "kill greeter"] +
                NO_LEAK)
    assert {"hello from greeter", "argument 1: 7", "argument 2: two words", "capability heap",
            "capability untyped", "capability bell", "ended with status 7"} <= \
        set(said(lines, "greeter"))
    row = next(line for line in lines if line.startswith("greeter") and " ended " in line)
    assert row.split()[5] == "250"


PARTS = 0x10000000  # start block, IPC buffer, stack and heap lie above


def test_guard_pages(machine, tmp_path):
    """Whatever leaves one of a component's parts meets no other: a page at each end is not there."""
    hello = build.component_file("hello", *machine).with_name("hello.elf")
    yaml = tmp_path / "guarded.yaml"
    yaml.write_text(f"elf: {hello}\nheap: 64 KiB\nstack: 8 KiB\n")
    lines = run(machine, [yaml], ["load guarded", "json components guarded"])
    regions = [(int(r["address"], 16), r["size"]) for r in records(lines, "region")]
    parts = sorted(r for r in regions if r[0] >= PARTS)
    assert sorted(size for _, size in parts)[-2:] == [8 << 10, 64 << 10] and len(parts) == 4
    edges = [at for start, size in parts for at in (start - 1, start + size)]
    lines = run(machine, [yaml], ["load guarded", *(f"try examine guarded {at} size=1" for at in edges)])
    assert [line for line in lines if "no memory" in line] == \
        [f"error: there is no memory at {at:#x}" for at in edges]
    assert all(b - (a + size) >= 4096 for (a, size), (b, _) in zip(parts, parts[1:]))


NOTHING = "where nothing is mapped, by the instruction at 0x"
# What the monitor says of each kind of crash, where architectures agree.
KINDS = {"null-read": "tried to read 0x0, " + NOTHING,
         "null-write": "tried to write 0x0, " + NOTHING,
         "far-jump": "tried to execute code at 0x3f00000000, " + NOTHING,
         "code-write": "where it may read and execute, not write, by",
         "stack-overflow": "just below its stack: the stack has overflowed, by",
         "no-capability": "made a system call to receive through capability 0x3f00000000, which",
         "syscall": "made a system call that the kernel does not know, by",
         "undefined": "ran into an illegal instruction (exception",
         "privileged": "ran into"}


def test_crashes_of_each_kind(machine):
    commands = [command for kind in KINDS for command in
                (f"start crasher {kind}", "wait crasher", "kill crasher")]
    lines = said(run(machine, ["crasher"], commands + NO_LEAK), "crasher")
    assert len(lines) == len(KINDS)
    for line, (kind, words) in zip(lines, KINDS.items()):
        assert line.startswith("thread 1 (crasher) ") and words in line, (kind, line)
        assert re.search(r"by the instruction at 0x[0-9a-f]+$", line), line


def test_data_cannot_be_run(machine):
    """But on x86, where the kernel maps everything executable."""
    if machine[0] == "x86_64":
        return
    lines = run(machine, ["crasher"], ["start crasher data-jump", "wait crasher"])
    assert "where it may read and write, not execute" in said(lines, "crasher")[0]


def test_a_driver_gets_its_device_and_interrupt(machine):
    """Twice: what is given goes back."""
    commands = ["start alarm", "wait alarm", "kill alarm"]
    lines = said(run(machine, ["alarm"], 2 * commands + NO_LEAK), "alarm")
    assert lines == 2 * [*(f"alarm {i}: badge 5" for i in (1, 2, 3)), ENDED]


def records(lines, kind):
    return [r for r in map(json.loads, (line for line in lines if line.startswith("{")))
            if r.get("record") == kind]


def test_what_is_in_a_components_own_space(machine):
    """By `caps COMPONENT`: names and shared objects of the description, kinds as the kernel says;
    what the component made itself is there too, and looking changes nothing."""
    lines = run(machine, ["pong", "ping", "crashers"],
                ["load pong", "load ping", "json caps ping", "json caps pong", "start crashers",
                 "wait crashers", "json caps crashers", "json components pong",
                 "json untypeds pieces", "json caps crashers", "kill ping", "kill pong",
                 "kill crashers"] + NO_LEAK)
    held = records(lines, "held")
    peers = [r for r in held if r.get("object") == "pingpong"]
    assert [(r["name"], r["kind"], r["rights"], r.get("badge")) for r in peers] == \
        [("peer", "Endpoint", "wp", "0x2a"), ("peer", "Endpoint", "r", None)]
    assert [r["count"] for r in held if r.get("name") == "faults"] == [16] * 4
    assert [r["object"] for r in held if r.get("name") == "console,exit,monitor"] == ["monitor"] * 4
    by = "kernel" if build.has_features(machine[1], ["debug"]) else "memory"
    assert all(r["known_by"] == by for r in held if r.get("kind") == "TCB")
    first, second = ([r for r in held[at:at + 99]] for at in
                     [i for i, r in enumerate(held) if r["first"] == "0x1"][2:])
    assert first[:len(second)] == second, "it changed what it looked at"
    assert {"name": "untyped", "kind": "Untyped"}.items() <= \
        next(r for r in second if r["first"] == "0x4").items()
    assert any(not r.get("name") for r in second), "what it made itself is missing"
    regions = records(lines, "region")
    assert {"r-x", "r--", "rw-"} == {r["rights"] for r in regions}
    assert all(int(r["paddr"], 16) % 4096 == 0 for r in regions)
    quiet = result_of(machine, ["hello"], ["load hello", "caps hello", "caps hello"]).stderr
    assert "kernel:" not in quiet, "the kernel printed while it was asked"
    pieces = records(lines, "piece")
    estate = next(r for r in pieces if r["owner"] == "estate" and r["name"] == "pong")
    low = int(estate["paddr"], 16)
    assert all(low <= int(r["paddr"], 16) < low + estate["size"] for r in regions)
    assert {r["name"] for r in pieces if r["owner"] == "component"} == {"pingpong"}


def found(machine):
    return build.has_features(machine[1], ["debug"])


def test_threads_that_a_component_does_not_tell_of(machine):
    """Found where the kernel says what a capability is; then no debugger has them, and one that is
    gone is not listed any more."""
    lines = run(machine, ["maker"],
                ["start maker", 'expect "made a thread"', "json threads maker", "json threads maker",
                 "try step maker.2", "regs maker.2" if found(machine) else "regs maker",
                 "kill maker", "start maker stay away", 'expect "made a thread"',
                 "json threads maker", "kill maker"] + NO_LEAK)
    threads = records(lines, "thread")
    made = [r for r in threads if r["state"] == "found"]
    assert [r["thread"] for r in made] == ["maker.2"] * (2 if found(machine) else 0)
    assert [r["thread"] for r in threads if r not in made] == ["maker.1"] * 3
    assert not made or "did not tell of this thread" in "\n".join(lines)
