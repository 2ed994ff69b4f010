/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `set`: the shell's settings; and what goes before a command to change how it runs: `try`, `json`
 * and `text`, which the dispatcher takes off.
 */
#include "monitor/commands/commands.h"
#include "monitor/shell/shell.h"

enum { COLUMNS_MIN = 20, COLUMNS_MAX = 1000 };

static const char *const settings[] = {"output", "client", "columns", NULL};
static const char *const outputs[] = {"text", "json", NULL};
static const char *const switches[] = {"off", "on", NULL};

static const struct column list_columns[] = {
    {"output", FIELD_NAME, 6},
    {"client", FIELD_BOOL, 0},
    {"columns", FIELD_COUNT, 0},
};
static const struct record_type list_type = {"settings", list_columns, 3, RECORD_TABLE};

static enum err set_columns(struct command_call *call)
{
    uint64_t columns = 0;
    enum err e = arg_word(call, 1, "columns", COLUMNS_MIN, COLUMNS_MAX, false, &columns);

    if (!e)
        call->shell->line.columns = (uint16_t)columns;
    return e;
}

static enum err run(struct command_call *call)
{
    struct shell *shell = call->shell;
    unsigned setting = 0, value = 0;
    enum err e;

    if (call->arg_count == 0) {
        const struct field fields[] = {
            {.text = outputs[shell->json]}, {.word = shell->client}, {.word = shell->line.columns}};
        record_emit(call->out, &list_type, fields);
        return ERR_OK;
    }
    e = arg_choice(call, 0, "setting", settings, false, &setting);
    if (e)
        return e;
    if (setting == 2)
        e = set_columns(call);
    else
        e = arg_choice(call, 1, settings[setting], setting ? switches : outputs, false, &value);
    if (!e)
        e = arg_end(call);
    if (e || setting == 2)
        return e;
    (setting ? shell_set_client : shell_set_json)(shell, value);
    return ERR_OK;
}

static void complete(struct shell *shell, unsigned index, const char *prefix, command_offer offer,
                     void *context)
{
    static const char *const *const lists[] = {settings, outputs, switches};
    (void)shell;
    (void)prefix;

    for (unsigned i = index == 0 ? 0 : 1; index < 2 && i < (index == 0 ? 1u : 3u); i++) {
        for (const char *const *word = lists[i]; *word; word++)
            offer(context, *word);
    }
}

const struct command command_set = {
    .name = "set",
    .usage = "set [output text|json] | set client on|off | set columns COUNT",
    .summary = "Change or show the shell's settings",
    .help = "client on: no echo and no prompt; each record is a line that begins with the byte\n"
            "0x1e, and each line sent, \"@N command\", ends in {\"done\":N,\"status\":...}.",
    .run = run,
    .complete = complete,
    .group = GROUP_SHELL,
    .flags = COMMAND_KEEPS,
};

const struct command command_try = {
    .name = "try",
    .usage = "try COMMAND...",
    .summary = "Run a command whose failure is none: it only sets $error",
    .group = GROUP_SHELL,
    .flags = COMMAND_TRY,
};

const struct command command_json = {
    .name = "json",
    .usage = "json COMMAND...",
    .summary = "Run a command and print its records as JSON lines",
    .group = GROUP_SHELL,
    .flags = COMMAND_JSON,
};

const struct command command_text = {
    .name = "text",
    .usage = "text COMMAND...",
    .summary = "Run a command and print its records as a table",
    .group = GROUP_SHELL,
    .flags = COMMAND_TEXT,
};
