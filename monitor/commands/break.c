/* SPDX-License-Identifier: BSD-2-Clause */
/* `break` and `watch`: the operator's breakpoints and watchpoints. */
#include "arch/lib/str.h"
#include "monitor/commands/commands.h"
#include "monitor/commands/debug_common.h"

static const char *const kinds[] = {
    [GDB_BREAK_SOFTWARE] = "break", [GDB_BREAK_HARDWARE] = "hardware", [GDB_WATCH_WRITE] = "write",
    [GDB_WATCH_READ] = "read",      [GDB_WATCH_ACCESS] = "access",
};

static void emit(struct command_call *call, const struct debug_shell_break *row)
{
    static const struct column columns[] = {
        {"number", FIELD_COUNT, 6},    {"component", FIELD_NAME, 16}, {"kind", FIELD_NAME, 8},
        {"address", FIELD_ADDRESS, 0}, {"size", FIELD_COUNT, 4},      {"hits", FIELD_COUNT, 5},
        {"condition", FIELD_TEXT, 0},
    };
    static const struct record_type type = {"breakpoint", columns, 7, RECORD_TABLE};
    char name[DEBUG_NAME_BYTES];

    debug_common_name((struct gdb_id){row->pid, 0}, name);
    const struct field fields[] = {
        {.word = row->number},
        {.text = name},
        {.text = kinds[row->type]},
        {.word = row->addr},
        {.word = row->len_bytes, .absent = row->type <= GDB_BREAK_HARDWARE},
        {.word = row->hits},
        {.text = row->condition[0] ? row->condition : NULL},
    };
    record_emit(call->out, &type, fields);
}

static enum err list(struct command_call *call, bool watches)
{
    for (unsigned i = 0; i < DEBUG_SHELL_BREAKS; i++) {
        const struct debug_shell_break *row = debug_shell_break_at(i);
        if (row && (row->type >= GDB_WATCH_WRITE) == watches)
            emit(call, row);
    }
    return ERR_OK;
}

static bool is_delete(const struct command_call *call)
{
    return call->arg_count && !call->args[0].name && !call->args[0].is_quoted &&
           strcmp(call->args[0].text, "delete") == 0;
}

static enum err delete_all(void)
{
    for (unsigned i = 0; i < DEBUG_SHELL_BREAKS; i++)
        if (debug_shell_break_at(i))
            (void)debug_shell_break_delete(debug_shell_break_at(i)->number);
    return ERR_OK;
}

static enum err delete_some(struct command_call *call)
{
    bool all = call->arg_count > 1 && strcmp(call->args[1].text, "all") == 0;
    uint64_t number;
    enum err e;

    (void)arg_find(call, 0, "delete");
    if (all) {
        (void)arg_find(call, 1, "number");
        e = arg_end(call);
        return e ? e : delete_all();
    }
    e = arg_word(call, 1, "number", 1, UINT32_MAX, false, &number);
    if (!e)
        e = arg_end(call);
    if (e)
        return e;
    if (debug_shell_break_delete((uint32_t)number))
        return command_fail(call, ERR_NOT_FOUND, "number", "there is no breakpoint %u",
                            (unsigned)number);
    return ERR_OK;
}

/* The condition as it was written, in quotes: it is about the registers at the time. */
static enum err read_condition(struct command_call *call, struct debug_shell_break *row)
{
    const char *text = NULL;
    enum err e = arg_text(call, ARG_NAMED, "if", true, &text);

    if (!e && text && !str_copy(row->condition, sizeof row->condition, text))
        return command_fail(call, ERR_NO_SPACE, "if", "a condition has at most %u characters",
                            DEBUG_CONDITION_BYTES - 1);
    return e;
}

static enum err set_fail(struct command_call *call, enum err e, const struct debug_shell_break *row,
                         const char *why)
{
    unsigned long long at = row->addr;

    if (e == ERR_SYNTAX)
        return command_fail(call, e, "if", "the condition: %s", why);
    if (e == ERR_FAULT)
        return command_fail(call, e, "address", "there is no memory at 0x%llx", at);
    if (e == ERR_FULL)
        return command_fail(call, e, NULL,
                            "all breakpoints of the shell or the machine are in use");
    if (e == ERR_UNSUPPORTED)
        return command_fail(call, e, "kind",
                            "this kernel cannot do that: only writes of up to 8 bytes can be "
                            "watched without its debug API");
    return debug_common_fail(call, e, "setting it");
}

static enum err set(struct command_call *call, struct debug_shell_break *row)
{
    struct component *component;
    const char *why = "";
    enum err e = debug_common_component(call, 0, &component);

    if (!e)
        e = arg_word(call, 1, "address", 0, UINT64_MAX, false, &row->addr);
    if (!e)
        e = read_condition(call, row);
    if (!e)
        e = arg_end(call);
    if (e)
        return e;
    row->pid = component->pid;
    e = debug_shell_break_set(row, &why);
    if (e)
        return set_fail(call, e, row, why);
    emit(call, row);
    return ERR_OK;
}

static enum err run_break(struct command_call *call)
{
    static const char *const choices[] = {"software", "hardware", NULL};
    struct debug_shell_break row = {.type = GDB_BREAK_SOFTWARE};
    unsigned kind = 0;
    enum err e;

    if (call->arg_count == 0)
        return list(call, false);
    if (is_delete(call))
        return delete_some(call);
    e = arg_choice(call, 2, "kind", choices, true, &kind);
    if (kind == 1)
        row.type = GDB_BREAK_HARDWARE;
    return e ? e : set(call, &row);
}

static enum err run_watch(struct command_call *call)
{
    static const char *const choices[] = {"write", "read", "access", NULL};
    struct debug_shell_break row = {.len_bytes = sizeof(uintptr_t)};
    unsigned kind = 0;
    enum err e;

    if (call->arg_count == 0)
        return list(call, true);
    if (is_delete(call))
        return delete_some(call);
    e = arg_word(call, ARG_NAMED, "size", 1, 32, true, &row.len_bytes);
    if (!e)
        e = arg_choice(call, 2, "kind", choices, true, &kind);
    row.type = (uint8_t)(GDB_WATCH_WRITE + kind);
    return e ? e : set(call, &row);
}

const struct command command_break = {
    .name = "break",
    .usage = "break [COMPONENT ADDRESS [hardware] [if=\"EXPRESSION\"] | delete NUMBER|all]",
    .summary = "List breakpoints, set one, or delete",
    .help =
        "A condition is an expression over the registers of the thread that comes by:\n"
        "`break hello 0x400120 if=\"$rdi == 3\"`; it is computed on the target. `continue` waits\n"
        "for a breakpoint. Numbers are shared with `watch`.",
    .run = run_break,
    .complete = debug_common_offer,
    .group = GROUP_COMPONENTS,
};

const struct command command_watch = {
    .name = "watch",
    .usage = "watch [COMPONENT ADDRESS [write|read|access] [size=N] [if=\"EXPRESSION\"] | delete "
             "NUMBER|all]",
    .summary = "List watchpoints, set one, or delete",
    .help = "Without the kernel's debug API writes are noticed by stepping, which is slow. Where\n"
            "the machine cannot watch reads alone, `access` does.",
    .run = run_watch,
    .complete = debug_common_offer,
    .group = GROUP_COMPONENTS,
};
