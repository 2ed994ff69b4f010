/* SPDX-License-Identifier: BSD-2-Clause */
/* `regs`: registers of a thread, shown and set. */
#include "arch/lib/str.h"
#include "monitor/commands/commands.h"
#include "monitor/commands/debug_common.h"

enum which { WHICH_GENERAL, WHICH_ALL, WHICH_FP };

struct banks {
    uint64_t words[GDB_CONTEXT_WORDS_MAX];
    uint8_t fp[GDB_FP_BYTES_MAX];
};

static bool is_fp(const struct gdb_reg *reg)
{
    return reg->bank == GDB_BANK_FP || reg->bank == GDB_BANK_X87_TAG;
}

static void emit_word(struct command_call *call, const char *name, uint64_t value)
{
    static const struct column columns[] = {{"register", FIELD_NAME, 10}, {"value", FIELD_WORD, 0}};
    static const struct record_type type = {"register", columns, 2, RECORD_TABLE};
    const struct field fields[] = {{.text = name}, {.word = value}};

    record_emit(call->out, &type, fields);
}

/* The highest byte first, as a number is written. */
static void emit_wide(struct command_call *call, const char *name, const uint8_t *value,
                      unsigned len)
{
    static const struct column columns[] = {{"register", FIELD_NAME, 10},
                                            {"bytes", FIELD_BYTES, 0}};
    static const struct record_type type = {"wide_register", columns, 2, RECORD_TABLE};
    uint8_t bytes[GDB_REG_BYTES_MAX];

    for (unsigned i = 0; i < len; i++)
        bytes[i] = value[len - 1 - i];
    const struct field fields[] = {{.text = name}, {.bytes = bytes, .len = len}};
    record_emit(call->out, &type, fields);
}

static void emit(struct command_call *call, const struct gdb_reg *reg, const struct banks *banks,
                 const uint8_t *fp)
{
    uint8_t value[GDB_REG_BYTES_MAX] = {0};
    uint64_t word;

    if (gdb_arch_reg_get(reg, banks->words, fp, value) != ERR_OK)
        return;
    memcpy(&word, value, sizeof word);
    if (reg->bits <= 64)
        emit_word(call, reg->name, word);
    else
        emit_wide(call, reg->name, value, (reg->bits + 7u) / 8);
}

static void emit_all(struct command_call *call, enum which which, const struct banks *banks)
{
    const uint8_t *fp = which == WHICH_GENERAL ? NULL : banks->fp;

    for (unsigned i = 0; i < arch_gdb->reg_count; i++) {
        const struct gdb_reg *reg = &arch_gdb->regs[i];
        if (is_fp(reg) ? which != WHICH_GENERAL : which != WHICH_FP)
            emit(call, reg, banks, fp);
    }
}

/* --- setting ---------------------------------------------------------------------------------- */

static enum err set_one(struct command_call *call, const struct arg *arg, struct banks *banks,
                        bool *fp, bool *general)
{
    const struct gdb_reg *reg = gdb_arch_reg_named(arch_gdb, arg->name);
    uint8_t value[GDB_REG_BYTES_MAX] = {0};
    uint64_t word;
    enum err e;

    if (!reg)
        return command_fail(call, ERR_NOT_FOUND, arg->name, "there is no register '%s'", arg->name);
    e = arg_word(call, ARG_NAMED, arg->name, 0,
                 reg->bits < 64 ? ((uint64_t)1 << reg->bits) - 1 : UINT64_MAX, false, &word);
    if (e)
        return e;
    memcpy(value, &word, sizeof word);
    if (is_fp(reg))
        *fp = true;
    else
        *general = true;
    if (gdb_arch_reg_set(reg, banks->words, banks->fp, value))
        return command_fail(call, ERR_UNSUPPORTED, arg->name, "%s cannot be set", arg->name);
    return ERR_OK;
}

static bool sets_fp(const struct command_call *call)
{
    for (unsigned i = 0; i < call->arg_count; i++) {
        const struct gdb_reg *reg =
            call->args[i].name ? gdb_arch_reg_named(arch_gdb, call->args[i].name) : NULL;
        if (reg && is_fp(reg))
            return true;
    }
    return false;
}

static enum err set_all(struct command_call *call, struct gdb_id id, struct banks *banks,
                        unsigned *count)
{
    bool fp = false, general = false;
    enum err e = ERR_OK;

    *count = 0;
    for (unsigned i = 0; i < call->arg_count && !e; i++) {
        const struct arg *arg = &call->args[i];
        if (!arg->name || strcmp(arg->name, "thread") == 0 || strcmp(arg->name, "which") == 0)
            continue;
        e = set_one(call, arg, banks, &fp, &general);
        ++*count;
    }
    if (e || !*count)
        return e;
    e = arg_end(call);
    if (e)
        return e;
    e = debug_shell_regs_write(id, general ? banks->words : NULL, fp ? banks->fp : NULL);
    return e ? debug_common_fail(call, e, "setting registers") : ERR_OK;
}

static enum err fp_fail(struct command_call *call, enum err e)
{
    if (e == ERR_BUSY)
        return command_fail(call, e, "thread",
                            "floating-point registers can be had of a thread that stands: `stop` "
                            "or `step` it");
    if (e == ERR_UNSUPPORTED)
        return command_fail(call, e, "which",
                            "the thread has no room on its stack, or may not use them");
    return debug_common_fail(call, e, "reading its registers");
}

static enum err run(struct command_call *call)
{
    static const char *const choices[] = {"general", "all", "fp", NULL};
    static struct banks banks;
    unsigned which = WHICH_GENERAL, count;
    struct gdb_id id;
    enum err e = debug_common_thread(call, 0, false, &id);
    bool fp;

    if (!e)
        e = arg_choice(call, 1, "which", choices, true, &which);
    if (e)
        return e;
    fp = which != WHICH_GENERAL || sets_fp(call);
    e = debug_shell_regs_read(id, banks.words, fp ? banks.fp : NULL);
    if (e)
        return fp ? fp_fail(call, e) : debug_common_fail(call, e, "reading its registers");
    e = set_all(call, id, &banks, &count);
    if (!e && !count)
        e = arg_end(call);
    if (!e && !count)
        emit_all(call, (enum which)which, &banks);
    return e;
}

const struct command command_regs = {
    .name = "regs",
    .usage = "regs THREAD [general|all|fp] [NAME=VALUE...]",
    .summary = "Show the registers of a thread, or set some",
    .help = "`regs hello pc=0x400120`. Floating-point registers are fetched by running a few\n"
            "instructions in the thread, which has to stand; nothing of it is changed.",
    .run = run,
    .complete = debug_common_offer,
    .group = GROUP_COMPONENTS,
};
