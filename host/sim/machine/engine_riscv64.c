/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The riscv64 row of the engine. User mode is entered by `mret`. Unicorn adds 4 to the program
 * counter of every exception, and reads the cycle counters from the host's clock: a block that ends
 * in such a read has its result replaced when the next one begins.
 */
#include "host/sim/machine/engine_arch.h"

#include <string.h>

enum { CAUSE_ILLEGAL = 2, CAUSE_BREAKPOINT = 3, CAUSE_ECALL = 8 };

#define INSN_MRET 0x30200073U

#define CSR_CYCLE   0xc00U
#define CSR_TIME    0xc01U
#define CSR_INSTRET 0xc02U

/* Nanoseconds of virtual time for one tick of `time`, which runs at 10 MHz. */
#define TIME_TICK_NS 100U

#define MSTATUS_FS_INITIAL (1ULL << 13)

#define OPCODE_SYSTEM 0x73U

#define REG(number, label)                                                                         \
    {                                                                                              \
        .name = label, .id = UC_RISCV_REG_X0 + (number)                                            \
    }

static const struct engine_register registers[] = {
    {.name = "pc", .id = UC_RISCV_REG_PC},
    REG(1, "ra"),
    REG(2, "sp"),
    REG(3, "gp"),
    REG(4, "tp"),
    REG(5, "t0"),
    REG(6, "t1"),
    REG(7, "t2"),
    REG(8, "s0"),
    REG(9, "s1"),
    REG(10, "a0"),
    REG(11, "a1"),
    REG(12, "a2"),
    REG(13, "a3"),
    REG(14, "a4"),
    REG(15, "a5"),
    REG(16, "a6"),
    REG(17, "a7"),
    REG(18, "s2"),
    REG(19, "s3"),
    REG(20, "s4"),
    REG(21, "s5"),
    REG(22, "s6"),
    REG(23, "s7"),
    REG(24, "s8"),
    REG(25, "s9"),
    REG(26, "s10"),
    REG(27, "s11"),
    REG(28, "t3"),
    REG(29, "t4"),
    REG(30, "t5"),
    REG(31, "t6"),
    {0},
};

#define FPU_F(n)                                                                                   \
    {                                                                                              \
        UC_RISCV_REG_F0 + (n), 8                                                                   \
    }

static const struct engine_fpu_register fpu[] = {
    FPU_F(0),  FPU_F(1),  FPU_F(2),
    FPU_F(3),  FPU_F(4),  FPU_F(5),
    FPU_F(6),  FPU_F(7),  FPU_F(8),
    FPU_F(9),  FPU_F(10), FPU_F(11),
    FPU_F(12), FPU_F(13), FPU_F(14),
    FPU_F(15), FPU_F(16), FPU_F(17),
    FPU_F(18), FPU_F(19), FPU_F(20),
    FPU_F(21), FPU_F(22), FPU_F(23),
    FPU_F(24), FPU_F(25), FPU_F(26),
    FPU_F(27), FPU_F(28), FPU_F(29),
    FPU_F(30), FPU_F(31), {UC_RISCV_REG_FCSR, 8},
    {0, 0},
};

static const uint8_t load[] = {0x03, 0x45, 0x05, 0x00}; /* lbu a0, 0(a0) */

static enum err prepare(struct engine *e, uint8_t *stub, uint64_t user_pc)
{
    static const uint32_t mret = INSN_MRET;

    memcpy(stub, &mret, sizeof mret);
    engine_uc_write(e, UC_RISCV_REG_MSTATUS, MSTATUS_FS_INITIAL);
    engine_uc_write(e, UC_RISCV_REG_MEPC, user_pc);
    return ERR_OK;
}

static enum err setup(struct engine *e)
{
    (void)e;
    return ERR_OK;
}

static uint32_t field(uint32_t insn, unsigned shift, unsigned bits)
{
    return (insn >> shift) & ((1U << bits) - 1);
}

/* A read of a counter without a write: the register that takes it, or 0. */
static uint32_t counter_target(uint32_t insn)
{
    uint32_t csr = field(insn, 20, 12), op = field(insn, 12, 3);

    if (field(insn, 0, 7) != OPCODE_SYSTEM || csr < CSR_CYCLE || csr > CSR_INSTRET) {
        return 0;
    }
    return (op == 2 || op == 3 || op == 6 || op == 7) && field(insn, 15, 5) == 0 ? field(insn, 7, 5)
                                                                                 : 0;
}

static void write_register(struct engine *e, uint32_t number, uint64_t value)
{
    if (number != 0) {
        engine_uc_write(e, UC_RISCV_REG_X0 + (int)number, value);
    }
}

static bool read_time(struct engine *e, uint32_t insn)
{
    if (field(insn, 20, 12) != CSR_TIME || counter_target(insn) == 0) {
        return false;
    }
    write_register(e, field(insn, 7, 5), e->ops->counter(e->context) / TIME_TICK_NS);
    return true;
}

static void on_interrupt(struct engine *e, uint32_t number)
{
    struct engine_exit exit = {.kind = ENGINE_EXIT_EXCEPTION, .number = number};
    uint64_t pc = engine_uc_read(e, UC_RISCV_REG_PC) - 4;
    uint32_t insn = 0;

    e->block_note = 0;
    if (number == CAUSE_ECALL) {
        exit = (struct engine_exit){.kind = ENGINE_EXIT_SYSCALL};
        engine_stop(e, &exit);
        return;
    }
    engine_fetch(e, pc, &insn, sizeof insn);
    if (number == CAUSE_ILLEGAL && read_time(e, insn)) {
        return;
    }
    engine_uc_write(e, UC_RISCV_REG_PC, pc);
    engine_stop(e, &exit);
}

static void on_invalid(struct engine *e)
{
    struct engine_exit exit = {.kind = ENGINE_EXIT_EXCEPTION, .number = CAUSE_BREAKPOINT};

    e->block_note = 0;
    engine_stop(e, &exit);
}

/* User mode may not wait; the program counter is after the instruction. */
static void on_wait(struct engine *e)
{
    e->exit = (struct engine_exit){.kind = ENGINE_EXIT_EXCEPTION, .number = CAUSE_ILLEGAL};
    e->exiting = true;
    engine_uc_write(e, UC_RISCV_REG_PC, engine_uc_read(e, UC_RISCV_REG_PC) - 4);
}

/* Bytes that are no instruction at the start of a page come as a fetch fault of the page before. */
static bool on_fault(struct engine *e, uint64_t pc)
{
    if (e->exit.access != CPU_EXECUTE || e->fault_page >= (pc & ~ENGINE_PAGE_MASK)) {
        return false;
    }
    e->exit = (struct engine_exit){.kind = ENGINE_EXIT_EXCEPTION, .number = CAUSE_ILLEGAL};
    return true;
}

/* The note of the last block: the register that its counter read goes to. */
static void after_block(struct engine *e)
{
    write_register(e, e->block_note, e->ops->counter(e->context));
    e->block_note = 0;
}

static void on_new_block(struct engine *e, struct engine_block *block)
{
    uint32_t insn = 0;

    engine_fetch(e, block->pc + block->size_bytes - 4, &insn, sizeof insn);
    block->note = block->size_bytes < 4 ? 0 : counter_target(insn);
}

const struct engine_arch engine_riscv64 = {
    .name = "riscv64",
    .arch = UC_ARCH_RISCV,
    .mode = UC_MODE_RISCV64,
    .cpu_model = UC_CPU_RISCV64_ANY,
    .registers = registers,
    .fpu = fpu,
    .pc = UC_RISCV_REG_PC,
    .probe = UC_RISCV_REG_X10,
    .load = load,
    .load_bytes = sizeof load,
    .prepare = prepare,
    .setup = setup,
    .on_interrupt = on_interrupt,
    .on_invalid = on_invalid,
    .on_wait = on_wait,
    .on_fault = on_fault,
    .after_block = after_block,
    .on_new_block = on_new_block,
};
