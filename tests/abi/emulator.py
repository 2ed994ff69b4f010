# SPDX-License-Identifier: BSD-2-Clause
"""A processor to run probes on: Unicorn's shared library by way of ctypes.

Runs one function at a time and stops at each entry into the kernel, so that the caller can look at
registers and memory, answer and go on. Register numbers are read from Unicorn's own headers.
"""

import ctypes
import os
import re
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
ARCHES = {  # engine (arch, mode), header, prefix, entry of registers
    "x86_64": (4, 1 << 3, "x86", "UC_X86_REG_"), "ia32": (4, 1 << 2, "x86", "UC_X86_REG_"),
    "aarch64": (2, 0, "arm64", "UC_ARM64_REG_"), "aarch32": (1, 0, "arm", "UC_ARM_REG_"),
    "riscv64": (8, 1 << 3, "riscv", "UC_RISCV_REG_"),
    "riscv32": (8, 1 << 2, "riscv", "UC_RISCV_REG_"),
}
HOOK_INTR, HOOK_INSN = 1, 2
CODE, DATA, STACK, END = 0x400000, 0x600000, 0x700000, 0x7F0000
SIZE = 0x500000


class EmulatorMissing(Exception):
    pass


def find_library():
    """Where the shared library and the headers are."""
    places = [Path(os.environ["UNICORN_ROOT"])] if "UNICORN_ROOT" in os.environ else []
    places += [TOP / "build/unicorn", Path("/usr/local"), Path("/usr")]
    for place in places:
        for name in ("lib/libunicorn.so.2", "lib/x86_64-linux-gnu/libunicorn.so.2"):
            if (place / name).exists() and (place / "include/unicorn/unicorn.h").exists():
                return place / name, place / "include/unicorn"
    raise EmulatorMissing("libunicorn.so.2 is in none of " + ", ".join(map(str, places))
                          + " (scripts/get-unicorn fetches it)")


def enum_values(header, prefix):
    """Members of the register enumeration of one of Unicorn's headers."""
    values, last = {}, -1
    text = re.sub(r"/\*.*?\*/", "", header.read_text(encoding="utf-8"), flags=re.S)
    text = re.sub(r"//[^\n]*", "", text)
    for name, value in re.findall(rf"\b({prefix}\w+)\s*(?:=\s*([^,}}]+))?\s*(?=[,}}])", text):
        last = sum(values.get(part.strip()) if not part.strip().isdigit() else int(part)
                   for part in value.split("+")) if value else last + 1
        values[name] = last
    return values


class Emulator:
    def __init__(self, arch):
        path, headers = find_library()
        self.lib = ctypes.CDLL(str(path))
        self.arch = arch
        engine, mode, header, self.prefix = ARCHES[arch]
        self.numbers = enum_values(headers / f"{header}.h", self.prefix)
        self.word = 8 if arch.endswith("64") else 4
        self.uc = ctypes.c_void_p()
        self.check(self.lib.uc_open(engine, mode, ctypes.byref(self.uc)))
        self.check(self.lib.uc_mem_map(self.uc, ctypes.c_uint64(CODE), ctypes.c_size_t(SIZE), 7))
        self.trapped = False
        self.hook()

    def check(self, error):
        if error:
            self.lib.uc_strerror.restype = ctypes.c_char_p
            raise RuntimeError(self.lib.uc_strerror(error).decode())

    def close(self):
        self.lib.uc_close(self.uc)

    def hook(self):
        """Stop at the instruction that enters the kernel."""
        handle = ctypes.c_size_t()
        if self.arch in ("x86_64", "ia32"):
            kind = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)
            self.callback = kind(lambda uc, data: self.stop())
            instruction = {"x86_64": "SYSCALL", "ia32": "SYSENTER"}[self.arch]
            _, headers = find_library()
            number = enum_values(headers / "x86.h", "UC_X86_INS_")[f"UC_X86_INS_{instruction}"]
            self.check(self.lib.uc_hook_add(
                self.uc, ctypes.byref(handle), HOOK_INSN, self.callback, None, ctypes.c_uint64(1),
                ctypes.c_uint64(0), ctypes.c_int(number)))
            return
        kind = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p)
        self.callback = kind(lambda uc, number, data: self.stop())
        self.check(self.lib.uc_hook_add(self.uc, ctypes.byref(handle), HOOK_INTR, self.callback,
                                        None, ctypes.c_uint64(1), ctypes.c_uint64(0)))

    def stop(self):
        self.trapped = True
        self.lib.uc_emu_stop(self.uc)

    # Memory and registers.

    def write(self, address, data):
        self.check(self.lib.uc_mem_write(self.uc, ctypes.c_uint64(address), data,
                                         ctypes.c_size_t(len(data))))

    def read(self, address, size):
        buffer = ctypes.create_string_buffer(size)
        self.check(self.lib.uc_mem_read(self.uc, ctypes.c_uint64(address), buffer,
                                        ctypes.c_size_t(size)))
        return buffer.raw

    def write_word(self, address, value):
        self.write(address, (value & (2 ** (8 * self.word) - 1)).to_bytes(self.word, "little"))

    def read_word(self, address):
        return int.from_bytes(self.read(address, self.word), "little")

    def number(self, name):
        return self.numbers[self.prefix + ALIASES.get(name, name).upper()]

    def get(self, name):
        value = ctypes.c_uint64(0)
        self.check(self.lib.uc_reg_read(self.uc, self.number(name), ctypes.byref(value)))
        return value.value & (2 ** (8 * self.word) - 1)

    def set(self, name, value):
        value = ctypes.c_uint64(value & (2 ** (8 * self.word) - 1))
        self.check(self.lib.uc_reg_write(self.uc, self.number(name), ctypes.byref(value)))

    # Running.

    def start(self, address, argument):
        """Make ready to run a function of one pointer argument."""
        self.pc = address
        stack = STACK
        if self.arch in ("x86_64", "ia32"):
            stack -= self.word * 2
            if self.arch == "ia32":
                self.write_word(stack + self.word, argument)
            else:
                self.set("rdi", argument)
            self.write_word(stack, END)
        else:
            self.set(FIRST_ARGUMENT[self.arch], argument)
            self.set(LINK[self.arch], END)
        self.set(STACK_POINTER[self.arch], stack)

    def run(self, trap_bytes):
        """Go on to the next entry into the kernel (True) or the function's end (False)."""
        self.trapped = False
        error = self.lib.uc_emu_start(self.uc, ctypes.c_uint64(self.pc), ctypes.c_uint64(END),
                                      ctypes.c_uint64(0), ctypes.c_size_t(2_000_000))
        self.check(error)
        self.pc = self.get(PROGRAM_COUNTER[self.arch])
        if not self.trapped:
            if self.pc != END:
                raise RuntimeError(f"the probe ended at {self.pc:#x}")
            return False
        if self.read(self.pc, len(trap_bytes)) == trap_bytes and (
                self.read(self.pc - len(trap_bytes), len(trap_bytes)) != trap_bytes):
            self.pc += len(trap_bytes)
        return True


ALIASES = {"r9": "r9", "sb": "r9"}
FIRST_ARGUMENT = {"aarch64": "x0", "aarch32": "r0", "riscv64": "a0", "riscv32": "a0"}
LINK = {"aarch64": "x30", "aarch32": "lr", "riscv64": "ra", "riscv32": "ra"}
STACK_POINTER = {"x86_64": "rsp", "ia32": "esp", "aarch64": "sp", "aarch32": "sp",
                 "riscv64": "sp", "riscv32": "sp"}
PROGRAM_COUNTER = {"x86_64": "rip", "ia32": "eip", "aarch64": "pc", "aarch32": "pc",
                   "riscv64": "pc", "riscv32": "pc"}
