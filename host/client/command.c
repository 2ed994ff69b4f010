/* SPDX-License-Identifier: BSD-2-Clause */
/* The client's own commands: see command.h. */
#include "host/client/command.h"

#include <stddef.h>
#include <string.h>

#include "host/client/comfort.h"
#include "host/client/gdb_command.h"
#include "host/client/picture_command.h"
#include "host/client/status_line.h"
#include "host/client/symbol_commands.h"
#include "host/client/upload_command.h"

static const struct client_command *const commands[] = {
    &comfort_log,         &comfort_alias,        &comfort_unalias,
    &comfort_pager,       &comfort_shell,        &comfort_run,
    &comfort_help,        &command_symbols,      &command_gdb,
    &command_list,        &command_disassemble,  &command_backtrace,
    &client_command_map,  &client_command_graph, &upload_command_load,
    &upload_command_data, &status_line_command,  NULL, /* at the end */
};

const struct client_command *client_command_at(unsigned number)
{
    return number < sizeof(commands) / sizeof(commands[0]) ? commands[number] : NULL;
}

bool client_command_run(struct script *s, const char *line, bool *held)
{
    size_t len;

    line += strspn(line, " \t");
    len = *line == '!' ? 1 : strcspn(line, " \t");
    for (unsigned i = 0; client_command_at(i); i++) {
        const struct client_command *command = client_command_at(i);
        const char *args = line + len + strspn(line + len, " \t");

        if (strlen(command->name) != len || strncmp(command->name, line, len) != 0 ||
            (command->is_own && !command->is_own(args)))
            continue;
        *held = command->run(s, args);
        return true;
    }
    return false;
}

bool client_command_word(const char **at, char *word, unsigned cap)
{
    const char *from = *at + strspn(*at, " \t");
    char quote = *from == '"' || *from == '\'' ? *from : '\0';
    size_t len;

    if (*from == '\0')
        return false;
    if (quote)
        from++;
    len = quote ? strcspn(from, quote == '"' ? "\"" : "'") : strcspn(from, " \t");
    if (len >= cap)
        return false;
    memcpy(word, from, len);
    word[len] = '\0';
    *at = from + len + (quote && from[len] == quote);
    return true;
}
