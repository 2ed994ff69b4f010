# SPDX-License-Identifier: BSD-2-Clause
"""The figures of gdb for scripts/bench and tests/gdb/test_figures.py: packets and bytes of the remote
protocol on the target's line, and steps a second, with gdb's default settings. What is debugged is
the gdb tests' program as a component of the monitor: through the client's proxy, and (`.raw`)
straight at the line. The peer is QEMU's own stub on a real kernel that runs the same component; gdb
goes the same steps there."""

import contextlib
import dataclasses
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

import pexpect

import build

sys.path.insert(0, str(build.TOP / "tests/gdb"))

import monitor_server  # noqa: E402

GDB = "gdb-multiarch"
LIMIT_S = 600
SESSIONS = 3
HITS = 9999  # of the breakpoint whose condition is false: all that the program has
STEPS = 400  # of a round
ROUNDS = 3   # in each session

PRELUDE = """
import gdb, re, socket, time
LINES = open({program!r}).read().splitlines()
before = [0, 0, 0]
def run(command):
    return gdb.execute(command, to_string=True)
def number(text):
    return int(gdb.parse_and_eval(text))
def at(mark):
    return "program.c:%d" % next(i + 1 for i, text in enumerate(LINES) if "/* " + mark in text)
def counts():
    "packets from gdb, bytes from gdb, bytes from the stub, since it was asked last"
    if {stats_port}:
        with socket.create_connection(("127.0.0.1", {stats_port})) as s:
            packets, _, sent, got, _ = map(int, s.recv(100).split())
        return packets, sent, got
    answer = re.search('received: "(.*)"', run("maint packet qSel4mon.count"))[1]
    now = [int(n) for n in answer.split()]
    since = [n - b for n, b in zip(now, before)]
    before[:] = now
    return since
def tell(name, count):
    print("FIGURE", name, count)
run("set confirm off")
run("target remote 127.0.0.1:{port}")
"""

# For a debugger that knows the machine only, and no components.
START = """
line = socket.create_connection(("127.0.0.1", {line_port}))
line.sendall(b"start gdbprog\\r")
"""

COUNTS = """
tell("connect.bytes", counts()[2])
{start}
run("tbreak " + at("loop here"))
run("continue")
counts()
run("next")
packets, _, got = counts()
tell("next.packets", packets)
tell("next.bytes", got)
run("stepi")
tell("stepi.packets", counts()[0])
memory = bytes((i * 7919 >> 3) & 255 for i in range(65536))
gdb.selected_inferior().write_memory(number("&large"), memory)
_, sent, got = counts()
tell("write64k.bytes", sent + got)
assert bytes(gdb.selected_inferior().read_memory(number("&large"), 65536)) == memory
run("tbreak tick")
run("continue")
run("break tick if counter == {hits} - 1")
counts()
run("continue")
tell("condition.packets", counts()[0])
assert number("i") == {hits}
"""

RATE = """
{start}
run("tbreak tick")
run("continue")
run("stepi 50")
for _ in range({rounds}):
    begun = time.monotonic()
    run("stepi {steps}")
    tell("steps.rate", {steps} / (time.monotonic() - begun))
"""


@dataclasses.dataclass
class Kind:
    unit: str
    most: int      # through the proxy
    most_raw: int  # with no client


COUNTED = {
    "connect.bytes": Kind("bytes", 5120, 5120),
    "next.packets": Kind("packets", 13, 20),
    "next.bytes": Kind("bytes", 2458, 3072),
    "stepi.packets": Kind("packets", 3, 6),
    "write64k.bytes": Kind("bytes", 67 * 1024, 67 * 1024),
    # With no client gdb reads the code around the place where it stopped at last, in five packets.
    "condition.packets": Kind("packets", 10, 15),
}
# The least, as a part of the peer's steps a second, through the proxy.
RATE_SIMULATOR = 1.0
RATE_KERNEL = {"x86_64": 0.1, "aarch64": 0.4, "riscv64": 0.1}
STUB_BYTES = 65536


# --- where gdb connects ----------------------------------------------------------------------

@dataclasses.dataclass
class Place:
    elf: pathlib.Path
    port: int
    stats_port: int = 0  # a relay's that counts; 0: the client is asked
    line_port: int = 0   # the program is started by a line typed here


@contextlib.contextmanager
def board(arch, prefix, extra=()):
    made = monitor_server.MonitorBoard(arch, prefix, extra=extra)
    try:
        yield made
    finally:
        made.end()


@contextlib.contextmanager
def relayed(port):
    relay = monitor_server.Relay(port)
    relay.start()
    try:
        yield relay
    finally:
        relay.ended = True
        relay.join()


@contextlib.contextmanager
def straight(arch, prefix, count=True):
    """gdb at the monitor's line, with no client."""
    with board(arch, prefix) as made:
        if count:
            with relayed(made.port) as relay:
                yield Place(made.elf, relay.port, relay.stats_port)
            return
        with monitor_server.connect(made.port) as line:
            monitor_server.Relay.drop_old(line)
        yield Place(made.elf, made.port)


@contextlib.contextmanager
def by_client(arch, prefix, count=True):
    """gdb at the client's port; the client counts."""
    del count
    program, *argv = monitor_server.client_argv(arch, prefix, options=["--gdb-port", "0"])
    elf = build.image(arch, prefix).parent / "components/gdbprog.elf"
    child = pexpect.spawn(program, argv, encoding="utf-8", timeout=60)
    try:
        child.expect(r"GDB port (\d+)")
        place = Place(elf, int(child.match[1]))
        child.sendline("load gdbprog")
        child.expect("gdbprog loaded")
        yield place
    finally:
        child.close(force=True)


@contextlib.contextmanager
def peer(arch, prefix, count=True):
    """gdb at QEMU's own stub."""
    port = monitor_server.free_port()
    with board(arch, prefix, ["-gdb", f"tcp:127.0.0.1:{port}"]) as made:
        if not count:
            yield Place(made.elf, port, line_port=made.port)
            return
        with relayed(port) as relay:
            yield Place(made.elf, relay.port, relay.stats_port, made.port)


# --- asking ----------------------------------------------------------------------------------

def ask_gdb(place, script, hits=HITS):
    """(name, value) of all that gdb tells, and what it said at the end."""
    start = START.format(line_port=place.line_port) if place.line_port else ""
    text = PRELUDE.format(program=str(build.TOP / "tests/gdb/program/program.c"), port=place.port,
                          stats_port=place.stats_port)
    text += script.format(start=start, rounds=ROUNDS, steps=STEPS, hits=hits)
    with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
        file.write(text)
        file.flush()
        argv = [GDB, "-nx", "-batch", str(place.elf), "-ex", f"source {file.name}"]
        result = subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                                timeout=LIMIT_S)
    figures = re.findall(r"^FIGURE (\S+) (\S+)$", result.stdout, re.M)
    return [(name, float(value)) for name, value in figures], result.stderr[-2000:]


def session(where, arch, prefix, script=COUNTS, hits=HITS):
    """{name: values} of one session on a machine of its own, and gdb's last words."""
    found = {}
    with where(arch, prefix, count=script is COUNTS) as place:
        told, said = ask_gdb(place, script, hits)
    for name, value in told:
        found.setdefault(name, []).append(value)
    return found, said


def add(found, where, arch, prefix, script):
    """One more session's values; one that fails adds what it told."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        for name, values in session(where, arch, prefix, script)[0].items():
            found.setdefault(name, []).extend(values)


def measure_counts(arch, prefix, peers, make):
    """`peers`: {name: values} of the peer's sessions on this architecture, or None."""
    for suffix, where in (("", by_client), (".raw", straight)):
        found = {}
        for _ in range(SESSIONS):
            add(found, where, arch, prefix, COUNTS)
        for name, kind in COUNTED.items():
            if name in found:
                most = kind.most_raw if suffix else kind.most
                yield make(name + suffix, found[name], kind.unit, most=most,
                           peers=(peers or {}).get(name))


def measure_rate(arch, prefix, peer_prefix, make):
    """In turn, ours and the peer's, for the machine is not always equally quick."""
    found, raw, theirs = {}, {}, {}
    for _ in range(SESSIONS):
        add(found, by_client, arch, prefix, RATE)
        if peer_prefix:
            add(theirs, peer, arch, peer_prefix, RATE)
        add(raw, straight, arch, prefix, RATE)
    peers = theirs.get("steps.rate")
    part = RATE_KERNEL[arch] if prefix else RATE_SIMULATOR
    least = part * statistics.median(peers) if peers else None
    for suffix, values in (("", found), (".raw", raw)):
        if "steps.rate" in values:
            yield make("steps.rate" + suffix, values["steps.rate"], "steps/s",
                       least=None if suffix else least, peers=peers)


def measure(arch, prefix, peer_prefix, make):
    """All figures of gdb; make() makes one. None where gdb is missing."""
    if shutil.which(GDB) is None:
        return
    build.host()
    peers = {}
    if peer_prefix:
        add(peers, peer, arch, peer_prefix, COUNTS)
    yield from measure_counts(arch, prefix, peers, make)
    yield from measure_rate(arch, prefix, peer_prefix, make)


def stub_bytes(arch, image: pathlib.Path):
    """What the debugger of the monitor occupies: its one struct, with the stub in it."""
    nm = shutil.which(f"{arch}-linux-gnu-nm")
    if nm is None:
        return None
    text = subprocess.run([nm, "-S", str(image)], capture_output=True, text=True).stdout
    found = re.search(r"^\S+ (\S+) [bBdD] debug$", text, re.M)
    return int(found[1], 16) if found else None
