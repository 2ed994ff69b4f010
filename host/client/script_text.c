/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Words, variables, times and carets. See script_text.h; the rules for words are those of
 * monitor/shell/lex.h.
 */
#include "host/client/script_text.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES 64
#define DAY_MS     86400000.0

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_name_start(char c)
{
    return isalpha((unsigned char)c) || c == '_';
}

static bool is_name_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

bool script_text_is_name(const char *text, size_t len)
{
    if (len == 0 || len >= NAME_BYTES || !is_name_start(text[0]))
        return false;
    for (size_t i = 1; i < len; i++)
        if (!is_name_char(text[i]))
            return false;
    return true;
}

/* Moves past the quote that opens at `*at`; to the text's end, and false, if it does not close. */
static bool quote_skip(const char *text, size_t *at)
{
    char quote = text[(*at)++];
    for (; text[*at]; ++*at) {
        if (text[*at] == quote) {
            ++*at;
            return true;
        }
        if (text[*at] == '\\' && quote == '"' && text[*at + 1])
            ++*at;
    }
    return false;
}

bool script_text_is_closed(const char *text, size_t len)
{
    for (size_t i = 0; i < len;)
        if (text[i] != '"' && text[i] != '\'')
            i++;
        else if (!quote_skip(text, &i))
            return false;
    return true;
}

bool script_text_word(const char *text, size_t *at, size_t *start, size_t *len)
{
    unsigned depth = 0;
    size_t i = *at;
    while (is_space(text[i]))
        i++;
    *start = i;
    while (text[i] && (depth > 0 || !is_space(text[i]))) {
        if (text[i] == '"' || text[i] == '\'') {
            (void)quote_skip(text, &i);
            continue;
        }
        if (strchr("([{", text[i]))
            depth++;
        else if (strchr(")]}", text[i]) && depth > 0)
            depth--;
        i++;
    }
    *len = i - *start;
    *at = i;
    return *len > 0;
}

size_t script_text_length(const char *text)
{
    size_t at = 0, start, len, end = 0;
    while (script_text_word(text, &at, &start, &len)) {
        if (text[start] == '#')
            break;
        end = start + len;
    }
    return end;
}

char *script_text_unquote(const char *text, size_t len)
{
    char *to = malloc(len + 1);
    char quote = '\0';
    size_t n = 0;
    if (!to)
        return NULL;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (quote == '\0' && (c == '"' || c == '\''))
            quote = c;
        else if (quote && c == quote)
            quote = '\0';
        else if (quote == '"' && c == '\\' && i + 1 < len)
            to[n++] = text[++i];
        else
            to[n++] = c;
    }
    to[n] = '\0';
    return to;
}

bool script_text_time(const char *text, int *ms)
{
    char *end;
    errno = 0;
    if (!isdigit((unsigned char)text[strspn(text, " \t")]))
        return false;
    double value = strtod(text, &end);
    while (is_space(*end))
        end++;
    if (strncmp(end, "ms", 2) == 0) {
        end += 2;
    } else if (*end == 's') {
        value *= 1000;
        end++;
    } else {
        return false;
    }
    end += strspn(end, " \t");
    if (*end || errno || !(value >= 0 && value <= DAY_MS))
        return false;
    *ms = (int)(value + 0.5);
    return true;
}

bool script_text_number(const char *text, unsigned long long *value)
{
    char *end;
    text += strspn(text, " \t");
    if (!isdigit((unsigned char)*text))
        return false;
    bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    errno = 0;
    *value = strtoull(text, &end, hex ? 16 : 10);
    if (errno || end == text || !isxdigit((unsigned char)end[-1]))
        return false;
    return end[strspn(end, " \t")] == '\0';
}

/* --- variables ------------------------------------------------------------------------------ */

struct expansion {
    const char *text;
    char *to;
    size_t len, cap;
    struct script_map *map;
    bool failed;
};

static void put(struct expansion *x, const char *from, size_t len)
{
    if (x->len + len + 1 > x->cap) {
        size_t cap = (x->len + len + 1) * 2;
        char *to = realloc(x->to, cap);
        if (!to) {
            x->failed = true;
            return;
        }
        x->to = to;
        x->cap = cap;
    }
    memcpy(x->to + x->len, from, len);
    x->len += len;
    x->to[x->len] = '\0';
}

static void note_piece(struct expansion *x, size_t from, bool literal)
{
    struct script_map *map = x->map;
    if (!map)
        return;
    struct script_map_piece *pieces = realloc(map->pieces, (map->count + 1) * sizeof(*map->pieces));
    if (!pieces) {
        x->failed = true;
        return;
    }
    pieces[map->count++] = (struct script_map_piece){x->len, from, literal};
    map->pieces = pieces;
}

/* Copies a name of `len` bytes; false if it is too long for one. */
static bool take_name(char *name, const char *from, size_t len)
{
    if (len == 0 || len >= NAME_BYTES)
        return false;
    memcpy(name, from, len);
    name[len] = '\0';
    return true;
}

static size_t name_length(const char *text)
{
    size_t len = 0;
    if (isdigit((unsigned char)text[0]))
        return strspn(text, "0123456789");
    while (is_name_start(text[0]) && is_name_char(text[len]))
        len++;
    return len;
}

/* The value that `$...` at `text` stands for, and how many bytes it takes. NULL: none of ours.
 * `*braced`: it can be nobody else's. */
static const char *find_value(const char *text, script_lookup lookup, void *context, size_t *taken,
                              bool *braced)
{
    char name[NAME_BYTES];
    const char *value = NULL;
    *braced = text[1] == '{';
    if (*braced) {
        const char *close = strchr(text, '}');
        if (!close || !take_name(name, text + 2, (size_t)(close - text) - 2))
            return NULL;
        *taken = (size_t)(close - text) + 1;
        return lookup(context, name);
    }
    size_t len = name_length(text + 1);
    size_t more = len > 0 && text[1 + len] == '.' ? name_length(text + 2 + len) : 0;
    if (more > 0 && take_name(name, text + 1, len + 1 + more))
        value = lookup(context, name);
    *taken = 2 + len + more;
    if (value || !take_name(name, text + 1, len))
        return value;
    *taken = 1 + len;
    return lookup(context, name);
}

char *script_text_expand(const char *text, script_lookup lookup, void *context,
                         struct script_map *map, size_t *wrong)
{
    struct expansion x = {.text = text, .map = map};
    size_t from = 0, at = 0;
    bool in_text = false; /* between double quotes: a single quote is but a character */
    *wrong = strlen(text);
    note_piece(&x, 0, true);
    while (text[at] && !x.failed) {
        size_t taken = 0;
        bool braced = false;
        const char *value;
        if (text[at] == '"')
            in_text = !in_text;
        if (text[at] == '\'' && !in_text) {
            (void)quote_skip(text, &at);
        } else if (text[at] == '\\' && in_text && text[at + 1]) {
            at += 2;
        } else if (text[at] != '$') {
            at++;
        } else if ((value = find_value(text + at, lookup, context, &taken, &braced)) != NULL) {
            put(&x, text + from, at - from);
            note_piece(&x, at, false);
            put(&x, value, strlen(value));
            from = at += taken;
            note_piece(&x, from, true);
        } else if (braced) {
            *wrong = at;
            x.failed = true;
        } else {
            at++;
        }
    }
    put(&x, text + from, at - from);
    if (!x.failed)
        return x.to;
    free(x.to);
    return NULL;
}

size_t script_map_back(const struct script_map *map, size_t offset)
{
    const struct script_map_piece *piece = NULL;
    for (size_t i = 0; i < map->count && map->pieces[i].to <= offset; i++)
        piece = &map->pieces[i];
    if (!piece)
        return offset;
    return piece->literal ? piece->from + (offset - piece->to) : piece->from;
}

void script_map_free(struct script_map *map)
{
    free(map->pieces);
    *map = (struct script_map){0};
}

void script_text_indent(char *to, size_t cap, const char *line, unsigned column)
{
    size_t n = 0;
    for (unsigned i = 0; i + 1 < column && line[i] && n + 1 < cap; i++) {
        if (((unsigned char)line[i] & 0xc0) == 0x80)
            continue; /* goes on with a character that has its blank already */
        to[n++] = line[i] == '\t' ? '\t' : ' ';
    }
    to[n] = '\0';
}

void script_text_strip_column(char *to, size_t cap, const char *text)
{
    const char *at = strstr(text, " (column ");
    const char *close = at ? strchr(at, ')') : NULL;
    snprintf(to, cap, "%.*s%s", close ? (int)(at - text) : (int)strlen(text), text,
             close ? close + 1 : "");
}
