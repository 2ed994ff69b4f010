/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bookkeeping of capability slots: see slots.h. Knows no kernel; cspace.c makes the CNodes and
 * empties the slots.
 */
#include "monitor/core/slots.h"

static uint32_t base_of(const struct slots *slots, unsigned node)
{
    return (uint32_t)node << slots->root_bits;
}

static uint32_t size_of(const struct slots *slots, unsigned node)
{
    if (node == 0)
        return slots->root_end;
    return slots->root_bits < LIMIT_NODE_BITS ? 1u << slots->root_bits : LIMIT_NODE_SLOTS;
}

static struct slot_note *notes_of(struct slots *slots, unsigned node)
{
    if (node == 0)
        return slots->notes;
    return slots->notes + LIMIT_ROOT_SLOTS + (node - 1) * LIMIT_NODE_SLOTS;
}

void slots_init(struct slots *slots, unsigned root_bits, uint32_t first_free, uint32_t end_free)
{
    uint32_t root_end = end_free < LIMIT_ROOT_SLOTS ? end_free : LIMIT_ROOT_SLOTS;

    slots->root_bits = (uint8_t)root_bits;
    slots->node_count = 1;
    slots->root_end = root_end;
    slots->free_count = root_end > first_free ? root_end - first_free : 0;
    slots->hint = first_free;
    for (uint32_t i = 0; i < LIMIT_ROOT_SLOTS; i++)
        slots->notes[i] = (struct slot_note){.state = i < first_free ? SLOT_USED : 0};
}

enum err slots_next_node(const struct slots *slots, uint32_t *base)
{
    if (slots->node_count > LIMIT_NODES)
        return ERR_FULL;
    *base = base_of(slots, slots->node_count);
    return ERR_OK;
}

void slots_add_node(struct slots *slots)
{
    unsigned node = slots->node_count++;
    struct slot_note *notes = notes_of(slots, node);

    for (uint32_t i = 0; i < size_of(slots, node); i++)
        notes[i] = (struct slot_note){0};
    slots->free_count += size_of(slots, node);
}

/* The first run of `count` free slots at or after `from`; the node's size if there is none. */
static uint32_t find_run(const struct slot_note *notes, uint32_t from, uint32_t size,
                         unsigned count)
{
    uint32_t run = 0;

    for (uint32_t i = from; i < size; i++) {
        run = notes[i].state & (SLOT_USED | SLOT_FOREIGN) ? 0 : run + 1;
        if (run == count)
            return i + 1 - count;
    }
    return size;
}

static bool take_from(struct slots *slots, unsigned node, uint32_t from, unsigned count,
                      uint32_t *first)
{
    struct slot_note *notes = notes_of(slots, node);
    uint32_t size = size_of(slots, node), start = find_run(notes, from, size, count);

    if (start == size)
        return false;
    for (unsigned i = 0; i < count; i++)
        notes[start + i] = (struct slot_note){.state = SLOT_USED};
    slots->free_count -= count;
    *first = base_of(slots, node) + start;
    slots->hint = *first + count;
    return true;
}

enum err slots_take(struct slots *slots, unsigned count, uint32_t *first)
{
    unsigned hinted = slots->hint >> slots->root_bits;

    if (count == 0)
        return ERR_ARGUMENT;
    if (hinted < slots->node_count &&
        take_from(slots, hinted, slots_offset(slots, slots->hint), count, first))
        return ERR_OK;
    for (unsigned node = 0; node < slots->node_count; node++) {
        if (take_from(slots, node, 0, count, first))
            return ERR_OK;
    }
    return ERR_FULL;
}

void slots_give(struct slots *slots, uint32_t first, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        struct slot_note *note = slots_note(slots, first + i);

        if (note && note->state & SLOT_USED) {
            *note = (struct slot_note){0};
            slots->free_count++;
        }
    }
    if (first < slots->hint)
        slots->hint = first;
}

struct slot_note *slots_note(struct slots *slots, uint64_t slot)
{
    uint64_t node = slot >> slots->root_bits;
    uint32_t offset = slots_offset(slots, (uint32_t)slot);

    if (node >= slots->node_count || offset >= size_of(slots, (unsigned)node))
        return 0;
    return notes_of(slots, (unsigned)node) + offset;
}

uint32_t slots_next(const struct slots *slots, uint32_t slot)
{
    unsigned node = slot >> slots->root_bits;

    if (slots_offset(slots, slot) + 1 < size_of(slots, node))
        return slot + 1;
    return node + 1u < slots->node_count ? base_of(slots, node + 1) : 0;
}

uint32_t slots_count(const struct slots *slots)
{
    uint32_t count = 0;

    for (unsigned node = 0; node < slots->node_count; node++)
        count += (uint32_t)size_of(slots, node);
    return count;
}

uint32_t slots_offset(const struct slots *slots, uint32_t slot)
{
    return slot & ((1u << slots->root_bits) - 1);
}
