# SPDX-License-Identifier: BSD-2-Clause
"""Compiles probes for an architecture: which compiler, which flags, and what to do with names that
do not exist."""

import re
import shutil
import subprocess
from pathlib import Path

from elftools.elf.elffile import ELFFile

COMPILERS = {
    "x86_64": (["x86_64-linux-gnu-gcc", "gcc"], ["-mno-sse", "-mgeneral-regs-only"]),
    "ia32": (["i686-linux-gnu-gcc"], ["-mgeneral-regs-only", "-fno-pic", "-no-pie"]),
    "aarch64": (["aarch64-linux-gnu-gcc"], ["-mgeneral-regs-only"]),
    "aarch32": (["arm-linux-gnueabi-gcc", "arm-linux-gnueabihf-gcc"],
                ["-marm", "-mtp=soft", "-march=armv7-a"]),
    "riscv64": (["riscv64-linux-gnu-gcc"], ["-march=rv64imac", "-mabi=lp64"]),
    "riscv32": (["riscv64-linux-gnu-gcc"], ["-march=rv32imac", "-mabi=ilp32"]),
}
FLAGS = ["-std=gnu11", "-ffreestanding", "-fno-pic", "-fno-stack-protector", "-nostdlib",
         "-fno-asynchronous-unwind-tables", "-fno-tree-loop-distribute-patterns", "-DNDEBUG",
         "-Wno-deprecated-declarations", "-Werror=implicit-function-declaration"]


class CompilerMissing(Exception):
    pass


class CompileError(Exception):
    pass


def compiler(arch):
    for name in COMPILERS[arch][0]:
        if shutil.which(name):
            return name
    raise CompilerMissing(f"no compiler for {arch}: {' or '.join(COMPILERS[arch][0])}")


def run(arch, source, output, includes, flags):
    command = [compiler(arch)] + COMPILERS[arch][1] + FLAGS + flags
    for include in includes:
        command += ["-I", str(include)]
    command += [str(source), "-o", str(output)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def compile_object(arch, source, output, includes, flags=()):
    """An object file; raises CompileError with the compiler's words."""
    result = run(arch, source, output, includes, ["-c"] + list(flags))
    if result.returncode:
        raise CompileError(result.stderr)


def compile_lines(arch, folder, name, head, lines, includes, flags=()):
    """Compile a head and lines of C, one thing a line. Lines that do not compile are left out.

    `lines` maps a key to its text. Returns (object file, {key: the compiler's words}).
    """
    source, output = Path(folder) / f"{name}.c", Path(folder) / f"{name}.o"
    bad = {}
    keys = list(lines)
    for _ in range(8):
        start = head.count("\n") + 1
        kept = [key for key in keys if key not in bad]
        source.write_text(head + "\n" + "\n".join(lines[key] for key in kept) + "\n",
                          encoding="utf-8")
        result = run(arch, source, output, includes,
                     ["-c", "-fmax-errors=0", "-fno-diagnostics-show-caret"] + list(flags))
        if not result.returncode:
            return output, bad
        found = False
        for line, words in re.findall(rf"{re.escape(str(source))}:(\d+):\d+: error: (.*)",
                                      result.stderr):
            index = int(line) - start - 1
            if 0 <= index < len(kept):
                bad.setdefault(kept[index], words)
                found = True
        if not found:
            raise CompileError(result.stderr)
    raise CompileError("the probe does not compile even without the lines that failed")


def link(arch, objects, output, code, data):
    """A program at fixed addresses."""
    command = [compiler(arch)] + COMPILERS[arch][1] + [
        "-nostdlib", "-static", "-no-pie", "-Wl,--build-id=none",
        f"-Wl,-Ttext={code:#x}", f"-Wl,-Tdata={data:#x}", "-Wl,--no-dynamic-linker", "-Wl,-e,0",
        "-Wl,-z,noexecstack", "-Wl,--no-relax"] + [str(o) for o in objects] + ["-o", str(output)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise CompileError(result.stderr)


class Symbols:
    """What an object file holds at its symbols; everything is read once."""

    def __init__(self, path):
        with open(path, "rb") as stream:
            elf = ELFFile(stream)
            self.sections = [section.data() for section in elf.iter_sections()]
            self.symbols = {s.name: s.entry for s in
                            elf.get_section_by_name(".symtab").iter_symbols() if s.name}

    def __contains__(self, name):
        return name in self.symbols

    def data(self, name, size):
        symbol = self.symbols[name]
        return self.sections[symbol["st_shndx"]][symbol["st_value"]:symbol["st_value"] + size]
