/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * x86_64: registers as gdb numbers them, the breakpoint instruction. Features
 * org.gnu.gdb.i386.core, .sse and .segments. The kernel does not tell the selectors, so they are
 * unavailable.
 */
#include "arch/include/gdb_arch.h"
#include "arch/x86_64/nextpc.h"

enum { CORE, SSE, SEGMENTS };

#define R(reg, reg_name, word)                                                                     \
    {                                                                                              \
        .name = reg_name, .number = reg, .bits = 64, .bank = GDB_BANK_CONTEXT,                     \
        .offset = 8 * (word), .stored_bytes = 8, .feature = CORE                                   \
    }
/* What every stop reply carries: enough to unwind the innermost frames. */
#define R_STOP(reg, reg_name, reg_type, word)                                                      \
    {                                                                                              \
        .name = reg_name, .number = reg, .bits = 64, .bank = GDB_BANK_CONTEXT,                     \
        .offset = 8 * (word), .stored_bytes = 8, .feature = CORE, .type = reg_type,                \
        .expedited = true                                                                          \
    }
#define SELECTOR(reg, reg_name)                                                                    \
    {                                                                                              \
        .name = reg_name, .number = reg, .bits = 32, .bank = GDB_BANK_NONE, .feature = CORE        \
    }
#define ST(reg, reg_name)                                                                          \
    {                                                                                              \
        .name = reg_name, .number = 24 + (reg), .bits = 80, .bank = GDB_BANK_FP,                   \
        .offset = 32 + 16 * (reg), .stored_bytes = 10, .feature = CORE, .type = "i387_ext"         \
    }
#define FX(reg, reg_name, place, bytes, in, from)                                                  \
    {                                                                                              \
        .name = reg_name, .number = reg, .bits = 32, .bank = from, .offset = place,                \
        .stored_bytes = bytes, .feature = in                                                       \
    }
#define XMM(reg, reg_name)                                                                         \
    {                                                                                              \
        .name = reg_name, .number = 40 + (reg), .bits = 128, .bank = GDB_BANK_FP,                  \
        .offset = 160 + 16 * (reg), .stored_bytes = 16, .feature = SSE, .type = "vec128"           \
    }
#define BASE(reg, reg_name, word)                                                                  \
    {                                                                                              \
        .name = reg_name, .number = reg, .bits = 64, .bank = GDB_BANK_CONTEXT,                     \
        .offset = 8 * (word), .stored_bytes = 8, .feature = SEGMENTS                               \
    }

static const struct gdb_reg regs[] = {
    R(0, "rax", 3),
    R(1, "rbx", 4),
    R(2, "rcx", 5),
    R(3, "rdx", 6),
    R(4, "rsi", 7),
    R(5, "rdi", 8),
    R_STOP(6, "rbp", "data_ptr", 9),
    R_STOP(7, "rsp", "data_ptr", 1),
    R(8, "r8", 10),
    R(9, "r9", 11),
    R(10, "r10", 12),
    R(11, "r11", 13),
    R(12, "r12", 14),
    R(13, "r13", 15),
    R(14, "r14", 16),
    R(15, "r15", 17),
    R_STOP(16, "rip", "code_ptr", 0),
    {.name = "eflags",
     .number = 17,
     .type = "flags",
     .bits = 32,
     .bank = GDB_BANK_CONTEXT,
     .offset = 16,
     .stored_bytes = 4,
     .feature = CORE},
    SELECTOR(18, "cs"),
    SELECTOR(19, "ss"),
    SELECTOR(20, "ds"),
    SELECTOR(21, "es"),
    SELECTOR(22, "fs"),
    SELECTOR(23, "gs"),
    ST(0, "st0"),
    ST(1, "st1"),
    ST(2, "st2"),
    ST(3, "st3"),
    ST(4, "st4"),
    ST(5, "st5"),
    ST(6, "st6"),
    ST(7, "st7"),
    FX(32, "fctrl", 0, 2, CORE, GDB_BANK_FP),
    FX(33, "fstat", 2, 2, CORE, GDB_BANK_FP),
    FX(34, "ftag", 4, 2, CORE, GDB_BANK_X87_TAG),
    FX(35, "fiseg", 12, 2, CORE, GDB_BANK_FP),
    FX(36, "fioff", 8, 4, CORE, GDB_BANK_FP),
    FX(37, "foseg", 20, 2, CORE, GDB_BANK_FP),
    FX(38, "fooff", 16, 4, CORE, GDB_BANK_FP),
    FX(39, "fop", 6, 2, CORE, GDB_BANK_FP),
    XMM(0, "xmm0"),
    XMM(1, "xmm1"),
    XMM(2, "xmm2"),
    XMM(3, "xmm3"),
    XMM(4, "xmm4"),
    XMM(5, "xmm5"),
    XMM(6, "xmm6"),
    XMM(7, "xmm7"),
    XMM(8, "xmm8"),
    XMM(9, "xmm9"),
    XMM(10, "xmm10"),
    XMM(11, "xmm11"),
    XMM(12, "xmm12"),
    XMM(13, "xmm13"),
    XMM(14, "xmm14"),
    XMM(15, "xmm15"),
    FX(56, "mxcsr", 24, 4, SSE, GDB_BANK_FP),
    BASE(57, "fs_base", 18),
    BASE(58, "gs_base", 19),
};

#define FLAG(flag, bit) "<field name=\"" flag "\" start=\"" bit "\" end=\"" bit "\"/>"

static const struct gdb_feature features[] = {
    [CORE] = {.name = "org.gnu.gdb.i386.core",
              .types = "<flags id=\"flags\" size=\"4\">" FLAG("CF", "0") FLAG("PF", "2")
                  FLAG("AF", "4") FLAG("ZF", "6") FLAG("SF", "7") FLAG("TF", "8") FLAG("IF", "9")
                      FLAG("DF", "10") FLAG("OF", "11") "</flags>"},
    [SSE] = {.name = "org.gnu.gdb.i386.sse",
             .types = "<vector id=\"f\" type=\"ieee_single\" count=\"4\"/>"
                      "<vector id=\"d\" type=\"ieee_double\" count=\"2\"/>"
                      "<vector id=\"b\" type=\"int8\" count=\"16\"/>"
                      "<vector id=\"w\" type=\"int32\" count=\"4\"/>"
                      "<union id=\"vec128\"><field name=\"v4_float\" type=\"f\"/>"
                      "<field name=\"v2_double\" type=\"d\"/><field name=\"v16_int8\" type=\"b\"/>"
                      "<field name=\"v4_int32\" type=\"w\"/>"
                      "<field name=\"uint128\" type=\"uint128\"/></union>"},
    [SEGMENTS] = {.name = "org.gnu.gdb.i386.segments", .types = ""},
};

static const struct gdb_break_insn breaks[] = {
    {.kind = 1, .len_bytes = 1, .bytes = {0xcc}}, /* int3 */
};

static unsigned break_row_at(const struct gdb_code *code, uint64_t addr)
{
    (void)code;
    (void)addr;
    return 0;
}

const struct gdb_arch gdb_arch_x86_64 = {
    .name = "x86_64",
    .architecture = "i386:x86-64",
    .regs = regs,
    .features = features,
    .breaks = breaks,
    .reg_count = sizeof regs / sizeof *regs,
    .feature_count = sizeof features / sizeof *features,
    .break_count = sizeof breaks / sizeof *breaks,
    .context_words = 20,
    .fp_bytes = 512,
    .pc_word = 0,
    .sp_word = 1,
    .break_back_bytes = 1,
    .user_top = 0x0000800000000000,
    .break_row_at = break_row_at,
    .next_pc = x86_next_pc,
};
