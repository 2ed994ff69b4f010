/* SPDX-License-Identifier: BSD-2-Clause */
/* x86_64's decoders; others reach the next PC through gdb_arch_x86_64. */
#ifndef ARCH_X86_64_NEXTPC_H
#define ARCH_X86_64_NEXTPC_H

#include "arch/lib/next_pc.h"

enum { X86_INSN_BYTES_MAX = 15 };

/* An instruction taken apart as far as its length and control flow need. */
struct x86_insn {
    uint8_t len_bytes;
    uint8_t map;    /* 0 one byte, 1 0F, 2 0F38, 3 0F3A; others are VEX's, EVEX's and XOP's */
    uint8_t opcode; /* in its map */
    bool vector;    /* VEX, EVEX or XOP: `map` is theirs */
    bool modrm_present;
    uint8_t modrm, sib;
    uint8_t rex;     /* 0 if none */
    uint8_t segment; /* the override's prefix byte, or 0 */
    bool operand16, address32;
    int32_t displacement;
    int64_t immediate; /* the first one, sign-extended */
};

/* Takes apart the instruction at the start of bytes[have]. ERR_FORMAT: there is none;
 * ERR_TRUNCATED: it is longer than `have`. 64-bit mode, with Intel's reading of a 66 prefix on near
 * branches. */
enum err x86_insn_decode(const uint8_t *bytes, size_t have, struct x86_insn *out);

enum err x86_next_pc(const struct gdb_code *code, const uint64_t *words, struct next_pc *out);

#endif
