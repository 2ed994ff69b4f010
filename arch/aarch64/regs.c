/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * aarch64: registers as gdb numbers them (x0 to x30, sp, pc, cpsr, v0 to v31, fpsr, fpcr, thread
 * pointers), the breakpoint instruction. Features org.gnu.gdb.aarch64.core, .fpu and .tls.
 */
#include "arch/include/gdb_arch.h"
#include "arch/aarch64/nextpc.h"

enum { CORE, FPU, TLS };

#define X(reg, reg_name, word)                                                                     \
    {                                                                                              \
        .name = reg_name, .number = reg, .bits = 64, .bank = GDB_BANK_CONTEXT,                     \
        .offset = 8 * (word), .stored_bytes = 8, .feature = CORE                                   \
    }
/* What every stop reply carries: enough to unwind the innermost frames. */
#define X_STOP(reg, reg_name, reg_type, word)                                                      \
    {                                                                                              \
        .name = reg_name, .number = reg, .bits = 64, .bank = GDB_BANK_CONTEXT,                     \
        .offset = 8 * (word), .stored_bytes = 8, .feature = CORE, .type = reg_type,                \
        .expedited = true                                                                          \
    }
#define V(reg, reg_name)                                                                           \
    {                                                                                              \
        .name = reg_name, .number = 34 + (reg), .bits = 128, .bank = GDB_BANK_FP,                  \
        .offset = 16 * (reg), .stored_bytes = 16, .feature = FPU, .type = "aarch64v"               \
    }

static const struct gdb_reg regs[] = {
    X(0, "x0", 3),
    X(1, "x1", 4),
    X(2, "x2", 5),
    X(3, "x3", 6),
    X(4, "x4", 7),
    X(5, "x5", 8),
    X(6, "x6", 9),
    X(7, "x7", 10),
    X(8, "x8", 11),
    X(9, "x9", 17),
    X(10, "x10", 18),
    X(11, "x11", 19),
    X(12, "x12", 20),
    X(13, "x13", 21),
    X(14, "x14", 22),
    X(15, "x15", 23),
    X(16, "x16", 12),
    X(17, "x17", 13),
    X(18, "x18", 14),
    X(19, "x19", 24),
    X(20, "x20", 25),
    X(21, "x21", 26),
    X(22, "x22", 27),
    X(23, "x23", 28),
    X(24, "x24", 29),
    X(25, "x25", 30),
    X(26, "x26", 31),
    X(27, "x27", 32),
    X(28, "x28", 33),
    X_STOP(29, "x29", "data_ptr", 15),
    X_STOP(30, "x30", "code_ptr", 16),
    X_STOP(31, "sp", "data_ptr", 1),
    X_STOP(32, "pc", "code_ptr", 0),
    {.name = "cpsr",
     .number = 33,
     .bits = 32,
     .bank = GDB_BANK_CONTEXT,
     .offset = 16,
     .stored_bytes = 4,
     .feature = CORE,
     .expedited = true},
    V(0, "v0"),
    V(1, "v1"),
    V(2, "v2"),
    V(3, "v3"),
    V(4, "v4"),
    V(5, "v5"),
    V(6, "v6"),
    V(7, "v7"),
    V(8, "v8"),
    V(9, "v9"),
    V(10, "v10"),
    V(11, "v11"),
    V(12, "v12"),
    V(13, "v13"),
    V(14, "v14"),
    V(15, "v15"),
    V(16, "v16"),
    V(17, "v17"),
    V(18, "v18"),
    V(19, "v19"),
    V(20, "v20"),
    V(21, "v21"),
    V(22, "v22"),
    V(23, "v23"),
    V(24, "v24"),
    V(25, "v25"),
    V(26, "v26"),
    V(27, "v27"),
    V(28, "v28"),
    V(29, "v29"),
    V(30, "v30"),
    V(31, "v31"),
    {.name = "fpsr",
     .number = 66,
     .bits = 32,
     .bank = GDB_BANK_FP,
     .offset = 512,
     .stored_bytes = 4,
     .feature = FPU},
    {.name = "fpcr",
     .number = 67,
     .bits = 32,
     .bank = GDB_BANK_FP,
     .offset = 516,
     .stored_bytes = 4,
     .feature = FPU},
    {.name = "tpidr",
     .number = 68,
     .bits = 64,
     .type = "data_ptr",
     .bank = GDB_BANK_CONTEXT,
     .offset = 8 * 34,
     .stored_bytes = 8,
     .feature = TLS},
};

static const struct gdb_feature features[] = {
    [CORE] = {.name = "org.gnu.gdb.aarch64.core", .types = ""},
    [FPU] = {.name = "org.gnu.gdb.aarch64.fpu",
             .types = "<vector id=\"d\" type=\"ieee_double\" count=\"2\"/>"
                      "<vector id=\"s\" type=\"ieee_single\" count=\"4\"/>"
                      "<vector id=\"b\" type=\"uint8\" count=\"16\"/>"
                      "<vector id=\"u\" type=\"uint32\" count=\"4\"/>"
                      "<union id=\"aarch64v\"><field name=\"d\" type=\"d\"/>"
                      "<field name=\"s\" type=\"s\"/><field name=\"u\" type=\"u\"/>"
                      "<field name=\"b\" type=\"b\"/><field name=\"q\" type=\"uint128\"/></union>"},
    [TLS] = {.name = "org.gnu.gdb.aarch64.tls", .types = ""},
};

static const struct gdb_break_insn breaks[] = {
    {.kind = 4,
     .len_bytes = 4,
     .bytes = {0x00, 0x00, 0x20, 0xd4},
     .free_bits = {0xe0, 0xff, 0x1f, 0x00}}, /* brk #0 */
};

static unsigned break_row_at(const struct gdb_code *code, uint64_t addr)
{
    (void)code;
    (void)addr;
    return 0;
}

const struct gdb_arch gdb_arch_aarch64 = {
    .name = "aarch64",
    .architecture = "aarch64",
    .regs = regs,
    .features = features,
    .breaks = breaks,
    .reg_count = sizeof regs / sizeof *regs,
    .feature_count = sizeof features / sizeof *features,
    .break_count = sizeof breaks / sizeof *breaks,
    .context_words = 36,
    .fp_bytes = 520,
    .pc_word = 0,
    .sp_word = 1,
    .break_back_bytes = 0,
    .user_top = 0x0001000000000000,
    .break_row_at = break_row_at,
    .next_pc = aarch64_next_pc,
};
