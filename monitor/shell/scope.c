/* SPDX-License-Identifier: BSD-2-Clause */
/* Names for expressions, gathered from the parts that keep them. Makes no call of the kernel. */
#include "monitor/shell/scope.h"
#include "monitor/shell/shell.h"
#include "arch/lib/str.h"

static void set_text(struct expr_value *out, const char *text)
{
    *out = (struct expr_value){.text = text, .len = (uint16_t)strlen(text)};
}

static enum err recall(struct shell *shell, const char *name, struct expr_value *out)
{
    const char *text;
    uint64_t word = 0;
    enum err e = record_recall(&shell->memory, name, &word, &text);

    if (e)
        return e;
    if (text)
        set_text(out, text);
    else
        *out = (struct expr_value){.is_word = true, .word = word};
    return ERR_OK;
}

static enum err variable(void *context, const char *name, struct expr_value *out)
{
    struct shell *shell = context;
    uint64_t cptr;

    if (strcmp(name, "error") == 0) {
        set_text(out, shell->error);
        return ERR_OK;
    }
    if (vars_get(&shell->vars, name, out) == ERR_OK)
        return ERR_OK;
    if (shell->env->object_lookup(shell->env->context, name, &cptr) == ERR_OK) {
        *out = (struct expr_value){.is_word = true, .word = cptr};
        return ERR_OK;
    }
    return recall(shell, name, out);
}

/* The C API's name of an object type has Object at its end; the table's has not. */
static bool same_name(const char *known, const char *name)
{
    size_t len = strlen(known);

    return strncmp(known, name, len) == 0 && (!name[len] || strcmp(name + len, "Object") == 0);
}

static bool enum_member(const struct api_enum *values, const char *name, uint64_t *word)
{
    for (unsigned i = 0; i < values->count; i++) {
        if (same_name(values->values[i].name, name)) {
            *word = values->values[i].value;
            return true;
        }
    }
    return false;
}

bool scope_bare_name(void *context, const char *name, uint64_t *word)
{
    const struct api_enum *const others[] = {&api_errors, &api_lookup_errors, &api_faults};
    (void)context;

    if (strcmp(name, "true") == 0 || strcmp(name, "false") == 0) {
        *word = name[0] == 't';
        return true;
    }
    for (unsigned i = 0; i < 3; i++) {
        if (enum_member(others[i], name, word))
            return true;
    }
    for (unsigned i = 0; i < api_enum_count; i++) {
        if (enum_member(&api_enums[i], name, word))
            return true;
    }
    return false;
}

struct expr_scope scope_of(struct shell *shell)
{
    return (struct expr_scope){
        .context = shell,
        .variable = variable,
        .name = scope_bare_name,
        .word_bits = api_identity.word_bits,
    };
}

void scope_each_variable(struct shell *shell, void (*offer)(void *context, const char *name),
                         void *context)
{
    const char *name;

    offer(context, "error");
    for (unsigned i = 0; i < LIMIT_VARS; i++) {
        const struct var *var = vars_at(&shell->vars, i);
        if (var)
            offer(context, var->name);
    }
    for (unsigned i = 0; (name = shell->env->object_name(shell->env->context, i)) != NULL; i++)
        offer(context, name);
    for (unsigned i = 0; i < shell->memory.count; i++) {
        if (strcmp(shell->memory.values[i].name, "error") != 0)
            offer(context, shell->memory.values[i].name);
    }
}

static void offer_near(void *context, const char *name)
{
    near_offer(context, name);
}

void scope_say_near(struct shell *shell, struct error_info *info, const char *missing)
{
    struct near near;

    near_begin(&near, missing);
    scope_each_variable(shell, offer_near, &near);
    error_say_near(info, &near);
}

static const char *without_prefix(const char *name)
{
    return str_starts_nocase(name, "seL4_") ? name + 5 : name;
}

enum err scope_enum_find(const struct api_enum *values, const char *name, uint64_t *value)
{
    const struct api_value *found = NULL;
    bool several = false;

    name = without_prefix(name);
    for (unsigned i = 0; i < values->count; i++) {
        const struct api_value *member = &values->values[i];
        const char *known = without_prefix(member->name);
        if (same_name(known, name)) {
            *value = member->value;
            return ERR_OK;
        }
        if (!str_starts_nocase(known, name))
            continue;
        if (strlen(known) == strlen(name)) {
            *value = member->value;
            return ERR_OK;
        }
        several |= found != NULL;
        found = member;
    }
    if (!found || name[0] == '\0')
        return ERR_NOT_FOUND;
    *value = found->value;
    return several ? ERR_AMBIGUOUS : ERR_OK;
}
