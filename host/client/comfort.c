/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The operator's own commands. See comfort.h; what they do is in session_log.c, alias.c, pager.c
 * and other_program.c.
 */
#include "host/client/comfort.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/client/alias.h"
#include "host/client/other_program.h"
#include "host/client/pager.h"
#include "host/client/script_parse.h"
#include "host/client/session_log.h"

enum { NAME_WIDTH = 14 };

/* --- log ------------------------------------------------------------------------------------ */

/* A path with ~/ is below the home folder. */
static bool expand_home(char *path, size_t cap, const char *name)
{
    const char *home = getenv("HOME");
    bool below = name[0] == '~' && name[1] == '/' && home;
    return (size_t)snprintf(path, cap, "%s%s", below ? home : "", below ? name + 1 : name) < cap;
}

static bool run_log(struct script *s, const char *args)
{
    char word[PATH_MAX], path[PATH_MAX];
    const char *now = session_log_path();
    if (!client_command_word(&args, word, sizeof(word))) {
        output_say(s->out, "%s%s", now ? "logging to " : "nothing is logged", now ? now : "");
        return true;
    }
    if (strcmp(word, "off") == 0) {
        session_log_close();
        return true;
    }
    if (expand_home(path, sizeof(path), word) && session_log_open(path))
        return true;
    output_error(s->out, "cannot log to %s: %s", word, strerror(errno));
    return false;
}

const struct client_command comfort_log = {
    .name = "log",
    .usage = "log [FILE | off]",
    .summary = "Keep all that is typed and shown in a file, with the time",
    .takes_file = true,
    .run = run_log,
};

/* --- alias ---------------------------------------------------------------------------------- */

static void list_aliases(struct script *s)
{
    const char *name, *text;
    for (size_t i = 0; alias_at(i, &name, &text); i++)
        output_say(s->out, "alias %s = %s", name, text);
}

static bool run_alias(struct script *s, const char *args)
{
    char name[64];
    size_t len = strcspn(args, " \t=");
    const char *text = args + len + strspn(args + len, " \t");
    if (len == 0 && *text == '\0') {
        list_aliases(s);
        return true;
    }
    if (len == 0 || len >= sizeof(name) || *text != '=' ||
        text[1 + strspn(text + 1, " \t")] == '\0') {
        output_error(s->out, "alias wants NAME = TEXT");
        return false;
    }
    snprintf(name, sizeof(name), "%.*s", (int)len, args);
    text++;
    if (alias_set(name, text + strspn(text, " \t")))
        return true;
    output_error(s->out, "out of memory");
    return false;
}

const struct client_command comfort_alias = {
    .name = "alias",
    .usage = "alias [NAME = TEXT]",
    .summary = "Let a word at the beginning of a typed line stand for a text",
    .run = run_alias,
};

static bool run_unalias(struct script *s, const char *args)
{
    char name[64];
    if (client_command_word(&args, name, sizeof(name)) && alias_set(name, NULL))
        return true;
    output_error(s->out, "there is no such alias");
    return false;
}

const struct client_command comfort_unalias = {
    .name = "unalias",
    .usage = "unalias NAME",
    .summary = "Forget an alias",
    .run = run_unalias,
};

/* --- paging --------------------------------------------------------------------------------- */

/* The target has a `set` too. */
static bool is_pager(const char *args)
{
    return strncmp(args, "pager", 5) == 0 && (args[5] == '\0' || args[5] == ' ' || args[5] == '\t');
}

static bool run_pager(struct script *s, const char *args)
{
    char mode[16];
    args += strlen("pager");
    if (!client_command_word(&args, mode, sizeof(mode))) {
        output_say(s->out, "pager %s", pager_name());
        return true;
    }
    if (pager_set(mode))
        return true;
    output_error(s->out, "pager is off, on, or program ($PAGER, or less)");
    return false;
}

const struct client_command comfort_pager = {
    .name = "set",
    .usage = "set pager [off | on | program]",
    .summary = "Show long output page by page, or by $PAGER",
    .words = (const char *const[]){"pager", NULL},
    .is_own = is_pager,
    .run = run_pager,
};

/* --- other programs ------------------------------------------------------------------------- */

static bool run_shell(struct script *s, const char *args)
{
    return other_program_run(s, args, false);
}

const struct client_command comfort_shell = {
    .name = "!",
    .usage = "!COMMAND",
    .summary = "Run a command of the workstation's shell",
    .takes_file = true,
    .run = run_shell,
};

static bool run_with_line(struct script *s, const char *args)
{
    return other_program_run(s, args, true);
}

const struct client_command comfort_run = {
    .name = "run",
    .usage = "run COMMAND",
    .summary = "The same, with the line to the target as its descriptor 3",
    .help =
        "In the environment: SEL4MON_LINE=3, SEL4MON_TARGET (its name), SEL4MON_DEVICE (the port,\n"
        "as it was given to the client).",
    .takes_file = true,
    .run = run_with_line,
};

/* --- help ----------------------------------------------------------------------------------- */

/* `shared`: one whose name the target has, too. */
static const struct client_command *find(const char *name, bool shared)
{
    for (unsigned i = 0; client_command_at(i); i++) {
        const struct client_command *c = client_command_at(i);
        if (strcmp(c->name, name) == 0 && (c->is_own != NULL) == shared && c != &comfort_help)
            return c;
    }
    return NULL;
}

static bool is_own_topic(const char *args)
{
    char name[64];
    return client_command_word(&args, name, sizeof(name)) && find(name, false);
}

static void explain(struct script *s, const struct client_command *c)
{
    output_say(s->out, "%s", c->usage);
    output_say(s->out, "%s", c->summary);
    for (const char *text = c->help; text && *text; text += text[strcspn(text, "\n")] == '\n') {
        output_say(s->out, "%.*s", (int)strcspn(text, "\n"), text);
        text += strcspn(text, "\n");
    }
}

bool comfort_help_own(struct script *s, const char *name)
{
    const struct client_command *c = find(name, false);
    if (c)
        explain(s, c);
    return c != NULL;
}

static bool run_help(struct script *s, const char *args)
{
    char name[64];
    return client_command_word(&args, name, sizeof(name)) && comfort_help_own(s, name);
}

const struct client_command comfort_help = {
    .name = "help",
    .usage = "help COMMAND",
    .summary = "Explain a command of the client",
    .is_own = is_own_topic,
    .run = run_help,
};

static void list_commands(struct script *s)
{
    output_say(s->out, "%s", "");
    output_say(s->out, "Of the client, and the words of scripts (if, while, for, expect...):");
    for (unsigned i = 0; client_command_at(i); i++) {
        const struct client_command *c = client_command_at(i);
        size_t len = strcspn(c->usage, " ");
        if (c->is_own && c->usage[len]) /* what tells it from the target's */
            len += 1 + strcspn(c->usage + len + 1, " ");
        if (c != &comfort_help)
            output_say(s->out, "  %-*.*s %s", NAME_WIDTH, (int)len, c->usage, c->summary);
    }
}

void comfort_help_more(struct script *s, const char *line)
{
    char word[64];
    if (!client_command_word(&line, word, sizeof(word)) || strcmp(word, "help") != 0)
        return;
    s->out->command.text = "help";
    if (!client_command_word(&line, word, sizeof(word))) {
        list_commands(s);
    } else if (find(word, true)) {
        output_say(s->out, "%s", "");
        output_say(s->out, "Of the client:");
        explain(s, find(word, true));
    }
    s->out->command.text = NULL;
}

/* --- the first commands of a session -------------------------------------------------------- */

static bool config_path(char *path, size_t cap)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    int n;
    if (config && *config == '/')
        n = snprintf(path, cap, "%s/sel4mon/config", config);
    else if (home && *home == '/')
        n = snprintf(path, cap, "%s/.config/sel4mon/config", home);
    else
        return false;
    return n > 0 && (size_t)n < cap;
}

void comfort_run_config(struct script *s)
{
    char path[PATH_MAX];
    if (!config_path(path, sizeof(path)) || access(path, F_OK) != 0)
        return;
    FILE *file = fopen(path, "re");
    if (!file) {
        output_note(s->out, "cannot read %s: %s", path, strerror(errno));
        return;
    }
    script_run_stream(s, file, path);
    fclose(file);
}
