/* SPDX-License-Identifier: BSD-2-Clause */
/* The user's variables: a fixed pool of names with a word or a text each. No I/O. */
#ifndef MONITOR_SHELL_VARS_H
#define MONITOR_SHELL_VARS_H

#include "monitor/shell/expr.h"

struct var {
    char name[LIMIT_NAME_BYTES]; /* "": free */
    bool is_word, is_text;
    uint64_t word;
    char text[LIMIT_VALUE_BYTES];
};

struct vars {
    struct var pool[LIMIT_VARS];
};

/* Sets or overwrites. ERR_FULL: no free place; ERR_NO_SPACE: name or text is too long. */
enum err vars_set(struct vars *vars, const char *name, const struct expr_value *value);

enum err vars_get(const struct vars *vars, const char *name, struct expr_value *out);

enum err vars_remove(struct vars *vars, const char *name);

/* The place `number` of the pool, NULL if it is free; numbers end at LIMIT_VARS. */
const struct var *vars_at(const struct vars *vars, unsigned number);

#endif
