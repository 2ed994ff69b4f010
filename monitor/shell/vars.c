/* SPDX-License-Identifier: BSD-2-Clause */
/* The pool of variables. Values are copied in, so nothing points into a line or a record. */
#include "monitor/shell/vars.h"
#include "arch/lib/str.h"

static struct var *find(const struct vars *vars, const char *name)
{
    for (unsigned i = 0; i < LIMIT_VARS; i++) {
        if (strcmp(vars->pool[i].name, name) == 0)
            return (struct var *)&vars->pool[i];
    }
    return NULL;
}

enum err vars_set(struct vars *vars, const char *name, const struct expr_value *value)
{
    if (strlen(name) >= LIMIT_NAME_BYTES)
        return ERR_NO_SPACE;
    if (value->text && value->len >= LIMIT_VALUE_BYTES)
        return ERR_NO_SPACE;
    struct var *var = find(vars, name);
    if (!var)
        var = find(vars, "");
    if (!var)
        return ERR_FULL;
    struct var set = {
        .is_word = value->is_word,
        .is_text = value->text != NULL,
        .word = value->word,
    };
    if (value->text)
        memcpy(set.text, value->text, value->len);
    str_copy(set.name, sizeof(set.name), name);
    *var = set;
    return ERR_OK;
}

enum err vars_get(const struct vars *vars, const char *name, struct expr_value *out)
{
    const struct var *var = find(vars, name);

    if (!var || name[0] == '\0')
        return ERR_NOT_FOUND;
    *out = (struct expr_value){.is_word = var->is_word, .word = var->word};
    if (var->is_text) {
        out->text = var->text;
        out->len = (uint16_t)strlen(var->text);
    }
    return ERR_OK;
}

enum err vars_remove(struct vars *vars, const char *name)
{
    struct var *var = find(vars, name);

    if (!var || name[0] == '\0')
        return ERR_NOT_FOUND;
    *var = (struct var){0};
    return ERR_OK;
}

const struct var *vars_at(const struct vars *vars, unsigned number)
{
    return number < LIMIT_VARS && vars->pool[number].name[0] ? &vars->pool[number] : NULL;
}
