# SPDX-License-Identifier: BSD-2-Clause
"""The figures of gdb for scripts/bench: packets and bytes of the remote protocol on the target's
line, with gdb's default settings, through the client's proxy and (`.raw`) with no client. They are
counted by the stub's test server (tests/gdb/server), on its program."""

import contextlib
import pathlib
import re
import shutil
import subprocess
import tempfile

import build

GDB = "gdb-multiarch"
LIMIT_S = 180

SCRIPT = """
import gdb
LINES = open({program!r}).read().splitlines()
def run(command):
    return gdb.execute(command, to_string=True)
def at(mark):
    return "program.c:%d" % next(i + 1 for i, text in enumerate(LINES) if "/* " + mark in text)
def stats():
    return [int(n) for n in run("monitor stats").split()]
def tell(name, count):
    print("FIGURE", name, count)
run("target extended-remote 127.0.0.1:{port}")
tell("connect.bytes", stats()[3])
run("tbreak " + at("loop here"))
run("continue")
stats()
run("next")
packets, _, _, got, _ = stats()
tell("next.packets", packets)
tell("next.bytes", got)
run("stepi")
tell("stepi.packets", stats()[0])
gdb.selected_inferior().write_memory(0x800000, bytes((i * 7919 >> 3) & 255 for i in range(65536)))
_, _, sent, got, _ = stats()
tell("write64k.bytes", sent + got)
run("tbreak tick")
run("continue")
run("break tick if i == 9999")
stats()
run("continue")
tell("condition.packets", stats()[0])
"""

UNITS = {"packets": "packets", "bytes": "bytes"}


@contextlib.contextmanager
def running(argv, **pipes):
    """A program that ends with its standard input."""
    process = subprocess.Popen([str(a) for a in argv], stdin=subprocess.PIPE, text=True, **pipes)
    try:
        yield process
    finally:
        process.stdin.close()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def ask_gdb(elf, port):
    """Name and value of each figure; nothing if gdb failed."""
    with tempfile.NamedTemporaryFile("w", suffix=".py") as script:
        script.write(SCRIPT.format(program=str(build.TOP / "tests/gdb/program/program.c"),
                                   port=port))
        script.flush()
        argv = [GDB, "-nx", "-batch", str(elf), "-ex", "set confirm off", "-ex",
                f"source {script.name}"]
        result = subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                                timeout=LIMIT_S)
    figures = re.findall(r"^FIGURE (\S+) (\S+)$", result.stdout, re.M)
    return figures if figures and figures[-1][0] == "condition.packets" else []


def measure(arch):
    """(name, value, unit) of each figure; none where gdb is missing."""
    if shutil.which(GDB) is None:
        return
    folder = build.host("host-asan", ["gdb_server", "gdb_programs", "sel4mon"])
    elf = folder / f"tests/gdb/program-{arch}.elf"
    for suffix in ("", ".raw"):
        with running([folder / "gdb_server", arch, elf], stdout=subprocess.PIPE) as server:
            port = server.stdout.readline().strip()
            proxy = running([folder / "sel4mon", "--gdb-serial", f"tcp:127.0.0.1:{port}",
                             "--symbols", elf], stderr=subprocess.PIPE)
            with contextlib.nullcontext() if suffix else proxy as client:
                if client:
                    port = re.search(r"GDB port (\d+)", client.stderr.readline())[1]
                for name, value in ask_gdb(elf, port):
                    yield (name + suffix, int(value),
                           UNITS[name.split(".")[1]])


def stub_bytes(arch, image: pathlib.Path):
    """What the debugger of the monitor occupies: its one struct, with the stub in it."""
    nm = shutil.which(f"{arch}-linux-gnu-nm")
    if nm is None:
        return None
    text = subprocess.run([nm, "-S", str(image)], capture_output=True, text=True).stdout
    found = re.search(r"^\S+ (\S+) [bBdD] debug$", text, re.M)
    return int(found[1], 16) if found else None
