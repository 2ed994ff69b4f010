/* SPDX-License-Identifier: BSD-2-Clause */
/* The test machine's architectures: Unicorn's names for the words of seL4_UserContext. */
#include "tests/gdb/server/machine.h"

#include <string.h>

static uint64_t reg64(uc_engine *uc, int reg)
{
    uint64_t value = 0;
    uc_reg_read(uc, reg, &value);
    return value;
}

/* --- x86_64 ----------------------------------------------------------------------------------- */
static const int x86_regs[] = {
    UC_X86_REG_RIP, UC_X86_REG_RSP, UC_X86_REG_RFLAGS, UC_X86_REG_RAX,     UC_X86_REG_RBX,
    UC_X86_REG_RCX, UC_X86_REG_RDX, UC_X86_REG_RSI,    UC_X86_REG_RDI,     UC_X86_REG_RBP,
    UC_X86_REG_R8,  UC_X86_REG_R9,  UC_X86_REG_R10,    UC_X86_REG_R11,     UC_X86_REG_R12,
    UC_X86_REG_R13, UC_X86_REG_R14, UC_X86_REG_R15,    UC_X86_REG_FS_BASE, UC_X86_REG_GS_BASE};

static void x86_init(uc_engine *uc)
{
    (void)uc;
}

static void x86_fp_read(uc_engine *uc, void *image)
{
    uint8_t *to = image;

    memset(to, 0, 512);
    uint16_t word = (uint16_t)reg64(uc, UC_X86_REG_FPCW);
    memcpy(to, &word, 2);
    uint32_t mxcsr = (uint32_t)reg64(uc, UC_X86_REG_MXCSR);
    memcpy(to + 24, &mxcsr, 4);
    for (int i = 0; i < 16; i++)
        uc_reg_read(uc, UC_X86_REG_XMM0 + i, to + 160 + 16 * i);
}

static void x86_fp_write(uc_engine *uc, const void *image)
{
    for (int i = 0; i < 16; i++)
        uc_reg_write(uc, UC_X86_REG_XMM0 + i, (const uint8_t *)image + 160 + 16 * i);
}

static struct gdb_stop x86_interrupt(uint32_t number)
{
    if (number == 3)
        return (struct gdb_stop){.kind = GDB_STOP_BREAK};
    return (struct gdb_stop){.kind = GDB_STOP_SIGNAL,
                             .signal = number == 0   ? GDB_SIGFPE
                                       : number == 6 ? GDB_SIGILL
                                                     : GDB_SIGSEGV};
}

/* --- aarch64 ---------------------------------------------------------------------------------- */
#define X(n) UC_ARM64_REG_X##n
static const int a64_regs[] = {UC_ARM64_REG_PC,
                               UC_ARM64_REG_SP,
                               UC_ARM64_REG_NZCV,
                               X(0),
                               X(1),
                               X(2),
                               X(3),
                               X(4),
                               X(5),
                               X(6),
                               X(7),
                               X(8),
                               X(16),
                               X(17),
                               X(18),
                               X(29),
                               X(30),
                               X(9),
                               X(10),
                               X(11),
                               X(12),
                               X(13),
                               X(14),
                               X(15),
                               X(19),
                               X(20),
                               X(21),
                               X(22),
                               X(23),
                               X(24),
                               X(25),
                               X(26),
                               X(27),
                               X(28),
                               UC_ARM64_REG_TPIDR_EL0,
                               UC_ARM64_REG_TPIDRRO_EL0};
#undef X

static void a64_init(uc_engine *uc)
{
    uint64_t value = reg64(uc, UC_ARM64_REG_CPACR_EL1) | 3u << 20;
    uc_reg_write(uc, UC_ARM64_REG_CPACR_EL1, &value);
}

static void a64_fp_read(uc_engine *uc, void *image)
{
    memset(image, 0, 520);
    for (int i = 0; i < 32; i++)
        uc_reg_read(uc, UC_ARM64_REG_V0 + i, (uint8_t *)image + 16 * i);
}

static void a64_fp_write(uc_engine *uc, const void *image)
{
    for (int i = 0; i < 32; i++)
        uc_reg_write(uc, UC_ARM64_REG_V0 + i, (const uint8_t *)image + 16 * i);
}

static struct gdb_stop a64_interrupt(uint32_t number)
{
    if (number == 2)
        return (struct gdb_stop){.kind = GDB_STOP_NONE};
    if (number == 7)
        return (struct gdb_stop){.kind = GDB_STOP_BREAK};
    return (struct gdb_stop){.kind = GDB_STOP_SIGNAL,
                             .signal = number == 1 ? GDB_SIGILL : GDB_SIGSEGV};
}

/* --- riscv64 ---------------------------------------------------------------------------------- */
#define X(n) UC_RISCV_REG_X##n
static const int riscv_regs[] = {
    UC_RISCV_REG_PC, X(1),  X(2),  X(3),  X(8),  X(9),  X(18), X(19), X(20), X(21), X(22),
    X(23),           X(24), X(25), X(26), X(27), X(10), X(11), X(12), X(13), X(14), X(15),
    X(16),           X(17), X(5),  X(6),  X(7),  X(28), X(29), X(30), X(31), X(4)};
#undef X

static void riscv_init(uc_engine *uc)
{
    uint64_t value = reg64(uc, UC_RISCV_REG_MSTATUS) | 1u << 13; /* FS: initial */
    uc_reg_write(uc, UC_RISCV_REG_MSTATUS, &value);
}

static void riscv_fp_read(uc_engine *uc, void *image)
{
    memset(image, 0, 260);
    for (int i = 0; i < 32; i++)
        uc_reg_read(uc, UC_RISCV_REG_F0 + i, (uint8_t *)image + 8 * i);
}

static void riscv_fp_write(uc_engine *uc, const void *image)
{
    for (int i = 0; i < 32; i++)
        uc_reg_write(uc, UC_RISCV_REG_F0 + i, (const uint8_t *)image + 8 * i);
}

static struct gdb_stop riscv_interrupt(uint32_t number)
{
    if (number >= 8 && number <= 11)
        return (struct gdb_stop){.kind = GDB_STOP_NONE};
    if (number == 3)
        return (struct gdb_stop){.kind = GDB_STOP_BREAK};
    return (struct gdb_stop){.kind = GDB_STOP_SIGNAL,
                             .signal = number == 2 ? GDB_SIGILL : GDB_SIGSEGV};
}

static const struct machine_arch archs[] = {
    {.gdb = &gdb_arch_x86_64,
     .uc_arch = UC_ARCH_X86,
     .uc_mode = UC_MODE_64,
     .context_regs = x86_regs,
     .context_count = sizeof x86_regs / sizeof *x86_regs,
     .pc = UC_X86_REG_RIP,
     .sp = UC_X86_REG_RSP,
     .call_number = UC_X86_REG_RAX,
     .call_a = UC_X86_REG_RDI,
     .call_b = UC_X86_REG_RSI,
     .init = x86_init,
     .fp_read = x86_fp_read,
     .fp_write = x86_fp_write,
     .interrupt = x86_interrupt},
    {.gdb = &gdb_arch_aarch64,
     .uc_arch = UC_ARCH_ARM64,
     .uc_mode = UC_MODE_ARM,
     .context_regs = a64_regs,
     .context_count = sizeof a64_regs / sizeof *a64_regs,
     .pc = UC_ARM64_REG_PC,
     .sp = UC_ARM64_REG_SP,
     .call_number = UC_ARM64_REG_X8,
     .call_a = UC_ARM64_REG_X0,
     .call_b = UC_ARM64_REG_X1,
     .init = a64_init,
     .fp_read = a64_fp_read,
     .fp_write = a64_fp_write,
     .interrupt = a64_interrupt},
    {.gdb = &gdb_arch_riscv64,
     .uc_arch = UC_ARCH_RISCV,
     .uc_mode = UC_MODE_RISCV64,
     .context_regs = riscv_regs,
     .context_count = sizeof riscv_regs / sizeof *riscv_regs,
     .pc = UC_RISCV_REG_PC,
     .sp = UC_RISCV_REG_X2,
     .call_number = UC_RISCV_REG_X17,
     .call_a = UC_RISCV_REG_X10,
     .call_b = UC_RISCV_REG_X11,
     .init = riscv_init,
     .fp_read = riscv_fp_read,
     .fp_write = riscv_fp_write,
     .interrupt = riscv_interrupt},
};

const struct machine_arch *machine_arch_find(const char *name)
{
    for (size_t i = 0; i < sizeof archs / sizeof *archs; i++)
        if (strcmp(archs[i].gdb->name, name) == 0)
            return &archs[i];
    return NULL;
}
