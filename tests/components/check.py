#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Boots each example component as a root task and compares what it prints with expected/NAME.txt
(expected/NAME.ARCH.txt where an architecture differs). On a real kernel in QEMU, or on the simulator:

    check.py --components BUILD/components --kernel PREFIX --image SEL4IMAGE [--loader ELF] [NAME...]
    check.py --components BUILD/components --sim SEL4SIM [NAME...]

Every expected line has to come, in order; a kernel may print lines of its own between them. Status 0
if all held, 1 if one did not. Components must be built for that kernel.
"""
import argparse
import os
import selectors
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
LAST_LINE = "component: exit"
MACHINES = {62: "x86_64", 183: "aarch64", 243: "riscv64"}


def architecture_of(elf: Path) -> str:
    """The architecture that an ELF file's header names."""
    header = elf.read_bytes()[:20]
    return MACHINES[int.from_bytes(header[18:20], "little")]


def expected_lines(name: str, arch: str) -> list[str]:
    """The lines to come, the architecture's own file first."""
    for file in (HERE / "expected" / f"{name}.{arch}.txt", HERE / "expected" / f"{name}.txt"):
        if file.exists():
            return file.read_text().splitlines()
    raise SystemExit(f"check.py: nothing says what {name} prints")


def qemu_command(arguments, elf: Path, folder: str) -> list[str]:
    """QEMU's command line for the kernel with this root task, as sel4image says."""
    command = [arguments.image, "--kernel", arguments.kernel, "--monitor", str(elf),
               "-o", f"{folder}/image", "--print-qemu"]
    if arguments.loader:
        command += ["--loader", arguments.loader]
    words = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")
    return [word for word in words if word] + ["-serial", "stdio"]


def sim_command(arguments, elf: Path, _folder: str) -> list[str]:
    """The simulator's command line."""
    return [arguments.sim, "--serial", "stdio", str(elf)]


def output_until_end(command: list[str], timeout_s: float) -> list[str]:
    """Runs it until the component has ended, and ends it; returns the lines."""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as process:
        data, end_at = b"", time.monotonic() + timeout_s
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while (left := end_at - time.monotonic()) > 0:
                if not selector.select(left):
                    break
                piece = os.read(process.stdout.fileno(), 65536)
                data += piece
                if not piece or f"\n{LAST_LINE}".encode() in data.rpartition(b"\n")[0]:
                    break
        process.kill()
    return data.decode(errors="replace").replace("\r", "").split("\n")


def first_missing(expected: list[str], lines: list[str]) -> str | None:
    """The first expected line that does not come, in order; None if all do."""
    rest = iter(lines)
    for line in expected:
        if line not in rest:
            return line
    return None


def check_one(arguments, elf: Path) -> bool:
    """Boots one, says how it went."""
    expected = expected_lines(elf.stem, architecture_of(elf))
    make_command = sim_command if arguments.sim else qemu_command
    with tempfile.TemporaryDirectory() as folder:
        lines = output_until_end(make_command(arguments, elf, folder), arguments.timeout)
    missing = first_missing(expected, lines)
    print(f"{elf.stem}: {'ok' if missing is None else 'FAILED'}")
    if missing is not None:
        print(f"  missing: {missing}")
        print("  last lines:", *lines[-12:], sep="\n    ")
    return missing is None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--components", type=Path, required=True)
    parser.add_argument("--kernel")
    parser.add_argument("--image")
    parser.add_argument("--loader")
    parser.add_argument("--sim")
    parser.add_argument("--timeout", type=float, default=20, help="seconds for each")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    if not arguments.sim and not (arguments.kernel and arguments.image):
        parser.error("either --sim, or --kernel and --image")
    elves = sorted(e for e in arguments.components.glob("*.elf")
                   if not arguments.names or e.stem in arguments.names)
    passed = sum([check_one(arguments, elf) for elf in elves])
    print(f"passed {passed} failed {len(elves) - passed}")
    return 0 if elves and passed == len(elves) else 1


if __name__ == "__main__":
    sys.exit(main())
