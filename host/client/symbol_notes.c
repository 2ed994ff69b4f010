/* SPDX-License-Identifier: BSD-2-Clause */
/* What addresses in the target's lines are by symbols; see the header. */
#include "host/client/symbol_notes.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/client/symbol_commands.h"
#include "host/client/symbols.h"

enum { NOTE = 600, NOTES = 4, LEAST = 0x1000 };

/* Commands whose lines are of the thread or component that is their first argument. */
static const struct {
    const char *name;
    size_t shortest;
} commands[] = {{"regs", 3}, {"fault", 2}};

static struct symbols *symbols_named(const char *name)
{
    return symbol_commands_symbols(name, strcspn(name, ". \t"));
}

static struct symbols *symbols_of_command(const char *command)
{
    size_t len = command ? strcspn(command, " \t") : 0;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (len < commands[i].shortest || len > strlen(commands[i].name) ||
            strncmp(command, commands[i].name, len) != 0)
            continue;
        return symbols_named(command + len + strspn(command + len, " \t"));
    }
    return NULL;
}

/* "[NAME] thread 1 ...", "NAME.1 is at ..." */
static struct symbols *symbols_of_line(const char *line)
{
    const char *close = *line == '[' ? strchr(line, ']') : NULL, *dot = strchr(line, '.');
    if (close && strncmp(close, "] thread ", 9) == 0)
        return symbol_commands_symbols(line + 1, (size_t)(close - line - 1));
    if (!close && dot && isdigit((unsigned char)dot[1]) &&
        strcspn(line, " ") > (size_t)(dot - line))
        return symbol_commands_symbols(line, (size_t)(dot - line));
    return NULL;
}

static void note_add(struct symbols *symbols, uint64_t addr, char *notes)
{
    char name[NOTE / 2], file[NOTE / 2], note[NOTE] = "";
    const char *slash;
    int line;
    size_t len = strlen(notes);
    if (addr < LEAST || !symbols_inside(symbols, addr, name, sizeof name))
        return;
    if (symbols_line(symbols, addr, file, sizeof file, &line)) {
        slash = strrchr(file, '/');
        snprintf(note, sizeof note, " %s:%d", slash ? slash + 1 : file, line);
    }
    snprintf(notes + len, NOTES * NOTE - len, "%s%s%s", len ? ", " : "  ", name, note);
}

char *symbol_notes_line(const char *command, const char *line)
{
    char notes[NOTES * NOTE] = "", *end, *out;
    struct symbols *symbols = symbols_of_line(line);
    unsigned count = 0;
    if (!symbols)
        symbols = symbols_of_command(command);
    if (!symbols)
        return NULL;
    for (const char *at = line; count < NOTES && (at = strstr(at, "0x")); at = end) {
        uint64_t addr = strtoull(at, &end, 16);
        if (end > at + 2)
            note_add(symbols, addr, notes);
        count++;
    }
    if (!*notes)
        return NULL;
    out = malloc(strlen(line) + strlen(notes) + 1);
    if (out)
        sprintf(out, "%s%s", line, notes);
    return out;
}
