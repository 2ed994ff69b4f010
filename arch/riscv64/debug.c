/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * riscv64 under a debugger: see arch_debug.h. Causes: the privileged architecture, table "scause".
 * The kernel has no debug API here: all is done in software.
 */
#include "arch/include/arch_debug.h"

#include "arch/lib/str.h"

enum { WORD_PC = 0, WORD_RA = 1, WORD_SP = 2, WORD_FP = 4, WORD_A0 = 16 };

const struct gdb_arch *const arch_gdb = &gdb_arch_riscv64;

/* --- faults ----------------------------------------------------------------------------------- */

static const struct arch_exception exceptions[] = {
    [0] = {ARCH_TRAP_ALIGNMENT, "a program counter that is not aligned"},
    [1] = {ARCH_TRAP_ALIGNMENT, "code where no memory answers"},
    [2] = {ARCH_TRAP_ILLEGAL, "an illegal instruction"},
    [3] = {ARCH_TRAP_BREAK, "a breakpoint instruction"},
    [4] = {ARCH_TRAP_ALIGNMENT, "a load that is not aligned"},
    [5] = {ARCH_TRAP_ALIGNMENT, "a load where no memory answers"},
    [6] = {ARCH_TRAP_ALIGNMENT, "a store that is not aligned"},
    [7] = {ARCH_TRAP_ALIGNMENT, "a store where no memory answers"},
};

struct arch_exception arch_exception(uint64_t number)
{
    if (number >= sizeof exceptions / sizeof exceptions[0])
        return (struct arch_exception){ARCH_TRAP_OTHER, "an exception"};
    return exceptions[number];
}

/* The status is the cause of an access fault, 1, 5 or 7; the kernel says so for page faults (12,
 * 13, 15) too. So it tells neither whether a page is mapped nor whether memory answers there. */
struct arch_vm_fault arch_vm_fault(uint64_t status, bool prefetch)
{
    bool write = status == 7 || status == 15;

    return (struct arch_vm_fault){.access = prefetch ? ARCH_ACCESS_EXECUTE
                                            : write  ? ARCH_ACCESS_WRITE
                                                     : ARCH_ACCESS_READ};
}

/* --- registers -------------------------------------------------------------------------------- */

void arch_registers_mend(uint64_t *words, const struct gdb_code *code)
{
    (void)words, (void)code;
}

bool arch_step_is_exact(const uint64_t *words, const struct gdb_code *code)
{
    (void)words, (void)code;
    return true;
}

bool arch_step_was_call(const uint64_t *before, const uint64_t *after, const struct gdb_code *code,
                        uint64_t *back)
{
    uint64_t distance = after[WORD_RA] - before[WORD_PC];

    (void)code;
    *back = after[WORD_RA];
    return (distance == 2 || distance == 4) && after[WORD_PC] != *back;
}

/* The two words below the frame pointer: the caller's frame, then the address to return to. */
bool arch_frame_up(uint64_t *frame, uint64_t *pc, const struct gdb_code *code)
{
    uint64_t pair[2];

    if (*frame == 0 || *frame % 8 || code->read(code->context, *frame - 16, pair, 16) != 16)
        return false;
    *frame = pair[0];
    *pc = pair[1];
    return true;
}

const uint8_t arch_frame_word = WORD_FP;

/* --- breakpoint registers --------------------------------------------------------------------- */

const struct arch_break_registers arch_break_registers = {.largest = 8, .smallest = 1};

/* --- floating point --------------------------------------------------------------------------- */

extern const char riscv_fp_save[], riscv_fp_save_trap[], riscv_fp_load[], riscv_fp_load_trap[],
    riscv_fp_end[];
/* clang-format off */
#define ALL(op) \
    op " f0, 0(a0)\n" op " f1, 8(a0)\n" op " f2, 16(a0)\n" op " f3, 24(a0)\n" \
    op " f4, 32(a0)\n" op " f5, 40(a0)\n" op " f6, 48(a0)\n" op " f7, 56(a0)\n" \
    op " f8, 64(a0)\n" op " f9, 72(a0)\n" op " f10, 80(a0)\n" op " f11, 88(a0)\n" \
    op " f12, 96(a0)\n" op " f13, 104(a0)\n" op " f14, 112(a0)\n" op " f15, 120(a0)\n" \
    op " f16, 128(a0)\n" op " f17, 136(a0)\n" op " f18, 144(a0)\n" op " f19, 152(a0)\n" \
    op " f20, 160(a0)\n" op " f21, 168(a0)\n" op " f22, 176(a0)\n" op " f23, 184(a0)\n" \
    op " f24, 192(a0)\n" op " f25, 200(a0)\n" op " f26, 208(a0)\n" op " f27, 216(a0)\n" \
    op " f28, 224(a0)\n" op " f29, 232(a0)\n" op " f30, 240(a0)\n" op " f31, 248(a0)\n"
__asm__(".pushsection .rodata\n"
        ".balign 4\n"
        ".option push\n"
        ".option arch, +d\n"
        ".option norvc\n"
        "riscv_fp_save:\n"
        ALL("fsd")
        "frcsr a1\n"
        "sw a1, 256(a0)\n"
        "riscv_fp_save_trap: ebreak\n"
        "riscv_fp_load:\n"
        ALL("fld")
        "lw a1, 256(a0)\n"
        "fscsr a1\n"
        "riscv_fp_load_trap: ebreak\n"
        "riscv_fp_end:\n"
        ".option pop\n"
        ".popsection\n");
/* clang-format on */
const struct arch_fp_code arch_fp_save = {riscv_fp_save, riscv_fp_save_trap, riscv_fp_load};
const struct arch_fp_code arch_fp_load = {riscv_fp_load, riscv_fp_load_trap, riscv_fp_end};
const uint8_t arch_fp_word = WORD_A0;
const uint16_t arch_red_zone_bytes = 0;
