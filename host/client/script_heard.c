/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A ring of lines, and patterns. See script_heard.h.
 */
#include "host/client/script_heard.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/client/script_text.h"
#include "host/client/script_tree.h"

static struct script_heard_line *line_at(const struct script_heard *heard, size_t i)
{
    return (struct script_heard_line *)&heard->lines[(heard->first + i) % SCRIPT_HEARD_MAX];
}

static void drop_first(struct script_heard *heard)
{
    free(line_at(heard, 0)->text);
    heard->first = (heard->first + 1) % SCRIPT_HEARD_MAX;
    heard->count--;
}

void script_heard_add(struct script_heard *heard, unsigned kind, const char *text)
{
    char *copy = strdup(text);
    if (!copy)
        return;
    if (heard->count == SCRIPT_HEARD_MAX)
        drop_first(heard);
    *line_at(heard, heard->count++) = (struct script_heard_line){kind, copy};
}

void script_heard_clear(struct script_heard *heard)
{
    while (heard->count > 0)
        drop_first(heard);
}

bool script_pattern_make(struct script_pattern *pattern, const char *source, char *message,
                         size_t cap)
{
    size_t len = source ? strlen(source) : 0;
    *pattern = (struct script_pattern){.any = !source};
    if (!source)
        return true;
    if (source[0] != '/' || len < 2) {
        pattern->text = script_text_unquote(source, len);
        snprintf(message, cap, "out of memory");
        return pattern->text != NULL;
    }
    pattern->is_regex = true;
    pattern->text = strndup(source + 1, len - 2);
    regex_t *regex = calloc(1, sizeof(*regex));
    int e = pattern->text && regex ? regcomp(regex, pattern->text, REG_EXTENDED | REG_NOSUB)
                                   : REG_ESPACE;
    if (e == 0) {
        pattern->regex = regex;
        return true;
    }
    char why[100];
    regerror(e, regex, why, sizeof(why));
    snprintf(message, cap, "this is no regular expression: %s", why);
    free(regex);
    script_pattern_free(pattern);
    return false;
}

void script_pattern_free(struct script_pattern *pattern)
{
    if (pattern->regex)
        regfree(pattern->regex);
    free(pattern->regex);
    free(pattern->text);
    *pattern = (struct script_pattern){0};
}

bool script_pattern_fits(const struct script_pattern *pattern, const char *text)
{
    if (pattern->any)
        return true;
    if (pattern->is_regex)
        return regexec(pattern->regex, text, 0, NULL, 0) == 0;
    return strstr(text, pattern->text) != NULL;
}

char *script_heard_take(struct script_heard *heard, unsigned kinds,
                        const struct script_pattern *pattern)
{
    for (size_t i = 0; i < heard->count; i++) {
        const struct script_heard_line *line = line_at(heard, i);
        if (!(line->kind & kinds) || !script_pattern_fits(pattern, line->text))
            continue;
        char *text = strdup(line->text);
        for (size_t n = i + 1; n > 0; n--)
            drop_first(heard);
        return text;
    }
    return NULL;
}

const char *script_heard_last(const struct script_heard *heard, unsigned kinds)
{
    for (size_t i = heard->count; i > 0; i--)
        if (line_at(heard, i - 1)->kind & kinds)
            return line_at(heard, i - 1)->text;
    return NULL;
}
