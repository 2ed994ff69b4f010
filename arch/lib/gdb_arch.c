/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers by number, and their bytes in the banks of gdb_arch.h. The banks are little endian, as
 * every architecture here is.
 */
#include "arch/include/gdb_arch.h"
#include "arch/lib/str.h"

/* FXSAVE: the abridged tag byte, the status word and the registers (Intel SDM volume 1, 10.5.1). */
enum { FX_STATUS = 2, FX_TAG = 4, FX_REGS = 32, FX_REG_BYTES = 16 };
enum { TAG_VALID, TAG_ZERO, TAG_SPECIAL, TAG_EMPTY };

const struct gdb_reg *gdb_arch_reg(const struct gdb_arch *arch, unsigned number)
{
    for (unsigned i = 0; i < arch->reg_count; i++)
        if (arch->regs[i].number == number)
            return &arch->regs[i];
    return NULL;
}

static const struct gdb_reg *reg_of_word(const struct gdb_arch *arch, unsigned word)
{
    for (unsigned i = 0; i < arch->reg_count; i++) {
        const struct gdb_reg *reg = &arch->regs[i];
        if (reg->bank == GDB_BANK_CONTEXT && reg->stored_bytes && reg->offset == 8 * word)
            return reg;
    }
    return NULL;
}

const struct gdb_reg *gdb_arch_reg_named(const struct gdb_arch *arch, const char *name)
{
    for (unsigned i = 0; i < arch->reg_count; i++)
        if (strcmp(arch->regs[i].name, name) == 0)
            return &arch->regs[i];
    if (strcmp(name, "pc") == 0)
        return reg_of_word(arch, arch->pc_word);
    return strcmp(name, "sp") == 0 ? reg_of_word(arch, arch->sp_word) : NULL;
}

const struct gdb_break_insn *gdb_arch_break(const struct gdb_arch *arch, unsigned kind)
{
    for (unsigned i = 0; i < arch->break_count; i++)
        if (arch->breaks[i].kind == kind)
            return &arch->breaks[i];
    return NULL;
}

static unsigned x87_tag(const uint8_t *st)
{
    static const uint8_t zero[8];
    unsigned exponent = (st[8] | (unsigned)st[9] << 8) & 0x7fff;

    if (exponent == 0x7fff)
        return TAG_SPECIAL;
    if (exponent == 0)
        return memcmp(st, zero, sizeof zero) == 0 ? TAG_ZERO : TAG_SPECIAL;
    return st[7] & 0x80 ? TAG_VALID : TAG_SPECIAL;
}

/* The tags go by physical register, the image by distance from the top of the stack. */
static unsigned x87_tag_word(const uint8_t *fp)
{
    unsigned top = (fp[FX_STATUS + 1] >> 3) & 7, word = 0;

    for (unsigned i = 0; i < 8; i++) {
        const uint8_t *st = fp + FX_REGS + FX_REG_BYTES * ((i - top) & 7);
        unsigned tag = fp[FX_TAG] >> i & 1 ? x87_tag(st) : TAG_EMPTY;
        word |= tag << (2 * i);
    }
    return word;
}

static uint8_t x87_abridged(unsigned word)
{
    uint8_t abridged = 0;

    for (unsigned i = 0; i < 8; i++)
        if ((word >> (2 * i) & 3) != TAG_EMPTY)
            abridged |= 1u << i;
    return abridged;
}

enum err gdb_arch_reg_get(const struct gdb_reg *reg, const uint64_t *words, const uint8_t *fp,
                          uint8_t *value)
{
    memset(value, 0, (reg->bits + 7) / 8);
    if (reg->bank == GDB_BANK_CONTEXT) {
        memcpy(value, (const uint8_t *)words + reg->offset, reg->stored_bytes);
        return ERR_OK;
    }
    if (reg->bank == GDB_BANK_NONE || !fp)
        return ERR_NOT_FOUND;
    if (reg->bank == GDB_BANK_FP) {
        memcpy(value, fp + reg->offset, reg->stored_bytes);
        return ERR_OK;
    }
    unsigned word = x87_tag_word(fp);
    value[0] = (uint8_t)word;
    value[1] = (uint8_t)(word >> 8);
    return ERR_OK;
}

enum err gdb_arch_reg_set(const struct gdb_reg *reg, uint64_t *words, uint8_t *fp,
                          const uint8_t *value)
{
    if (reg->bank == GDB_BANK_CONTEXT) {
        memcpy((uint8_t *)words + reg->offset, value, reg->stored_bytes);
        return ERR_OK;
    }
    if (reg->bank == GDB_BANK_NONE || !fp)
        return ERR_NOT_FOUND;
    if (reg->bank == GDB_BANK_FP)
        memcpy(fp + reg->offset, value, reg->stored_bytes);
    else
        fp[FX_TAG] = x87_abridged(value[0] | (unsigned)value[1] << 8);
    return ERR_OK;
}
