/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines of a script, taken apart for the parser: the next line, its words, names and the rest of
 * it, each where it stands, and what is wrong told with line and column. Knows no keyword. Offsets
 * are bytes of the line; what can fail returns false and has told why.
 */
#ifndef CLIENT_SCRIPT_LINE_H
#define CLIENT_SCRIPT_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "host/client/script_parse.h"
#include "host/client/script_tree.h"

struct script_line {
    const char *text; /* the whole script */
    size_t len, at;
    unsigned number;
    char *source; /* the current line; freed by the caller at last */
    size_t end;   /* of it, without comment */
    struct script_error *error;
};

/* The next line into `source`; false at the end of the text, or if it cannot be one (`wrong`). */
bool script_line_next(struct script_line *l, bool *wrong);

/* Tells what is wrong at an offset; always false. */
bool script_line_fail(struct script_line *l, size_t at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool script_line_fail_memory(struct script_line *l);

/* Where the next word from `*at` on is; `*at` moves past it. False, and nothing told: none. */
bool script_line_word(const struct script_line *l, size_t *at, size_t *start, size_t *len);
bool script_line_is(const struct script_line *l, size_t start, size_t len, const char *word);
/* Where the word `word` stands from `at` on; `end` if nowhere. */
size_t script_line_find_word(const struct script_line *l, size_t at, const char *word);
size_t script_line_skip_space(const struct script_line *l, size_t at);
/* Past the regular expression that opens at `at`; 0 if it does not close. */
size_t script_line_regex_end(const struct script_line *l, size_t at);

/* Take [at, at + len), all from `at` on, or all up to `end`, and name `what` if it is missing. */
bool script_line_take(struct script_line *l, struct script_part *part, size_t at, size_t len);
bool script_line_take_rest(struct script_line *l, struct script_part *part, size_t at,
                           const char *what);
bool script_line_take_until(struct script_line *l, struct script_part *part, size_t at, size_t end,
                            const char *what);
/* An identifier at `*at`, which moves past it. */
bool script_line_take_name(struct script_line *l, char **name, size_t *at, const char *what);
bool script_line_expect_nothing(struct script_line *l, size_t at);

#endif
