/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * x86_64 under a debugger: see arch_debug.h. Exceptions: Intel SDM volume 3, 6.3; page faults: 4.7.
 * What the kernel does with steps and debug registers was seen on 16.0.0.
 */
#include "arch/include/arch_debug.h"

#include <sel4/sel4.h>

#include "arch/lib/str.h"

enum { WORD_RIP = 0, WORD_RSP = 1, WORD_FLAGS = 2, WORD_RBX = 4, WORD_RDI = 8, WORD_RBP = 9 };
enum { FLAG_TRAP = 1 << 8, FLAG_RESUME = 1 << 16 };

const struct gdb_arch *const arch_gdb = &gdb_arch_x86_64;

/* --- faults ----------------------------------------------------------------------------------- */

static const struct arch_exception exceptions[] = {
    [0] = {ARCH_TRAP_ARITHMETIC, "a division by zero, or one whose result does not fit"},
    [1] = {ARCH_TRAP_STEP, "a debug exception"},
    [3] = {ARCH_TRAP_BREAK, "a breakpoint instruction"},
    [4] = {ARCH_TRAP_PROTECTION, "an overflow trap"},
    [5] = {ARCH_TRAP_PROTECTION, "an index out of bounds"},
    [6] = {ARCH_TRAP_ILLEGAL, "an illegal instruction"},
    [11] = {ARCH_TRAP_ALIGNMENT, "a segment that is not present"},
    [12] = {ARCH_TRAP_ALIGNMENT, "a stack address that is not canonical"},
    [13] = {ARCH_TRAP_PROTECTION, "a general protection fault: a privileged instruction, or an "
                                  "address that is not canonical or not aligned"},
    [16] = {ARCH_TRAP_ARITHMETIC, "an x87 floating-point exception"},
    [17] = {ARCH_TRAP_ALIGNMENT, "an access that is not aligned"},
    [19] = {ARCH_TRAP_ARITHMETIC, "a SIMD floating-point exception"},
};

struct arch_exception arch_exception(uint64_t number)
{
    static const struct arch_exception other = {ARCH_TRAP_OTHER, "an exception"};

    if (number >= sizeof exceptions / sizeof exceptions[0] || !exceptions[number].text)
        return other;
    return exceptions[number];
}

struct arch_vm_fault arch_vm_fault(uint64_t status, bool prefetch)
{
    bool write = status & 2, execute = prefetch || status & 16;

    return (struct arch_vm_fault){.access = execute ? ARCH_ACCESS_EXECUTE
                                            : write ? ARCH_ACCESS_WRITE
                                                    : ARCH_ACCESS_READ,
                                  .is_mapped = status & 1};
}

/* --- registers -------------------------------------------------------------------------------- */

static bool has_bytes(const struct gdb_code *code, uint64_t addr, const char *bytes, size_t len)
{
    char there[8];

    return code->read(code->context, addr, there, len) == len && memcmp(there, bytes, len) == 0;
}

/* The usual stubs keep the stack pointer in RBX over a system call, which the kernel does not: at
 * the instruction and after it (`syscall`, then `mov %rbx, %rsp`) the true one is there. */
void arch_registers_mend(uint64_t *words, const struct gdb_code *code)
{
    static const char call[] = "\x0f\x05\x48\x89\xdc", after[] = "\x48\x89\xdc";

    words[WORD_FLAGS] &= ~(uint64_t)(FLAG_TRAP | FLAG_RESUME);
    if (has_bytes(code, words[WORD_RIP], call, 5) ||
        (has_bytes(code, words[WORD_RIP], after, 3) &&
         has_bytes(code, words[WORD_RIP] - 2, call, 2)))
        words[WORD_RSP] = words[WORD_RBX];
}

bool arch_step_is_exact(const uint64_t *words, const struct gdb_code *code)
{
    (void)words, (void)code;
    return true;
}

bool arch_step_was_call(const uint64_t *before, const uint64_t *after, const struct gdb_code *code,
                        uint64_t *back)
{
    uint64_t pushed;

    if (after[WORD_RSP] != before[WORD_RSP] - 8 ||
        code->read(code->context, after[WORD_RSP], &pushed, 8) != 8)
        return false;
    *back = pushed;
    return pushed - before[WORD_RIP] - 1 < 15 && after[WORD_RIP] != pushed;
}

/* A frame: the caller's, then the address to return to. */
bool arch_frame_up(uint64_t *frame, uint64_t *pc, const struct gdb_code *code)
{
    uint64_t pair[2];

    if (*frame == 0 || *frame % 8 || code->read(code->context, *frame, pair, 16) != 16)
        return false;
    *frame = pair[0];
    *pc = pair[1];
    return true;
}

const uint8_t arch_frame_word = WORD_RBP;

/* --- breakpoint registers --------------------------------------------------------------------- */

/* A hit within a step ends an emulated machine with a triple fault. */
#ifdef CONFIG_HARDWARE_DEBUG_API
#define COUNT 4
#else
#define COUNT 0
#endif
const struct arch_break_registers arch_break_registers = {
    .break_end = COUNT,
    .watch_end = COUNT,
    .largest = 4,
    .smallest = 1,
    .step_disturbed = true,
};

/* --- floating point --------------------------------------------------------------------------- */

extern const char x86_fp_save[], x86_fp_save_trap[], x86_fp_load[], x86_fp_load_trap[],
    x86_fp_end[];
__asm__(".pushsection .rodata\n"
        "x86_fp_save: fxsave64 (%rdi)\n"
        "x86_fp_save_trap: int3\n"
        "x86_fp_load: fxrstor64 (%rdi)\n"
        "x86_fp_load_trap: int3\n"
        "x86_fp_end:\n"
        ".popsection\n");
const struct arch_fp_code arch_fp_save = {x86_fp_save, x86_fp_save_trap, x86_fp_load};
const struct arch_fp_code arch_fp_load = {x86_fp_load, x86_fp_load_trap, x86_fp_end};
const uint8_t arch_fp_word = WORD_RDI;
const uint16_t arch_red_zone_bytes = 128;
