/* SPDX-License-Identifier: BSD-2-Clause */
/* `untypeds`: the kernel's untypeds, how much of each is spent, and what the pieces are. */
#include "monitor/commands/commands.h"

#include "monitor/commands/common.h"
#include "monitor/core/component.h"
#include "monitor/core/kinds.h"
#include "monitor/core/memory.h"
#include "monitor/core/objects.h"

enum filter { FILTER_ALL, FILTER_RAM, FILTER_DEVICE, FILTER_SPENT, FILTER_PIECES };

static const char *const filters[] = {"all", "ram", "device", "spent", "pieces", NULL};

static bool fits(const struct untyped *node, uint64_t spent, unsigned filter)
{
    return filter == FILTER_ALL || (filter == FILTER_RAM && !node->is_device) ||
           (filter == FILTER_DEVICE && node->is_device) || (filter == FILTER_SPENT && spent > 0);
}

/* --- pieces ----------------------------------------------------------------------------------- */

static const struct component *find_estate(uint16_t piece)
{
    for (unsigned i = 0; i < LIMIT_COMPONENTS; i++) {
        if (component_at(i) && component_at(i)->estate.piece == piece)
            return component_at(i);
    }
    return NULL;
}

/* Whose it is, and its name; what no other table has is the monitor's. */
static const char *find_owner(const struct untyped *node, uint16_t piece, const char **name)
{
    const struct object *object;
    const struct component *component;

    *name = NULL;
    if (node->state == UNTYPED_WHOLE)
        return "free";
    component = find_estate(piece);
    object = component ? NULL : objects_find_piece(piece);
    if (component)
        *name = component->name;
    else if (object)
        *name = object->name;
    return component ? "estate" : object ? common_owner(object) : "monitor";
}

static void emit_piece(struct command_call *call, const struct untyped_pool *pool, uint16_t piece)
{
    static const struct column columns[] = {
        {"of", FIELD_WORD, 6},   {"paddr", FIELD_ADDRESS, 0}, {"bits", FIELD_BITS, 0},
        {"size", FIELD_SIZE, 9}, {"device", FIELD_BOOL, 0},   {"owner", FIELD_NAME, 9},
        {"name", FIELD_NAME, 0}, {"kind", FIELD_NAME, 0},
    };
    static const struct record_type type = {"piece", columns, 8, RECORD_TABLE};
    const struct untyped *node = &pool->nodes[piece], *root = node;
    const struct object *object = objects_find_piece(piece);
    const char *name, *owner = find_owner(node, piece, &name);

    while (root->parent != UNTYPED_NONE)
        root = &pool->nodes[root->parent];
    const struct field fields[] = {
        {.word = root->slot},
        {.word = node->paddr},
        {.word = node->size_bits},
        {.word = (uint64_t)1 << node->size_bits},
        {.word = node->is_device},
        {.text = owner},
        {.text = name},
        {.text = object ? kinds_name(object->kind) : NULL},
    };
    record_emit(call->out, &type, fields);
}

static enum err list_pieces(struct command_call *call, const struct untyped_pool *pool)
{
    for (unsigned i = 0; i < pool->end; i++) {
        unsigned state = pool->nodes[i].state;

        if (command_interrupted(call))
            return ERR_INTERRUPTED;
        if (state == UNTYPED_SPENT || state == UNTYPED_WHOLE)
            emit_piece(call, pool, (uint16_t)i);
    }
    return ERR_OK;
}

static enum err run(struct command_call *call)
{
    static const struct column columns[] = {
        {"cap", FIELD_WORD, 6},  {"paddr", FIELD_ADDRESS, 0}, {"bits", FIELD_BITS, 0},
        {"size", FIELD_SIZE, 9}, {"device", FIELD_BOOL, 0},   {"spent", FIELD_SIZE, 9},
    };
    static const struct record_type type = {"untyped", columns, 6, RECORD_TABLE};
    const struct untyped_pool *pool = memory_pool();
    unsigned filter = FILTER_ALL;
    enum err e = arg_choice(call, 0, "which", filters, true, &filter);

    if (!e)
        e = arg_end(call);
    if (!e && filter == FILTER_PIECES)
        return list_pieces(call, pool);
    for (unsigned i = 0; i < pool->root_count && !e; i++) {
        const struct untyped *node = &pool->nodes[i];
        uint64_t spent = untyped_spent_bytes(pool, (uint16_t)i);
        const struct field fields[] = {
            {.word = node->slot},      {.word = node->paddr},
            {.word = node->size_bits}, {.word = (uint64_t)1 << node->size_bits},
            {.word = node->is_device}, {.word = spent},
        };

        if (fits(node, spent, filter))
            record_emit(call->out, &type, fields);
        if (command_interrupted(call))
            e = ERR_INTERRUPTED;
    }
    return e;
}

static void complete(struct shell *shell, unsigned index, const char *prefix, command_offer offer,
                     void *context)
{
    (void)shell, (void)prefix;
    for (unsigned i = 0; index == 0 && filters[i]; i++)
        offer(context, filters[i]);
}

const struct command command_untypeds = {
    .name = "untypeds",
    .usage = "untypeds [all|ram|device|spent|pieces]",
    .summary = "List the kernel's untypeds: address, size, device, how much is spent",
    .help =
        "pieces: what the untypeds are split into, and whose each piece is: free, the monitor's,\n"
        "the operator's, of all components that share it, or one component's estate.",
    .run = run,
    .complete = complete,
    .group = GROUP_MEMORY,
};
