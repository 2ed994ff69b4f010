/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * x86_64: the length of any instruction of 64-bit mode: legacy prefixes, REX, the one-byte, 0F,
 * 0F38 and 0F3A maps, 3DNow!, VEX, EVEX and XOP. A letter an opcode says what follows it.
 * Encodings: Intel SDM volume 2, appendix A; AMD APM volume 3 for XOP and SSE4A.
 */
#include "arch/x86_64/nextpc.h"

/* What follows an opcode. */
enum shape {
    NOTHING = '.',
    INVALID = 'x',
    MODRM = 'm',
    IMM8 = 'b',
    IMMZ = 'z',        /* 2 or 4 bytes, by operand size */
    IMMV = 'v',        /* 2, 4 or 8 bytes */
    IMM16 = 'w',       /* ret n */
    REL32 = 'j',       /* 4 bytes whatever the operand size */
    MODRM_IMM8 = 'B',  /* */
    MODRM_IMMZ = 'Z',  /* */
    MODRM_TEST8 = 'g', /* group 3: an immediate only for `test` */
    MODRM_TESTZ = 'G', /* */
    OFFSET = 'a',      /* an address of 8 or 4 bytes */
    ENTER = 'e',       /* 2 and 1 bytes */
    REGISTERS = 'r',   /* ModRM that always means registers: mov to and from cr, dr */
};

static const char one_byte[] = "mmmmbzxxmmmmbzx." /* 00 */
                               "mmmmbzxxmmmmbzxx" /* 10 */
                               "mmmmbz.xmmmmbz.x" /* 20 */
                               "mmmmbz.xmmmmbz.x" /* 30 */
                               "................" /* 40 */
                               "................" /* 50 */
                               "xxxm....zZbB...." /* 60 */
                               "bbbbbbbbbbbbbbbb" /* 70 */
                               "BZxBmmmmmmmmmmmm" /* 80 */
                               "..........x....." /* 90 */
                               "aaaa....bz......" /* a0 */
                               "bbbbbbbbvvvvvvvv" /* b0 */
                               "BBw.xxBZe.w..bx." /* c0 */
                               "mmmmxxx.mmmmmmmm" /* d0 */
                               "bbbbbbbbjjxb...." /* e0 */
                               "......gG......mm" /* f0 */;

static const char two_byte[] = "mmmmx.....x.xm.B" /* 00 */
                               "mmmmmmmmmmmmmmmm" /* 10 */
                               "rrrrxxxxmmmmmmmm" /* 20 */
                               "......x.xxxxxxxx" /* 30 */
                               "mmmmmmmmmmmmmmmm" /* 40 */
                               "mmmmmmmmmmmmmmmm" /* 50 */
                               "mmmmmmmmmmmmmmmm" /* 60 */
                               "BBBBmmm.mmxxmmmm" /* 70 */
                               "jjjjjjjjjjjjjjjj" /* 80 */
                               "mmmmmmmmmmmmmmmm" /* 90 */
                               "...mBmmm...mBmmm" /* a0 */
                               "mmmmmmmmmmBmmmmm" /* b0 */
                               "mmBmBBBm........" /* c0 */
                               "mmmmmmmmmmmmmmmm" /* d0 */
                               "mmmmmmmmmmmmmmmm" /* e0 */
                               "mmmmmmmmmmmmmmmm" /* f0 */;

enum { MAP_ONE, MAP_0F, MAP_0F38, MAP_0F3A, MAP_XOP_IMM8 = 8, MAP_XOP, MAP_XOP_IMM32 };
enum { REX_W = 8 };

/* A cursor over the bytes that never leaves them. */
struct cursor {
    const uint8_t *bytes;
    size_t at, have;
    bool past; /* a byte was asked for that is not there */
};

static uint8_t byte_take(struct cursor *c)
{
    if (c->at >= c->have) {
        c->past = true;
        return 0;
    }
    return c->bytes[c->at++];
}

/* A little-endian number of 1, 2, 4 or 8 bytes, sign-extended. */
static int64_t number_take(struct cursor *c, unsigned len_bytes)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < len_bytes; i++)
        value |= (uint64_t)byte_take(c) << (8 * i);
    return (int64_t)(len_bytes == 8 ? value : next_pc_extend(value, 8 * len_bytes));
}

/* Takes prefixes; true while `byte` was one. A REX that is not last counts for nothing. */
static bool prefix_take(uint8_t byte, struct x86_insn *out, uint8_t *repeat)
{
    if ((byte & 0xf0) == 0x40) {
        out->rex = byte;
        return true;
    }
    switch (byte) {
    case 0x66:
        out->operand16 = true;
        break;
    case 0x67:
        out->address32 = true;
        break;
    case 0x26:
    case 0x2e:
    case 0x36:
    case 0x3e:
        break; /* without effect in 64-bit mode */
    case 0x64:
    case 0x65:
        out->segment = byte;
        break;
    case 0xf2:
    case 0xf3:
        *repeat = byte;
        break;
    case 0xf0:
        break;
    default:
        return false;
    }
    out->rex = 0;
    return true;
}

static char vector_shape(const struct x86_insn *insn, bool vex)
{
    unsigned op = insn->opcode;

    switch (insn->map) {
    case MAP_0F:
        if (vex && op == 0x77)
            return NOTHING; /* vzeroupper, vzeroall */
        return (op >= 0x70 && op <= 0x73) || op == 0xc2 || (op >= 0xc4 && op <= 0xc6) ? MODRM_IMM8
                                                                                      : MODRM;
    case MAP_0F3A:
    case MAP_XOP_IMM8:
        return MODRM_IMM8;
    case MAP_0F38:
    case 4: /* EVEX's maps without immediates */
    case 5:
    case 6:
    case MAP_XOP:
        return MODRM;
    case MAP_XOP_IMM32:
        return MODRM_IMMZ;
    default:
        return INVALID;
    }
}

/* VEX, EVEX and XOP; `lead` is their first byte. */
static char vector_take(struct cursor *c, uint8_t lead, struct x86_insn *out)
{
    out->vector = true;
    out->operand16 = false; /* XOP's immediate is of 4 bytes */
    if (lead == 0xc5) {
        byte_take(c);
        out->map = MAP_0F;
    } else {
        out->map = byte_take(c) & (lead == 0x62 ? 7 : 31);
        byte_take(c);
        if (lead == 0x62)
            byte_take(c);
        if ((lead == 0x8f) != (out->map >= MAP_XOP_IMM8))
            return INVALID;
    }
    out->opcode = byte_take(c);
    return vector_shape(out, lead != 0x62 && lead != 0x8f);
}

/* The opcode and its map; returns what follows. */
static char opcode_take(struct cursor *c, uint8_t first, uint8_t repeat, struct x86_insn *out)
{
    bool xop = first == 0x8f && c->at < c->have && (c->bytes[c->at] & 31) >= MAP_XOP_IMM8;

    if (first == 0xc4 || first == 0xc5 || first == 0x62 || xop)
        return vector_take(c, first, out);
    out->opcode = first;
    if (first != 0x0f)
        return one_byte[first];
    out->map = MAP_0F;
    out->opcode = byte_take(c);
    if (out->opcode == 0x38 || out->opcode == 0x3a) {
        out->map = out->opcode == 0x38 ? MAP_0F38 : MAP_0F3A;
        out->opcode = byte_take(c);
        return out->map == MAP_0F38 ? MODRM : MODRM_IMM8;
    }
    if (out->opcode == 0x78 && (out->operand16 || repeat == 0xf2))
        return MODRM_IMM8; /* SSE4A's extrq and insertq have a second byte: see shape_take */
    return two_byte[out->opcode];
}

static void modrm_take(struct cursor *c, struct x86_insn *out)
{
    out->modrm_present = true;
    out->modrm = byte_take(c);
    unsigned mod = out->modrm >> 6, rm = out->modrm & 7;
    if (mod == 3)
        return;
    bool wide = mod == 2 || (mod == 0 && rm == 5);
    if (rm == 4) {
        out->sib = byte_take(c);
        wide |= mod == 0 && (out->sib & 7) == 5;
    }
    if (wide)
        out->displacement = (int32_t)number_take(c, 4);
    else if (mod == 1)
        out->displacement = (int32_t)number_take(c, 1);
}

static unsigned immediate_bytes(char shape, const struct x86_insn *insn)
{
    unsigned z = insn->operand16 && !(insn->rex & REX_W) ? 2 : 4;
    bool test = insn->modrm_present && (insn->modrm >> 3 & 7) < 2;

    switch (shape) {
    case IMM8:
    case MODRM_IMM8:
        return 1;
    case IMMZ:
    case MODRM_IMMZ:
        return insn->map == MAP_ONE && insn->opcode == 0xc7 && insn->modrm == 0xf8 ? 4 : z;
    case IMMV:
        return insn->rex & REX_W ? 8 : z;
    case IMM16:
    case ENTER:
        return 2;
    case REL32:
        return 4;
    case MODRM_TEST8:
        return test ? 1 : 0;
    case MODRM_TESTZ:
        return test ? z : 0;
    case OFFSET:
        return insn->address32 ? 4 : 8;
    default:
        return 0;
    }
}

static void shape_take(struct cursor *c, char shape, struct x86_insn *out)
{
    if (shape == REGISTERS) {
        out->modrm_present = true;
        out->modrm = byte_take(c) | 0xc0;
    } else if (shape == MODRM || shape == MODRM_IMM8 || shape == MODRM_IMMZ ||
               shape == MODRM_TEST8 || shape == MODRM_TESTZ) {
        modrm_take(c, out);
    }
    unsigned len = immediate_bytes(shape, out);
    if (len)
        out->immediate = number_take(c, len);
    if (shape == ENTER || (!out->vector && out->map == MAP_0F && out->opcode == 0x78 && len))
        byte_take(c);
}

enum err x86_insn_decode(const uint8_t *bytes, size_t have, struct x86_insn *out)
{
    struct cursor c = {bytes, 0, have < X86_INSN_BYTES_MAX ? have : X86_INSN_BYTES_MAX, false};
    uint8_t repeat = 0, first;

    *out = (struct x86_insn){.len_bytes = 0};
    do
        first = byte_take(&c);
    while (!c.past && prefix_take(first, out, &repeat));
    char shape = opcode_take(&c, first, repeat, out);
    if (!c.past && shape != INVALID)
        shape_take(&c, shape, out);
    if (c.past)
        return have < X86_INSN_BYTES_MAX ? ERR_TRUNCATED : ERR_FORMAT;
    out->len_bytes = (uint8_t)c.at;
    return shape == INVALID ? ERR_FORMAT : ERR_OK;
}
