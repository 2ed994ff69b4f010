# SPDX-License-Identifier: BSD-2-Clause
"""Compiles C wrappers around functions of the API, loads them into the emulator and calls them.

Every wrapper takes one pointer to an area of slots: argument k lies at slot k, the result goes to
the last slot. So nothing here needs to know how an architecture passes arguments.
"""

from elftools.elf.elffile import ELFFile

import emulator
import toolchain

SLOT = 0x400
RESULT = 24
AREA = emulator.DATA + 0x80000
POINTED = AREA + 0x10000        # what pointer arguments point to, a page each
IPC_BUFFER = AREA + 0x40000
EXTRA = ("benchmark_track_types.h", "sel4_arch/mapping.h", "arch/mapping.h", "arch/vmenter.h",
         "arch/bootinfo_types.h", "bootinfo_types.h", "benchmark_utilisation_types.h",
         "benchmark_tracepoints_types.h", "faults.h")
# Some releases keep the IPC buffer's pointer thread-local whatever the settings say.
HEAD = "#define __thread\n#include <sel4/sel4.h>\n" + "".join(
    f"#if __has_include(<sel4/{name}>)\n#include <sel4/{name}>\n#endif\n" for name in EXTRA) + """
typedef unsigned char area;
#define ARG(type, k) (*(type *)(io + (k) * 0x400))
#define OUT(type) (*(type *)(io + 24 * 0x400))
seL4_IPCBuffer *__sel4_ipc_buffer;
void *memcpy(void *to, const void *from, unsigned long n)
{ for (unsigned long i = 0; i < n; i++) ((char *)to)[i] = ((const char *)from)[i]; return to; }
void *memset(void *to, int c, unsigned long n)
{ for (unsigned long i = 0; i < n; i++) ((char *)to)[i] = c; return to; }
char *strcpy(char *to, const char *from) { char *p = to; while ((*p++ = *from++)); return to; }
"""


class Program:
    """Wrappers, compiled, linked and loaded."""

    def __init__(self, arch, folder, name, lines, includes, flags=("-O2",)):
        self.arch = arch
        self.includes = list(includes)
        path, self.bad = toolchain.compile_lines(arch, folder, name, HEAD, lines, includes,
                                                 list(flags))
        program = f"{folder}/{name}.elf"
        toolchain.link(arch, [path], program, emulator.CODE, emulator.DATA)
        self.machine = emulator.Emulator(arch)
        with open(program, "rb") as stream:
            elf = ELFFile(stream)
            for segment in elf.iter_segments("PT_LOAD"):
                # The first segment may begin with the file's header, below the code.
                skip = max(0, emulator.CODE - segment["p_vaddr"])
                if segment["p_filesz"] > skip:
                    self.machine.write(segment["p_vaddr"] + skip, segment.data()[skip:])
            self.symbols = {s.name: s["st_value"]
                            for s in elf.get_section_by_name(".symtab").iter_symbols() if s.name}
        self.word = self.machine.word
        self.set_ipc_buffer()

    def close(self):
        self.machine.close()

    def set_ipc_buffer(self):
        if "__sel4_ipc_buffer" in self.symbols:
            self.machine.write_word(self.symbols["__sel4_ipc_buffer"], IPC_BUFFER)

    def put(self, slot, data):
        self.machine.write(AREA + slot * SLOT, data)

    def put_words(self, slot, words):
        self.put(slot, b"".join((w & (2 ** (8 * self.word) - 1)).to_bytes(self.word, "little")
                                for w in words))

    def start(self, name):
        self.machine.start(self.symbols[name], AREA)

    def call(self, name):
        """A function that must not trap."""
        self.start(name)
        if self.machine.run(b""):
            raise RuntimeError(f"{name} enters the kernel")

    def result(self, size):
        return self.machine.read(AREA + RESULT * SLOT, size)

    def result_words(self, count):
        data = self.result(count * self.word)
        return [int.from_bytes(data[i * self.word:(i + 1) * self.word], "little")
                for i in range(count)]
