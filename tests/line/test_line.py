# SPDX-License-Identifier: BSD-2-Clause
"""The line between client and monitor: framed over a good and a bad one, back to a plain terminal,
machines that begin anew, an adapter that is unplugged, uploads, and lines that make no sense."""

import json
import os
import pathlib
import random
import re
import select
import signal
import subprocess
import time

import pexpect
import pytest
import serial_line

from conftest import Server

PROMPT = "sel4mon> "


def numbers(count):
    return [arg for i in range(count) for arg in ("-c", f"echo {i * 7919}")]


def test_frames_are_used_and_the_kernels_text_stands_apart(bench):
    with bench.line() as line:
        r = bench.run(line, "-c", "echo hello", "-c", "call CNode_Delete 5000 5 5", "-c", "echo on")
    assert r.stdout == "hello\non\n", (r.stdout, r.stderr)
    if bench.prefix:  # the simulator's kernel says nothing
        assert "kernel: <<seL4" in r.stderr
    assert "frames" not in r.stderr


def other_client(bench, old, new):
    """A client in which one text is another one of the same length."""
    path = bench.folder / "sel4mon"
    binary = open(bench.client, "rb").read()
    assert len(old) == len(new) and old in binary
    path.write_bytes(binary.replace(old, new))
    path.chmod(0o755)
    return str(path)


def test_another_version_or_build_is_told_in_words(bench):
    identity = re.search(r'"(\w+)"', (pathlib.Path(bench.client).parent /
                                      "monitor/link/build_identity.c").read_text()).group(1)
    version = subprocess.run([bench.client, "--version"], capture_output=True,
                             text=True).stdout.split()[1]
    for old, new, words in ((identity, "0123456789ab", f"from other sources (build {identity}) than "
                             "this client (build 0123456789ab)"),
                            (version, "9" * len(version), f"the monitor is sel4mon {version}, this client "
                             + "9" * len(version))):
        bench.client, ours = other_client(bench, old.encode() + b"\0", new.encode() + b"\0"), bench.client
        with bench.line() as line:
            r = bench.run(line, "-c", "echo on")
        bench.client = ours
        assert words in r.stderr and r.stdout == "on\n" and r.returncode == 0, r.stderr
    with bench.line() as line:
        assert bench.run(line, "-c", "echo on").stderr == ""


def test_the_echo_of_a_hello_is_no_note_of_the_monitors(bench):
    fake = str(serial_line.pathlib.Path(__file__).parents[1] / "client/fake_target.py")
    r = subprocess.run([bench.client, "--sim", "/dev/null", "-c", "echo hi", "--", "--note", "A note.",
                        "--echo", "\b?s\b?e\b?l\b?4"], env=dict(bench.env, SEL4SIM=fake),
                       capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=30)
    assert r.stdout == "hi\n" and r.returncode == 0
    assert [line for line in r.stderr.splitlines() if line.startswith("monitor: ")] == \
        ["monitor: A note."], r.stderr


def test_a_noisy_line_loses_nothing(bench):
    count = 150
    with bench.line(flip=1e-4, drop=5e-5, text=2e-4) as line:
        r = bench.run(line, "--json", *numbers(count), "-c", "untypeds", timeout=120)
        assert line.up.flipped + line.down.flipped > 5 and line.down.texts > 0
    records = [json.loads(text) for text in r.stdout.splitlines()]
    assert r.returncode == 0, r.stderr[-2000:]
    assert [x["text"] for x in records if x.get("record") == "text"] == \
        [str(i * 7919) for i in range(count)]
    assert sum(x.get("record") == "untyped" for x in records) > 20
    assert r.stderr.count("kernel: ") > 0


def test_an_upload_over_a_noisy_line_arrives_whole(bench):
    data = random.Random(5).randbytes(6000) + bytes(9000) + b"text of a component " * 900
    path = bench.folder / "data"
    path.write_bytes(data)
    with bench.line(flip=1e-4, drop=5e-5, text=1e-4) as line:
        address = large_frame(bench, line)
        r = bench.run(line, "--json", "-c", f"upload {path} phys:{address:#x}",
                      "-c", f"read phys:{address:#x} 64 size=1",
                      "-c", f"read phys:{address + 32768 - 4096:#x} 64 size=1", timeout=120)
    assert r.returncode == 0, r.stdout[-2000:] + r.stderr[-2000:]
    read = [bytes.fromhex(x["bytes"]) for x in map(json.loads, r.stdout.splitlines())
            if x.get("record") == "bytes"]
    assert b"".join(read) == data[:64] + data[28672:28672 + 64]


LARGE_FRAMES = {"x86_64": "X86_LargePage", "aarch64": "ARM_LargePage",
                "riscv64": "RISCV_Mega_Page"}


def large_frame(bench, line):
    """The physical address of 2 MiB that are the operator's."""
    r = bench.run(line, "--json", "-c", f"new {LARGE_FRAMES[bench.arch]} big")
    assert r.returncode == 0, r.stderr
    return int(json.loads(r.stdout.splitlines()[0])["paddr"], 16)


def test_a_component_is_sent_and_runs(bench):
    with bench.line() as line:
        r = bench.run(line, "-c", f"load {bench.components}/hello.elf", "-c", "start hello",
                      "-c", "wait hello", "-c", "kill hello", "-c", "leaks")
    assert r.returncode == 0, r.stderr
    assert "[hello] hello from hello" in r.stdout
    assert re.search(r"leaked +0", r.stdout)


def leave(child):
    child.expect_exact(PROMPT)
    time.sleep(0.1)
    child.sendeof()
    child.expect(pexpect.EOF)
    child.close()


def terminal(line):
    return os.open(line.path, os.O_RDWR | os.O_NOCTTY)


def expect(fd, text, seconds=5):
    heard, end = b"", time.monotonic() + seconds
    while text not in heard and time.monotonic() < end:
        if select.select([fd], [], [], 0.1)[0]:
            heard += os.read(fd, 4096)
    assert text in heard, heard
    return heard


def test_a_plain_terminal_has_the_line_after_the_client(bench):
    with bench.line() as line:
        assert bench.run(line, "-c", "echo x").returncode == 0
        fd = terminal(line)
        os.write(fd, b"\r")
        expect(fd, PROMPT.encode())
        os.write(fd, b"echo plain\r")
        expect(fd, b"echo plain\r\nplain\r\n" + PROMPT.encode())
        os.close(fd)
        assert bench.run(line, "-c", "echo again").stdout == "again\n"


def test_three_enters_end_what_a_killed_client_left(bench):
    with bench.line() as line:
        child = bench.spawn(line)
        child.expect_exact(PROMPT)
        child.kill(signal.SIGKILL)
        child.wait()
        fd = terminal(line)
        os.write(fd, b"\r\r\r")
        expect(fd, PROMPT.encode())
        os.write(fd, b"echo plain\r")
        expect(fd, b"plain\r\n" + PROMPT.encode())
        os.close(fd)


def test_a_killed_client_is_followed_by_another(bench):
    with bench.line() as line:
        for text in ("one", "two"):
            child = bench.spawn(line)
            child.expect_exact(PROMPT)
            child.sendline(f"echo {text}")
            child.expect_exact(text + "\r\n" + text + "\r\n")
            child.kill(signal.SIGKILL)
            child.wait()
        assert bench.run(line, "-c", "echo three").stdout == "three\n"


def test_ctrl_c_reaches_a_command_and_twice_the_shell(bench):
    with bench.line() as line:
        child = bench.spawn(line)
        child.expect_exact(PROMPT)
        child.sendline("new endpoint ep")
        child.expect_exact(PROMPT)
        child.sendline("call Recv ep")
        time.sleep(0.5)
        child.sendintr()
        child.expect("interrupted")
        child.expect_exact(PROMPT)
        child.sendline("echo alive")
        child.expect_exact("alive\r\nalive\r\n")
        leave(child)


def test_completion_of_every_kind_and_help_in_between(bench):
    elf = f"{bench.components}/hello.elf"
    with bench.line() as line:
        child = bench.spawn(line, "--symbols", elf)
        child.expect_exact(PROMPT)
        child.sendline("new tcb mythread")
        child.expect_exact(PROMPT)
        for typed, becomes in (
                ("untyp", "untypeds "),                                    # a command
                ("upl", "upload "),                                        # one of the client's
                ("call TCB_SetP", "call TCB_SetPriority "),                # a call
                ("call TCB_SetPriority mythread 1 pri", "priority="),      # a parameter
                ("call Untyped_Retype u type=Not", "type=Notification "),  # an enumeration
                ("tcb.suspend myt", "mythread "),                          # an object
                ("echo $myt", "$mythread "),                               # a variable
                ("break hello:_sta", "hello:_start "),                     # a symbol
                ("upload READ", "upload README.md ")):                     # a file
            child.send(typed)
            child.expect_exact(typed)
            time.sleep(0.05)
            child.send("\t")
            child.expect_exact(becomes[len(typed):] if becomes.startswith(typed) else
                               os.path.commonprefix([becomes[i:] for i in range(len(becomes))
                                                     if typed.endswith(becomes[:i])][-1:]))
            child.send("\x15")
        child.send("call TCB_SetPriority mythread")
        child.send("\x1bh")  # Alt-h
        child.expect("authority.*The priority|authority.*priority")
        child.expect_exact(PROMPT + "call TCB_SetPriority mythread")
        child.send("\x15upload x\x1bOP")  # F1
        child.expect("upload FILE ADDRESS")
        child.expect_exact(PROMPT + "upload x")
        child.send("\x15nonsense\x1bh")
        child.expect("there is no help on 'nonsense'")
        child.send("\x15")
        child.sendline("")
        leave(child)


def test_how_far_a_long_output_is(bench):
    with bench.line(baud=115200) as line:
        address = large_frame(bench, line)
        child = bench.spawn(line)
        child.expect_exact(PROMPT)
        child.sendline(f"read phys:{address:#x} 12000 size=1")
        child.expect(r"output \[#+[.]+\] \d+ of 750 rows, \d+ rows/s, \d+ s left", timeout=20)
        child.sendintr()
        child.expect("-- [0-9]+ more")
        child.send("q")
        child.expect_exact(PROMPT)
        child.sendline("")
        leave(child)


def test_how_far_a_long_command_is(bench):
    script = bench.folder / "long.smoke"
    script.write_text("echo once\npause 150 ms\n" * 12)
    with bench.line() as line:
        child = bench.spawn(line)
        child.expect_exact(PROMPT)
        child.sendline(f"load {bench.components}/hello.elf")
        child.expect("loaded")
        child.expect_exact(PROMPT)
        child.sendline("new tcb t; new endpoint ep")
        child.expect_exact(PROMPT)
        for command, bar in (
                ("measure name 90000000 $t 0", r"measure \[[#.]{20}\] \d+ of 90000000 calls, \d+ calls/s, "
                 r"\d+ s left"),
                ("step hello 1000000", r"step \[[#.]{20}\] \d+ of 1000000 steps, \d+ steps/s, \d+ s left"),
                ("call Recv ep", "call Recv ep runs for [0-9]+ s; Ctrl-C ends it")):
            child.sendline(command)
            child.expect(bar)
            child.sendintr()
            child.expect("interrupted")
            child.expect_exact(PROMPT)
        child.sendline(f"source {script}")
        child.expect(r"source long.smoke \[[#.]{20}\] \d+ of 24 statements, \d+ statements/s, \d+ s left")
        child.expect_exact(PROMPT)
        child.sendline("kill hello; leaks")
        child.expect(r"leaked +0")
        child.expect_exact(PROMPT)
        child.sendline("")
        leave(child)


def test_another_program_has_the_plain_line_for_a_while(bench):
    with bench.line() as line:
        child = bench.spawn(line)
        child.expect_exact(PROMPT)
        child.sendline("run printf 'echo by another\\r' >&3; read x <&3; read y <&3; echo \"got $y\"")
        child.expect("got by another")
        child.expect_exact(PROMPT)
        child.sendline(f"upload {__file__} 0x10")  # frames are back: the target refuses the address
        child.expect("error: (?!the line).*0x10")
        leave(child)


def test_a_machine_that_begins_anew_is_noticed(bench):
    with bench.line() as line:
        child = bench.spawn(line)
        child.expect_exact(PROMPT)
        child.sendline("echo before")
        child.expect_exact("before\r\nbefore\r\n")
        line.restart()
        child.expect("sel4mon [0-9.]+ on seL4", timeout=60)
        child.expect("began anew", timeout=60)
        child.expect_exact(PROMPT)
        child.sendline("echo after")
        child.expect_exact("after\r\nafter\r\n")
        child.send("\x1b[A\x1b[A\r")  # the history is still there
        child.expect_exact("before\r\nbefore\r\n")
        leave(child)


@pytest.mark.parametrize("how", ["off and on", "reset"])
def test_definitions_and_breakpoints_outlive_a_reset(bench, how):
    elf = f"{bench.components}/hello.elf"
    if how == "reset" and not (bench.prefix and bench.arch == "x86_64"):
        pytest.skip("the simulator ends at a reset, and QEMU's Arm and RISC-V machines know none")
    bench.argv = [word for word in bench.argv if word != "-no-reboot"]
    with bench.line() as line:
        child = bench.spawn(line, "--symbols", elf)
        child.expect_exact(PROMPT)

        def do(command, *wanted):
            child.sendline(command)
            for text in wanted:
                child.expect(text)
            child.expect_exact(PROMPT)
        do("let n = 3 * 7")
        do("let word = 'a b'")
        do("function twice what\recho $what $what\rend")
        do(f"load {elf}")
        do("break hello:main", "hello")
        do("break hello:_start", "hello")
        do("break delete 2")
        do("kill hello")
        do(f"load {elf}", "set again as [0-9]+: break hello:main")
        if how == "reset":
            child.sendline("reset")
        else:
            line.restart()
            child.expect("began anew", timeout=60)
            assert "^C" not in child.before
        child.expect("defined again: [$]n [$]word", timeout=60)
        child.expect("breakpoints are set again when their component is loaded")
        child.expect_exact(PROMPT)
        do("echo $n $word", "0x15 a b")
        do("twice x", "x x")
        do("break")
        do(f"load {elf}", "set again as 1: break hello:main")
        do("start hello")
        do("threads hello", "stopped|breakpoint")
        do("restart hello", "set again as 2: break hello:main")
        do("break", "main|2 ")
        do("break delete all")
        do("kill hello")
        child.sendline(f"load {elf}")
        child.expect_exact(PROMPT)
        assert "set again" not in child.before
        child.sendline("")
        leave(child)


def test_an_adapter_is_unplugged_and_comes_back(bench):
    with bench.line() as line:
        child = bench.spawn(line)
        child.expect_exact(PROMPT)
        line.unplug()
        child.expect("was lost; waiting")
        time.sleep(0.5)
        line.plug()
        child.expect("the line is back")
        child.expect_exact(PROMPT)
        child.sendline("echo back")
        child.expect_exact("back\r\nback\r\n")
        leave(child)


@pytest.mark.parametrize("kind", ["tcp", "unix"])
def test_a_connection_that_closes_comes_back(bench, kind):
    with bench.line() as line:
        server = Server(line, kind, bench.folder)
        child = bench.spawn(server)
        child.expect_exact(PROMPT)
        child.sendline("echo one")
        child.expect_exact("one\r\none\r\n")
        server.close()
        child.expect("was lost; waiting")
        time.sleep(0.5)
        server.open()
        child.expect("the line is back")
        child.expect_exact(PROMPT)
        child.sendline("echo back")
        child.expect_exact("back\r\nback\r\n")
        server.close()
        child.expect("was lost; waiting")
        child.sendintr()
        child.expect("error: ")
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 2


def test_an_upload_goes_on_where_the_line_broke(bench):
    path = bench.folder / "data"
    path.write_bytes(random.Random(6).randbytes(50000))
    with bench.line(baud=115200) as line:
        address = large_frame(bench, line)
        child = bench.spawn(line)
        child.expect_exact(PROMPT)
        child.sendline(f"upload {path} phys:{address:#x}")
        child.expect("[23][0-9][.][0-9] KiB of")
        line.unplug()
        child.expect("was lost; waiting")
        line.plug()
        child.expect("the line is back")
        child.expect("from where it stopped before", timeout=30)
        child.expect_exact(PROMPT)
        child.sendline(f"read phys:{address + 49984:#x} 16 size=1")
        child.expect_exact(path.read_bytes()[49984:].hex(" ").upper()[:20].lower())
        leave(child)


def test_silence_is_explained(bench):
    with serial_line.SerialLine(["sleep", "60"]) as line:
        start = time.monotonic()
        r = bench.run(line, "-c", "echo x")
        assert time.monotonic() - start < 5
    assert r.returncode == 2
    assert "said nothing for 3 s" in r.stderr and "baud rate" in r.stderr


def test_a_wrong_baud_rate_is_recognised(bench):
    garbage = "import os,time\nwhile 1: os.write(1,os.urandom(20)); time.sleep(.05)"
    with serial_line.SerialLine(["/usr/bin/python3", "-c", garbage]) as line:
        r = bench.run(line, "-c", "echo x", timeout=30)
    assert r.returncode == 2
    assert "baud rate is not the board's" in r.stderr, r.stderr


def test_two_clients_cannot_share_a_line(bench):
    with bench.line() as line:
        child = bench.spawn(line)
        child.expect_exact(PROMPT)
        r = bench.run(line, "-c", "echo x")
        assert r.returncode == 2 and "in use" in r.stderr
        child.sendline("echo still here")
        leave(child)


def test_a_monitor_without_frames_is_told_in_words(bench):
    fake = str(serial_line.pathlib.Path(__file__).parents[1] / "client/fake_target.py")
    r = subprocess.run([bench.client, "--sim", "/dev/null", "-c", "echo hi", "-c", "load ./x.elf"],
                       env=dict(bench.env, SEL4SIM=fake), capture_output=True, text=True,
                       stdin=subprocess.DEVNULL, timeout=30)
    assert r.stdout == "hi\n"
    assert "does not answer in frames" in r.stderr
