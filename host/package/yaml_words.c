/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads libcyaml 1.3's log: a complaint ("Load: Unexpected key: frob"), then where it was, from the
 * inside out ("  in mapping field 'rights' (line: 3, column: 14)"). A complaint that is not known
 * here is passed on as it is.
 */
#include "host/package/yaml_words.h"
#include "arch/lib/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NEAR = 3, PLACE_BYTES = 640 };

static const char unexpected_key[] = "Unexpected key: ";
static const char missing_field[] = "Missing required mapping field: ";

/* What other complaints begin with, and our words instead; with a %s the rest is kept. */
static const struct {
    const char *theirs;
    const char *ours;
} rows[] = {
    {"Expecting STRING", "here a text or a number is expected"},
    {"Expecting SEQUENCE", "here a list is expected: [one, two], or lines that begin with -"},
    {"Expecting MAPPING", "here fields are expected: {name: value}, or lines of name: value"},
    {"Mapping field already seen", "the field is there twice"},
    {"Ignoring documents after first", "there is more than one document in it"},
    {"YAML alias unsupported", "anchors and aliases (& and *) are not taken here"},
    {"libyaml: ", "it is not YAML: %s"},
};

/* --- noting ----------------------------------------------------------------------------------- */

/* "  in mapping field 'NAME' (line: L, column: C)", "  in sequence entry 'N' (...)" */
static void note_place(struct yaml_words *words, const char *text)
{
    char name[YAML_WORDS_BYTES] = "";
    const char *quote = strchr(text, '\'');
    const char *line = strstr(text, "(line: ");

    if (quote)
        snprintf(name, sizeof(name), "%.*s", (int)strcspn(quote + 1, "'"), quote + 1);
    if (words->line == 0 && line)
        words->line = (unsigned)strtoul(line + strlen("(line: "), NULL, 10);
    if (strstr(text, "sequence entry"))
        words->entry = (unsigned)strtoul(name, NULL, 10);
    else if (words->entry != 0)
        str_copy(words->list, sizeof(words->list), name);
    else if (!words->field[0])
        str_copy(words->field, sizeof(words->field), name);
}

void yaml_words_note(cyaml_log_t level, void *context, const char *format, va_list arguments)
{
    static const char load[] = "Load: ";
    struct yaml_words *words = context;
    char text[YAML_WORDS_BYTES];

    if (level < CYAML_LOG_WARNING)
        return;
    vsnprintf(text, sizeof(text), format, arguments);
    text[strcspn(text, "\n")] = 0;
    if (strncmp(text, "  in ", 5) == 0)
        note_place(words, text);
    else if (!words->first[0] && strcmp(text, "Load: Backtrace:") != 0)
        str_copy(words->first, sizeof(words->first),
                 text + (strncmp(text, load, strlen(load)) == 0 ? strlen(load) : 0));
}

/* --- saying ----------------------------------------------------------------------------------- */

/* The fields of a list's entries. */
static const cyaml_schema_field_t *entry_fields(const cyaml_schema_field_t *fields,
                                                const char *list)
{
    for (; fields->key; fields++) {
        if (strcmp(fields->key, list) == 0 && fields->value.type == CYAML_SEQUENCE &&
            fields->value.sequence.entry->type == CYAML_MAPPING)
            return fields->value.sequence.entry->mapping.fields;
    }
    return NULL;
}

/* The library knows only where the value before an unknown key was. */
static unsigned line_of_key(const struct yaml_words *words, const char *key)
{
    unsigned line = 1;
    size_t len = strlen(key);

    for (size_t i = 0; i + len < words->source_bytes; i++) {
        bool begins = i == 0 || strchr(" \t\n{,-", words->source[i - 1]);
        if (line >= words->line && begins && strncmp(words->source + i, key, len) == 0 &&
            strchr(": \t", words->source[i + len]))
            return line;
        line += words->source[i] == '\n';
    }
    return words->line;
}

static const char *nearest(const cyaml_schema_field_t *fields, const char *key)
{
    const char *best = NULL;
    unsigned least = NEAR;

    for (; fields->key; fields++) {
        unsigned distance = str_distance(key, fields->key, NEAR);
        if (distance < least) {
            least = distance;
            best = fields->key;
        }
    }
    return best;
}

static void list_fields(const cyaml_schema_field_t *fields, char *to, size_t cap)
{
    size_t len = 0;

    to[0] = 0;
    for (; fields->key && len < cap; fields++)
        len += (size_t)snprintf(to + len, cap - len, "%s%s", len ? ", " : "", fields->key);
}

/* "FILE, line 3, endpoints, entry 1" */
static void place(const struct yaml_words *words, unsigned line, char to[PLACE_BYTES])
{
    int len = snprintf(to, PLACE_BYTES, "%s", words->path);

    if (line > 0 && len < PLACE_BYTES)
        len += snprintf(to + len, (size_t)(PLACE_BYTES - len), ", line %u", line);
    if (words->entry > 0 && len < PLACE_BYTES)
        snprintf(to + len, (size_t)(PLACE_BYTES - len), ", %s, entry %u", words->list,
                 words->entry);
}

static void say_unknown(const struct yaml_words *words, const cyaml_schema_field_t *fields,
                        struct package_why *why)
{
    const char *key = words->first + strlen(unexpected_key);
    const char *near = nearest(fields, key);
    char where[PLACE_BYTES], all[YAML_WORDS_BYTES];

    place(words, line_of_key(words, key), where);
    list_fields(fields, all, sizeof(all));
    if (near)
        package_fail(why, "%s: there is no field %s (did you mean %s?)", where, key, near);
    else
        package_fail(why, "%s: there is no field %s; there are %s", where, key, all);
}

static void say_other(const struct yaml_words *words, struct package_why *why)
{
    char where[PLACE_BYTES];
    bool in_field = strncmp(words->first, "Expecting", strlen("Expecting")) == 0 && words->field[0];
    const char *between = in_field ? ", " : "";
    const char *field = in_field ? words->field : "";

    place(words, words->line, where);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t len = strlen(rows[i].theirs);
        if (strncmp(words->first, rows[i].theirs, len) != 0)
            continue;
        const char *rest = strstr(rows[i].ours, "%s");
        int keep = rest ? (int)(rest - rows[i].ours) : (int)strlen(rows[i].ours);
        package_fail(why, "%s%s%s: %.*s%s", where, between, field, keep, rows[i].ours,
                     rest ? words->first + len : "");
        return;
    }
    package_fail(why, "%s%s%s: %s", where, between, field, words->first);
}

void yaml_words_say(const struct yaml_words *words, const cyaml_schema_field_t *fields,
                    struct package_why *why)
{
    char where[PLACE_BYTES];

    if (words->entry > 0 && entry_fields(fields, words->list))
        fields = entry_fields(fields, words->list);
    if (strncmp(words->first, unexpected_key, strlen(unexpected_key)) == 0) {
        say_unknown(words, fields, why);
    } else if (strncmp(words->first, missing_field, strlen(missing_field)) == 0) {
        place(words, words->entry > 0 ? words->line : 0, where);
        package_fail(why, "%s: the field %s is missing", where,
                     words->first + strlen(missing_field));
    } else {
        say_other(words, why);
    }
}
