# SPDX-License-Identifier: BSD-2-Clause
"""The lives of components under the monitor: that nothing is left however often they come and go,
what is shared and with whom it goes, and what is refused, in words."""

import re
import subprocess

import build
from test_loaded import NO_LEAK, run, said


def script(machine, names, lines, timeout_s=300):
    """The client's result for a script, which ends at the first failure."""
    arch, prefix = machine
    files = [build.component_file(name, arch, prefix) for name in names]
    elf = build.image(arch, prefix)
    argv = [str(build.host() / "sel4mon"), "--script", "-"]
    if prefix is None:
        argv += ["--sim", str(build.sim_file(elf, files))]
    else:
        argv += ["--qemu", "--", *build.boot_command(prefix, elf, files)]
    result = subprocess.run(argv, input="\n".join(lines) + "\n", capture_output=True, text=True,
                            timeout=timeout_s)
    assert result.returncode == 0, (result.stdout + result.stderr)[-3000:]
    return result.stdout


def fields(text, name):
    return [value for key, value in re.findall(r"^(\w+) +(\S.*)$", text, re.M) if key == name]


def test_nothing_is_left_after_a_thousand(machine):
    """The memory in use and the free slots after the first and after the last."""
    lines = ["load hello", "kill hello"] * 400 + ["start counter", "kill counter"] * 300 + \
            ["start ping", "start pong", "kill ping", "kill pong"] * 150
    text = script(machine, ["hello", "counter", "ping", "pong"],
                  lines[:2] + ["leaks"] + lines + ["leaks"])
    assert text.count(" loaded ") == 401 and text.count(" alive ") >= 300 + 300 - 10
    assert fields(text, "leaked") == ["0", "0"] and fields(text, "objects") == ["0", "0"]
    assert len(set(fields(text, "spent"))) == 1, fields(text, "spent")
    # The trees of halves may be split in other places: so many slots are no leak of a thousand.
    first, last = map(int, fields(text, "free_slots"))
    assert abs(first - last) <= 64


def test_the_operators_object_is_shared_and_stays(machine):
    lines = run(machine, ["ping", "pong"],
                ["new endpoint pingpong", "start pong", "start ping", "wait pong", "kill ping",
                 "kill pong", "call DebugCapIdentify $pingpong", "delete pingpong", *NO_LEAK])
    assert said(lines, "pong")[-1] == "ended with status 0"


def test_a_shared_name_of_another_kind_is_refused(machine):
    text = script(machine, ["ping"], ["new tcb pingpong", "try load ping", "delete pingpong",
                                      "load ping", "kill ping", *NO_LEAK])
    assert "another kind of object" in text


def test_refused_in_words(machine):
    text = script(machine, ["hello"],
                  ["try load nothing", "try kill hello", "load hello", "try load hello",
                   "try wait hello", "start hello", "wait hello", "try start hello",
                   "kill hello", *NO_LEAK])
    for words in ("no 'nothing' in the boot image", "no component 'hello'",
                  "a component 'hello' already", "was not started", "has ended"):
        assert words in text, text


def test_killed_while_it_runs_and_while_it_is_read(machine):
    """In the middle of what it does, with its memory shown in a window."""
    lines = ["start crashers", "stop crashers", "try start crashers", "kill crashers"] * 20
    assert "alive" in script(machine, ["crashers"], lines + NO_LEAK)
