/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The script's variables. A call of a function has a scope of its own above the global one; so has
 * a sourced file, for its arguments only. Values are texts, put into lines as they are. Pure.
 */
#ifndef CLIENT_SCRIPT_SCOPE_H
#define CLIENT_SCRIPT_SCOPE_H

#include <stdbool.h>
#include <stddef.h>

struct script_var {
    char *name, *value;
};

enum script_scope_kind {
    SCRIPT_SCOPE_GLOBAL,
    SCRIPT_SCOPE_FILE, /* arguments only */
    SCRIPT_SCOPE_TEST,
    SCRIPT_SCOPE_CALL, /* nothing between it and the global one is seen */
};

struct script_scope {
    enum script_scope_kind kind;
    struct script_var *vars;
    size_t count;
    struct script_scope *up;
};

void script_scope_init(struct script_scope *scope, enum script_scope_kind kind,
                       struct script_scope *up);
void script_scope_free(struct script_scope *scope);

/* The value that is to be seen from `scope`; NULL if there is none. */
const char *script_scope_get(const struct script_scope *scope, const char *name);

/* Sets the variable of the innermost function or test, or else the global one: what a test or a
 * function sets is seen by no other. False without memory. */
bool script_scope_set(struct script_scope *scope, const char *name, const char *value);

/* The same in this scope only, whatever there is above. */
bool script_scope_set_here(struct script_scope *scope, const char *name, const char *value);

/* Copies all that is to be seen from `scope`, the global ones apart, into `copy`. */
bool script_scope_copy(struct script_scope *copy, struct script_scope *scope);

#endif
