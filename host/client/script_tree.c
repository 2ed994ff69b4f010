/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Making and freeing the tree. See script_tree.h.
 */
#include "host/client/script_tree.h"

#include <stdlib.h>
#include <string.h>

struct script_node *script_tree_add(struct script_block *block)
{
    /* Room grows by doubling: at each power of two. */
    if ((block->count & (block->count - 1)) == 0) {
        size_t cap = block->count ? block->count * 2 : 1;
        struct script_node *nodes = realloc(block->nodes, cap * sizeof(*nodes));
        if (!nodes)
            return NULL;
        block->nodes = nodes;
    }
    struct script_node *node = &block->nodes[block->count++];
    memset(node, 0, sizeof(*node));
    return node;
}

static void free_node(struct script_node *node)
{
    free(node->source);
    free(node->name);
    for (size_t i = 0; i < node->param_count; i++)
        free(node->params[i]);
    free(node->params);
    free(node->first.text);
    free(node->second.text);
    free(node->third.text);
    script_tree_free_block(&node->body);
    script_tree_free_block(&node->other);
}

void script_tree_free_block(struct script_block *block)
{
    for (size_t i = 0; i < block->count; i++)
        free_node(&block->nodes[i]);
    free(block->nodes);
    *block = (struct script_block){0};
}

void script_tree_free(struct script_tree *tree)
{
    if (!tree)
        return;
    script_tree_free_block(&tree->body);
    free(tree->file);
    free(tree);
}
