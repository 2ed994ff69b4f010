/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a debugger knows of an architecture: registers as gdb numbers them and where they lie in the
 * kernel's seL4_UserContext or in the floating-point image, breakpoint instructions, and the next
 * program counters of an instruction. Pure data and functions, without system calls; built for the
 * target and, all architectures at once, for the host. Used by gdbstub/ and by stepping commands.
 */
#ifndef ARCH_INCLUDE_GDB_ARCH_H
#define ARCH_INCLUDE_GDB_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/lib/err.h"
#include "arch/lib/next_pc.h"

/* The largest of all architectures, for buffers. A host build serves all of them. */
enum {
    GDB_CONTEXT_WORDS_MAX = 36, /* aarch64 */
    GDB_FP_BYTES_MAX = 528,     /* aarch64: 32 vectors, status and control */
    GDB_REG_BYTES_MAX = 16,
    GDB_BREAK_BYTES_MAX = 4,
};

/* Where a register's bytes are, little endian. */
enum gdb_bank {
    GDB_BANK_NONE,    /* not known to the kernel: shown as unavailable */
    GDB_BANK_CONTEXT, /* in seL4_UserContext */
    GDB_BANK_FP,      /* in the floating-point image */
    GDB_BANK_X87_TAG, /* x86: the full tag word, made from the abridged one of FXSAVE */
};

/* The floating-point image of each architecture:
 *   x86_64  FXSAVE64's, 512 bytes
 *   aarch64 q0 to q31, then FPSR and FPCR of 4 bytes each
 *   riscv64 f0 to f31 of 8 bytes each, then fcsr of 4 bytes
 */

/* A row; ascending numbers. `type` is a type of target descriptions or of the feature's own. */
struct gdb_reg {
    const char *name;
    const char *type; /* NULL: an integer */
    uint16_t number;
    uint16_t offset; /* bytes from the start of the bank */
    uint8_t bits;
    uint8_t stored_bytes; /* in the bank; the rest of the register is zero */
    uint8_t bank;         /* enum gdb_bank */
    uint8_t feature;      /* index in gdb_arch.features */
    bool expedited;       /* goes with every stop reply */
};

struct gdb_feature {
    const char *name;
    const char *types; /* XML of types of its own, or "" */
};

/* A breakpoint instruction; `kind` is gdb's number for it in a Z0 packet. */
struct gdb_break_insn {
    uint8_t kind;
    uint8_t len_bytes;
    uint8_t bytes[GDB_BREAK_BYTES_MAX];
    /* Bits that a program's own breakpoint instruction may have different. */
    uint8_t free_bits[GDB_BREAK_BYTES_MAX];
};

struct gdb_arch {
    const char *name;         /* gdb's */
    const char *architecture; /* as in <architecture> of a description */
    const struct gdb_reg *regs;
    const struct gdb_feature *features;
    const struct gdb_break_insn *breaks;
    uint8_t reg_count;
    uint8_t feature_count;
    uint8_t break_count;
    uint8_t context_words; /* of seL4_UserContext */
    uint16_t fp_bytes;     /* of the floating-point image */
    uint8_t pc_word;       /* index of the program counter in seL4_UserContext */
    uint8_t sp_word;
    uint8_t break_back_bytes; /* how far the PC is past a breakpoint instruction that was hit */
    uint64_t user_top;        /* first address that no user may map */
    /* The row of `breaks` that fits the instruction at `addr`. */
    unsigned (*break_row_at)(const struct gdb_code *code, uint64_t addr);
    /* See next_pc.h. `words`: the thread's seL4_UserContext. */
    enum err (*next_pc)(const struct gdb_code *code, const uint64_t *words, struct next_pc *out);
};

extern const struct gdb_arch gdb_arch_x86_64, gdb_arch_aarch64, gdb_arch_riscv64;

/* NULL if there is no register of that number. */
const struct gdb_reg *gdb_arch_reg(const struct gdb_arch *arch, unsigned number);

/* By name, or "pc" and "sp" on every architecture; NULL. */
const struct gdb_reg *gdb_arch_reg_named(const struct gdb_arch *arch, const char *name);

/* A register's bytes out of, or into, the banks; `value[(bits + 7) / 8]`. ERR_NOT_FOUND when it is
 * of a bank that is not known (GDB_BANK_NONE, or `fp` is NULL), ERR_UNSUPPORTED for one that cannot
 * be written. */
enum err gdb_arch_reg_get(const struct gdb_reg *reg, const uint64_t *words, const uint8_t *fp,
                          uint8_t *value);
enum err gdb_arch_reg_set(const struct gdb_reg *reg, uint64_t *words, uint8_t *fp,
                          const uint8_t *value);

/* NULL if the architecture has no such kind of breakpoint. */
const struct gdb_break_insn *gdb_arch_break(const struct gdb_arch *arch, unsigned kind);

#endif
