/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See component_object.h: slots and addresses are taken upwards and never given back.
 */
#include "sel4mon/component_object.h"
#include "sel4mon/component.h"
#include "component_arch.h"

enum { PAGE_BYTES = 1 << seL4_PageBits, PAGING_LEVELS = 4 };

static struct {
    seL4_Word slots_used;
    seL4_Word bytes_used;
} object;

seL4_CPtr component_slot_take(void)
{
    const struct component_start *s = component_start();
    uint64_t slot = s->slots_first + object.slots_used;

    if (slot >= s->slots_end) {
        return seL4_CapNull;
    }
    object.slots_used++;
    return (seL4_CPtr)slot;
}

seL4_Error component_object_make(seL4_Word type, seL4_Word size_bits, seL4_CPtr *made)
{
    seL4_CPtr slot = component_slot_take();

    if (slot == seL4_CapNull) {
        return seL4_NotEnoughMemory;
    }
    *made = slot;
    return seL4_Untyped_Retype(component_slot(COMPONENT_CAP_UNTYPED), type, size_bits,
                               component_slot(COMPONENT_CAP_CNODE), 0, 0, slot, 1);
}

seL4_Error component_cap_mint(seL4_CPtr from, seL4_CapRights_t rights, seL4_Word badge,
                              seL4_CPtr *made)
{
    seL4_CPtr cnode = component_slot(COMPONENT_CAP_CNODE);
    seL4_CPtr slot = component_slot_take();

    if (slot == seL4_CapNull) {
        return seL4_NotEnoughMemory;
    }
    *made = slot;
    return seL4_CNode_Mint(cnode, slot, seL4_WordBits, cnode, from, seL4_WordBits, rights, badge);
}

/* A debugger reads the page through the monitor. */
static void tell_page(seL4_CPtr frame, seL4_Word address)
{
    seL4_CPtr monitor = component_slot(COMPONENT_CAP_MONITOR);

    if (monitor == seL4_CapNull) {
        return;
    }
    seL4_SetMR(0, frame);
    seL4_SetMR(1, address);
    seL4_SetMR(2, 1);
    seL4_Call(monitor, seL4_MessageInfo_new(COMPONENT_MESSAGE_PAGE, 0, 0, 3));
}

seL4_Error component_page_make(void **address, seL4_CPtr *frame)
{
    const struct component_start *s = component_start();
    seL4_CPtr vspace = component_slot(COMPONENT_CAP_VSPACE);
    seL4_Word at = (seL4_Word)s->free_first + object.bytes_used;

    if (at + PAGE_BYTES > s->free_end) {
        return seL4_NotEnoughMemory;
    }
    seL4_Error error = component_object_make(component_arch_page_type, 0, frame);
    if (error != seL4_NoError) {
        return error;
    }
    error = component_arch_map_page(*frame, vspace, at);
    for (int level = 0; error == seL4_FailedLookup && level < PAGING_LEVELS; level++) {
        error = component_arch_map_table(vspace, at);
        if (error == seL4_NoError) {
            error = component_arch_map_page(*frame, vspace, at);
        }
    }
    if (error == seL4_NoError) {
        object.bytes_used += 2 * PAGE_BYTES; /* and one that stays empty */
        *address = (void *)at;
        tell_page(*frame, at);
    }
    return error;
}
