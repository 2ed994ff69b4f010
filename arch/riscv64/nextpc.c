/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * riscv64: where an instruction of the base, compressed or longer sets goes next. Only control flow
 * and lr/sc are looked at; every other instruction, known or not, goes to the one after it, whose
 * place follows from the length in the lowest bits (unprivileged ISA, "Expanded Instruction-Length
 * Encoding").
 */
#include "arch/riscv64/nextpc.h"
#include "arch/lib/str.h"

enum { INSN_BYTES_MAX = 4 }; /* what control flow needs of one */

enum opcode {
    OP_AMO = 0x2f,
    OP_BRANCH = 0x63,
    OP_JALR = 0x67,
    OP_JAL = 0x6f,
    OP_SYSTEM = 0x73,
};

/* Index in seL4_UserContext of x0 to x31; x0 has none. */
static const uint8_t word_of[32] = {0xff, 1,  2, 3, 31, 24, 25, 26, 4,  5,  16, 17, 18, 19, 20, 21,
                                    22,   23, 6, 7, 8,  9,  10, 11, 12, 13, 14, 15, 27, 28, 29, 30};

static uint64_t reg_get(const uint64_t *words, unsigned reg)
{
    return reg == 0 ? 0 : words[word_of[reg & 31]];
}

/* `count` bits from bit `from` of the instruction, put at bit `to`. */
static uint64_t bits_move(uint32_t insn, unsigned from, unsigned count, unsigned to)
{
    return (uint64_t)(insn >> from & ((1u << count) - 1)) << to;
}

static unsigned insn_length(uint32_t low)
{
    if ((low & 3) != 3)
        return 2;
    if ((low & 0x1c) != 0x1c)
        return 4;
    if ((low & 0x3f) == 0x1f)
        return 6;
    if ((low & 0x7f) == 0x3f)
        return 8;
    return 10 + 2 * (low >> 12 & 7);
}

static bool branch_taken(uint32_t insn, const uint64_t *words)
{
    uint64_t a = reg_get(words, insn >> 15 & 31), b = reg_get(words, insn >> 20 & 31);
    unsigned funct3 = insn >> 12 & 7;
    bool holds;

    if (funct3 < 4)
        holds = a == b; /* beq, bne */
    else if (funct3 < 6)
        holds = (int64_t)a < (int64_t)b;
    else
        holds = a < b;
    return holds != (funct3 & 1);
}

static void decode_wide(uint32_t insn, uint64_t pc, const uint64_t *words, struct next_pc_insn *out)
{
    uint64_t offset;

    switch (insn & 0x7f) {
    case OP_BRANCH:
        if ((insn >> 12 & 7) == 2 || (insn >> 12 & 7) == 3)
            return; /* no branches */
        offset = bits_move(insn, 31, 1, 12) | bits_move(insn, 7, 1, 11) |
                 bits_move(insn, 25, 6, 5) | bits_move(insn, 8, 4, 1);
        out->flow = NEXT_PC_BRANCH;
        out->target = pc + next_pc_extend(offset, 13);
        out->taken = branch_taken(insn, words);
        return;
    case OP_JAL:
        offset = bits_move(insn, 31, 1, 20) | bits_move(insn, 12, 8, 12) |
                 bits_move(insn, 20, 1, 11) | bits_move(insn, 21, 10, 1);
        out->flow = NEXT_PC_JUMP;
        out->target = pc + next_pc_extend(offset, 21);
        return;
    case OP_JALR:
        if (insn >> 12 & 7)
            return;
        out->flow = NEXT_PC_JUMP;
        out->indirect = true;
        out->target = (reg_get(words, insn >> 15 & 31) + next_pc_extend(insn >> 20, 12)) & ~1ull;
        return;
    case OP_AMO:
        out->exclusive_load = insn >> 27 == 2;
        out->exclusive_store = insn >> 27 == 3;
        return;
    case OP_SYSTEM:
        out->syscall = insn == OP_SYSTEM; /* ecall */
        return;
    default:
        return;
    }
}

static void decode_narrow(uint32_t insn, uint64_t pc, const uint64_t *words,
                          struct next_pc_insn *out)
{
    unsigned funct3 = insn >> 13 & 7, quadrant = insn & 3;
    unsigned rd = insn >> 7 & 31;
    uint64_t offset;

    if (quadrant == 1 && funct3 == 5) { /* c.j */
        offset = bits_move(insn, 12, 1, 11) | bits_move(insn, 11, 1, 4) | bits_move(insn, 9, 2, 8) |
                 bits_move(insn, 8, 1, 10) | bits_move(insn, 7, 1, 6) | bits_move(insn, 6, 1, 7) |
                 bits_move(insn, 3, 3, 1) | bits_move(insn, 2, 1, 5);
        out->flow = NEXT_PC_JUMP;
        out->target = pc + next_pc_extend(offset, 12);
    } else if (quadrant == 1 && funct3 >= 6) { /* c.beqz, c.bnez */
        offset = bits_move(insn, 12, 1, 8) | bits_move(insn, 10, 2, 3) | bits_move(insn, 5, 2, 6) |
                 bits_move(insn, 3, 2, 1) | bits_move(insn, 2, 1, 5);
        out->flow = NEXT_PC_BRANCH;
        out->target = pc + next_pc_extend(offset, 9);
        out->taken = (reg_get(words, 8 + (insn >> 7 & 7)) == 0) == (funct3 == 6);
    } else if (quadrant == 2 && funct3 == 4 && (insn >> 2 & 31) == 0 && rd != 0) {
        out->flow = NEXT_PC_JUMP; /* c.jr, c.jalr */
        out->indirect = true;
        out->target = reg_get(words, rd) & ~1ull;
    }
}

static enum err decode(const struct gdb_code *code, uint64_t pc, const uint64_t *words,
                       struct next_pc_insn *out)
{
    uint8_t bytes[INSN_BYTES_MAX] = {0};
    size_t have = code->read(code->context, pc, bytes, 2);

    *out = (struct next_pc_insn){.len_bytes = 2};
    if (have < 2)
        return ERR_FAULT;
    out->len_bytes = insn_length(bytes[0] | (uint32_t)bytes[1] << 8);
    if (out->len_bytes > 2 && code->read(code->context, pc + 2, bytes + 2, 2) < 2)
        return ERR_FAULT;
    uint32_t insn =
        bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
    if (out->len_bytes == 2)
        decode_narrow(insn & 0xffff, pc, words, out);
    else if (out->len_bytes == 4)
        decode_wide(insn, pc, words, out);
    return ERR_OK;
}

enum err riscv_next_pc(const struct gdb_code *code, const uint64_t *words, struct next_pc *out)
{
    return next_pc_find(decode, code, words[0], words, out);
}
