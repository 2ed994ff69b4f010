/* SPDX-License-Identifier: BSD-2-Clause */
/* `help`: the commands by group, one command in full, and for a method of the kernel its row. */
#include "monitor/commands/commands.h"
#include "monitor/commands/api.h"
#include "monitor/shell/method.h"
#include "monitor/shell/shell.h"
#include "arch/lib/str.h"

static const char *const group_names[GROUP_COUNT] = {
    [GROUP_SHELL] = "shell",           [GROUP_API] = "api",
    [GROUP_OBJECTS] = "objects",       [GROUP_MEMORY] = "memory",
    [GROUP_COMPONENTS] = "components", [GROUP_MACHINE] = "machine",
};

static const struct column list_columns[] = {
    {"group", FIELD_NAME, 7},
    {"command", FIELD_NAME, 9},
    {"summary", FIELD_TEXT, 0},
};
static const struct record_type list_type = {"command", list_columns, 3, RECORD_TABLE};

static const struct column one_columns[] = {
    {"command", FIELD_NAME, 0},
    {"usage", FIELD_TEXT, 0},
    {"summary", FIELD_TEXT, 0},
};
static const struct record_type one_type = {"help", one_columns, 3, RECORD_LIST};

enum { HELP_LINE_BYTES = 120 };

static void show_list(struct command_call *call)
{
    const struct shell *shell = call->shell;

    for (unsigned group = 0; group < GROUP_COUNT; group++) {
        for (unsigned i = 0; i < shell->command_count; i++) {
            const struct command *command = shell->commands[i];
            const struct field fields[] = {
                {.text = group_names[group]}, {.text = command->name}, {.text = command->summary}};
            if (command->group == group)
                record_emit(call->out, &list_type, fields);
        }
    }
}

static void show_lines(struct record_out *out, const char *text)
{
    char line[HELP_LINE_BYTES];

    while (*text) {
        const char *end = strchr(text, '\n');
        size_t len = end ? (size_t)(end - text) : strlen(text);
        fmt_print(line, sizeof(line), "%.*s", (int)len, text);
        record_text(out, line);
        text += len + (end != NULL);
    }
}

static void show_one(struct command_call *call, const struct command *command)
{
    const struct field fields[] = {
        {.text = command->name}, {.text = command->usage}, {.text = command->summary}};

    record_emit(call->out, &one_type, fields);
    if (command->help)
        show_lines(call->out, command->help);
}

static enum err fail_unknown(struct command_call *call, enum err e, const char *name)
{
    struct error_info *info = &call->shell->failure;
    struct near near;

    error_begin(info, e);
    error_set_text(info, ERROR_COMMAND, "help");
    error_set_text(info, ERROR_ARGUMENT, "name");
    error_say(info,
              e == ERR_AMBIGUOUS ? "'%.40s' fits more than one command"
                                 : "there is no command or method '%.40s'",
              name);
    shell_offer_near(call->shell, e, name, &near);
    error_say_near(info, &near);
    return shell_fail(call->shell, e, info);
}

static enum err run(struct command_call *call)
{
    const char *name = NULL;
    const struct command *command;
    const struct api_method *method;
    enum err e = arg_text(call, 0, "name", true, &name);

    if (!e)
        e = arg_end(call);
    if (e)
        return e;
    if (!name) {
        show_list(call);
        return ERR_OK;
    }
    e = shell_find_command(call->shell, name, &command);
    if (!e) {
        show_one(call, command);
        return ERR_OK;
    }
    if (method_find(name, &method) == ERR_OK) {
        api_show_method(call, method);
        return ERR_OK;
    }
    return fail_unknown(call, e, name);
}

static void complete(struct shell *shell, unsigned index, const char *prefix, command_offer offer,
                     void *context)
{
    (void)prefix;
    for (unsigned i = 0; index == 0 && i < shell->command_count; i++)
        offer(context, shell->commands[i]->name);
}

const struct command command_help = {
    .name = "help",
    .usage = "help [COMMAND | METHOD]",
    .summary = "List the commands, or explain one",
    .help = "Commands are separated by ; and a comment begins with #. A command may be shortened.\n"
            "Arguments are texts or expressions (help let); NAME=VALUE gives one by its name.\n"
            "A ! after the name overrides a refusal: call! DebugSnapshot.\n"
            "A kernel method is called by its name alone: tcb.suspend $tcb0.\n"
            "Keys: arrows, Home, End, Delete, Tab; Ctrl-A E B F K U W Y D T L P N, Alt-B F D;\n"
            "Ctrl-R searches the history. Ctrl-C ends a command; twice, the shell begins anew.",
    .run = run,
    .complete = complete,
    .group = GROUP_SHELL,
};
