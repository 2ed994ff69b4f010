/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory and the capabilities of a component: see estate.h. */
#include "monitor/core/estate.h"

#include "monitor/core/cspace.h"
#include "monitor/core/kinds.h"
#include "monitor/core/memory.h"
#include "monitor/core/objects.h"

/* As many objects as one call of the kernel makes at most (its default; it is seldom changed). */
enum { FAN_OUT_MAX = 256 };

void estate_plan_add(struct estate_plan *plan, unsigned size_bits, unsigned count)
{
    plan->slots += count;
    plan->bytes += (uint64_t)count << size_bits;
}

static unsigned bits_for(uint64_t count)
{
    unsigned bits = 0;

    while (((uint64_t)1 << bits) < count)
        bits++;
    return bits;
}

enum err estate_make(struct estate *estate, unsigned number, const struct estate_plan *plan)
{
    unsigned cnode_bits = bits_for(plan->slots);
    unsigned bits = bits_for(plan->bytes + ((uint64_t)1 << (cnode_bits + seL4_SlotBits)) +
                             ((uint64_t)1 << (cnode_bits + seL4_SlotBits)));
    uint16_t piece;
    enum err e;

    *estate = (struct estate){.piece = OBJECT_NO_PIECE};
    if (cnode_bits > cspace_root_bits())
        return ERR_FULL;
    e = memory_take(bits, &piece);
    if (e)
        return e;
    estate->piece = piece;
    e = cspace_take(1, &estate->cnode);
    if (!e)
        e = cspace_retype(memory_slot(piece), seL4_CapTableObject, cnode_bits, estate->cnode, 1);
    if (e)
        return e;
    cspace_note_kind(estate->cnode, kinds_of_type(seL4_CapTableObject));
    estate->slots = 1u << cnode_bits;
    return cspace_attach(number, estate->cnode, cnode_bits, &estate->base);
}

void estate_free(struct estate *estate)
{
    if (estate->piece != OBJECT_NO_PIECE)
        (void)memory_give(estate->piece);
    if (estate->cnode)
        cspace_give(estate->cnode, 1);
    *estate = (struct estate){.piece = OBJECT_NO_PIECE};
}

enum err estate_take_slots(struct estate *estate, unsigned count, seL4_CPtr *first)
{
    if (count > estate->slots - estate->taken)
        return ERR_FULL;
    *first = estate->base + estate->taken;
    estate->taken += count;
    return ERR_OK;
}

enum err estate_take(struct estate *estate, seL4_Word type, unsigned size_bits, unsigned count,
                     seL4_CPtr *first)
{
    enum err e = estate_take_slots(estate, count, first);

    for (unsigned done = 0; done < count && !e; done += FAN_OUT_MAX) {
        unsigned part = count - done < FAN_OUT_MAX ? count - done : FAN_OUT_MAX;

        e = cspace_retype_attached(memory_slot(estate->piece), type, size_bits, *first + done,
                                   part);
    }
    return e;
}
