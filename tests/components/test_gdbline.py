# SPDX-License-Identifier: BSD-2-Clause
"""A second serial line for gdb alone: the shell goes on on the first while gdb debugs on the other.
On a PC; where there is no second UART the command says so."""

import re
import shutil
import socket
import subprocess

import pytest

import build
from test_loaded import run


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture
def machine_with_two_lines(machine):
    """Two ports of a running machine with the component counter, or skipped."""
    arch, prefix = machine
    if arch != "x86_64":
        pytest.skip("the machine has one UART")
    build.host()
    ports = free_port(), free_port()
    files = [build.component_file("counter", arch, prefix)]
    elf = build.image(arch, prefix)
    if prefix is None:
        argv = [str(build.BUILD / "host/sel4sim")]
        for port in ports:
            argv += ["--serial", f"tcp:127.0.0.1:{port}"]
        argv.append(str(build.sim_file(elf, files)))
    else:
        argv = build.boot_command(prefix, elf, files)[:-2]
        for port in ports:
            argv += ["-serial", f"tcp:127.0.0.1:{port},server=on,wait=off"]
    process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    yield ports
    process.kill()
    process.wait()


def client(port, *commands):
    argv = [str(build.BUILD / "host/sel4mon"), "--tcp", f"127.0.0.1:{port}"]
    for command in commands:
        argv += ["-c", command]
    for _ in range(20):
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=60)
        if done.returncode != 2:
            return done
    raise AssertionError(done.stdout + done.stderr)


def test_gdb_on_its_own_line(machine_with_two_lines):
    gdb = shutil.which("gdb-multiarch")
    if not gdb:
        pytest.fail("gdb-multiarch is missing; scripts/setup installs it")
    first, second = machine_with_two_lines
    done = client(first, "load counter", "gdbline on", "gdbline")
    assert done.returncode == 0 and "0x2f8" in done.stdout, done.stdout + done.stderr
    entry = re.search(r"loaded .*(0x[0-9a-f]+)", done.stdout).group(1)
    ask = f"{build.BUILD}/host/sel4mon --tcp 127.0.0.1:{first} -c components"
    result = subprocess.run(
        [gdb, "-nx", "-batch", "-ex", "set confirm off",
         "-ex", f"target extended-remote 127.0.0.1:{second}", "-ex", f"tbreak *{entry}",
         "-ex", "stepi", "-ex", f"shell {ask}", "-ex", "kill"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    text = result.stdout + result.stderr
    assert "killed" in text and re.search(r"counter +1 +stopped", text), text
    done = client(first, "gdbline off", "leaks", "assert $leaked == 0", "try gdbline off")
    assert done.returncode == 0 and "no line of its own" in done.stdout + done.stderr, done


def test_without_a_second_uart(machine):
    arch, prefix = machine
    if arch == "x86_64" and prefix is None:
        pytest.skip("the simulated PC always has both")
    lines = run(machine, [], ["try gdbline on", "leaks", "assert $leaked == 0"])
    assert any("no second UART" in line for line in lines), lines
