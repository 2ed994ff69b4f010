/* SPDX-License-Identifier: BSD-2-Clause */
/* Finding a node of a device tree by its path, by an alias, and as the console that was chosen. */
#include "arch/lib/fdt.h"
#include "arch/lib/str.h"

/* The length of a path's first component. */
static size_t component_bytes(const char *path)
{
    size_t n = 0;
    while (path[n] && path[n] != '/' && path[n] != ':')
        n++;
    return n;
}

static bool component_fits(const char *name, const char *component, size_t len)
{
    if (strncmp(name, component, len) != 0)
        return false;
    return name[len] == 0 || name[len] == '@';
}

/* Follows `path` below `node`. */
static enum err find_below(const struct fdt *tree, fdt_node node, const char *path, fdt_node *out)
{
    for (;;) {
        while (*path == '/')
            path++;
        size_t len = component_bytes(path);
        if (len == 0) {
            *out = node;
            return ERR_OK;
        }
        enum err e = fdt_child(tree, node, &node);
        while (!e && !component_fits(fdt_name(tree, node), path, len))
            e = fdt_sibling(tree, node, &node);
        if (e)
            return e;
        path += len;
    }
}

/* The path that the alias stands for; it is absolute, so this never nests. */
static enum err alias_path(const struct fdt *tree, const char *alias, size_t len, const char **out)
{
    fdt_node aliases;
    struct fdt_property p;
    enum err e = find_below(tree, tree->root, "/aliases", &aliases);

    for (unsigned i = 0; !e; i++) {
        e = fdt_property_at(tree, aliases, i, &p);
        if (!e && strlen(p.name) == len && strncmp(p.name, alias, len) == 0) {
            e = fdt_text(&p, 0, out);
            return e || **out == '/' ? e : ERR_FORMAT;
        }
    }
    return e;
}

enum err fdt_find_path(const struct fdt *tree, const char *path, fdt_node *out)
{
    fdt_node node = tree->root;

    if (*path != '/') {
        size_t len = component_bytes(path);
        const char *base;
        enum err e = len == 0 ? ERR_NOT_FOUND : alias_path(tree, path, len, &base);
        if (!e)
            e = find_below(tree, node, base, &node);
        if (e)
            return e;
        path += len;
    }
    return find_below(tree, node, path, out);
}

enum err fdt_stdout(const struct fdt *tree, fdt_node *out, const char **options)
{
    fdt_node chosen;
    struct fdt_property p;
    const char *path;
    enum err e = find_below(tree, tree->root, "/chosen", &chosen);
    if (e)
        return e;
    e = fdt_property_find(tree, chosen, "stdout-path", &p);
    if (e)
        e = fdt_property_find(tree, chosen, "linux,stdout-path", &p);
    if (!e)
        e = fdt_text(&p, 0, &path);
    if (!e)
        e = fdt_find_path(tree, path, out);
    if (!e && options) {
        const char *colon = strchr(path, ':');
        *options = colon ? colon + 1 : "";
    }
    return e;
}
