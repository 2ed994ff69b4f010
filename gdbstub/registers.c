/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * g, G, p, P, and the registers of stop replies. The architecture's table says where each one is; a
 * register that nobody can tell is given as `x` digits.
 */
#include "gdbstub/stub.h"
#include "arch/lib/str.h"

/* The registers of one thread. */
struct banks {
    bool fp_known;
    uint64_t words[GDB_CONTEXT_WORDS_MAX];
    uint8_t fp[GDB_FP_BYTES_MAX];
};

static bool is_fp(const struct gdb_reg *reg)
{
    return reg->bank == GDB_BANK_FP || reg->bank == GDB_BANK_X87_TAG;
}

static enum err banks_load(struct gdbstub *s, struct engine_thread *t, bool fp, struct banks *out)
{
    const struct gdb_target_ops *ops = s->config.ops;

    if (!t)
        return ERR_NOT_FOUND;
    if (t->run != ENGINE_STOPPED)
        return ERR_BUSY;
    out->fp_known = fp && ops->fp_read && ops->fp_read(s->config.target, t->id, out->fp) == ERR_OK;
    return ops->regs_read(s->config.target, t->id, out->words);
}

static void register_add(struct gdbstub *s, const struct gdb_reg *reg, const struct banks *banks)
{
    uint8_t value[GDB_REG_BYTES_MAX];
    size_t len = (reg->bits + 7u) / 8;

    if (gdb_arch_reg_get(reg, banks->words, banks->fp_known ? banks->fp : NULL, value) == ERR_OK) {
        packet_add_hex(&s->tx, value, len);
        return;
    }
    for (size_t i = 0; i < len; i++)
        packet_add_text(&s->tx, "xx");
}

void registers_add_expedited(struct gdbstub *s, struct engine_thread *t)
{
    const struct gdb_arch *arch = s->config.arch;
    uint8_t value[GDB_REG_BYTES_MAX];
    struct banks banks;
    unsigned count = 0;

    if (banks_load(s, t, false, &banks) != ERR_OK)
        return;
    for (unsigned i = 0; i < arch->reg_count; i++) {
        if (!arch->regs[i].expedited)
            continue;
        memset(value, 0, sizeof value);
        if (gdb_arch_reg_get(&arch->regs[i], banks.words, NULL, value) == ERR_OK &&
            proxy_has_register(s, t->id, count++, value))
            continue;
        packet_add_number(&s->tx, arch->regs[i].number);
        packet_add_text(&s->tx, ":");
        register_add(s, &arch->regs[i], &banks);
        packet_add_text(&s->tx, ";");
    }
}

static enum err read_all(struct gdbstub *s, struct hex_cursor *args)
{
    const struct gdb_arch *arch = s->config.arch;
    struct banks banks;
    enum err err = banks_load(s, threads_selected(s), true, &banks);

    (void)args;
    for (unsigned i = 0; err == ERR_OK && i < arch->reg_count; i++)
        register_add(s, &arch->regs[i], &banks);
    return err;
}

/* Puts the banks back; a PC that is set anew makes an old event of no meaning. */
static enum err banks_store(struct gdbstub *s, struct engine_thread *t, bool context, bool fp,
                            const struct banks *banks)
{
    const struct gdb_target_ops *ops = s->config.ops;
    enum err err = ERR_OK;

    if (context) {
        t->event_present = false;
        err = ops->regs_write(s->config.target, t->id, banks->words);
    }
    if (err == ERR_OK && fp)
        err = ops->fp_write ? ops->fp_write(s->config.target, t->id, banks->fp) : ERR_UNSUPPORTED;
    return err;
}

/* gdb sends what it believes of registers that are unavailable, too: those are passed over. */
static enum err write_all(struct gdbstub *s, struct hex_cursor *args)
{
    const struct gdb_arch *arch = s->config.arch;
    struct engine_thread *t = threads_selected(s);
    uint8_t value[GDB_REG_BYTES_MAX];
    struct banks banks;
    enum err err = banks_load(s, t, true, &banks);

    for (unsigned i = 0; err == ERR_OK && i < arch->reg_count && hex_left(args) > 0; i++) {
        size_t len = (arch->regs[i].bits + 7u) / 8;
        if (hex_left(args) >= 2 * len && *args->at == 'x') {
            args->at += 2 * len;
            continue;
        }
        if (!hex_take_bytes(args, value, len))
            return ERR_SYNTAX;
        (void)gdb_arch_reg_set(&arch->regs[i], banks.words, banks.fp_known ? banks.fp : NULL,
                               value);
    }
    if (err == ERR_OK)
        err = banks_store(s, t, true, banks.fp_known, &banks);
    return err == ERR_OK ? dispatch_ok(s) : err;
}

static enum err read_one(struct gdbstub *s, struct hex_cursor *args)
{
    const struct gdb_reg *reg;
    struct banks banks;
    uint64_t number;

    if (!hex_take_number(args, &number) || hex_left(args))
        return ERR_SYNTAX;
    reg = number < UINT16_MAX ? gdb_arch_reg(s->config.arch, (unsigned)number) : NULL;
    if (!reg)
        return ERR_NOT_FOUND;
    enum err err = banks_load(s, threads_selected(s), is_fp(reg), &banks);
    if (err == ERR_OK)
        register_add(s, reg, &banks);
    return err;
}

static enum err write_one(struct gdbstub *s, struct hex_cursor *args)
{
    struct engine_thread *t = threads_selected(s);
    const struct gdb_reg *reg;
    uint8_t value[GDB_REG_BYTES_MAX];
    struct banks banks;
    uint64_t number;

    if (!hex_take_number(args, &number) || !hex_take_char(args, '='))
        return ERR_SYNTAX;
    reg = number < UINT16_MAX ? gdb_arch_reg(s->config.arch, (unsigned)number) : NULL;
    if (!reg)
        return ERR_NOT_FOUND;
    if (!hex_take_bytes(args, value, (reg->bits + 7u) / 8) || hex_left(args))
        return ERR_SYNTAX;
    enum err err = banks_load(s, t, is_fp(reg), &banks);
    if (err == ERR_OK)
        err = gdb_arch_reg_set(reg, banks.words, banks.fp_known ? banks.fp : NULL, value);
    if (err == ERR_OK)
        err = banks_store(s, t, !is_fp(reg), is_fp(reg), &banks);
    return err == ERR_OK ? dispatch_ok(s) : err;
}

static const struct stub_handler rows[] = {
    {.name = "g", .follow = "", .handle = read_all},
    {.name = "G", .handle = write_all},
    {.name = "p", .handle = read_one},
    {.name = "P", .handle = write_one},
};

const struct stub_group registers_group = {rows, sizeof rows / sizeof *rows};
