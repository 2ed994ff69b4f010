# SPDX-License-Identifier: BSD-2-Clause
"""Reaching a target, and saying why it cannot be reached."""

import fcntl
import os
import socket
import time

import pytest


@pytest.fixture
def line(client, tmp_path):
    """Starts fake targets on lines of their own, and ends them."""
    started = []

    def start(kind, *args):
        where = {"pty": "pty", "tcp": "tcp:127.0.0.1:0", "unix": f"unix:{tmp_path}/line"}[kind]
        process, place = client.start_target("--serial", where, *args)
        started.append(process)
        return {"pty": "--serial", "tcp": "--tcp", "unix": "--unix"}[kind], place

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize("kind", ["pty", "tcp", "unix"])
def test_lines(client, line, kind):
    r = client.run("-c", "echo hi", target=line(kind))
    assert (r.stdout, r.stderr, r.returncode) == ("hi\n", "", 0)


def test_a_line_can_be_taken_again(client, line):
    target = line("pty")
    for word in ("one", "two"):
        r = client.run("--json", "-c", f"echo {word}", target=target)
        assert f'{{"text":"{word}"}}' in r.stdout
    r = client.run("-c", "echo three", target=target)
    assert r.stdout == "three\n"


def test_a_command_left_running_is_interrupted(client, line):
    target = line("pty")
    child = client.spawn("-c", "slow 60", target=target)
    time.sleep(0.7)
    child.kill(9)
    child.close()
    r = client.run("-c", "echo hi", target=target)
    assert (r.stdout, r.returncode) == ("hi\n", 0)


def test_a_target_left_in_client_mode(client, line):
    r = client.run("-c", "echo hi", target=line("tcp", "--client-mode"))
    assert (r.stdout, r.returncode) == ("hi\n", 0)


def test_silence_is_explained_after_three_seconds(client, line):
    start = time.monotonic()
    r = client.run("-c", "echo hi", target=line("pty", "--silent"))
    assert 2.9 < time.monotonic() - start < 9
    assert "said nothing for 3 s, not even when asked by a newline and Ctrl-C" in r.stderr
    assert "baud rate" in r.stderr
    assert r.returncode == 2


def test_wait_sets_the_silence_borne(client, line):
    start = time.monotonic()
    r = client.run("--wait", "0.5", "-c", "echo hi", "--", "--silent")
    assert time.monotonic() - start < 9  # without --wait it is 10
    assert "said nothing for 0.5 s" in r.stderr and r.returncode == 2


def test_talk_without_a_prompt_is_shown(client):
    r = client.run("--wait", "2", "-c", "echo hi", "--", "--talk")
    assert 'no prompt "sel4mon> " came' in r.stderr
    assert r.stderr.endswith("\n  half ? a line\n")  # what is no text is not shown as it came
    assert "booting, step 29" in r.stderr and "booting, step 1\n" not in r.stderr
    assert r.returncode == 2


def test_another_version_at_the_prompt(client):
    r = client.run("-c", "echo hi", "--", "--no-greeting")
    assert "does not answer the client's greeting" in r.stderr
    assert r.returncode == 2


def test_no_such_places(client, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]
    for target, words in [
            (("--tcp", f"127.0.0.1:{free}"), "is anything listening there?"),
            (("--tcp", "localhost"), "is not HOST:PORT"),
            (("--unix", str(tmp_path / "none")), "No such file"),
            (("--unix", "x" * 200), "a socket has 1 to 107 characters"),
            (("--serial", "/dev/no-such-port"), "there is no /dev/no-such-port"),
            (("--serial", "/dev/null"), "is not a serial port"),
            (("--serial", "/dev/null@fast"), "is not a baud rate"),
            (("--serial", "@9600"), "is not DEVICE"),
            (("--sim", str(tmp_path / "none")), "cannot read the image")]:
        r = client.run("-c", "echo hi", target=target)
        assert words in r.stderr, (target, r.stderr)
        assert r.returncode == 2


def test_no_simulator(client):
    r = client.run("-c", "echo", env={"SEL4SIM": "/no/such/sel4sim"})
    assert "/no/such/sel4sim was not found" in r.stderr and r.returncode == 2


def test_port_in_use(client, line):
    option, port = line("pty")
    fd = os.open(port, os.O_RDWR | os.O_NOCTTY)
    fcntl.flock(fd, fcntl.LOCK_EX)
    r = client.run("-c", "echo hi", target=(option, port))
    assert f"{port} is in use by another program" in r.stderr
    assert r.returncode == 2
    os.close(fd)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another user to be")
def test_no_permission(client, line):
    import subprocess
    option, port = line("pty")
    os.chmod(port, 0o600)
    binary = os.path.join("/tmp", f"sel4mon-test-{os.getpid()}")
    try:
        subprocess.run(["cp", client.path, binary], check=True)
        os.chmod(binary, 0o755)
        r = subprocess.run([binary, option, port, "-c", "echo"], user="nobody", group="nogroup",
                           extra_groups=[], capture_output=True, text=True, cwd="/",
                           stdin=subprocess.DEVNULL, timeout=30)
    finally:
        os.unlink(binary)
    assert f"no permission for {port}" in r.stderr and "adduser" in r.stderr
    assert r.returncode == 2


def test_the_child_does_not_outlive_the_client(client):
    child = client.spawn()
    child.expect("sel4mon> ")
    pids = [int(p) for p in open(f"/proc/{child.pid}/task/{child.pid}/children").read().split()]
    assert len(pids) == 1
    child.kill(9)
    child.close()
    for _ in range(50):
        if not os.path.exists(f"/proc/{pids[0]}"):
            break
        time.sleep(0.1)
    assert not os.path.exists(f"/proc/{pids[0]}")
