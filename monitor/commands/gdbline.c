/* SPDX-License-Identifier: BSD-2-Clause */
/* `gdbline`: a second serial line for the debugger alone. */
#include "monitor/commands/commands.h"
#include "monitor/commands/common.h"

#include "monitor/core/gdb_line.h"

static enum err fail(struct command_call *call, enum err e, bool on)
{
    if (e == ERR_EXISTS)
        return command_fail(call, e, "on", "the debugger has its line already: %s",
                            gdb_line_name());
    if (e == ERR_NOT_FOUND)
        return command_fail(call, e, "on", "%s",
                            on ? "this machine has no second UART that the monitor can drive by "
                                 "interrupts"
                               : "the debugger has no line of its own");
    return common_fail(call, e, "on", "the second line");
}

static void emit(struct command_call *call)
{
    static const struct column columns[] = {{"gdb_line", FIELD_TEXT, 0},
                                            {"debugging", FIELD_BOOL, 0}};
    static const struct record_type type = {"gdb_line", columns, 2, RECORD_LIST};
    const struct field fields[] = {{.text = gdb_line_name()}, {.word = gdb_line_owns()}};

    record_emit(call->out, &type, fields);
}

static enum err run(struct command_call *call)
{
    static const char *const choices[] = {"off", "on", NULL};
    unsigned on = 2;
    enum err e = arg_choice(call, 0, "on", choices, true, &on);

    if (!e)
        e = arg_end(call);
    if (e)
        return e;
    if (on < 2)
        e = on ? gdb_line_open() : gdb_line_close();
    if (e)
        return fail(call, e, on == 1);
    emit(call);
    return ERR_OK;
}

static void complete(struct shell *shell, unsigned index, const char *prefix, command_offer offer,
                     void *context)
{
    (void)shell, (void)prefix;
    if (index == 0) {
        offer(context, "on");
        offer(context, "off");
    }
}

const struct command command_gdbline = {
    .name = "gdbline",
    .usage = "gdbline [on|off]",
    .summary = "Give gdb a second serial line of the machine, for itself alone",
    .help =
        "On a PC the second COM port, elsewhere the next UART of the device tree. `target remote\n"
        "DEV` on it then leaves the first line to the shell. One debugger at a time.",
    .run = run,
    .complete = complete,
    .group = GROUP_COMPONENTS,
};
