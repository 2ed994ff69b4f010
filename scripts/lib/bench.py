# SPDX-License-Identifier: BSD-2-Clause
"""scripts/bench: measures the figures of DESIGN.md, medians with their spread, a peer beside each
in the same run where there is one. What cannot be measured is left out.

Figures are of the simulator; with --kernel also of that kernel in QEMU, with `.kernel` at the end,
and QEMU is then the peer of the simulator's. Status: 0, 1 if nothing was measured, 2 if something
could not be built, 64 for wrong usage.
"""

import argparse
import dataclasses
import fnmatch
import json
import os
import resource
import select
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import bench_gdb
import bench_line
import build
import transcript

PROMPT = b"sel4mon> "
STARTS = 15       # of a target, for the time to its prompt
KERNEL_STARTS = 7  # the same in QEMU
START_LIMIT_S = 60
CALLS = 1000000   # of the null invocation, for the cost of a call by name
KERNEL_CALLS = 300000  # the same in QEMU
CALL_ROUNDS = 3


class Parser(argparse.ArgumentParser):
    def error(self, message):
        build.usage_error("bench", message)


@dataclasses.dataclass
class Figure:
    name: str
    value: float
    unit: str
    low: float | None = None  # of all measured, with `high`
    high: float | None = None
    peer: str | None = None
    peer_value: float | None = None
    most: float | None = None  # what is fine
    least: float | None = None

    def is_met(self):
        return (self.most is None or self.value <= self.most) and \
            (self.least is None or self.value >= self.least)

    def record(self):
        """As DESIGN.md has it; what is not known is left out."""
        fields = {"name": self.name, "value": rounded(self.value), "unit": self.unit}
        if self.low is not None:
            fields["spread"] = [rounded(self.low), rounded(self.high)]
        if self.peer is not None:
            fields.update(peer=self.peer, peer_value=rounded(self.peer_value),
                          ratio=rounded(self.value / self.peer_value))
        for name, limit in (("most", self.most), ("least", self.least)):
            if limit is not None:
                fields.update({name: rounded(limit), "met": self.is_met()})
        return fields

    def line(self):
        text = f"{self.name:28} {rounded(self.value):>12} {self.unit}"
        if self.low is not None:
            text += f"  ({rounded(self.low)} to {rounded(self.high)})"
        for name, limit in (("most", self.most), ("least", self.least)):
            if limit is not None:
                text += f"  at {name} {rounded(limit)}: {'met' if self.is_met() else 'NOT MET'}"
        if self.peer is not None:
            text += (f"  {self.peer}: {rounded(self.peer_value)}, "
                     f"ratio {rounded(self.value / self.peer_value)}")
        return text


def rounded(value):
    """Four digits are more than any of the measurements is good for."""
    return value if isinstance(value, int) else float(f"{value:.4g}")


def median(name, values, unit):
    return Figure(name, statistics.median(values), unit, min(values), max(values))


def qemu_name(command):
    text = subprocess.run([command[0], "--version"], capture_output=True, text=True).stdout
    return "qemu " + text.split("version ")[1].split()[0].split("(")[0]


class Target:
    """One architecture, on the simulator or on a kernel."""

    def __init__(self, arch, prefix=None):
        self.arch, self.prefix = arch, prefix
        self.elf = build.image(arch, prefix)
        self.client = str(build.BUILD / "host/sel4mon")
        if prefix is None:
            self.command = [str(build.BUILD / "host/sel4sim"), "--serial", "stdio", str(self.elf)]
        else:
            self.command = build.boot_command(prefix, self.elf)

    def name(self, figure):
        return f"{figure}.{self.arch}" + (".kernel" if self.prefix else "")

    def client_command(self, jobs):
        if self.prefix is None:
            return [self.client, *jobs, "--sim", str(self.elf)]
        return [self.client, *jobs, "--qemu", "--", *self.command]

    def records(self, *commands):
        """What commands answer, as records; None if one failed."""
        jobs = [word for command in commands for word in ("-c", command)]
        result = subprocess.run(self.client_command(["--json", *jobs]), capture_output=True,
                                text=True, stdin=subprocess.DEVNULL, timeout=START_LIMIT_S * 2)
        if result.returncode != 0:
            return None
        return [json.loads(line) for line in result.stdout.splitlines()]


# --- measuring -------------------------------------------------------------------------------

def time_to_prompt(command):
    """Milliseconds from the start of a program to the prompt on its standard output."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, start_new_session=True)
    seen = b""
    try:
        while PROMPT not in seen:
            left = start + START_LIMIT_S - time.monotonic()
            if left <= 0 or not select.select([process.stdout], [], [], left)[0]:
                raise build.BuildError(f"no prompt from {command[0]}")
            data = os.read(process.stdout.fileno(), 65536)
            if not data:
                raise build.BuildError(f"{command[0]} ended without a prompt")
            seen = seen[-len(PROMPT):] + data
        return (time.monotonic() - start) * 1000
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdin.close()
        process.stdout.close()


def measure_prompt(target, peer):
    """Each beside its peer in turn, so that both see the same machine."""
    times, peer_times = [], []
    for i in range(STARTS if target.prefix is None else KERNEL_STARTS):
        times.append(time_to_prompt(target.command))
        if peer and i < KERNEL_STARTS:
            peer_times.append(time_to_prompt(peer.command))
    figure = median(target.name("prompt.ms"), times, "ms")
    if peer:
        figure.peer = qemu_name(peer.command) + " with the real kernel"
        figure.peer_value = statistics.median(peer_times)
    yield figure


def measure_image(target, _):
    """The monitor's ELF file without symbols."""
    strip = shutil.which(f"{target.arch}-linux-gnu-strip")
    if strip is None:
        return
    with tempfile.NamedTemporaryFile() as stripped:
        subprocess.run([strip, "-o", stripped.name, str(target.elf)], check=True)
        yield Figure(target.name("image.bytes"), os.path.getsize(stripped.name), "bytes")


def measure_ram(target, _):
    """What the monitor occupies at the prompt: its image's frames, and what it took of untypeds."""
    records = target.records("bootinfo", "leaks")
    if records is None:
        return
    image = next((r["slots"] for r in records if r.get("region") == "userImageFrames"), None)
    spent = next((r["spent"] for r in records if r.get("record") == "leaks"), None)
    if image is not None and spent is not None:
        yield Figure(target.name("ram.bytes"), image * 4096 + spent, "bytes")


def measure_table(target, _):
    """The by-name table in the image: all that its object file puts there."""
    size = shutil.which(f"{target.arch}-linux-gnu-size")
    objects = sorted(target.elf.parent.rglob("api_table.c.o*"))
    if size is None or len(objects) != 1:
        return
    text = subprocess.run([size, str(objects[0])], capture_output=True, text=True,
                          check=True).stdout
    yield Figure(target.name("table.bytes"), sum(map(int, text.splitlines()[1].split()[:3])),
                 "bytes")


def processor_s():
    """Processor time of all programs run so far: it holds on a busy machine, too."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def time_calls(target, way, count):
    """Processor seconds of a session that repeats the null invocation, start and end included."""
    start = processor_s()
    records = target.records("new TCB t", f"measure {way} {count} $t 0")
    return None if records is None else processor_s() - start


def measure_call(target, _):
    """A null invocation by name, from resolved words to result, against its stub: what many more
    calls take longer than one."""
    count = CALLS if target.prefix is None else KERNEL_CALLS
    ratios = []
    for _ in range(CALL_ROUNDS):
        times = [time_calls(target, way, n) for way in ("name", "stub") for n in (count, 1)]
        if None in times:
            return
        name, name_start, stub, stub_start = times
        ratios.append((name - name_start) / (stub - stub_start))
    yield median(target.name("call.ratio"), ratios, "times the stub")


def measure_stubs(target, peer):
    """Instructions of the function of the C API that compares worst with the library installed
    with the kernel; needs a prefix that has its headers."""
    prefix = peer and peer.prefix
    if not prefix or not os.path.exists(f"{prefix}/libsel4/include/sel4/sel4.h"):
        return
    counter = [sys.executable, "-B", str(build.TOP / "tests/abi/count_insns.py"), "--json", prefix]
    result = subprocess.run(counter, capture_output=True, text=True)
    if result.returncode != 0:
        return
    worst = json.loads(result.stdout.splitlines()[-1])
    yield Figure(target.name("stub.insns.worst"), worst["value"], worst["unit"],
                 peer=worst["peer"], peer_value=worst["peer_value"])


def measure_smoke(target, _):
    """All smoke scripts of the architecture, one after the other on one target."""
    scripts = transcript.scripts(target.arch)
    times = []
    for _ in range(3):
        start = time.monotonic()
        if not scripts or transcript.run(target.client_command, *scripts).returncode != 0:
            return
        times.append(time.monotonic() - start)
    yield median(target.name("smoke.s"), times, "s")


def measure_gdb(target, peer):
    """All that gdb tells; the peer is QEMU's own stub, on the kernel that is given."""
    def make(name, values, unit, peers=None, **limits):
        whole = int if unit in ("packets", "bytes") else float
        figure = median(target.name(name), [whole(value) for value in values], unit)
        figure = dataclasses.replace(figure, **limits)
        if peers:
            figure.peer = qemu_name([f"qemu-system-{target.arch}"]) + "'s stub"
            figure.peer_value = whole(statistics.median(peers))
        return figure

    prefix = target.prefix or (peer and peer.prefix)
    yield from bench_gdb.measure(target.arch, target.prefix, prefix, make)


def measure_stub(target, _):
    size = bench_gdb.stub_bytes(target.arch, target.elf)
    if size is not None:
        yield Figure(target.name("stub.ram.bytes"), size, "bytes", most=bench_gdb.STUB_BYTES)


# Figures of one session of gdb; any of them measures all.
GDB_FIGURES = [name + suffix for suffix in ("", ".raw") for name in
               (*bench_gdb.COUNTED, "steps.rate")]

def of_line(measure):
    """The figures of bench_line.py, which knows no Figure."""
    return lambda target, _: measure(target, bench_line.median_of(target, Figure))


MEASURES = [
    ("prompt.ms", measure_prompt),
    ("image.bytes", measure_image),
    ("ram.bytes", measure_ram),
    ("table.bytes", measure_table),
    ("call.ratio", measure_call),
    ("stub.insns.worst", measure_stubs),
    ("smoke.s", measure_smoke),
    ("stub.ram.bytes", measure_stub),
    *((name, measure_gdb) for name in GDB_FIGURES),
    ("upload.ratio", of_line(bench_line.measure_upload)),
    ("noise.errors", of_line(bench_line.measure_noise)),
    ("echo.ms", of_line(bench_line.measure_echo)),
    ("complete.ms", of_line(bench_line.measure_complete)),
]


# --- the command -----------------------------------------------------------------------------

def parse(argv):
    parser = Parser(prog="scripts/bench", allow_abbrev=False,
                    description="Measures the figures of DESIGN.md.")
    parser.add_argument("--only", metavar="GLOB", default="*", help="figures whose name fits")
    parser.add_argument("--json", action="store_true", help="one object a figure")
    parser.add_argument("--arch", action="append", choices=build.ARCHS, metavar="A")
    parser.add_argument("--kernel", action="append", default=[], metavar="PREFIX",
                        help="measure this installed kernel in QEMU, too")
    parser.add_argument("--yes", action="store_true", help="install packages without asking")
    options = parser.parse_args(argv)
    options.kernel = [os.path.abspath(prefix) for prefix in options.kernel]
    return options


def wanted(figure, target, only):
    return fnmatch.fnmatch(target.name(figure), only) or fnmatch.fnmatch(figure, only)


def wanted_figure(figure, target, only):
    """A measurement may give more figures than were asked for."""
    short = figure.name.removesuffix(".kernel").removesuffix("." + target.arch)
    return fnmatch.fnmatch(figure.name, only) or fnmatch.fnmatch(short, only)


def run(options):
    kernels = {build.arch_of(prefix): prefix for prefix in options.kernel}
    build.host()
    count = 0
    for arch in options.arch or build.ARCHS:
        peer = Target(arch, kernels[arch]) if arch in kernels else None
        for target in filter(None, (Target(arch), peer)):
            asked = [measure for name, measure in MEASURES if wanted(name, target, options.only)]
            for measure in dict.fromkeys(asked):
                for figure in measure(target, peer if target is not peer else None):
                    if not wanted_figure(figure, target, options.only):
                        continue
                    print(json.dumps(figure.record()) if options.json else figure.line(),
                          flush=True)
                    count += 1
    return count


def main():
    options = parse(sys.argv[1:])
    count = run(options)
    if count == 0:
        print("bench: nothing was measured", file=sys.stderr)
    return 0 if count else 1


build.run_main("bench", main)
