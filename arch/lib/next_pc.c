/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The shared part of software stepping; see the header. A breakpoint inside a load-exclusive to
 * store-exclusive sequence would end the reservation each time, and the loop around it would never
 * end: so the whole sequence is one step, left by its end or by any branch out of it.
 */
#include "arch/lib/next_pc.h"

/* Both architectures promise progress only to shorter ones: RISC-V 16 instructions, Arm 128 bytes.
 */
enum { SEQUENCE_INSNS_MAX = 32 };

static enum err pc_add(struct next_pc *out, uint64_t pc)
{
    for (unsigned i = 0; i < out->count; i++)
        if (out->pc[i] == pc)
            return ERR_OK;
    if (out->count == NEXT_PC_MAX)
        return ERR_FULL;
    out->pc[out->count++] = pc;
    return ERR_OK;
}

/* Drops the targets that stay inside the sequence. */
static void keep_outside(struct next_pc *out, uint64_t start, uint64_t end)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < out->count; i++)
        if (out->pc[i] < start || out->pc[i] >= end)
            out->pc[kept++] = out->pc[i];
    out->count = kept;
}

/* Follows a sequence that begins at `start`, all that stands up to its store: a lock's loop may
 * jump back past it. ERR_UNSUPPORTED: it is none that can be run whole. */
static enum err sequence_find(next_pc_decoder decode, const struct gdb_code *code, uint64_t start,
                              const uint64_t *words, struct next_pc *out)
{
    struct next_pc_insn insn;
    uint64_t pc = start;

    for (unsigned i = 0; i < SEQUENCE_INSNS_MAX; i++) {
        if (decode(code, pc, words, &insn) != ERR_OK || insn.indirect || insn.syscall)
            return ERR_UNSUPPORTED;
        if (i > 0 && insn.exclusive_load)
            return ERR_UNSUPPORTED;
        if (insn.flow != NEXT_PC_PLAIN && pc_add(out, insn.target) != ERR_OK)
            return ERR_UNSUPPORTED;
        pc += insn.len_bytes;
        if (insn.exclusive_store) {
            keep_outside(out, start, pc);
            return pc_add(out, pc) == ERR_OK ? ERR_OK : ERR_UNSUPPORTED;
        }
    }
    return ERR_UNSUPPORTED;
}

enum err next_pc_find(next_pc_decoder decode, const struct gdb_code *code, uint64_t pc,
                      const uint64_t *words, struct next_pc *out)
{
    struct next_pc_insn insn;
    enum err e = decode(code, pc, words, &insn);

    *out = (struct next_pc){.count = 0};
    if (e != ERR_OK)
        return e;
    if (insn.exclusive_load && sequence_find(decode, code, pc, words, out) == ERR_OK)
        return ERR_OK;
    out->count = 0;
    out->syscall = insn.syscall;
    out->exclusive_store = insn.exclusive_store;
    bool target =
        insn.flow == NEXT_PC_JUMP || insn.flow == NEXT_PC_EITHER || (insn.flow && insn.taken);
    bool after = insn.flow == NEXT_PC_PLAIN || insn.flow == NEXT_PC_EITHER || !target;
    if (target)
        (void)pc_add(out, insn.target);
    if (after)
        (void)pc_add(out, pc + insn.len_bytes);
    return ERR_OK;
}
