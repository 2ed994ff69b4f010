/* SPDX-License-Identifier: BSD-2-Clause */
/* The untyped trees with the kernel's calls behind them: see memory.h. */
#include "monitor/core/memory.h"

#include "monitor/core/cspace.h"
#include "monitor/core/kinds.h"

static struct untyped_pool pool;

static enum err take_slots(void *context, unsigned count, uint32_t *first)
{
    seL4_CPtr slot;
    enum err e = cspace_take(count, &slot);

    (void)context;
    if (!e)
        *first = (uint32_t)slot;
    return e;
}

static void give_slots(void *context, uint32_t first, unsigned count)
{
    (void)context;
    cspace_give(first, count);
}

static enum err split(void *context, uint32_t slot, unsigned half_bits, uint32_t first)
{
    enum err e = cspace_retype(slot, seL4_UntypedObject, half_bits, first, 2);

    (void)context;
    for (unsigned i = 0; i < 2 && !e; i++)
        cspace_note_kind(first + i, kinds_of_type(seL4_UntypedObject));
    return e;
}

static enum err revoke(void *context, uint32_t slot)
{
    (void)context;
    return cspace_revoke(slot);
}

static const struct untyped_ops ops = {take_slots, give_slots, split, revoke};

enum err memory_init(const seL4_BootInfo *boot)
{
    untyped_init(&pool, &ops, NULL, seL4_MinUntypedBits);
    for (seL4_Word i = 0; i < boot->untyped.end - boot->untyped.start; i++) {
        const seL4_UntypedDesc *desc = &boot->untypedList[i];
        enum err e = untyped_add(&pool, desc->paddr, desc->sizeBits, desc->isDevice,
                                 (uint32_t)(boot->untyped.start + i));

        if (e)
            return e;
        cspace_note_kind(boot->untyped.start + i, kinds_of_type(seL4_UntypedObject));
    }
    return ERR_OK;
}

enum err memory_take(unsigned size_bits, uint16_t *piece)
{
    enum err e = cspace_reserve();

    return e ? e : untyped_take(&pool, size_bits, piece);
}

enum err memory_take_at(uint64_t paddr, unsigned size_bits, uint16_t *piece)
{
    enum err e = cspace_reserve();

    return e ? e : untyped_take_at(&pool, paddr, size_bits, piece);
}

enum err memory_give(uint16_t piece)
{
    return untyped_give(&pool, piece);
}

seL4_CPtr memory_slot(uint16_t piece)
{
    return pool.nodes[piece].slot;
}

const struct untyped *memory_piece(uint16_t piece)
{
    return &pool.nodes[piece];
}

struct untyped_pool *memory_pool(void)
{
    return &pool;
}

uint64_t memory_spent_bytes(void)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < pool.root_count; i++) {
        if (!pool.nodes[i].is_device)
            sum += untyped_spent_bytes(&pool, (uint16_t)i);
    }
    return sum;
}

void memory_mark(uint16_t piece)
{
    pool.nodes[piece].marked = true;
}
