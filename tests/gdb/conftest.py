# SPDX-License-Identifier: BSD-2-Clause
"""What the tests with a real gdb share: a server with the stub in front of the test program, and
gdb-multiarch running a piece of Python against it.

SEL4MON_HOST_BIN names the folder of the host build (default: build/host).
"""

import os
import pathlib
import re
import shutil
import subprocess
import textwrap

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = TOP / "tests/gdb/program/program.c"
GDB = shutil.which("gdb-multiarch")
ARCHS = ("x86_64", "aarch64", "riscv64")

# What every script of a test may use.
PRELUDE = """
import gdb, traceback
LINES = open({program!r}).read().splitlines()
def run(command):
    return gdb.execute(command, to_string=True)
def line(mark):
    return next(i + 1 for i, text in enumerate(LINES) if "/* " + mark in text)
def at(mark):
    return f"program.c:{{line(mark)}}"
def value(text):
    return gdb.parse_and_eval(text)
def number(text):
    return int(value(text))
def pc():
    return number("$pc") & 0xffffffffffffffff
def here():
    return gdb.selected_frame().find_sal().line
def stats():
    "packets from gdb, from the stub; bytes from gdb, from the stub; without those of asking"
    return [int(n) for n in run("monitor stats").split()]
LAST = []
def on_stop(event):
    if isinstance(event, gdb.SignalEvent):
        LAST.append(event.stop_signal)
    elif isinstance(event, gdb.BreakpointEvent):
        LAST.append(' '.join(str(b.type == gdb.BP_BREAKPOINT and 'breakpoint' or 'watchpoint')
                             for b in event.breakpoints))
    else:
        LAST.append('stop')
gdb.events.stop.connect(on_stop)
gdb.events.exited.connect(lambda e: LAST.append(f"exited {{getattr(e, 'exit_code', '?')}}"))
def go(command='continue'):
    "runs until the next stop, and says what it was: a signal, breakpoint, watchpoint, stop, exited N"
    LAST.clear()
    run(command)
    return LAST[-1] if LAST else 'nothing'
def fails(command):
    try:
        run(command)
    except gdb.error as error:
        return str(error)
    raise AssertionError(command + " did not fail")
"""


def host_folder():
    return pathlib.Path(os.environ.get("SEL4MON_HOST_BIN", TOP / "build/host"))


def server_path():
    """Presets put programs into the top of the build folder, a plain build beside their objects."""
    folder = host_folder()
    for path in (folder / "gdb_server", folder / "tests/gdb/gdb_server"):
        if path.exists():
            return path
    pytest.exit(f"there is no gdb_server in {folder}; run scripts/test, or set SEL4MON_HOST_BIN")


def client_path():
    for path in (host_folder() / "sel4mon", host_folder() / "host/client/sel4mon"):
        if path.exists():
            return path
    pytest.exit(f"there is no sel4mon in {host_folder()}; run scripts/test, or set SEL4MON_HOST_BIN")


class Server:
    """The stub over a loopback port; ends with its standard input."""

    gdb_path = GDB
    proxy = None

    def __init__(self, arch, *options):
        path = server_path()
        self.elf = host_folder() / f"tests/gdb/program-{arch}.elf"
        self.process = subprocess.Popen([path, arch, self.elf, *options], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def put_proxy(self, *options):
        """From now on debuggers go to the client's port, and what is behind it is a line of GDB
        alone."""
        self.proxy = subprocess.Popen(
            [client_path(), "--gdb-serial", f"tcp:127.0.0.1:{self.port}", *options],
            stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.port = int(re.search(r"GDB port (\d+)", self.proxy.stderr.readline())[1])

    def gdb(self, script, remote="remote", before="", load=True, timeout=30):
        """Runs Python in gdb, connected; whatever it prints. A failed assertion fails the test."""
        lines = [PRELUDE.format(program=str(PROGRAM)), "try:", "    run('set confirm off')",
                 "    run('set pagination off')", "    run('set width 0')"]
        lines += [textwrap.indent(textwrap.dedent(before), "    ")] if before else []
        lines += [f"    run('target {remote} 127.0.0.1:{self.port}')"] if remote else []
        lines += [textwrap.indent(textwrap.dedent(script), "    "), "    print('PASSED')",
                  "except BaseException:", "    traceback.print_exc()"]
        path = self.process_dir / "script.py"
        path.write_text("\n".join(lines))
        argv = [GDB, "-nx", "-batch", *([str(self.elf)] if load else []), "-ex",
                f"source {path}"]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=timeout,
                              stdin=subprocess.DEVNULL)
        text = done.stdout + done.stderr
        assert "PASSED" in done.stdout, text[-4000:]
        return text

    def end(self):
        """Status and what the sanitizers said."""
        if self.proxy:
            _, err = self.proxy.communicate(timeout=60)
            assert (self.proxy.returncode, err) == (0, "")
        if self.process.stdin.closed:
            return
        _, err = self.process.communicate(timeout=60)
        assert (self.process.returncode, err) == (0, "")


@pytest.fixture
def serve(tmp_path):
    """Makes servers; each has to end well."""
    servers = []

    def make(arch, *options):
        server = Server(arch, *options)
        server.process_dir = tmp_path
        servers.append(server)
        return server

    if not GDB:
        pytest.fail("gdb-multiarch is missing; scripts/setup installs it")
    yield make
    for server in servers:
        server.end()


# Each way of stepping: with the machine's own steps, breakpoints and watchpoints, or without; and
# without, through the client's proxy.
WAYS = [(arch, way) for arch in ARCHS for way in ("software", "hardware", "proxy")]


@pytest.fixture(params=WAYS, ids=["-".join(way) for way in WAYS])
def server(request, serve):
    arch, way = request.param
    made = serve(arch, *(["--hardware"] if way == "hardware" else []))
    made.arch, made.way = arch, way
    if way == "proxy":
        made.put_proxy("--symbols", str(made.elf))
    return made
