/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The monitor's capability space. At start it moves from the kernel's root CNode into a space of
 * two levels: a top CNode whose entry 0 is the root CNode, with guards such that the addresses of
 * the initial capabilities stay what they were, and slot 2 then holds the top CNode. More CNodes of
 * the second level are made when slots run short.
 */
#ifndef MONITOR_CORE_CSPACE_H
#define MONITOR_CORE_CSPACE_H

#include <stdint.h>

#include <sel4/sel4.h>

#include "arch/include/arch.h"
#include "arch/lib/err.h"
#include "monitor/core/slots.h"

/* The root of the space, in every thread of the monitor. */
enum { CSPACE_ROOT = seL4_CapInitThreadCNode };

/* Reads the boot information's slots. */
void cspace_init(const seL4_BootInfo *boot);

/* Makes the top CNode and moves in. Needs memory. */
enum err cspace_move(void);

/* The account of slots; the shell's thread may read it. */
struct slots *cspace_slots(void);

/* A further CNode if slots run short; before anything that takes several. */
enum err cspace_reserve(void);

/* Empty slots beside each other. */
enum err cspace_take(unsigned count, seL4_CPtr *first);

/* Deletes what is in them and gives them back. */
void cspace_give(seL4_CPtr first, unsigned count);

/* What was put into a slot, for when the kernel cannot tell: an index into api_objects. */
void cspace_note_kind(seL4_CPtr slot, uint8_t kind);

/* How the slot is named to the kernel as a destination. */
struct arch_slot cspace_slot(seL4_CPtr slot);

enum err cspace_copy(seL4_CPtr from, seL4_CPtr to, seL4_CapRights_t rights);
enum err cspace_mint(seL4_CPtr from, seL4_CPtr to, seL4_CapRights_t rights, seL4_Word badge);
enum err cspace_delete(seL4_CPtr slot);
enum err cspace_revoke(seL4_CPtr slot);

/* `count` objects into slots beside each other. */
enum err cspace_retype(seL4_CPtr untyped, seL4_Word type, seL4_Word size_bits, seL4_CPtr first,
                       unsigned count);

/* What mints a CNode's capability with a guard of `bits` zeros. */
seL4_Word cspace_guard(unsigned bits);

/* Size of the kernel's root CNode, and so the largest that can be attached. */
unsigned cspace_root_bits(void);

/* Makes the slots of a CNode addresses of the monitor's, for component `number`; `base` is that of
 * slot 0. It ends when the CNode goes. */
enum err cspace_attach(unsigned number, seL4_CPtr cnode, unsigned bits, seL4_CPtr *base);

/* The same for a while and for one CNode: until cspace_unview, or the next. */
enum err cspace_view(seL4_CPtr cnode, unsigned bits, seL4_CPtr *base);
void cspace_unview(void);

/* As cspace_retype, into slots of an attached CNode. */
enum err cspace_retype_attached(seL4_CPtr untyped, seL4_Word type, seL4_Word size_bits,
                                seL4_CPtr first, unsigned count);

/* Which slot an address means that starts at one of the CNodes of the monitor's own space. False if
 * it starts elsewhere or leads nowhere. CSPACE_STRUCTURE: an entry of the top CNode. */
#define CSPACE_STRUCTURE (~(seL4_CPtr)0)
bool cspace_resolve(seL4_CPtr root, seL4_Word index, seL4_Word depth, seL4_CPtr *slot);

/* Tells the slots that the space itself needs, and marks its memory. */
void cspace_mark(void (*on_slot)(void *context, uint32_t slot), void *context);

#endif
