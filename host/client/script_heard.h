/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a target said by itself, kept for `expect`: the last lines, each with its kind, and which of
 * them a pattern fits. Pure.
 */
#ifndef CLIENT_SCRIPT_HEARD_H
#define CLIENT_SCRIPT_HEARD_H

#include <stdbool.h>
#include <stddef.h>

#define SCRIPT_HEARD_MAX 1000 /* lines; the oldest go first */

struct script_heard_line {
    unsigned kind; /* enum script_sound */
    char *text;
};

struct script_heard {
    struct script_heard_line lines[SCRIPT_HEARD_MAX];
    size_t first, count;
};

/* "TEXT", a bare word, or a regular expression between slashes. */
struct script_pattern {
    bool any; /* whatever it is */
    bool is_regex;
    char *text;
    void *regex;
};

void script_heard_add(struct script_heard *heard, unsigned kind, const char *text);
void script_heard_clear(struct script_heard *heard);

/* False with a sentence in `message` if it is no regular expression. `source` NULL fits all. */
bool script_pattern_make(struct script_pattern *pattern, const char *source, char *message,
                         size_t cap);
void script_pattern_free(struct script_pattern *pattern);
bool script_pattern_fits(const struct script_pattern *pattern, const char *text);

/* Takes all up to the first line that fits; that line in new memory, or NULL if none does. */
char *script_heard_take(struct script_heard *heard, unsigned kinds,
                        const struct script_pattern *pattern);

/* The last line of these kinds; NULL if there is none. */
const char *script_heard_last(const struct script_heard *heard, unsigned kinds);

#endif
