/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Splits a line into commands and words; knows nothing of what they mean and does no I/O. The
 * dispatcher calls it; expressions and lists use its idea of where a word ends.
 */

/*
 *   line    = command { ";" command } [ "#" comment ]
 *   command = NAME [ "!" ] { word }
 *   word    = [ IDENTIFIER "=" ] text, up to white space, ";" or the end of the line
 *
 * Inside quotes and inside ( ), [ ], { } white space, ";" and "#" are part of the word. In "..."
 * a backslash writes \n \t \r \0 \\ \" \' and \xHH; in '...' nothing is special. A comment begins
 * where a word would.
 */
#ifndef MONITOR_SHELL_LEX_H
#define MONITOR_SHELL_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/lib/err.h"
#include "monitor/shell/limits.h"

struct lex_word {
    const char *whole; /* as written, with the name */
    const char *raw;   /* as written, after `name=`: what an expression is read from */
    const char *text;  /* the same without its quotes */
    const char *name;  /* NULL by position */
    bool quoted;       /* the whole value was one quoted string: text, never a number */
    uint16_t column;   /* of raw, from 0, in the line */
};

struct lex_command {
    const char *name; /* "" for an empty command */
    bool force;       /* with `!` */
    uint8_t word_count;
    uint16_t column;         /* of the name in the line */
    uint16_t rest, rest_end; /* of the line: all that follows the name, without the comment */
    uint16_t next;           /* where the next command of the line begins; the line's length
                                after the last */
    struct lex_word words[LIMIT_ARGS];
    uint16_t used;
    char pool[LIMIT_LEX_BYTES];
};

struct lex_error {
    uint16_t column;
    const char *reason;
};

/* Reads the name of the command at `at`, and where its words begin and end (`words` are left
 * empty): so that a prefix like `json` can be taken off before the words are split. After
 * ERR_SYNTAX the name is there all the same, and what follows it goes to the end of the line. */
enum err lex_name(const char *line, size_t at, struct lex_command *out, struct lex_error *error);

/* Splits out->rest..rest_end into words. */
enum err lex_words(const char *line, struct lex_command *out, struct lex_error *error);

/* The end of the word at `at`: the first white space, ";" or end of line outside quotes and
 * parentheses, or with `stops` also one of these characters outside them. ERR_SYNTAX if quotes or
 * parentheses do not close. */
enum err lex_word_end(const char *line, size_t at, const char *stops, size_t *end,
                      struct lex_error *error);

/* Takes the quotes off; `to` has room for strlen(from) + 1 bytes. */
void lex_unquote(char *to, const char *from, size_t len);

bool lex_is_identifier_start(char c);
bool lex_is_identifier(char c);
bool lex_is_space(char c);

#endif
