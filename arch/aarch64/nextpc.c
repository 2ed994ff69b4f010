/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * aarch64: where an instruction goes next. Only branches, system calls and load and store exclusive
 * are looked at; all else goes to the next word. Encodings: Arm ARM, C4.1 "Branches, Exception
 * Generating and System instructions" and "Loads and Stores".
 */
#include "arch/aarch64/nextpc.h"

enum { WORD_SPSR = 2 };

/* User addresses have bit 55 clear; an authenticated pointer carries its code above bit 47. */
#define ADDRESS_MASK ((1ull << 48) - 1)

const uint8_t aarch64_word_of[31] = {3,  4,  5,  6,  7,  8,  9,  10, 11, 17, 18, 19, 20, 21, 22, 23,
                                     12, 13, 14, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 15, 16};

/* x31 reads as zero wherever it is met here. */
static uint64_t reg_get(const uint64_t *words, unsigned reg)
{
    return reg < 31 ? words[aarch64_word_of[reg]] : 0;
}

static bool condition_holds(unsigned condition, const uint64_t *words)
{
    uint64_t flags = words[WORD_SPSR];
    bool n = flags >> 31 & 1, z = flags >> 30 & 1, c = flags >> 29 & 1, v = flags >> 28 & 1;
    const bool holds[8] = {z, c, n, v, c && !z, n == v, n == v && !z, true};
    bool value = holds[condition >> 1];

    return condition < 14 && (condition & 1) ? !value : value;
}

/* br, blr, ret and their authenticating forms. False: another instruction of the group. */
static bool decode_register_branch(uint32_t insn, const uint64_t *words, struct next_pc_insn *out)
{
    unsigned opc = insn >> 21 & 15, op3 = insn >> 10 & 63, rn = insn >> 5 & 31;
    bool authenticates = op3 == 2 || op3 == 3;

    if ((insn >> 16 & 31) != 31)
        return false;
    if (!(opc <= 2 && (op3 == 0 || authenticates)) && !((opc == 8 || opc == 9) && authenticates))
        return false;
    if (opc == 2 && authenticates)
        rn = 30;
    out->flow = NEXT_PC_JUMP;
    out->indirect = true;
    out->target = reg_get(words, rn) & (authenticates ? ADDRESS_MASK : ~0ull);
    return true;
}

static void decode_branch(uint32_t insn, uint64_t pc, const uint64_t *words,
                          struct next_pc_insn *out)
{
    uint64_t value = reg_get(words, insn & 31);

    if ((insn & 0x7c000000) == 0x14000000) { /* b, bl */
        out->flow = NEXT_PC_JUMP;
        out->target = pc + (next_pc_extend(insn, 26) << 2);
    } else if ((insn & 0xff000000) == 0x54000000) { /* b.cond, bc.cond */
        out->flow = NEXT_PC_BRANCH;
        out->target = pc + (next_pc_extend(insn >> 5, 19) << 2);
        out->taken = condition_holds(insn & 15, words);
    } else if ((insn & 0x7e000000) == 0x34000000) { /* cbz, cbnz */
        if (!(insn >> 31))
            value &= 0xffffffff;
        out->flow = NEXT_PC_BRANCH;
        out->target = pc + (next_pc_extend(insn >> 5, 19) << 2);
        out->taken = (value == 0) != (insn >> 24 & 1);
    } else if ((insn & 0x7e000000) == 0x36000000) { /* tbz, tbnz */
        unsigned bit = (insn >> 31) << 5 | (insn >> 19 & 31);
        out->flow = NEXT_PC_BRANCH;
        out->target = pc + (next_pc_extend(insn >> 5, 14) << 2);
        out->taken = (value >> bit & 1) == (insn >> 24 & 1);
    } else if ((insn & 0xfe000000) == 0xd6000000) {
        (void)decode_register_branch(insn, words, out);
    }
}

/* ldxr, ldaxr, ldxp, ldaxp and their stores; not casp, which has the small sizes of the pairs. */
static bool is_exclusive(uint32_t insn)
{
    return (insn & 0x3f800000) == 0x08000000 && (!(insn >> 21 & 1) || insn >> 31);
}

static enum err decode(const struct gdb_code *code, uint64_t pc, const uint64_t *words,
                       struct next_pc_insn *out)
{
    uint8_t bytes[4];

    *out = (struct next_pc_insn){.len_bytes = 4};
    if (code->read(code->context, pc, bytes, 4) < 4)
        return ERR_FAULT;
    uint32_t insn =
        bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
    out->syscall = (insn & 0xffe0001f) == 0xd4000001; /* svc */
    if (is_exclusive(insn)) {
        out->exclusive_load = insn >> 22 & 1;
        out->exclusive_store = !out->exclusive_load;
    }
    decode_branch(insn, pc, words, out);
    return ERR_OK;
}

enum err aarch64_next_pc(const struct gdb_code *code, const uint64_t *words, struct next_pc *out)
{
    return next_pc_find(decode, code, words[0], words, out);
}
