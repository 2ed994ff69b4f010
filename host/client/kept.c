/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asking the target what it has, and giving it again what was lost. See kept.h. Whether a
 * breakpoint is set is known by its number; the line that set it is kept as it was typed, so that
 * names of symbols mean what they mean in the file of then.
 */
#include "host/client/kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/client/ask.h"
#include "host/client/symbol_commands.h"

enum { ANSWER_MS = 3000, LOAD_MS = 60000, WORD_BYTES = 256 };

struct kept_break {
    struct kept_break *next;
    json_int_t number; /* 0: not set now */
    bool seen;
    char *line, *component;
};

static struct {
    struct kept_break *breaks;
    json_t *variables; /* of `let`: records by their name */
} kept;

/* --- words ------------------------------------------------------------------------------------ */

/* Is the first word `name`, or enough letters of it? */
static bool is_command(const char *line, const char *name, size_t least)
{
    line += strspn(line, " \t");
    size_t len = strcspn(line, " \t");
    return len >= least && len <= strlen(name) && strncmp(line, name, len) == 0;
}

static bool is_break(const char *line)
{
    return is_command(line, "break", 2) || is_command(line, "watch", 3);
}

/* The word number `n` of a line; false if there is none. */
static bool word_of(const char *line, unsigned n, char *word)
{
    do {
        if (!client_command_word(&line, word, WORD_BYTES))
            return false;
    } while (n-- > 0);
    return true;
}

/* --- breakpoints ------------------------------------------------------------------------------ */

static void free_break(struct kept_break *b)
{
    free(b->line);
    free(b->component);
    free(b);
}

static void add_break(const json_t *record, const char *typed)
{
    const char *component = json_string_value(json_object_get(record, "component"));
    struct kept_break *b = component ? calloc(1, sizeof(*b)) : NULL;
    if (!b)
        return;
    b->number = json_integer_value(json_object_get(record, "number"));
    b->seen = true;
    b->line = strdup(typed);
    b->component = strdup(component);
    if (!b->line || !b->component) {
        free_break(b);
        return;
    }
    b->next = kept.breaks;
    kept.breaks = b;
}

static struct kept_break *break_numbered(json_int_t number)
{
    struct kept_break *b = kept.breaks;
    while (b && b->number != number)
        b = b->next;
    return b;
}

/* Learns which are set. One that is not known is what `typed` has just set; NULL: nothing was. */
static bool look_at_breaks(struct script *s, const char *typed)
{
    json_t *records = json_array();
    const json_t *record;
    size_t i;
    for (struct kept_break *b = kept.breaks; b; b = b->next)
        b->seen = false;
    bool ok = ask_target(s->target, "json break", ANSWER_MS, records) == TARGET_OK &&
              ask_target(s->target, "json watch", ANSWER_MS, records) == TARGET_OK;
    json_array_foreach(records, i, record)
    {
        json_int_t number = json_integer_value(json_object_get(record, "number"));
        struct kept_break *b = number ? break_numbered(number) : NULL;
        if (b)
            b->seen = true;
        else if (number && typed)
            add_break(record, typed);
    }
    json_decref(records);
    return ok;
}

/* Those that are set no more are forgotten (`deleted`), or wait for their component. */
static void settle_breaks(bool deleted)
{
    struct kept_break **at = &kept.breaks;
    while (*at) {
        struct kept_break *b = *at;
        if (!b->seen && b->number && deleted) {
            *at = b->next;
            free_break(b);
            continue;
        }
        if (!b->seen)
            b->number = 0;
        at = &b->next;
    }
}

/* `break delete all` also means those that wait. */
static void drop_waiting(void)
{
    struct kept_break **at = &kept.breaks;
    while (*at) {
        struct kept_break *b = *at;
        if (b->number) {
            at = &b->next;
        } else {
            *at = b->next;
            free_break(b);
        }
    }
}

/* Does one wait for this component? NULL: for any. */
static bool any_waits(const char *component)
{
    for (struct kept_break *b = kept.breaks; b; b = b->next)
        if (b->number == 0 && (!component || strcmp(b->component, component) == 0))
            return true;
    return false;
}

static const char *error_text(const json_t *records)
{
    const char *text = json_string_value(json_object_get(json_array_get(records, 0), "text"));
    return text ? text : "no answer";
}

/* Sets one again; its number is the record's. */
static void set_again(struct script *s, struct kept_break *b)
{
    char why[400], *resolved = symbol_commands_resolve(b->line, why, sizeof(why)), *line = NULL;
    json_t *records = json_array();
    bool ok = !why[0] && asprintf(&line, "json %s", resolved ? resolved : b->line) >= 0 &&
              ask_target(s->target, line, ANSWER_MS, records) == TARGET_OK;
    if (ok) {
        b->number = json_integer_value(json_object_get(json_array_get(records, 0), "number"));
        output_note(s->out, "set again as %lld: %s", (long long)b->number, b->line);
    } else {
        output_note(s->out, "not set again: %s (%s)", b->line, why[0] ? why : error_text(records));
    }
    free(line);
    free(resolved);
    json_decref(records);
}

void kept_loaded(struct script *s, const char *component)
{
    for (struct kept_break *b = kept.breaks; b; b = b->next)
        if (b->number == 0 && strcmp(b->component, component) == 0)
            set_again(s, b);
}

/* --- variables -------------------------------------------------------------------------------- */

static json_t *ask_variables(struct script *s)
{
    json_t *records = json_array(), *variables = json_object();
    const json_t *record;
    size_t i;
    bool ok = ask_target(s->target, "json let", ANSWER_MS, records) == TARGET_OK;
    json_array_foreach(records, i, record)
    {
        const char *name = json_string_value(json_object_get(record, "name"));
        if (name)
            json_object_set(variables, name, json_object_get(record, "value"));
    }
    json_decref(records);
    if (ok)
        return variables;
    json_decref(variables);
    return NULL;
}

/* A number as it was shown, or a text in quotes. */
static bool give_variable(struct script *s, const char *name, const char *value)
{
    char *line = NULL;
    json_t *records = json_array();
    bool word = strncmp(value, "0x", 2) == 0 && value[strspn(value, "0123456789abcdefx")] == '\0';
    bool ok = asprintf(&line, word ? "let %s = %s" : "let %s = \"%s\"", name, value) >= 0 &&
              ask_target(s->target, line, ANSWER_MS, records) == TARGET_OK;
    free(line);
    json_decref(records);
    return ok;
}

static void restore_variables(struct script *s)
{
    json_t *now = kept.variables && json_object_size(kept.variables) ? ask_variables(s) : NULL;
    const char *name;
    json_t *value;
    char given[400] = "";
    if (!now)
        return;
    json_object_foreach(kept.variables, name, value)
    {
        size_t len = strlen(given);
        if (!json_object_get(now, name) && give_variable(s, name, json_string_value(value)))
            snprintf(given + len, sizeof(given) - len, " $%s", name);
    }
    json_decref(now);
    if (given[0])
        output_note(s->out, "defined again:%s", given);
}

/* --- when ------------------------------------------------------------------------------------- */

static bool is_target_up(const struct script *s)
{
    return !s->target->gone && !s->target->at_prompt && !s->ended && s->status != STATUS_LOST;
}

/* Loads the component that the words after the command name, and sets its breakpoints. */
static bool load_first(struct script *s, const char *line, char *name)
{
    char *load = NULL;
    const char *words = line + strspn(line, " \t");
    words += strcspn(words, " \t");
    json_t *records = json_array();
    bool ok = asprintf(&load, "load%s", words) >= 0 &&
              ask_target(s->target, load, LOAD_MS, records) == TARGET_OK;
    free(load);
    json_decref(records);
    if (ok)
        kept_loaded(s, name);
    return ok;
}

/* `restart` would run before its breakpoints are set. */
static void end_first(struct script *s, const char *name)
{
    char *line = NULL;
    json_t *records = json_array();
    if (asprintf(&line, "kill %s", name) >= 0 &&
        ask_target(s->target, line, ANSWER_MS, records) == TARGET_OK && look_at_breaks(s, NULL))
        settle_breaks(false);
    free(line);
    json_decref(records);
}

char *kept_before(struct script *s, const char *line)
{
    char name[WORD_BYTES], *start = NULL;
    bool restart = is_command(line, "restart", 4);
    if (!s->interactive || !kept.breaks || (!restart && !is_command(line, "start", 3)) ||
        !word_of(line, 1, name))
        return NULL;
    if (restart)
        end_first(s, name);
    if (any_waits(name) && load_first(s, line, name) && asprintf(&start, "start %s", name) < 0)
        start = NULL;
    return start;
}

void kept_after(struct script *s, const char *typed)
{
    char name[WORD_BYTES];
    if (!s->interactive || !is_target_up(s))
        return;
    if (is_break(typed) && word_of(typed, 1, name)) {
        bool deleted = strcmp(name, "delete") == 0;
        if (look_at_breaks(s, deleted ? NULL : typed))
            settle_breaks(deleted);
        if (deleted && word_of(typed, 2, name) && strcmp(name, "all") == 0)
            drop_waiting();
    } else if (kept.breaks && is_command(typed, "kill", 2)) {
        if (look_at_breaks(s, NULL))
            settle_breaks(false);
    } else if (is_command(typed, "load", 2) && word_of(typed, 1, name)) {
        kept_loaded(s, name);
    } else if (is_command(typed, "let", 3)) {
        json_t *now = ask_variables(s);
        if (now)
            json_decref(kept.variables);
        kept.variables = now ? now : kept.variables;
    }
}

void kept_restore(struct script *s)
{
    if (!s->interactive || !is_target_up(s))
        return;
    restore_variables(s);
    if (kept.breaks && look_at_breaks(s, NULL))
        settle_breaks(false);
    if (any_waits(NULL))
        output_note(s->out, "breakpoints are set again when their component is loaded");
}

void kept_forget(void)
{
    while (kept.breaks) {
        struct kept_break *b = kept.breaks;
        kept.breaks = b->next;
        free_break(b);
    }
    json_decref(kept.variables);
    kept.variables = NULL;
}
