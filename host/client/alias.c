/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A short list of aliases. See alias.h.
 */
#include "host/client/alias.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 10 /* aliases that begin with aliases */

struct alias {
    char *name, *text;
};

static struct alias *list;
static size_t count;

static struct alias *find(const char *name, size_t len)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(list[i].name) == len && strncmp(list[i].name, name, len) == 0)
            return &list[i];
    return NULL;
}

static bool remove_one(struct alias *alias)
{
    if (!alias)
        return false;
    free(alias->name);
    free(alias->text);
    *alias = list[--count];
    return true;
}

bool alias_set(const char *name, const char *text)
{
    struct alias *alias = find(name, strlen(name));
    if (!text)
        return remove_one(alias);
    struct alias new = {strdup(name), strdup(text)};
    struct alias *bigger = realloc(list, (count + 1) * sizeof(*list));
    if (bigger)
        list = bigger;
    if (!new.name || !new.text || !bigger) {
        free(new.name);
        free(new.text);
        return false;
    }
    (void)remove_one(find(name, strlen(name)));
    list[count++] = new;
    return true;
}

bool alias_at(size_t i, const char **name, const char **text)
{
    if (i >= count)
        return false;
    *name = list[i].name;
    *text = list[i].text;
    return true;
}

char *alias_expand(const char *line)
{
    char *result = NULL;
    const struct alias *last = NULL;
    for (int depth = 0; depth < DEPTH_MAX; depth++) {
        const char *from = result ? result : line;
        from += strspn(from, " \t");
        size_t len = strcspn(from, " \t;");
        const struct alias *alias = find(from, len);
        if (!alias || alias == last)
            break;
        size_t cap = strlen(alias->text) + strlen(from + len) + 1;
        char *next = malloc(cap);
        if (!next)
            break;
        snprintf(next, cap, "%s%s", alias->text, from + len);
        free(result);
        result = next;
        last = alias;
    }
    return result;
}

void alias_forget(void)
{
    while (count > 0)
        (void)remove_one(&list[0]);
    free(list);
    list = NULL;
}
