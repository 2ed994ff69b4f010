/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Aliases: a word at the beginning of a typed line stands for a text. Pure.
 */
#ifndef CLIENT_ALIAS_H
#define CLIENT_ALIAS_H

#include <stdbool.h>
#include <stddef.h>

/* Sets or, with `text` NULL, removes one; false if there is none to remove, or no memory. */
bool alias_set(const char *name, const char *text);

/* The name and text of number `i`; false past the last one. */
bool alias_at(size_t i, const char **name, const char **text);

/* The line with its first word replaced, in new memory; a text does not name the alias again. NULL
 * if it begins with none. */
char *alias_expand(const char *line);

void alias_forget(void);

#endif
