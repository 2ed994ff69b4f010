/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines of a script, taken apart for the parser. See script_line.h.
 */
#include "host/client/script_line.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/client/script_text.h"

bool script_line_fail(struct script_line *l, size_t at, const char *format, ...)
{
    va_list args;
    l->error->line = l->number;
    l->error->column = (unsigned)at + 1;
    va_start(args, format);
    vsnprintf(l->error->message, sizeof(l->error->message), format, args);
    va_end(args);
    free(l->error->source);
    l->error->source = strdup(l->source ? l->source : "");
    return false;
}

bool script_line_fail_memory(struct script_line *l)
{
    return script_line_fail(l, 0, "out of memory");
}

size_t script_line_skip_space(const struct script_line *l, size_t at)
{
    while (at < l->end && (l->source[at] == ' ' || l->source[at] == '\t'))
        at++;
    return at;
}

/* The next line into l->source; false at the end of the text or if it holds a NUL byte. */
bool script_line_next(struct script_line *l, bool *wrong)
{
    *wrong = false;
    free(l->source);
    l->source = NULL;
    if (l->at >= l->len)
        return false;
    const char *start = l->text + l->at;
    const char *newline = memchr(start, '\n', l->len - l->at);
    size_t len = newline ? (size_t)(newline - start) : l->len - l->at;
    l->at += len + 1;
    l->number++;
    while (len > 0 && start[len - 1] == '\r')
        len--;
    l->source = strndup(start, len);
    *wrong = !l->source || strlen(l->source) != len;
    if (*wrong)
        script_line_fail(l, l->source ? strlen(l->source) : 0,
                         l->source ? "the line holds a NUL byte; is this a script?"
                                   : "out of memory");
    else
        l->end = script_text_length(l->source);
    return !*wrong;
}

/* Takes [at, at + len) of the line. */
bool script_line_take(struct script_line *l, struct script_part *part, size_t at, size_t len)
{
    while (len > 0 && (l->source[at + len - 1] == ' ' || l->source[at + len - 1] == '\t'))
        len--;
    part->text = strndup(l->source + at, len);
    part->column = (unsigned)at + 1;
    return part->text || script_line_fail_memory(l);
}

/* All from `at` on, which must not be nothing. */
bool script_line_take_rest(struct script_line *l, struct script_part *part, size_t at,
                           const char *what)
{
    at = script_line_skip_space(l, at);
    if (at >= l->end)
        return script_line_fail(l, at, "%s is missing here", what);
    return script_line_take(l, part, at, l->end - at);
}

bool script_line_expect_nothing(struct script_line *l, size_t at)
{
    at = script_line_skip_space(l, at);
    return at >= l->end || script_line_fail(l, at, "nothing more belongs on this line");
}

/* The word at `at`; false at the end of the line. */
bool script_line_word(const struct script_line *l, size_t *at, size_t *start, size_t *len)
{
    if (!script_text_word(l->source, at, start, len) || *start >= l->end)
        return false;
    return true;
}

bool script_line_is(const struct script_line *l, size_t start, size_t len, const char *word)
{
    return strlen(word) == len && strncmp(l->source + start, word, len) == 0;
}

/* An identifier at `*at`, which moves past it. */
bool script_line_take_name(struct script_line *l, char **name, size_t *at, const char *what)
{
    size_t start = script_line_skip_space(l, *at), len = 0;
    while (start + len < l->end &&
           (isalnum((unsigned char)l->source[start + len]) || l->source[start + len] == '_'))
        len++;
    if (!script_text_is_name(l->source + start, len))
        return script_line_fail(l, start, "%s is missing here: letters, digits and _", what);
    *at = start + len;
    *name = strndup(l->source + start, len);
    return *name || script_line_fail_memory(l);
}

/* Where the word `word` stands from `at` on; l->end if nowhere. */
size_t script_line_find_word(const struct script_line *l, size_t at, const char *word)
{
    size_t start, len;
    while (script_line_word(l, &at, &start, &len))
        if (script_line_is(l, start, len, word))
            return start;
    return l->end;
}

bool script_line_take_until(struct script_line *l, struct script_part *part, size_t at, size_t end,
                            const char *what)
{
    at = script_line_skip_space(l, at);
    return at < end ? script_line_take(l, part, at, end - at)
                    : script_line_fail(l, at, "%s is missing here", what);
}

/* Past the regular expression that opens at `at`; 0 if it does not close. */
size_t script_line_regex_end(const struct script_line *l, size_t at)
{
    for (at++; at < l->end && l->source[at] != '/'; at++)
        if (l->source[at] == '\\' && at + 1 < l->end)
            at++;
    return at < l->end ? at + 1 : 0;
}
