/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `source`, and keeping what files define. See script_walk.h.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/client/script_parse.h"
#include "host/client/script_walk.h"

bool script_source_adopt(struct script_walk *walk, struct script_tree *tree)
{
    struct script_tree **trees = realloc(walk->trees, (walk->tree_count + 1) * sizeof(*trees));
    if (!trees)
        return false;
    walk->trees = trees;
    trees[walk->tree_count++] = tree;
    for (size_t i = 0; i < tree->body.count; i++) {
        if (tree->body.nodes[i].kind != SCRIPT_FUNCTION)
            continue;
        const struct script_node **functions =
            realloc(walk->functions, (walk->function_count + 1) * sizeof(*functions));
        if (!functions)
            return false;
        walk->functions = functions;
        functions[walk->function_count++] = &tree->body.nodes[i];
    }
    return true;
}

void script_source_drop(struct script_walk *walk, struct script_tree *tree)
{
    for (size_t i = 0; i < walk->tree_count; i++) {
        if (walk->trees[i] != tree)
            continue;
        walk->trees[i] = walk->trees[--walk->tree_count];
        script_tree_free(tree);
        return;
    }
}

/* A path beside the file that names it, unless it is absolute: in new memory. */
static char *beside(const struct script_walk *walk, const char *path)
{
    const char *file = script_walk_file_name(walk);
    const char *slash = file ? strrchr(file, '/') : NULL;
    size_t cap = strlen(path) + (slash ? (size_t)(slash - file) + 2 : 1);
    char *whole = malloc(cap);
    if (whole)
        snprintf(whole, cap, "%.*s%s", slash && path[0] != '/' ? (int)(slash - file) + 1 : 0,
                 slash ? file : "", path);
    return whole;
}

/* Reads and parses; NULL with the reason said. */
static struct script_tree *read_tree(struct script_walk *walk, const struct script_node *node,
                                     const char *path)
{
    struct script_error error = {0};
    size_t len = 0;
    char *text = walk->ops->read_file(walk->context, path, &len);
    if (!text) {
        script_walk_fail(walk, node, node->first.column, "cannot read %s: %s", path,
                         strerror(errno));
        return NULL;
    }
    struct script_tree *tree = script_parse(path, text, len, 1, &error);
    free(text);
    if (!tree) {
        struct script_place place = {path, error.line, error.column, error.source};
        walk->ops->error(walk->context, &place, error.message);
        script_walk_note(walk, error.message);
        free(error.source);
    }
    return tree;
}

static enum script_flow run_sourced(struct script_walk *walk, const struct script_node *node,
                                    struct script_tree *tree)
{
    struct script_scope scope, *before = walk->scope;
    struct script_file own = {0}, *file = walk->file;
    const struct script_block *sourced = walk->sourced;
    const char *name = script_walk_file_name(walk);
    size_t count;
    enum script_flow flow = SCRIPT_FAILS;
    script_scope_init(&scope, SCRIPT_SCOPE_FILE, before);
    if (!file)
        walk->file = &own;
    if (script_source_adopt(walk, tree) && script_test_collect(walk, tree) &&
        script_walk_bind(walk, node, &node->first, &scope, &count)) {
        walk->file->name = tree->file;
        walk->scope = &scope;
        walk->calls++;
        walk->sourced = &tree->body;
        flow = script_walk_block(walk, &tree->body);
        if (walk->ops->so_far)
            walk->ops->so_far(walk->context, "source", tree->file, tree->body.count, 0);
        walk->sourced = sourced;
        walk->calls--;
        walk->scope = before;
        walk->file->name = name;
    }
    script_scope_free(&scope);
    walk->file = file;
    free(own.setups);
    free(own.cleanups);
    return flow;
}

enum script_flow script_source_run(struct script_walk *walk, const struct script_node *node)
{
    size_t at = 0, start, len;
    struct script_part first = {NULL, node->first.column};
    if (walk->calls == SCRIPT_CALLS_MAX)
        return script_walk_fail(walk, node, node->first.column,
                                "more than %d calls inside each other", SCRIPT_CALLS_MAX);
    script_text_word(node->first.text, &at, &start, &len);
    first.text = script_text_unquote(node->first.text + start, len);
    char *name = first.text ? script_value_text(walk, node, &first, NULL) : NULL;
    char *path = name ? beside(walk, name) : NULL;
    struct script_tree *tree = path ? read_tree(walk, node, path) : NULL;
    enum script_flow flow = tree ? run_sourced(walk, node, tree) : SCRIPT_FAILS;
    free(path);
    free(name);
    free(first.text);
    return flow;
}
