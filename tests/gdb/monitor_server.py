# SPDX-License-Identifier: BSD-2-Clause
"""The monitor with the test program as a component, on the simulator or on a real kernel in QEMU,
behind a raw serial line: gdb connects straight to the board, through a relay that counts."""

import contextlib
import pathlib
import select
import socket
import subprocess
import sys
import threading
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "scripts/lib"))

import build  # noqa: E402

PROMPT = b"sel4mon> "
ERASE = b"\x1b[K"  # after a notice the line is shown again


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Relay(threading.Thread):
    """Between gdb and the line; a second port tells the counts and sets them to zero, as the test
    server's `monitor stats` does."""

    def __init__(self, line_port):
        super().__init__(daemon=True)
        self.line_port = line_port
        self.listener = self.listen()
        self.asker = self.listen()
        self.port = self.listener.getsockname()[1]
        self.stats_port = self.asker.getsockname()[1]
        self.counts = [0, 0, 0, 0]
        self.ended = False

    @staticmethod
    def listen():
        s = socket.socket()
        s.bind(("127.0.0.1", 0))
        s.listen(2)
        return s

    def tell(self):
        with self.asker.accept()[0] as s:
            s.sendall(" ".join(str(n) for n in (*self.counts, 0)).encode())
        self.counts = [0, 0, 0, 0]

    def count(self, data, out):
        self.counts[out] += data.count(b"$")
        self.counts[2 + out] += len(data)

    def pump(self, gdb, line):
        for s in (gdb, line):
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while not self.ended:
            for s in select.select([gdb, line, self.asker], [], [], 1)[0]:
                if s is self.asker:
                    self.tell()
                    continue
                data = s.recv(65536)
                if not data:
                    return
                self.count(data, s is line)
                (line if s is gdb else gdb).sendall(data)

    @staticmethod
    def drop_old(line):
        """What the simulator kept for whoever comes next; a serial port drops it when it is closed."""
        while select.select([line], [], [], 0.1)[0] and line.recv(65536):
            pass

    def run(self):
        while not self.ended:
            if self.listener not in select.select([self.listener], [], [], 1)[0]:
                continue
            with self.listener.accept()[0] as gdb, contextlib.suppress(OSError), \
                    connect(self.line_port) as line:
                self.drop_old(line)
                self.pump(gdb, line)


def connect(port, timeout=20):
    end = time.monotonic() + timeout
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def talk(line, text, timeout=120):
    """Types a line and returns what is said until the next prompt."""
    line.settimeout(timeout)
    line.sendall(text.encode() + b"\r")
    got = b""
    while text.encode() not in got or not got.replace(ERASE, b"").endswith(PROMPT):
        data = line.recv(4096)
        assert data, f"the line was closed: {got[-500:]!r}"
        got += data
    return got.decode(errors="replace")


def client_argv(arch, prefix=None, names=("gdbprog",), options=()):
    """The client with a machine that has these components, whose symbols it knows."""
    folder = build.image(arch, prefix, ["image", "components"]).parent
    files = [folder / f"components/{name}.yaml" for name in names]
    if prefix:
        target = ["--qemu", "--", *build.boot_command(prefix, folder / "sel4mon.elf", files)]
    else:
        target = ["--sim", build.sim_file(folder / "sel4mon.elf", files)]
    symbols = [word for file in files
               for word in ("--symbols", f"{file.stem}={file.with_suffix('.elf')}")]
    argv = [build.BUILD / "host/sel4mon", "--no-history", *symbols, *options, *target]
    return [str(word) for word in argv]


class MonitorBoard:
    """A simulator or QEMU that runs the monitor, with its line on a port."""

    def __init__(self, arch, prefix=None, names=("gdbprog",), extra=()):
        folder = build.image(arch, prefix, ["image", "components"]).parent
        self.elf = folder / "components/gdbprog.elf"
        self.port = free_port()
        files = [folder / f"components/{name}.yaml" for name in names]
        where = f"tcp:127.0.0.1:{self.port}"
        if prefix:
            argv = build.boot_command(prefix, folder / "sel4mon.elf", files)[:-1]
            argv += [where + ",server=on,wait=off,nodelay=on", *extra]
        else:
            image = build.sim_file(folder / "sel4mon.elf", files)
            argv = [build.BUILD / "host/sel4sim", "--serial", where, image]
        self.process = subprocess.Popen([str(a) for a in argv], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.commands([f"load {name}" for name in names])

    def commands(self, lines):
        """Typed as at a terminal; what was said."""
        with connect(self.port) as line:
            said = self.wake(line)
            for text in lines:
                said += talk(line, text)
        return said

    @staticmethod
    def wake(line):
        """Until there is a prompt: the machine may still be booting."""
        line.settimeout(1)
        end = time.monotonic() + 60
        got = b""
        while time.monotonic() < end:
            line.sendall(b"\r")
            with contextlib.suppress(TimeoutError):
                while not got.endswith(PROMPT):
                    got += line.recv(4096)
                return got.decode(errors="replace")  # an Enter before may bring another prompt
        raise AssertionError(f"no prompt: {got[-500:]!r}")

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()
