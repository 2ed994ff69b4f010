/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Software stepping, the part that all architectures share: where an instruction can go next, and
 * how a load-exclusive to store-exclusive sequence is run through whole. Breakpoints at every
 * address of struct next_pc stop the thread after exactly one instruction or one such sequence.
 * Pure: code is read by a callback. The decoders are in arch/<x>/nextpc.c.
 */
#ifndef ARCH_LIB_NEXT_PC_H
#define ARCH_LIB_NEXT_PC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/lib/err.h"

/* Reads memory of the thread's address space; returns how many bytes from the first on could be
 * read. */
struct gdb_code {
    size_t (*read)(void *context, uint64_t addr, void *to, size_t len_bytes);
    void *context;
};

/* A sequence leaves by its end and by at most this many branches; others are stepped inside. */
enum { NEXT_PC_MAX = 8 };

struct next_pc {
    unsigned count;
    bool syscall; /* it may block in the kernel for any time */
    uint64_t pc[NEXT_PC_MAX];
    bool exclusive_store; /* it fails: the thread was stopped since its load */
};

enum next_pc_flow {
    NEXT_PC_PLAIN,  /* goes to the instruction after it */
    NEXT_PC_BRANCH, /* to `target` if `taken`, else to the instruction after it */
    NEXT_PC_EITHER, /* a branch that the registers do not decide */
    NEXT_PC_JUMP,   /* always to `target` */
};

/* One instruction, as a decoder sees it with the registers of the moment. */
struct next_pc_insn {
    unsigned len_bytes;
    enum next_pc_flow flow;
    bool taken;
    bool syscall;
    bool indirect; /* `target` is what registers or memory say at this moment */
    bool exclusive_load, exclusive_store; /* begins, ends a sequence */
    uint64_t target;
};

/* ERR_FAULT: the instruction, or what an indirect jump reads, is not readable. ERR_FORMAT: no
 * instruction. */
typedef enum err (*next_pc_decoder)(const struct gdb_code *code, uint64_t pc, const uint64_t *words,
                                    struct next_pc_insn *out);

enum err next_pc_find(next_pc_decoder decode, const struct gdb_code *code, uint64_t pc,
                      const uint64_t *words, struct next_pc *out);

/* Sign-extends the low `bits` of `value`. */
static inline uint64_t next_pc_extend(uint64_t value, unsigned bits)
{
    uint64_t sign = 1ull << (bits - 1);

    value &= (sign << 1) - 1;
    return (value ^ sign) - sign;
}

#endif
