/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * x86_64: where an instruction goes next. Jumps, calls, returns and loops are followed with the
 * registers and memory of the moment; a repeated string instruction is one step. Intel SDM
 * volume 2.
 */
#include "arch/x86_64/nextpc.h"
#include "arch/lib/str.h"

/* Positions in seL4_UserContext. */
enum { WORD_RIP = 0, WORD_RSP = 1, WORD_FLAGS = 2, WORD_FS = 18, WORD_GS = 19 };
enum { RCX = 1, RSP = 4 };

static const uint8_t word_of[16] = {3, 5, 6, 4, 1, 9, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17};

/* The instruction with what it works on. */
struct step {
    const struct gdb_code *code;
    const uint64_t *words;
    struct x86_insn insn;
    uint64_t after; /* address of the instruction after it */
};

static uint64_t reg_get(const struct step *s, unsigned reg)
{
    return s->words[word_of[reg & 15]];
}

static enum err word_read(const struct step *s, uint64_t addr, unsigned len_bytes, uint64_t *out)
{
    uint8_t bytes[8] = {0};

    if (s->code->read(s->code->context, addr, bytes, len_bytes) < len_bytes)
        return ERR_FAULT;
    memcpy(out, bytes, sizeof bytes);
    return ERR_OK;
}

static bool condition_holds(unsigned condition, uint64_t flags)
{
    bool c = flags & 1, p = flags >> 2 & 1, z = flags >> 6 & 1, s = flags >> 7 & 1;
    bool o = flags >> 11 & 1;
    const bool holds[8] = {o, c, z, c || z, s, p, s != o, z || s != o};

    return holds[condition >> 1 & 7] != (condition & 1);
}

/* The address of a memory operand. */
static uint64_t operand_address(const struct step *s)
{
    const struct x86_insn *i = &s->insn;
    unsigned mod = i->modrm >> 6, rm = i->modrm & 7, base = rm;
    uint64_t addr = (uint64_t)(int64_t)i->displacement;

    if (rm == 4) {
        unsigned index = (i->sib >> 3 & 7) | (i->rex & 2) << 2;
        base = i->sib & 7;
        if (index != RSP)
            addr += reg_get(s, index) << (i->sib >> 6);
    }
    if (mod == 0 && rm == 5)
        addr += s->after;
    else if (!(mod == 0 && base == 5))
        addr += reg_get(s, base | (i->rex & 1) << 3);
    if (i->address32)
        addr &= 0xffffffff;
    if (i->segment)
        addr += s->words[i->segment == 0x64 ? WORD_FS : WORD_GS];
    return addr;
}

/* Group 5: call and jmp through a register or memory. */
static enum err decode_group5(const struct step *s, struct next_pc_insn *out)
{
    const struct x86_insn *i = &s->insn;
    unsigned operation = i->modrm >> 3 & 7;
    bool far = operation == 3 || operation == 5;

    if (operation < 2 || operation > 5)
        return ERR_OK; /* inc, dec, push */
    out->flow = NEXT_PC_JUMP;
    if (i->modrm >> 6 == 3) {
        if (far)
            return ERR_FORMAT;
        out->target = reg_get(s, (i->modrm & 7) | (i->rex & 1) << 3);
        return ERR_OK;
    }
    unsigned len = !far || (i->rex & 8) ? 8 : i->operand16 ? 2 : 4;
    return word_read(s, operand_address(s), len, &out->target);
}

/* loop, loope, loopne and jrcxz. */
static bool loop_taken(const struct step *s)
{
    uint64_t count = reg_get(s, RCX);
    bool zero = s->words[WORD_FLAGS] >> 6 & 1;

    if (s->insn.address32)
        count &= 0xffffffff;
    switch (s->insn.opcode) {
    case 0xe0:
        return count != 1 && !zero;
    case 0xe1:
        return count != 1 && zero;
    case 0xe2:
        return count != 1;
    default:
        return count == 0;
    }
}

static void decode_branch(const struct step *s, bool taken, struct next_pc_insn *out)
{
    out->flow = NEXT_PC_BRANCH;
    out->taken = taken;
    out->target = s->after + (uint64_t)s->insn.immediate;
}

static enum err decode_one_byte(const struct step *s, struct next_pc_insn *out)
{
    const struct x86_insn *i = &s->insn;
    unsigned op = i->opcode;

    if ((op & 0xf0) == 0x70) {
        decode_branch(s, condition_holds(op, s->words[WORD_FLAGS]), out);
    } else if (op >= 0xe0 && op <= 0xe3) {
        decode_branch(s, loop_taken(s), out);
    } else if (op == 0xe8 || op == 0xe9 || op == 0xeb) {
        decode_branch(s, true, out);
    } else if (op == 0xc7 && i->modrm == 0xf8) {
        decode_branch(s, true, out); /* xbegin goes there when the transaction aborts */
        out->flow = NEXT_PC_EITHER;
    } else if (op == 0xc2 || op == 0xc3) {
        out->flow = NEXT_PC_JUMP;
        return word_read(s, reg_get(s, RSP), 8, &out->target);
    } else if (op == 0xca || op == 0xcb || op == 0xcf) { /* far ret, iret */
        out->flow = NEXT_PC_JUMP;
        return word_read(s, reg_get(s, RSP), i->rex & 8 ? 8 : i->operand16 ? 2 : 4, &out->target);
    } else if (op == 0xff) {
        return decode_group5(s, out);
    }
    return ERR_OK;
}

static enum err decode(const struct gdb_code *code, uint64_t pc, const uint64_t *words,
                       struct next_pc_insn *out)
{
    struct step s = {.code = code, .words = words};
    uint8_t bytes[X86_INSN_BYTES_MAX];
    size_t have = code->read(code->context, pc, bytes, sizeof bytes);
    enum err e = x86_insn_decode(bytes, have, &s.insn);

    *out = (struct next_pc_insn){.len_bytes = s.insn.len_bytes};
    if (e != ERR_OK)
        return e == ERR_TRUNCATED ? ERR_FAULT : e;
    s.after = pc + s.insn.len_bytes;
    if (s.insn.vector)
        return ERR_OK;
    if (s.insn.map == 0)
        return decode_one_byte(&s, out);
    if (s.insn.map == 1 && (s.insn.opcode & 0xf0) == 0x80)
        decode_branch(&s, condition_holds(s.insn.opcode, words[WORD_FLAGS]), out);
    out->syscall = s.insn.map == 1 && (s.insn.opcode == 0x05 || s.insn.opcode == 0x34);
    return ERR_OK;
}

enum err x86_next_pc(const struct gdb_code *code, const uint64_t *words, struct next_pc *out)
{
    return next_pc_find(decode, code, words[WORD_RIP], words, out);
}
