# SPDX-License-Identifier: BSD-2-Clause
"""The client at a prompt, on a pseudo-terminal: editing, completion, history, Ctrl-C, the end."""

import contextlib
import fcntl
import os
import random
import shutil
import signal
import tempfile
import threading
import time
import tty

import pexpect
import pytest

from conftest import PROMPT


def start(client, *args, **kwargs):
    child = client.spawn(*args, **kwargs)
    child.expect("connected to ")
    child.expect(PROMPT)
    return child


def test_command_and_leaving(client):
    for leave in ("\x04", "quit\r", "exit\r"):
        child = start(client)
        child.send("echo hi there\r")
        child.expect("\r\nhi there\r\n")
        child.expect(PROMPT)
        child.send(leave)
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 0


def test_the_monitors_banner_is_shown(client):
    child = client.spawn()
    child.expect("sel4mon 0.0 on seL4 0.0, fake\r\nsel4mon: connected to the simulator")
    child.expect(PROMPT)


def test_editing(client):
    child = start(client)
    child.send("ecko one\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x7fh\x05 two\r")
    child.expect("\r\necho one two|\r\none two\r\n")
    child.expect(PROMPT)


def test_pasted_lines_are_commands(client):
    child = client.spawn(env={"INPUTRC": "/dev/null"})
    child.expect(PROMPT)
    child.send("\x1b[200~echo one\necho two\n\x1b[201~\r")
    child.expect("\rone\r\n.*two\r\n")
    child.expect(PROMPT)


def test_a_paste_of_100_kb_loses_no_line(client):
    child = client.spawn(env={"INPUTRC": "/dev/null"})
    child.expect(PROMPT)
    child.send("set pager off\r")
    child.expect(PROMPT)
    text = "".join(f"echo {i} {'x' * 80}\r" for i in range(1100))
    child.send("\x1b[200~")
    for i in range(0, len(text), 1000):
        child.send(text[i:i + 1000])
        with contextlib.suppress(pexpect.TIMEOUT):
            while True:
                child.read_nonblocking(65536, 0.01)
    child.send("\x1b[201~\r")
    for i in range(1100):
        child.expect(f"(?<!echo ){i} x{{80}}\r\n")  # no echo of what was pasted
    child.expect(PROMPT)


def test_completion_comes_from_the_target(client):
    child = start(client)
    child.send("ech\t")
    child.expect("echo ")
    child.send("done\r")
    child.expect("\r\ndone\r\n")
    child.expect(PROMPT)
    child.send("c\t\t\t")
    child.expect("call +caps")
    child.send("\x15call x de\t7")
    child.expect("depth=7")
    child.send("\x15echo still\r")
    child.expect("\r\nstill\r\n")


def test_history_is_kept_between_sessions(client, tmp_path):
    child = start(client)
    child.send("echo remembered\r")
    child.expect("\r\nremembered\r\n")
    child.expect(PROMPT)
    child.send("\x04")
    child.expect(pexpect.EOF)
    assert (tmp_path / "state/sel4mon/history").read_text() == "echo remembered\n"
    child = start(client)
    child.send("\x1b[A\r")
    child.expect("\r\nremembered\r\n")


def test_a_damaged_history_loses_what_is_no_text(client, tmp_path):
    (tmp_path / "state/sel4mon").mkdir(parents=True)
    (tmp_path / "state/sel4mon/history").write_bytes(
        b"echo first\n" + random.Random(1).randbytes(5000) + b"\n\x1b[2Jecho \x03\necho last\n")
    child = start(client)
    child.send("\x1b[A\r")
    child.expect("\r\nlast\r\n")
    child.expect(PROMPT)
    child.send("\x1b[A" * 400 + "\r")
    child.expect("\r\nfirst\r\n")
    child.expect(PROMPT)


def test_no_history(client, tmp_path):
    child = start(client, "--no-history")
    child.send("echo secret\r")
    child.expect("\r\nsecret\r\n")
    child.send("\x04")
    child.expect(pexpect.EOF)
    assert not (tmp_path / "state").exists()


def test_history_that_cannot_be_kept(client):
    child = start(client, env={"XDG_STATE_HOME": "/dev/null"})
    child.send("echo x\r")
    child.expect("\r\nx\r\n")
    child.send("\x04")
    child.expect("the history could not be kept: Not a directory")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


def test_ctrl_c_interrupts_the_command(client):
    child = start(client)
    child.send("slow 60\r")
    time.sleep(0.5)
    child.send("\x03")
    child.expect("error: interrupted\r\n")
    child.expect(PROMPT)
    child.send("echo fine\r")
    child.expect("\r\nfine\r\n")


def test_ctrl_c_twice_rebuilds_the_shell(client):
    child = start(client)
    child.send("deaf\r")
    time.sleep(0.5)
    child.send("\x03")
    time.sleep(0.2)
    child.send("\x03")
    child.expect("shell began anew")
    child.expect(PROMPT)
    child.send("echo fine\r")
    child.expect("\r\nfine\r\n")


def test_a_target_that_hangs_can_be_left(client):
    child = start(client)
    child.send("hang\r")
    time.sleep(0.3)
    child.send("\x03")
    child.send("\x03")
    child.expect("does not answer, not even to Ctrl-C")
    child.expect(PROMPT)
    child.send("\x04")
    child.expect(pexpect.EOF)


def test_ctrl_c_at_the_prompt_clears_the_line(client):
    child = start(client)
    child.send("echo not this")
    child.expect("not this")
    child.send("\x03")
    child.expect(PROMPT)
    child.send("echo fine\r")
    child.expect("\r\nfine\r\n")


def test_late_output_does_not_tear_the_line(client):
    child = start(client)
    child.send("later\r")
    child.expect(PROMPT)
    child.send("echo ty")
    child.expect("kernel: <<seL4")
    child.expect('"event":"late"')
    child.expect(PROMPT + "echo ty")
    child.send("ped\r")
    child.expect("\r\ntyped\r\n")


def test_kernel_text_is_marked(client):
    child = start(client)
    child.send("plain\r")
    child.expect("kernel: Caught cap fault")
    child.expect(PROMPT)


def test_the_end_of_the_target(client):
    child = start(client)
    child.send("die 9\r")
    child.expect("the simulator ended with status 9")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 2
    child = start(client)
    child.send("poweroff 9\r")
    child.expect("the simulator ended with status 9")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


def in_shell(client, tmp_path, command=None, until=PROMPT):
    """An outer shell from which the client is started, to see the terminal afterwards."""
    child = pexpect.spawn("/bin/sh", env={**client.env, "PS1": "$ "}, encoding="utf-8", timeout=10)
    child.expect(r"\$ ")
    child.send("stty -a > before\r".replace("before", str(tmp_path / "before")))
    child.expect(r"\$ ")
    child.send((command or f"{client.path} --raw --sim /dev/null") + "\r")
    child.expect(until)
    return child


def same_terminal(child, tmp_path):
    child.send(f"stty -a > {tmp_path}/after; echo do''ne\r")
    child.expect("done")
    assert (tmp_path / "after").read_text() == (tmp_path / "before").read_text()


def client_pid(child):
    return int(open(f"/proc/{child.pid}/task/{child.pid}/children").read().split()[0])


def test_the_terminal_is_left_sane_by_signals(client, tmp_path):
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGSEGV, signal.SIGABRT):
        child = in_shell(client, tmp_path)
        child.send("echo half a li")
        child.expect("half a li")
        os.kill(client_pid(child), number)
        time.sleep(0.5)
        same_terminal(child, tmp_path)
        child.close()


def test_suspending(client, tmp_path):
    child = pexpect.spawn("/bin/bash", ["--norc", "-i"], env={**client.env, "PS1": "$ "},
                          encoding="utf-8", timeout=10)
    child.expect(r"\$ ")
    child.send(f"stty -a > {tmp_path}/before\r")
    child.expect(r"\$ ")
    child.send(f"{client.path} --sim /dev/null\r")
    child.expect(PROMPT)
    child.send("echo ba")
    child.expect("echo ba")
    child.send("\x1a")
    child.expect("Stopped")
    time.sleep(0.2)
    same_terminal(child, tmp_path)
    child.send("fg\r")
    child.expect(PROMPT + "echo ba")
    child.send("ck\r")
    child.expect("\r\nback\r\n")
    child.expect(PROMPT)
    child.send("slow 60\r")
    child.expect("slow 60\r\n")
    time.sleep(0.3)
    child.send("\x1a")
    child.expect("Stopped")
    same_terminal(child, tmp_path)
    child.send("fg\r")
    time.sleep(0.3)
    child.send("\x03")
    child.expect("error: interrupted")
    child.expect(PROMPT)
    child.send("\x04")
    child.expect(r"\$ ")
    same_terminal(child, tmp_path)


def test_colour_only_where_wanted(client):
    child = client.spawn(env={"NO_COLOR": ""})
    child.expect(PROMPT)
    child.send("fail\r")
    child.expect("\x1b\\[31merror:\x1b\\[0m number")
    child = start(client)
    child.send("fail\r")
    child.expect("\nerror: number")


def test_ctrl_c_during_a_completion_clears_the_line(client):
    child = start(client)
    child.send("slowly\t")
    time.sleep(0.5)
    child.send("\x03")
    child.expect(r"\^C.*" + PROMPT)
    child.send("echo fine\r")
    child.expect("\r\nfine\r\n")


BAD = {
    "nothing there": (["--serial", "/dev/no-such-port"], 2, "there is no /dev/no-such-port; is the adapter"),
    "silent": (["--serial", "PTY", "-c", "version"], 2, "said nothing for 3 s, not even when asked"),
    "in use": (["--serial", "LOCKED"], 2, "is in use by another program; end that one first"),
    "garbage": (["--serial", "GARBAGE", "-c", "version"], 2, "baud rate is not the board's; try DEV@9600"),
    "not a port": (["--serial", "/dev/null"], 2, "is not a serial port"),
    "nobody listens": (["--tcp", "127.0.0.1:1"], 2, "is anything listening there"),
    "no end": (["--sim", "/dev/null", "--limit", "0.5", "--script", "ENDLESS"], 1, "0.5 s"),
    "command with no end": (["--sim", "/dev/null", "--timeout", "0.5", "-c", "slow 60"], 1,
                            "not done after 0.5 s; interrupted"),
    "usage": (["--sim"], 64, "--sim needs an argument"),
    "ended target": (["--sim", "/dev/null", "-c", "die 3"], 2, "the simulator ended with status 3"),
}


@pytest.fixture
def bad_words(tmp_path):
    """Lines and files that the arguments above name by a word."""
    ptys = [os.openpty() for _ in range(3)]
    for _, slave in ptys:
        tty.setraw(slave)
    words = dict(zip(("PTY", "LOCKED", "GARBAGE"), (os.ttyname(slave) for _, slave in ptys)))
    fcntl.flock(ptys[1][1], fcntl.LOCK_EX)
    (tmp_path / "endless").write_text("while 1\necho x\nend\n")
    words["ENDLESS"] = str(tmp_path / "endless")
    noise, ended = random.Random(1), threading.Event()

    def speak():
        while not ended.wait(0.05):
            os.write(ptys[2][0], noise.randbytes(20))
    thread = threading.Thread(target=speak)
    thread.start()
    yield words
    ended.set()
    thread.join()
    for pair in ptys:
        for fd in pair:
            os.close(fd)


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_told_and_leaves_the_terminal_sane(client, tmp_path, bad_words, name):
    arguments, status, words = BAD[name]
    command = " ".join([client.path, "--raw", *(bad_words.get(word, f"'{word}'") for word in arguments)])
    child = pexpect.spawn("/bin/sh", env={**client.env, "PS1": "$ "}, encoding="utf-8", timeout=20,
                          dimensions=(24, 200))
    child.expect(r"\$ ")
    child.send(f"stty -a > {tmp_path}/before; {command} > {tmp_path}/said 2>&1; echo status $?\r")
    child.expect(r"\r\nstatus (\d+)")
    assert int(child.match.group(1)) == status
    said = (tmp_path / "said").read_text()
    assert words in said and (status == 64 or "error: " in said), said
    same_terminal(child, tmp_path)


@pytest.mark.parametrize("keys, words", [
    (["log /dev/full\r", "echo hello\r"], "cannot be written any more: No space left on device"),
    (["log /no/such/file\r"], "cannot log to /no/such/file"),
    (["half a line", "\x03"], r"half a line\^C"),
    (["slow 60\r", "\x03"], "error: interrupted"),
    (["deaf\r", "\x03", "\x03"], "shell began anew"),
    (["hang\r", "\x03", "\x03"], "does not answer, not even to Ctrl-C"),
    (["count 200\r", "q"], "-- [0-9]+ more"),
    (["!stty raw -echo\r"], "stty raw -echo")])
def test_what_goes_wrong_at_the_prompt_leaves_the_terminal_sane(client, tmp_path, keys, words):
    child = in_shell(client, tmp_path)
    for key in keys:
        time.sleep(0.3)
        child.send(key)
    child.expect(words)
    time.sleep(0.5)
    if keys != ["hang\r", "\x03", "\x03"]:
        child.send("echo fine\r")
        child.expect("\r\nfine\r\n")
    child.expect(PROMPT)
    child.send("\x04")
    child.expect(r"\$ ")
    same_terminal(child, tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another user to be")
def test_no_permission_leaves_the_terminal_sane(client, tmp_path, bad_words):
    with tempfile.TemporaryDirectory() as folder:
        binary = shutil.copy(client.path, folder)
        os.chmod(folder, 0o755)
        os.chmod(bad_words["PTY"], 0o600)
        child = in_shell(client, tmp_path, f"setpriv --reuid=65534 --regid=65534 --clear-groups {binary} "
                         f"--serial {bad_words['PTY']}; echo status $?", "status 2")
        assert f"no permission for {bad_words['PTY']}" in child.before
        same_terminal(child, tmp_path)


def test_a_lost_target_at_the_prompt_leaves_the_terminal_sane(client, tmp_path):
    child = in_shell(client, tmp_path)
    child.send("die 3\r")
    child.expect("the simulator ended with status 3")
    child.expect(r"\$ ")
    same_terminal(child, tmp_path)
