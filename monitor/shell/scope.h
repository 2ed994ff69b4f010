/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The shell's names for expressions. `$name`: `error`, the user's variables, objects, the fields
 * of the last record, in this order. Bare names: true, false, and the members of the API table's
 * enumerations by their own name.
 */
#ifndef MONITOR_SHELL_SCOPE_H
#define MONITOR_SHELL_SCOPE_H

#include "monitor/shell/expr.h"
#include "monitor/shell/near.h"

struct shell;

struct expr_scope scope_of(struct shell *shell);

bool scope_bare_name(void *context, const char *name, uint64_t *word);

/* Offers every $name that there is, without the $. */
void scope_each_variable(struct shell *shell, void (*offer)(void *context, const char *name),
                         void *context);

/* Appends to an error's sentence which $names are near to a missing one. */
struct error_info;
void scope_say_near(struct shell *shell, struct error_info *info, const char *missing);

/* The member of `name`, case and a leading seL4_ aside: the whole name, or a prefix of just one.
 * ERR_NOT_FOUND, ERR_AMBIGUOUS. */
struct api_enum;
enum err scope_enum_find(const struct api_enum *values, const char *name, uint64_t *value);

#endif
