/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * aarch64 under a debugger: see arch_debug.h. Exception classes and fault statuses: Arm ARM, D17.2
 * "ESR_ELx". What the kernel does with steps and debug registers was seen on 16.0.0.
 */
#include "arch/include/arch_debug.h"

#include <sel4/sel4.h>

#include "arch/lib/str.h"

enum { WORD_PC = 0, WORD_SP = 1, WORD_X0 = 3, WORD_X29 = 15, WORD_X30 = 16 };

const struct gdb_arch *const arch_gdb = &gdb_arch_aarch64;

/* --- faults ----------------------------------------------------------------------------------- */

static const struct {
    uint8_t class;
    struct arch_exception is;
} exceptions[] = {
    {0x00, {ARCH_TRAP_ILLEGAL, "an illegal instruction"}},
    {0x07, {ARCH_TRAP_ILLEGAL, "a floating-point instruction that is not allowed"}},
    {0x0e, {ARCH_TRAP_ILLEGAL, "an illegal execution state"}},
    {0x18, {ARCH_TRAP_ILLEGAL, "a system register or instruction that is not allowed"}},
    {0x22, {ARCH_TRAP_ALIGNMENT, "a program counter that is not aligned"}},
    {0x26, {ARCH_TRAP_ALIGNMENT, "a stack pointer that is not aligned"}},
    {0x2c, {ARCH_TRAP_ARITHMETIC, "a floating-point exception"}},
    {0x32, {ARCH_TRAP_STEP, "a debug exception"}},
    {0x3c, {ARCH_TRAP_BREAK, "a breakpoint instruction"}},
};

struct arch_exception arch_exception(uint64_t number)
{
    for (unsigned i = 0; i < sizeof exceptions / sizeof exceptions[0]; i++)
        if (exceptions[i].class == (number >> 26 & 63))
            return exceptions[i].is;
    return (struct arch_exception){ARCH_TRAP_OTHER, "an exception"};
}

struct arch_vm_fault arch_vm_fault(uint64_t status, bool prefetch)
{
    unsigned code = status & 63;
    bool write = status >> 6 & 1;

    return (struct arch_vm_fault){.access = prefetch ? ARCH_ACCESS_EXECUTE
                                            : write  ? ARCH_ACCESS_WRITE
                                                     : ARCH_ACCESS_READ,
                                  .is_mapped = code >= 0x0c && code <= 0x0f, /* permission */
                                  .is_bus = code == 0x21 || code == 0x10 || code == 0x11};
}

/* --- registers -------------------------------------------------------------------------------- */

void arch_registers_mend(uint64_t *words, const struct gdb_code *code)
{
    (void)words, (void)code;
}

/* A step over `svc` runs the instruction after it, too, and an exclusive access that is interrupted
 * by a step never succeeds. */
bool arch_step_is_exact(const uint64_t *words, const struct gdb_code *code)
{
    uint32_t insn;

    if (code->read(code->context, words[WORD_PC], &insn, 4) != 4)
        return true; /* it faults */
    return (insn & 0xffe0001f) != 0xd4000001 && (insn & 0x3f800000) != 0x08000000;
}

bool arch_step_was_call(const uint64_t *before, const uint64_t *after, const struct gdb_code *code,
                        uint64_t *back)
{
    (void)code;
    *back = before[WORD_PC] + 4;
    return after[WORD_X30] == *back && after[WORD_PC] != *back;
}

/* A frame record: the caller's, then the address to return to. */
bool arch_frame_up(uint64_t *frame, uint64_t *pc, const struct gdb_code *code)
{
    uint64_t pair[2];

    if (*frame == 0 || *frame % 8 || code->read(code->context, *frame, pair, 16) != 16)
        return false;
    *frame = pair[0];
    *pc = pair[1];
    return true;
}

const uint8_t arch_frame_word = WORD_X29;

/* --- breakpoint registers --------------------------------------------------------------------- */

#ifdef CONFIG_HARDWARE_DEBUG_API
const struct arch_break_registers arch_break_registers = {
    .break_end = seL4_NumExclusiveBreakpoints,
    .watch_first = seL4_NumExclusiveBreakpoints,
    .watch_end = seL4_NumExclusiveBreakpoints + seL4_NumExclusiveWatchpoints,
    .largest = 8,
    .smallest = 4, /* smaller ones fire only at the start of a word */
    .reads = true,
    .before = true,
    .must_be_loaded = true,
};
#else
const struct arch_break_registers arch_break_registers = {.largest = 8, .smallest = 4};
#endif

/* --- floating point --------------------------------------------------------------------------- */

extern const char aarch64_fp_save[], aarch64_fp_save_trap[], aarch64_fp_load[],
    aarch64_fp_load_trap[], aarch64_fp_end[];
/* clang-format off */
#define ALL(op) \
    op " q0, q1, [x0, #0]\n" \
    op " q2, q3, [x0, #32]\n" \
    op " q4, q5, [x0, #64]\n" \
    op " q6, q7, [x0, #96]\n" \
    op " q8, q9, [x0, #128]\n" \
    op " q10, q11, [x0, #160]\n" \
    op " q12, q13, [x0, #192]\n" \
    op " q14, q15, [x0, #224]\n" \
    op " q16, q17, [x0, #256]\n" \
    op " q18, q19, [x0, #288]\n" \
    op " q20, q21, [x0, #320]\n" \
    op " q22, q23, [x0, #352]\n" \
    op " q24, q25, [x0, #384]\n" \
    op " q26, q27, [x0, #416]\n" \
    op " q28, q29, [x0, #448]\n" \
    op " q30, q31, [x0, #480]\n"
__asm__(".pushsection .rodata\n"
        ".balign 4\n"
        "aarch64_fp_save:\n"
        ALL("stp")
        "mrs x1, fpsr\n"
        "mrs x2, fpcr\n"
        "str w1, [x0, #512]\n"
        "str w2, [x0, #516]\n"
        "aarch64_fp_save_trap: brk #0\n"
        "aarch64_fp_load:\n"
        ALL("ldp")
        "ldr w1, [x0, #512]\n"
        "ldr w2, [x0, #516]\n"
        "msr fpsr, x1\n"
        "msr fpcr, x2\n"
        "aarch64_fp_load_trap: brk #0\n"
        "aarch64_fp_end:\n"
        ".popsection\n");
/* clang-format on */
const struct arch_fp_code arch_fp_save = {aarch64_fp_save, aarch64_fp_save_trap, aarch64_fp_load};
const struct arch_fp_code arch_fp_load = {aarch64_fp_load, aarch64_fp_load_trap, aarch64_fp_end};
const uint8_t arch_fp_word = WORD_X0;
const uint16_t arch_red_zone_bytes = 0;
