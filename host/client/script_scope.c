/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scopes as short lists. See script_scope.h.
 */
#include "host/client/script_scope.h"

#include <stdlib.h>
#include <string.h>

void script_scope_init(struct script_scope *scope, enum script_scope_kind kind,
                       struct script_scope *up)
{
    *scope = (struct script_scope){.kind = kind, .up = up};
}

void script_scope_free(struct script_scope *scope)
{
    for (size_t i = 0; i < scope->count; i++) {
        free(scope->vars[i].name);
        free(scope->vars[i].value);
    }
    free(scope->vars);
    scope->vars = NULL;
    scope->count = 0;
}

static struct script_var *find(const struct script_scope *scope, const char *name)
{
    for (size_t i = 0; i < scope->count; i++)
        if (strcmp(scope->vars[i].name, name) == 0)
            return &scope->vars[i];
    return NULL;
}

/* The next scope that is to be seen: past a call only the global one. */
static struct script_scope *outer(const struct script_scope *scope)
{
    struct script_scope *up = scope->up;
    if (scope->kind == SCRIPT_SCOPE_CALL)
        while (up && up->kind != SCRIPT_SCOPE_GLOBAL)
            up = up->up;
    return up;
}

const char *script_scope_get(const struct script_scope *scope, const char *name)
{
    for (; scope; scope = outer(scope)) {
        const struct script_var *var = find(scope, name);
        if (var)
            return var->value;
    }
    return NULL;
}

bool script_scope_set_here(struct script_scope *scope, const char *name, const char *value)
{
    struct script_var *var = find(scope, name);
    char *copy = strdup(value);
    if (!copy)
        return false;
    if (var) {
        free(var->value);
        var->value = copy;
        return true;
    }
    char *key = strdup(name);
    struct script_var *vars = key ? realloc(scope->vars, (scope->count + 1) * sizeof(*vars)) : NULL;
    if (!vars) {
        free(key);
        free(copy);
        return false;
    }
    scope->vars = vars;
    vars[scope->count++] = (struct script_var){key, copy};
    return true;
}

bool script_scope_set(struct script_scope *scope, const char *name, const char *value)
{
    while (scope->kind == SCRIPT_SCOPE_FILE)
        scope = scope->up;
    return script_scope_set_here(scope, name, value);
}

bool script_scope_copy(struct script_scope *copy, struct script_scope *scope)
{
    struct script_scope *global = scope;
    while (global->up)
        global = global->up;
    script_scope_init(copy, SCRIPT_SCOPE_CALL, global);
    for (const struct script_scope *s = scope; s; s = outer(s))
        for (size_t i = 0; i < s->count; i++)
            if (s != global && !find(copy, s->vars[i].name) &&
                !script_scope_set_here(copy, s->vars[i].name, s->vars[i].value))
                return false;
    return true;
}
