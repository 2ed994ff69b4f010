/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * riscv64: registers as gdb numbers them (x0 to x31, pc, f0 to f31, fcsr), breakpoint instructions.
 * Names are those of features org.gnu.gdb.riscv.cpu and .fpu.
 */
#include "arch/include/gdb_arch.h"
#include "arch/riscv64/nextpc.h"

enum { CPU, FPU };

#define X(reg, reg_name, word)                                                                     \
    {                                                                                              \
        .name = reg_name, .number = reg, .bits = 64, .bank = GDB_BANK_CONTEXT,                     \
        .offset = 8 * (word), .stored_bytes = 8, .feature = CPU                                    \
    }
/* What every stop reply carries: enough to unwind the innermost frames. */
#define X_STOP(reg, reg_name, reg_type, word)                                                      \
    {                                                                                              \
        .name = reg_name, .number = reg, .bits = 64, .bank = GDB_BANK_CONTEXT,                     \
        .offset = 8 * (word), .stored_bytes = 8, .feature = CPU, .type = reg_type,                 \
        .expedited = true                                                                          \
    }
#define F(reg, reg_name)                                                                           \
    {                                                                                              \
        .name = reg_name, .number = 33 + (reg), .bits = 64, .bank = GDB_BANK_FP,                   \
        .offset = 8 * (reg), .stored_bytes = 8, .feature = FPU, .type = "riscv_double"             \
    }

static const struct gdb_reg regs[] = {
    /* x0 is stored nowhere, and is zero. */
    {.name = "zero", .number = 0, .bits = 64, .bank = GDB_BANK_CONTEXT, .feature = CPU},
    X_STOP(1, "ra", "code_ptr", 1),
    X_STOP(2, "sp", "data_ptr", 2),
    X(3, "gp", 3),
    X(4, "tp", 31),
    X(5, "t0", 24),
    X(6, "t1", 25),
    X(7, "t2", 26),
    X_STOP(8, "fp", "data_ptr", 4),
    X(9, "s1", 5),
    X(10, "a0", 16),
    X(11, "a1", 17),
    X(12, "a2", 18),
    X(13, "a3", 19),
    X(14, "a4", 20),
    X(15, "a5", 21),
    X(16, "a6", 22),
    X(17, "a7", 23),
    X(18, "s2", 6),
    X(19, "s3", 7),
    X(20, "s4", 8),
    X(21, "s5", 9),
    X(22, "s6", 10),
    X(23, "s7", 11),
    X(24, "s8", 12),
    X(25, "s9", 13),
    X(26, "s10", 14),
    X(27, "s11", 15),
    X(28, "t3", 27),
    X(29, "t4", 28),
    X(30, "t5", 29),
    X(31, "t6", 30),
    X_STOP(32, "pc", "code_ptr", 0),
    F(0, "ft0"),
    F(1, "ft1"),
    F(2, "ft2"),
    F(3, "ft3"),
    F(4, "ft4"),
    F(5, "ft5"),
    F(6, "ft6"),
    F(7, "ft7"),
    F(8, "fs0"),
    F(9, "fs1"),
    F(10, "fa0"),
    F(11, "fa1"),
    F(12, "fa2"),
    F(13, "fa3"),
    F(14, "fa4"),
    F(15, "fa5"),
    F(16, "fa6"),
    F(17, "fa7"),
    F(18, "fs2"),
    F(19, "fs3"),
    F(20, "fs4"),
    F(21, "fs5"),
    F(22, "fs6"),
    F(23, "fs7"),
    F(24, "fs8"),
    F(25, "fs9"),
    F(26, "fs10"),
    F(27, "fs11"),
    F(28, "ft8"),
    F(29, "ft9"),
    F(30, "ft10"),
    F(31, "ft11"),
    {.name = "fcsr",
     .number = 68,
     .bits = 32,
     .bank = GDB_BANK_FP,
     .offset = 256,
     .stored_bytes = 4,
     .feature = FPU},
};

static const struct gdb_feature features[] = {
    [CPU] = {.name = "org.gnu.gdb.riscv.cpu", .types = ""},
    [FPU] = {.name = "org.gnu.gdb.riscv.fpu",
             .types = "<union id=\"riscv_double\"><field name=\"float\" type=\"ieee_single\"/>"
                      "<field name=\"double\" type=\"ieee_double\"/></union>"},
};

static const struct gdb_break_insn breaks[] = {
    {.kind = 4, .len_bytes = 4, .bytes = {0x73, 0x00, 0x10, 0x00}}, /* ebreak */
    {.kind = 2, .len_bytes = 2, .bytes = {0x02, 0x90}},             /* c.ebreak */
};

/* A core without compressed instructions has no c.ebreak, so it goes only where such one is. */
static unsigned break_row_at(const struct gdb_code *code, uint64_t addr)
{
    uint8_t low;

    return code->read(code->context, addr, &low, 1) == 1 && (low & 3) != 3;
}

const struct gdb_arch gdb_arch_riscv64 = {
    .name = "riscv64",
    .architecture = "riscv:rv64",
    .regs = regs,
    .features = features,
    .breaks = breaks,
    .reg_count = sizeof regs / sizeof *regs,
    .feature_count = sizeof features / sizeof *features,
    .break_count = sizeof breaks / sizeof *breaks,
    .context_words = 32,
    .fp_bytes = 260,
    .pc_word = 0,
    .sp_word = 2,
    .break_back_bytes = 0,
    .user_top = 0x0000004000000000,
    .break_row_at = break_row_at,
    .next_pc = riscv_next_pc,
};
