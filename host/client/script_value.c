/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Values: the script's variables put into a line, and expressions, which the target evaluates
 * unless they are a mere number or text. See script_walk.h.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/client/script_walk.h"

#define ASK "json print "

/* The record that the target answers `line` with; asked for once. */
static json_t *own_record(struct script_walk *walk, const char *line, json_t **kept)
{
    json_t *records = NULL;
    if (*kept)
        return *kept;
    if (walk->ops->ask(walk->context, line, script_walk_time_left(walk), &records) == SCRIPT_HELD)
        *kept = json_incref(json_array_get(records, 0));
    json_decref(records);
    return *kept;
}

/* $version.NAME and $bootinfo.NAME: as it stands in an expression. */
static const char *field_of(struct script_walk *walk, const json_t *record, const char *name)
{
    const json_t *value = json_object_get(record, name);
    size_t cap = sizeof(walk->field);
    if (!value && record)
        snprintf(walk->missing, sizeof(walk->missing), "%s", name);
    if (!value)
        return NULL;
    if (json_is_integer(value))
        snprintf(walk->field, cap, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_boolean(value))
        snprintf(walk->field, cap, "%d", json_is_true(value));
    else if (json_is_string(value) && strncmp(json_string_value(value), "0x", 2) == 0)
        snprintf(walk->field, cap, "%s", json_string_value(value));
    else
        snprintf(walk->field, cap, "\"%s\"",
                 json_is_string(value) ? json_string_value(value) : "none");
    return walk->field;
}

const char *script_value_lookup(void *context, const char *name)
{
    struct script_walk *walk = context;
    if (strncmp(name, "version.", 8) == 0)
        return field_of(walk, own_record(walk, "json version", &walk->version), name + 8);
    if (strncmp(name, "bootinfo.", 9) == 0)
        return field_of(walk, own_record(walk, "json bootinfo", &walk->bootinfo), name + 9);
    return script_scope_get(walk->scope, name);
}

/* The target's version, or its boot information, has no such field. */
static char *fail_field(struct script_walk *walk, const struct script_node *node,
                        const struct script_part *part, char *text)
{
    const char *at = strstr(part->text, walk->missing);
    free(text);
    script_walk_fail(walk, node, part->column + (at ? (unsigned)(at - part->text) : 0),
                     "this target tells no field %s; the commands version and bootinfo show those "
                     "that there are",
                     walk->missing);
    return NULL;
}

char *script_value_text(struct script_walk *walk, const struct script_node *node,
                        const struct script_part *part, struct script_map *map)
{
    size_t wrong;
    walk->missing[0] = '\0';
    char *text = script_text_expand(part->text, script_value_lookup, walk, map, &wrong);
    if (text && walk->missing[0])
        return fail_field(walk, node, part, text);
    if (text)
        return text;
    const char *at = part->text + wrong;
    if (*at)
        script_walk_fail(walk, node, part->column + (unsigned)wrong,
                         "the script has no variable %.*s", (int)strcspn(at + 2, "}"), at + 2);
    else
        script_walk_fail(walk, node, part->column, "out of memory");
    return NULL;
}

/* "abc" or 'abc' and nothing else, with no escapes. */
static bool is_plain_text(const char *text)
{
    size_t at = 0, start, len;
    if (!script_text_word(text, &at, &start, &len) || text[at + strspn(text + at, " \t")])
        return false;
    char quote = text[start];
    if ((quote != '"' && quote != '\'') || len < 2 || strchr(text, '\\'))
        return false;
    return strchr(text + start + 1, quote) == text + start + len - 1;
}

static enum script_flow fail_answer(struct script_walk *walk, const struct script_node *node,
                                    const struct script_part *part, const struct script_map *map,
                                    const json_t *error)
{
    char text[SCRIPT_MESSAGE_BYTES];
    const char *said = json_string_value(json_object_get(error, "text"));
    json_int_t column = json_integer_value(json_object_get(error, "column"));
    size_t offset = column > (json_int_t)strlen(ASK) ? (size_t)column - 1 - strlen(ASK) : 0;
    script_text_strip_column(text, sizeof(text), said ? said : "the target gave no value");
    return script_walk_fail(walk, node, part->column + (unsigned)script_map_back(map, offset), "%s",
                            text);
}

/* What the target says the expression is worth. */
static enum script_flow ask_value(struct script_walk *walk, const struct script_node *node,
                                  const struct script_part *part, const struct script_map *map,
                                  const char *expression, struct script_value *value)
{
    json_t *records = NULL;
    size_t cap = strlen(expression) + sizeof(ASK);
    char *line = malloc(cap);
    if (!line)
        return script_walk_fail(walk, node, part->column, "out of memory");
    snprintf(line, cap, ASK "%s", expression);
    enum script_sent sent =
        walk->ops->ask(walk->context, line, script_walk_time_left(walk), &records);
    free(line);
    const json_t *record = json_array_get(records, json_array_size(records) - 1);
    enum script_flow flow = SCRIPT_STOPS;
    if (sent == SCRIPT_FAILED || (sent == SCRIPT_HELD && !record)) {
        flow = fail_answer(walk, node, part, map, record);
    } else if (sent == SCRIPT_HELD) {
        const char *number = json_string_value(json_object_get(record, "value"));
        const char *text = json_string_value(json_object_get(record, "text"));
        value->is_number = number != NULL;
        value->number = number ? strtoull(number, NULL, 0) : 0;
        char decimal[24];
        snprintf(decimal, sizeof(decimal), "%llu", value->number);
        value->text = strdup(number ? decimal : text ? text : "");
        flow = SCRIPT_ON;
    }
    json_decref(records);
    return flow;
}

enum script_flow script_value_of(struct script_walk *walk, const struct script_node *node,
                                 const struct script_part *part, struct script_value *value)
{
    struct script_map map = {0};
    enum script_flow flow = SCRIPT_ON;
    *value = (struct script_value){0};
    char *text = script_value_text(walk, node, part, &map);
    if (!text) {
        flow = SCRIPT_FAILS;
    } else if (script_text_number(text, &value->number)) {
        value->is_number = true;
        value->text =
            strndup(text + strspn(text, " \t"), strcspn(text + strspn(text, " \t"), " \t"));
    } else if (is_plain_text(text)) {
        value->text = script_text_unquote(text, strlen(text));
    } else {
        flow = ask_value(walk, node, part, &map, text, value);
    }
    script_map_free(&map);
    free(text);
    if (flow == SCRIPT_ON && !value->text)
        flow = script_walk_fail(walk, node, part->column, "out of memory");
    return flow;
}

enum script_flow script_value_number(struct script_walk *walk, const struct script_node *node,
                                     const struct script_part *part, unsigned long long *number)
{
    struct script_value value;
    enum script_flow flow = script_value_of(walk, node, part, &value);
    if (flow == SCRIPT_ON && !value.is_number)
        flow = script_walk_fail(walk, node, part->column,
                                "this is the text \"%.60s\", and no number", value.text);
    *number = value.number;
    free(value.text);
    return flow;
}

enum script_flow script_value_time(struct script_walk *walk, const struct script_node *node,
                                   const struct script_part *part, int *ms)
{
    char *text = script_value_text(walk, node, part, NULL);
    if (!text)
        return SCRIPT_FAILS;
    bool ok = script_text_time(text, ms);
    enum script_flow flow = SCRIPT_ON;
    if (!ok)
        flow = script_walk_fail(walk, node, part->column,
                                "%.40s is no time: 500 ms or 2 s, up to a day", text);
    free(text);
    return flow;
}
