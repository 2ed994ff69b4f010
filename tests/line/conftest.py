# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of the line share: a monitor behind a line that can be slow, noisy or cut."""

import contextlib
import os
import pathlib
import select
import socket
import subprocess
import sys
import threading

import pexpect
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts/lib"))

import build  # noqa: E402
import serial_line  # noqa: E402


def pytest_addoption(parser):
    parser.addoption("--arch", action="append", default=[], help="on the simulator")
    parser.addoption("--kernel", action="append", default=[], help="on this kernel, in QEMU")


def pytest_generate_tests(metafunc):
    if "machine" not in metafunc.fixturenames:
        return
    archs, kernels = (metafunc.config.getoption(name) for name in ("--arch", "--kernel"))
    machines = {f"sim-{arch}": (arch, None) for arch in archs or ["x86_64"]}
    machines |= {f"kernel-{os.path.basename(prefix)}": (build.arch_of(prefix), prefix)
                 for prefix in kernels}
    metafunc.parametrize("machine", machines.values(), ids=machines.keys(), scope="session")


class Bench:
    """A machine, lines to it, and clients on them."""

    def __init__(self, arch, prefix, folder):
        self.arch, self.prefix = arch, prefix
        elf = build.image(arch, prefix)
        self.components = build.components(arch, prefix)
        self.argv = build.boot_command(prefix, elf) if prefix else \
            [str(build.BUILD / "host/sel4sim"), "--serial", "stdio", str(elf)]
        host = pathlib.Path(os.environ.get("SEL4MON_HOST_BIN", build.BUILD / "host"))
        self.client = str(host / "sel4mon")
        self.env = dict(os.environ, XDG_STATE_HOME=str(folder), TERM="xterm", NO_COLOR="1",
                        INPUTRC=str(folder / "inputrc"))
        (folder / "inputrc").write_text("set enable-bracketed-paste off\n")
        self.folder = folder

    def line(self, **kind):
        return serial_line.SerialLine(self.argv, **kind)

    def command(self, line, *args):
        return [self.client, "--serial", line.path, *args]

    def run(self, line, *args, timeout=60):
        return subprocess.run(self.command(line, *args), env=self.env, capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, timeout=timeout)

    def spawn(self, line, *args):
        command = self.command(line, *args) if isinstance(line, serial_line.SerialLine) else \
            [self.client, *line.options, *args]
        return pexpect.spawn(command[0], command[1:], env=self.env, encoding="utf-8", timeout=20,
                             dimensions=(24, 100))


class Server:
    """A terminal server: a line behind a socket, which can be closed and opened again."""

    def __init__(self, line, kind, folder):
        self.line, self.kind, self.path = line, kind, str(folder / "socket")
        self.port = 0
        self.open()

    def open(self):
        if self.kind == "unix":
            self.listener = socket.socket(socket.AF_UNIX)
            self.listener.bind(self.path)
            self.listener.listen()
        else:
            self.listener = socket.create_server(("127.0.0.1", self.port))
            self.port = self.listener.getsockname()[1]
        self.tty = os.open(self.line.path, os.O_RDWR | os.O_NOCTTY)
        self.connection = None
        threading.Thread(target=self.run, args=(self.listener, self.tty), daemon=True).start()

    def run(self, listener, tty):
        with contextlib.suppress(OSError):
            self.connection = connection = listener.accept()[0]
            while True:
                ready = select.select([connection, tty], [], [], 0.1)[0]
                if connection in ready:
                    os.write(tty, connection.recv(4096))
                if tty in ready:
                    connection.sendall(os.read(tty, 4096))
                if self.connection is not connection:
                    break
        with contextlib.suppress(OSError):
            connection.close()

    def close(self):
        self.connection.shutdown(socket.SHUT_RDWR)
        self.connection = None
        self.listener.close()
        if self.kind == "unix":
            os.unlink(self.path)

    @property
    def options(self):
        return ["--unix", self.path] if self.kind == "unix" else ["--tcp", f"127.0.0.1:{self.port}"]


@pytest.fixture
def bench(machine, tmp_path):
    return Bench(*machine, tmp_path)
