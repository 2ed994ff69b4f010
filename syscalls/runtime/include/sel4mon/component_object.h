/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Objects that a component makes for itself, of the memory named "untyped" into its free slots.
 * For the first thread only: there is no lock. Nothing is given back; the component's end does
 * that, for its loader revokes the memory.
 */
#ifndef SEL4MON_COMPONENT_OBJECT_H
#define SEL4MON_COMPONENT_OBJECT_H

#include <sel4/sel4.h>

/* The next free slot, or seL4_CapNull when all are used. */
seL4_CPtr component_slot_take(void);

/* A new object; `size_bits` as for seL4_Untyped_Retype (0 where the type has one size). */
seL4_Error component_object_make(seL4_Word type, seL4_Word size_bits, seL4_CPtr *made);

/* A copy of a capability with this badge and these rights. */
seL4_Error component_cap_mint(seL4_CPtr from, seL4_CapRights_t rights, seL4_Word badge,
                              seL4_CPtr *made);

/* A page of new memory, mapped at the next free address with nothing mapped on either side (so it
 * also serves as a small stack); paging objects are made as needed. */
seL4_Error component_page_make(void **address, seL4_CPtr *frame);

#endif
