/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Untypeds as trees of halves: see untyped.h. Entries beyond the roots are taken two at a time, so
 * the halves of one parent lie beside each other, the first at an even number.
 */
#include "monitor/core/untyped.h"

static bool contains(const struct untyped *node, uint64_t paddr)
{
    return (paddr - node->paddr) >> node->size_bits == 0;
}

void untyped_init(struct untyped_pool *pool, const struct untyped_ops *ops, void *context,
                  unsigned min_bits)
{
    pool->ops = ops;
    pool->context = context;
    pool->root_count = 0;
    pool->end = 0;
    pool->min_bits = min_bits;
}

enum err untyped_add(struct untyped_pool *pool, uint64_t paddr, unsigned size_bits, bool is_device,
                     uint32_t slot)
{
    if (pool->root_count == LIMIT_UNTYPED_ROOTS)
        return ERR_FULL;
    pool->nodes[pool->root_count++] = (struct untyped){
        .paddr = paddr,
        .slot = slot,
        .parent = UNTYPED_NONE,
        .size_bits = (uint8_t)size_bits,
        .state = UNTYPED_WHOLE,
        .is_device = is_device,
    };
    pool->end = (pool->root_count + 1) & ~1u;
    if (pool->end > pool->root_count)
        pool->nodes[pool->root_count] = (struct untyped){.state = UNTYPED_UNUSED};
    return ERR_OK;
}

static enum err take_pair(struct untyped_pool *pool, unsigned *pair)
{
    unsigned i = (pool->root_count + 1) & ~1u;

    while (i < pool->end && pool->nodes[i].state != UNTYPED_UNUSED)
        i += 2;
    if (i + 1 >= LIMIT_UNTYPED_NODES)
        return ERR_FULL;
    if (i >= pool->end)
        pool->end = i + 2;
    *pair = i;
    return ERR_OK;
}

static void free_pair(struct untyped_pool *pool, unsigned pair)
{
    pool->nodes[pair].state = pool->nodes[pair + 1].state = UNTYPED_UNUSED;
}

static void fill_pair(struct untyped_pool *pool, uint16_t parent, unsigned pair, uint32_t first)
{
    const struct untyped *whole = &pool->nodes[parent];

    for (unsigned i = 0; i < 2; i++) {
        pool->nodes[pair + i] = (struct untyped){
            .paddr = whole->paddr + ((uint64_t)i << (whole->size_bits - 1)),
            .slot = first + i,
            .parent = parent,
            .size_bits = (uint8_t)(whole->size_bits - 1),
            .state = UNTYPED_WHOLE,
            .is_device = whole->is_device,
        };
    }
}

static enum err split(struct untyped_pool *pool, uint16_t number)
{
    struct untyped *node = &pool->nodes[number];
    unsigned pair;
    uint32_t first;
    enum err e = take_pair(pool, &pair);

    if (e)
        return e;
    e = pool->ops->take_slots(pool->context, 2, &first);
    if (e)
        return e;
    e = pool->ops->split(pool->context, node->slot, node->size_bits - 1u, first);
    if (e) {
        pool->ops->give_slots(pool->context, first, 2);
        return e;
    }
    fill_pair(pool, number, pair, first);
    node->children = (uint16_t)pair;
    node->state = UNTYPED_SPLIT;
    return ERR_OK;
}

/* Frees the entries and slots below a node whose capabilities are gone. */
static void drop_below(struct untyped_pool *pool, unsigned pair)
{
    for (unsigned i = pair; i < pair + 2; i++) {
        if (pool->nodes[i].state == UNTYPED_SPLIT)
            drop_below(pool, pool->nodes[i].children);
    }
    pool->ops->give_slots(pool->context, pool->nodes[pair].slot, 2);
    free_pair(pool, pair);
}

/* A split node with nothing spent below becomes whole. The state goes first: a capability that
 * nothing points to is found and deleted, a missing one would not be. */
static enum err join(struct untyped_pool *pool, uint16_t number)
{
    struct untyped *node = &pool->nodes[number];
    uint16_t pair = node->children;
    enum err e;

    node->state = UNTYPED_WHOLE;
    e = pool->ops->revoke(pool->context, node->slot);
    if (e) {
        node->state = UNTYPED_SPLIT;
        return e;
    }
    drop_below(pool, pair);
    return ERR_OK;
}

uint64_t untyped_spent_bytes(const struct untyped_pool *pool, uint16_t number)
{
    const struct untyped *node = &pool->nodes[number];

    if (node->state == UNTYPED_SPENT)
        return (uint64_t)1 << node->size_bits;
    if (node->state != UNTYPED_SPLIT)
        return 0;
    return untyped_spent_bytes(pool, node->children) +
           untyped_spent_bytes(pool, (uint16_t)(node->children + 1));
}

/* The smallest node of RAM in that state which fits; of equal ones the first. */
static uint16_t best_fit(const struct untyped_pool *pool, unsigned size_bits,
                         enum untyped_state state)
{
    uint16_t best = UNTYPED_NONE;

    for (unsigned i = 0; i < pool->end; i++) {
        const struct untyped *node = &pool->nodes[i];

        if (node->state != state || node->is_device || node->size_bits < size_bits)
            continue;
        if (best != UNTYPED_NONE && node->size_bits >= pool->nodes[best].size_bits)
            continue;
        if (state == UNTYPED_SPLIT && untyped_spent_bytes(pool, (uint16_t)i) > 0)
            continue;
        best = (uint16_t)i;
    }
    return best;
}

/* Splits a whole node down to the size; `towards` chooses the half. */
static enum err carve(struct untyped_pool *pool, uint16_t number, uint64_t towards,
                      unsigned size_bits, uint16_t *out)
{
    while (pool->nodes[number].size_bits > size_bits) {
        enum err e = split(pool, number);

        if (e)
            return e;
        number = pool->nodes[number].children;
        if (!contains(&pool->nodes[number], towards))
            number++;
    }
    pool->nodes[number].state = UNTYPED_SPENT;
    *out = number;
    return ERR_OK;
}

enum err untyped_take(struct untyped_pool *pool, unsigned size_bits, uint16_t *node)
{
    uint16_t best;

    if (size_bits < pool->min_bits)
        size_bits = pool->min_bits;
    best = best_fit(pool, size_bits, UNTYPED_WHOLE);
    if (best == UNTYPED_NONE) {
        enum err e;

        best = best_fit(pool, size_bits, UNTYPED_SPLIT);
        if (best == UNTYPED_NONE)
            return ERR_NO_MEMORY;
        e = join(pool, best);
        if (e)
            return e;
    }
    return carve(pool, best, pool->nodes[best].paddr, size_bits, node);
}

enum err untyped_find(const struct untyped_pool *pool, uint64_t paddr, uint16_t *node)
{
    for (unsigned i = 0; i < pool->root_count; i++) {
        uint16_t number = (uint16_t)i;

        if (!contains(&pool->nodes[number], paddr))
            continue;
        while (pool->nodes[number].state == UNTYPED_SPLIT) {
            number = pool->nodes[number].children;
            if (!contains(&pool->nodes[number], paddr))
                number++;
        }
        *node = number;
        return ERR_OK;
    }
    return ERR_NOT_FOUND;
}

enum err untyped_take_at(struct untyped_pool *pool, uint64_t paddr, unsigned size_bits,
                         uint16_t *out)
{
    uint16_t number;
    enum err e = untyped_find(pool, paddr, &number);

    if (e)
        return e;
    *out = number;
    if (size_bits < pool->min_bits || paddr & (((uint64_t)1 << size_bits) - 1))
        return ERR_ARGUMENT;
    if (pool->nodes[number].state == UNTYPED_SPENT)
        return ERR_BUSY;
    while (pool->nodes[number].size_bits < size_bits) {
        number = pool->nodes[number].parent;
        if (number == UNTYPED_NONE)
            return ERR_RANGE;
    }
    if (pool->nodes[number].state == UNTYPED_SPLIT) {
        if (untyped_spent_bytes(pool, number) > 0)
            return ERR_BUSY;
        e = join(pool, number);
        if (e)
            return e;
    }
    return carve(pool, number, paddr, size_bits, out);
}

/* Joins upwards while both halves are whole and small. */
static void join_upwards(struct untyped_pool *pool, uint16_t number)
{
    for (;;) {
        uint16_t parent = pool->nodes[number].parent;

        if (parent == UNTYPED_NONE || pool->nodes[parent].size_bits > LIMIT_JOIN_BITS)
            return;
        if (pool->nodes[number ^ 1].state != UNTYPED_WHOLE || join(pool, parent))
            return;
        number = parent;
    }
}

enum err untyped_give(struct untyped_pool *pool, uint16_t number)
{
    struct untyped *node = &pool->nodes[number];
    enum err e;

    if (number >= pool->end || node->state != UNTYPED_SPENT)
        return ERR_ARGUMENT;
    e = pool->ops->revoke(pool->context, node->slot);
    if (e)
        return e;
    node->state = UNTYPED_WHOLE;
    join_upwards(pool, number);
    return ERR_OK;
}

/* Does the parent count this entry among its halves, all the way up? */
static bool is_reachable(const struct untyped_pool *pool, unsigned number)
{
    while (number >= pool->root_count) {
        uint16_t parent = pool->nodes[number].parent;

        if (parent >= pool->end || pool->nodes[parent].state != UNTYPED_SPLIT ||
            pool->nodes[parent].children != (number & ~1u))
            return false;
        number = parent;
    }
    return true;
}

unsigned untyped_sweep(struct untyped_pool *pool, bool repair,
                       void (*on_slot)(void *context, uint32_t slot), void *context)
{
    unsigned lost = 0;

    for (unsigned i = 0; i < pool->end; i++) {
        struct untyped *node = &pool->nodes[i];
        bool marked = node->marked;

        node->marked = false;
        if (node->state == UNTYPED_UNUSED)
            continue;
        if (!is_reachable(pool, i)) {
            lost++;
            if (repair)
                node->state = UNTYPED_UNUSED;
            continue;
        }
        on_slot(context, node->slot);
        if (node->state != UNTYPED_SPENT || marked)
            continue;
        lost++;
        if (repair && !pool->ops->revoke(pool->context, node->slot))
            node->state = UNTYPED_WHOLE;
    }
    return lost;
}
