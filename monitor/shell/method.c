/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of methods, as people write them. Knows no method itself. */
#include "monitor/shell/method.h"
#include "arch/lib/str.h"

static char fold(char c)
{
    if (c == '.')
        return '_';
    return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static const char *without_prefix(const char *name)
{
    bool prefixed = str_starts_nocase(name, "sel4") && fold(name[4]) == '_';
    return prefixed ? name + 5 : name;
}

/* How many characters of `name` fit, all of them or none; `*whole` if nothing of `known` is left.
 */
static bool fits(const char *known, const char *name, bool *whole)
{
    for (; *name; known++, name++) {
        if (fold(*known) != fold(*name))
            return false;
    }
    *whole = *known == '\0';
    return true;
}

/* The name without the first part of an interface of several parts: X86_Page has two. */
static const char *without_arch(const struct api_method *method)
{
    const char *joint = strchr(method->interface, '_');
    return joint ? method->name + (joint - method->interface) + 1 : NULL;
}

static bool method_fits(const struct api_method *method, const char *name, bool *whole)
{
    const char *shorter = without_arch(method);

    if (fits(method->name, name, whole))
        return true;
    return shorter && fits(shorter, name, whole);
}

static enum err find(const char *name, bool prefixes, const struct api_method **out)
{
    const struct api_method *found = NULL;
    unsigned count = 0;
    bool whole;

    name = without_prefix(name);
    if (name[0] == '\0')
        return ERR_NOT_FOUND;
    for (unsigned i = 0; i < api_method_count; i++) {
        if (!method_fits(&api_methods[i], name, &whole))
            continue;
        if (whole) {
            *out = &api_methods[i];
            return ERR_OK;
        }
        found = &api_methods[i];
        count++;
    }
    if (count == 0 || !prefixes)
        return ERR_NOT_FOUND;
    *out = found;
    return count == 1 ? ERR_OK : ERR_AMBIGUOUS;
}

enum err method_find(const char *name, const struct api_method **out)
{
    return find(name, true, out);
}

enum err method_find_whole(const char *name, const struct api_method **out)
{
    return find(name, false, out);
}

void method_offer_near(const char *name, struct near *near)
{
    char folded[LIMIT_METHOD_BYTES];
    size_t len = 0;
    bool whole, any = false;

    name = without_prefix(name);
    for (; name[len] && len + 1 < sizeof(folded); len++)
        folded[len] = fold(name[len]);
    folded[len] = '\0';
    near->wanted = folded;
    for (unsigned i = 0; i < api_method_count; i++) {
        if (!method_fits(&api_methods[i], name, &whole))
            continue;
        near_add(near, api_methods[i].name);
        any = true;
    }
    for (unsigned i = 0; !any && i < api_method_count; i++) {
        const char *shorter = without_arch(&api_methods[i]);
        near_offer(near, api_methods[i].name);
        if (shorter && str_distance(folded, shorter, 3) < 3)
            near_add(near, api_methods[i].name);
    }
    near->wanted = name;
}

const char *method_param_name(const struct api_param *param)
{
    return param->name[0] == '_' ? param->name + 1 : param->name;
}

/* `tcb.setpriority`, as people write it; the name itself for system calls. */
static void method_dotted(const struct api_method *method, char *to, size_t cap)
{
    size_t dot = strlen(method->interface), i;

    for (i = 0; method->name[i] && i + 1 < cap; i++)
        to[i] = dot && i == dot ? '.' : fold(method->name[i]);
    to[i] = '\0';
}

void method_offer(const char *prefix, void (*offer)(void *context, const char *name), void *context)
{
    bool dotted = strchr(prefix, '.') != NULL;
    char name[LIMIT_METHOD_BYTES];

    for (unsigned i = 0; i < api_method_count; i++) {
        method_dotted(&api_methods[i], name, sizeof(name));
        offer(context, dotted ? name : api_methods[i].name);
    }
}

bool method_has_parts(const char *name)
{
    return strchr(name, '.') != NULL || strchr(name, '_') != NULL;
}
