/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The capability space over the kernel: see cspace.h. Addresses and depths are the same before and
 * after cspace_move, except where a CNode itself is meant.
 */
#include "monitor/core/cspace.h"

#include <sel4mon/api_table.h>

#include "monitor/core/memory.h"
#include "monitor/core/kernel.h"
#include "monitor/core/kinds.h"

static struct {
    struct slots slots;
    unsigned root_bits;
    bool moved;
    bool growing;
    seL4_CPtr old_root; /* the kernel's root CNode */
    seL4_CPtr top;      /* the top CNode without a guard */
    uint16_t memory[LIMIT_NODES + 1];
    seL4_CPtr nodes[LIMIT_NODES + 1];
} cspace;

/* No guard at all; or one of zeros that fills up to a whole word. */
seL4_Word cspace_guard(unsigned bits)
{
    return seL4_CNode_CapData_new(0, bits).words[0];
}

void cspace_init(const seL4_BootInfo *boot)
{
    cspace.root_bits = (unsigned)boot->initThreadCNodeSizeBits;
    slots_init(&cspace.slots, cspace.root_bits, (uint32_t)boot->empty.start,
               (uint32_t)boot->empty.end);
}

struct slots *cspace_slots(void)
{
    return &cspace.slots;
}

struct arch_slot cspace_slot(seL4_CPtr slot)
{
    return (struct arch_slot){CSPACE_ROOT, slot, seL4_WordBits};
}

enum err cspace_copy(seL4_CPtr from, seL4_CPtr to, seL4_CapRights_t rights)
{
    return kernel_check(
        seL4_CNode_Copy(CSPACE_ROOT, to, seL4_WordBits, CSPACE_ROOT, from, seL4_WordBits, rights));
}

enum err cspace_mint(seL4_CPtr from, seL4_CPtr to, seL4_CapRights_t rights, seL4_Word badge)
{
    return kernel_check(seL4_CNode_Mint(CSPACE_ROOT, to, seL4_WordBits, CSPACE_ROOT, from,
                                        seL4_WordBits, rights, badge));
}

enum err cspace_delete(seL4_CPtr slot)
{
    return kernel_check(seL4_CNode_Delete(CSPACE_ROOT, slot, seL4_WordBits));
}

enum err cspace_revoke(seL4_CPtr slot)
{
    return kernel_check(seL4_CNode_Revoke(CSPACE_ROOT, slot, seL4_WordBits));
}

enum err cspace_retype(seL4_CPtr untyped, seL4_Word type, seL4_Word size_bits, seL4_CPtr first,
                       unsigned count)
{
    seL4_Word node = first >> cspace.root_bits;
    seL4_Word offset = slots_offset(&cspace.slots, (uint32_t)first);
    unsigned depth = cspace.moved ? seL4_WordBits - cspace.root_bits : 0;

    return kernel_check(
        seL4_Untyped_Retype(untyped, type, size_bits, CSPACE_ROOT, node, depth, offset, count));
}

enum err cspace_take(unsigned count, seL4_CPtr *first)
{
    for (;;) {
        uint32_t slot;
        unsigned foreign = 0;
        enum err e = slots_take(&cspace.slots, count, &slot);

        if (e)
            return e;
        for (unsigned i = 0; i < count; i++) {
            if (!kinds_is_filled(slot + i))
                continue;
            foreign++;
            slots_note(&cspace.slots, slot + i)->state |= SLOT_FOREIGN;
        }
        if (foreign == 0) {
            *first = slot;
            return ERR_OK;
        }
        for (unsigned i = 0; i < count; i++) {
            struct slot_note *note = slots_note(&cspace.slots, slot + i);
            uint8_t keep = note->state & SLOT_FOREIGN;

            slots_give(&cspace.slots, slot + i, 1);
            note->state |= keep;
        }
    }
}

void cspace_give(seL4_CPtr first, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        (void)cspace_delete(first + i); /* an empty slot is no error */
    slots_give(&cspace.slots, (uint32_t)first, count);
}

void cspace_note_kind(seL4_CPtr slot, uint8_t kind)
{
    struct slot_note *note = slots_note(&cspace.slots, slot);

    if (note)
        note->kind = kind;
}

/* A CNode of the second level, put into the top CNode's next entry. */
static enum err add_node(void)
{
    unsigned number = cspace.slots.node_count;
    unsigned bits = cspace.root_bits < LIMIT_NODE_BITS ? cspace.root_bits : LIMIT_NODE_BITS;
    seL4_CPtr slot;
    uint32_t base;
    enum err e = slots_next_node(&cspace.slots, &base);

    if (!e)
        e = cspace_take(1, &slot);
    if (e)
        return e;
    e = memory_take(bits + seL4_SlotBits, &cspace.memory[number]);
    if (e)
        goto fail_slot;
    e = cspace_retype(memory_slot(cspace.memory[number]), seL4_CapTableObject, bits, slot, 1);
    if (!e)
        e = kernel_check(seL4_CNode_Mint(cspace.top, number, LIMIT_TOP_BITS, CSPACE_ROOT, slot,
                                         seL4_WordBits, seL4_AllRights,
                                         cspace_guard(cspace.root_bits - bits)));
    if (e)
        goto fail_memory;
    cspace_note_kind(slot, kinds_of_type(seL4_CapTableObject));
    cspace.nodes[number] = slot;
    slots_add_node(&cspace.slots);
    return ERR_OK;

fail_memory:
    (void)memory_give(cspace.memory[number]);
fail_slot:
    cspace_give(slot, 1);
    return e;
}

enum err cspace_reserve(void)
{
    enum err e;

    if (!cspace.moved || cspace.growing || cspace.slots.free_count > LIMIT_SLOT_RESERVE)
        return ERR_OK;
    cspace.growing = true;
    e = add_node();
    cspace.growing = false;
    /* There may still be enough for what the caller wants. */
    return e == ERR_FULL || e == ERR_NO_MEMORY ? ERR_OK : e;
}

/* Both CNodes are known by slots of the root CNode; slot 2 changes from the root to the top. */
static enum err exchange_roots(seL4_CPtr top_guarded)
{
    enum err e = kernel_check(seL4_CNode_Move(top_guarded, cspace.old_root, seL4_WordBits,
                                              top_guarded, CSPACE_ROOT, seL4_WordBits));

    if (e)
        return e;
    return kernel_check(seL4_CNode_Move(top_guarded, CSPACE_ROOT, seL4_WordBits, top_guarded,
                                        top_guarded, seL4_WordBits));
}

enum err cspace_move(void)
{
    seL4_CPtr slots;
    enum err e = memory_take(LIMIT_TOP_BITS + seL4_SlotBits, &cspace.memory[0]);

    if (!e)
        e = cspace_take(3, &slots);
    if (e)
        return e;
    cspace.top = slots;
    cspace.old_root = slots + 1;
    e = cspace_retype(memory_slot(cspace.memory[0]), seL4_CapTableObject, LIMIT_TOP_BITS,
                      cspace.top, 1);
    if (!e)
        e = kernel_check(seL4_CNode_Mint(cspace.top, 0, LIMIT_TOP_BITS, CSPACE_ROOT, CSPACE_ROOT,
                                         seL4_WordBits, seL4_AllRights, cspace_guard(0)));
    if (!e)
        e = cspace_mint(cspace.top, slots + 2, seL4_AllRights,
                        cspace_guard(seL4_WordBits - LIMIT_TOP_BITS - cspace.root_bits));
    if (!e)
        e = kernel_check(
            seL4_TCB_SetSpace(seL4_CapInitThreadTCB, 0, slots + 2, 0, seL4_CapInitThreadVSpace, 0));
    if (!e)
        e = exchange_roots(slots + 2);
    if (e)
        return e;
    slots_give(&cspace.slots, (uint32_t)slots + 2, 1);
    cspace.moved = true;
    cspace_note_kind(cspace.top, kinds_of_type(seL4_CapTableObject));
    cspace_note_kind(cspace.old_root, kinds_of_type(seL4_CapTableObject));
    return ERR_OK;
}

unsigned cspace_root_bits(void)
{
    return cspace.root_bits;
}

/* Entries of the top CNode after those of the second level's. */
enum { ATTACHED_FIRST = LIMIT_NODES + 1, VIEWED = ATTACHED_FIRST + LIMIT_COMPONENTS };
_Static_assert(VIEWED < 1 << LIMIT_TOP_BITS, "room in the top CNode");

static enum err attach(seL4_Word entry, seL4_CPtr cnode, unsigned bits, seL4_CPtr *base)
{
    *base = entry << cspace.root_bits;
    return kernel_check(seL4_CNode_Mint(cspace.top, entry, LIMIT_TOP_BITS, CSPACE_ROOT, cnode,
                                        seL4_WordBits, seL4_AllRights,
                                        cspace_guard(cspace.root_bits - bits)));
}

enum err cspace_attach(unsigned number, seL4_CPtr cnode, unsigned bits, seL4_CPtr *base)
{
    return attach(ATTACHED_FIRST + number, cnode, bits,
                  base); /* the one before went with its CNode */
}

enum err cspace_view(seL4_CPtr cnode, unsigned bits, seL4_CPtr *base)
{
    if (bits > cspace.root_bits)
        return ERR_RANGE;
    cspace_unview(); /* of a command that was cut short */
    return attach(VIEWED, cnode, bits, base);
}

void cspace_unview(void)
{
    (void)seL4_CNode_Delete(cspace.top, VIEWED, LIMIT_TOP_BITS);
}

enum err cspace_retype_attached(seL4_CPtr untyped, seL4_Word type, seL4_Word size_bits,
                                seL4_CPtr first, unsigned count)
{
    seL4_Word offset = first & (((seL4_Word)1 << cspace.root_bits) - 1);

    return kernel_check(seL4_Untyped_Retype(untyped, type, size_bits, CSPACE_ROOT,
                                            first >> cspace.root_bits,
                                            seL4_WordBits - cspace.root_bits, offset, count));
}

bool cspace_resolve(seL4_CPtr root, seL4_Word index, seL4_Word depth, seL4_CPtr *slot)
{
    if ((root == CSPACE_ROOT && depth == seL4_WordBits - cspace.root_bits) ||
        (root == cspace.top && depth == LIMIT_TOP_BITS)) {
        *slot = CSPACE_STRUCTURE;
        return true;
    }
    if (depth != seL4_WordBits || !slots_note(&cspace.slots, index))
        return false;
    *slot = index;
    return root == CSPACE_ROOT || (root == cspace.old_root && index < cspace.slots.root_end);
}

void cspace_mark(void (*on_slot)(void *context, uint32_t slot), void *context)
{
    on_slot(context, (uint32_t)cspace.top);
    on_slot(context, (uint32_t)cspace.old_root);
    memory_mark(cspace.memory[0]);
    for (unsigned i = 1; i < cspace.slots.node_count; i++) {
        on_slot(context, (uint32_t)cspace.nodes[i]);
        memory_mark(cspace.memory[i]);
    }
}
