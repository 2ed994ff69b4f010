# SPDX-License-Identifier: BSD-2-Clause
"""What the tests with a real gdb share: something to debug, and gdb-multiarch running a piece of
Python against it. What is debugged is the test program: under a server with the stub alone, with
and without steps and breakpoints of the machine's own, or as a component under the monitor, on the
simulator, and with --kernel PREFIX on real kernels.

SEL4MON_HOST_BIN names the folder of the host build (default: build/host).
"""

import os
import pathlib
import re
import shutil
import subprocess
import textwrap

import pexpect
import pytest

from at_prompt import GDB as GDB_PROMPT, PROMPT, ask
from monitor_server import MonitorBoard, Relay, build, client_argv

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
    if not {stats_port}:
        return [int(n) for n in run("monitor stats").split()]
    import socket
    with socket.create_connection(("127.0.0.1", {stats_port})) as s:
        return [int(n) for n in s.recv(100).split()]
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
    stats_port = None
    program = "program"   # for run
    first_thread = "main"
    timeout = 30

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

    def gdb(self, script, remote="remote", before="", load=True, timeout=None):
        """Runs Python in gdb, connected; whatever it prints. A failed assertion fails the test."""
        lines = [PRELUDE.format(program=str(PROGRAM), stats_port=self.stats_port), "try:",
                 *(f"    run('set {word}')" for word in
                   ("confirm off", "pagination off", "width 0", "remotetimeout 20"))]
        lines += [textwrap.indent(textwrap.dedent(before), "    ")] if before else []
        lines += [f"    run('target {remote} 127.0.0.1:{self.port}')"] if remote else []
        lines += [textwrap.indent(textwrap.dedent(script), "    "), "    print('PASSED')",
                  "except BaseException:", "    traceback.print_exc()"]
        path = self.process_dir / "script.py"
        path.write_text("\n".join(lines))
        argv = [GDB, "-nx", "-batch", *([str(self.elf)] if load else []), "-ex",
                f"source {path}"]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=timeout or self.timeout,
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


class MonitorServer(Server):
    """The monitor, its component loaded and not started."""

    program = first_thread = "gdbprog"
    timeout = 120

    def __init__(self, arch, prefix=None, names=("gdbprog",)):
        self.board = MonitorBoard(arch, prefix, names)
        self.elf = self.board.elf
        self.relay = Relay(self.board.port)
        self.relay.start()
        self.port = self.relay.port
        self.stats_port = self.relay.stats_port

    def end(self):
        self.relay.ended = True
        assert self.board.process.poll() is None, "the machine has ended"
        self.board.end()


@pytest.fixture
def serve(tmp_path):
    """Makes servers; each has to end well."""
    servers = []

    def make(arch, *options, monitor=False, **more):
        server = MonitorServer(arch, **more) if monitor else Server(arch, *options)
        server.process_dir = tmp_path
        servers.append(server)
        return server

    if not GDB:
        pytest.fail("gdb-multiarch is missing; scripts/setup installs it")
    yield make
    for server in servers:
        server.end()


def pytest_addoption(parser):
    parser.addoption("--kernel", action="append", default=[], help="on this kernel, in QEMU")


def has_hardware(arch):
    return arch != "riscv64"


def boards(config):
    """{name: (architecture, prefix)} of what the monitor runs on."""
    found = {f"{arch}-monitor": (arch, None) for arch in ARCHS}
    for prefix in config.getoption("kernel"):
        found[f"{build.arch_of(prefix)}-kernel-{pathlib.Path(prefix).name}"] = \
            (build.arch_of(prefix), os.path.abspath(prefix))
    return found


def ways(config):
    """{name: (architecture, way, prefix)}: with the machine's own steps, breakpoints and
    watchpoints, or without; and under the monitor, which has what the kernel gives."""
    found = {f"{arch}-{way}": (arch, way, None) for arch in ARCHS
             for way in ("software", "hardware", "proxy")}
    for name, (arch, prefix) in boards(config).items():
        found[name] = (arch, "monitor", prefix)
    return found


def pytest_generate_tests(metafunc):
    for name, cases in (("way", ways), ("board", boards)):
        if name in metafunc.fixturenames:
            found = cases(metafunc.config)
            metafunc.parametrize(name, found.values(), ids=found.keys())


@pytest.fixture
def server(way, serve):
    arch, kind, prefix = way
    if kind == "monitor":
        made = serve(arch, monitor=True, prefix=prefix)
    else:
        made = serve(arch, *(["--hardware"] if kind == "hardware" else []))
    made.arch = arch
    if kind == "proxy":
        made.put_proxy("--symbols", str(made.elf))
    made.way = kind if kind != "monitor" else "hardware" if has_hardware(arch) else "software"
    return made


@pytest.fixture
def monitor_of(board, serve):
    """Makes the monitor alone, on each board, with components."""
    arch, prefix = board

    def make(*names):
        made = serve(arch, monitor=True, prefix=prefix, names=names)
        made.arch, made.prefix = arch, prefix
        made.way = "hardware" if has_hardware(arch) else "software"
        return made

    return make


@pytest.fixture
def monitor(monitor_of):
    """The monitor with the test program."""
    return monitor_of("gdbprog")


@pytest.fixture
def terminal(tmp_path):
    """Starts programs in a pseudo-terminal, with nothing of the user's own."""
    children = []
    (tmp_path / "inputrc").write_text("set enable-bracketed-paste off\n")
    environment = dict(os.environ, HOME=str(tmp_path), XDG_STATE_HOME=str(tmp_path), NO_COLOR="1",
                       XDG_CONFIG_HOME=str(tmp_path), TERM="dumb", PAGER="cat",
                       INPUTRC=str(tmp_path / "inputrc"))

    def spawn(program, *argv):
        child = pexpect.spawn(str(program), [str(word) for word in argv], env=environment,
                              encoding="utf-8", timeout=20, dimensions=(40, 120))
        child.delaybeforesend = None
        children.append(child)
        return child

    yield spawn
    for child in children:
        child.close(force=True)


@pytest.fixture
def beside(board, terminal):
    """The client with components loaded, and gdb on the first: (client, gdb). `again` brings another
    gdb when that one has gone."""

    def gdb_at(port, name):
        gdb = terminal(GDB, "-nx", "-q", "-ex", "set confirm off", "-ex",
                       f"target extended-remote :{port}", "-ex", f"set remote exec-file {name}")
        gdb.expect_exact(GDB_PROMPT)
        return gdb

    def make(*names):
        child = terminal(*client_argv(*board, names=names, options=["--gdb-port", "0"]))
        child.expect(r"GDB port (\d+)")
        port = child.match[1]
        child.expect_exact(PROMPT)
        for name in names:
            ask(child, f"load {name}", "loaded")
        make.again = lambda: gdb_at(port, names[0])
        return child, make.again()

    return make
