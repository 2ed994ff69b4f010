/* SPDX-License-Identifier: BSD-2-Clause */
/* `echo`: its arguments as one line of text. */
#include "monitor/commands/commands.h"
#include "monitor/shell/limits.h"

static enum err run(struct command_call *call)
{
    char text[LIMIT_LINE_BYTES];
    size_t len = 0;
    struct record_out out = *call->out; /* the record before stays what $name means */

    text[0] = '\0';
    for (unsigned i = 0; i < call->arg_count && len < sizeof(text); i++) {
        const struct arg *arg = &call->args[i];
        len += fmt_print(text + len, sizeof(text) - len, "%s%s%s%s", i ? " " : "",
                         arg->name ? arg->name : "", arg->name ? "=" : "", arg->text);
    }
    out.memory = NULL;
    record_text(&out, text);
    return ERR_OK;
}

const struct command command_echo = {
    .name = "echo",
    .usage = "echo WORD...",
    .summary = "Print words, with $names and (expressions) evaluated",
    .run = run,
    .group = GROUP_SHELL,
    .flags = COMMAND_KEEPS,
};
