/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Expressions over words and texts, evaluated as they are read. Knows no variable and no name by
 * itself: it asks a scope. Pure, bounded in depth, and never inexact.
 */

/*
 * Operators, weakest first:
 *
 *   ||  or        &&  and        !  not
 *   ==  !=  <  <=  >  >=         (words: unsigned; texts: == and != only)
 *   |      ^      &      <<  >>      +  -      *  /  %      ~  -      ( )
 *
 * Primaries: numbers (12, 0x1f, 0b101, 0o17, 1_000, with a suffix k, M or G for 2^10, 2^20, 2^30),
 * 'c' (a character: its number, and a text of one), "text", $name, and bare names: those that the
 * scope knows as words (true, false, RangeError) are words where a word is wanted, and texts
 * beside a text. Arithmetic is exact: a result that is no word, above or below, is an error, and
 * so is a bit shifted out; -x and ~x are taken in the machine's word.
 */
#ifndef MONITOR_SHELL_EXPR_H
#define MONITOR_SHELL_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/lib/err.h"
#include "monitor/shell/limits.h"

struct expr_value {
    bool is_word;
    uint64_t word;
    const char *text; /* NULL if it is a number only */
    uint16_t len;     /* of text, which need not be terminated */
};

struct expr_scope {
    void *context;
    /* `$name`; the text of `out` must live as long as the result is used. */
    enum err (*variable)(void *context, const char *name, struct expr_value *out);
    /* The word that a bare name stands for; false if none. May be NULL. */
    bool (*name)(void *context, const char *name, uint64_t *word);
    uint8_t word_bits;
};

/* One evaluation: where it failed and why, and for `assert` the last comparison that was false.
 * Texts of values may point into it. */
struct expr {
    const struct expr_scope *scope;
    const char *source;
    size_t at;
    unsigned depth;
    bool skipping; /* the other side of a decided || or && */
    uint16_t column;
    char reason[80];
    char missing[LIMIT_NAME_BYTES]; /* the name that was not found, for suggestions; or "" */
    bool missing_variable;          /* it was a $name */
    bool compared;
    struct expr_value left, right;
    uint16_t used;
    char pool[LIMIT_EXPR_TEXT_BYTES];
};

/* Evaluates all of `source`. A bare name that the scope does not know is a text. */
enum err expr_eval(struct expr *expr, const struct expr_scope *scope, const char *source,
                   struct expr_value *out);

/* The same, but the result has to be a word. */
enum err expr_eval_word(struct expr *expr, const struct expr_scope *scope, const char *source,
                        uint64_t *out);

/* Reads a number at the start of `text`; `*len` is what it took. ERR_SYNTAX: there is none;
 * ERR_RANGE: it is above 2^64 - 1. Nothing is ever truncated. */
enum err expr_number(const char *text, uint64_t *out, size_t *len);

/* A value as text: texts as they are, words as 0x... */
void expr_print(const struct expr_value *value, char *to, size_t cap);

#endif
