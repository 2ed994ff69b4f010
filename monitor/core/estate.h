/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The estate of a component: one untyped of the monitor's, and a CNode made of it that holds the
 * capabilities to all that is made of it. That CNode is an entry of the monitor's top CNode, so its
 * slots are addresses of the monitor's. Giving the untyped back takes everything along. On the
 * shell's thread.
 */
#ifndef MONITOR_CORE_ESTATE_H
#define MONITOR_CORE_ESTATE_H

#include <stdint.h>

#include <sel4/sel4.h>

#include "arch/lib/err.h"

struct estate {
    uint16_t piece;  /* OBJECT_NO_PIECE: none */
    seL4_CPtr cnode; /* the monitor's slot with the CNode; 0: none */
    seL4_CPtr base;  /* address of its slot 0 */
    uint32_t taken;  /* slots, from the first on */
    uint32_t slots;
};

/* How much is needed: slots and bytes. Objects come in powers of two; add the larger ones first and
 * make them in the same order, then nothing is lost between them. */
struct estate_plan {
    uint32_t slots;
    uint64_t bytes;
};
void estate_plan_add(struct estate_plan *plan, unsigned size_bits, unsigned count);

/* Takes the untyped and makes the CNode; `number` below LIMIT_COMPONENTS is the component's. The
 * estate's fields are set as things are had, so estate_free takes back one that was cut short.
 * ERR_FULL: more slots than a CNode of the kernel's root size holds; ERR_NO_MEMORY. */
enum err estate_make(struct estate *estate, unsigned number, const struct estate_plan *plan);
void estate_free(struct estate *estate);

/* `count` objects into slots beside each other. */
enum err estate_take(struct estate *estate, seL4_Word type, unsigned size_bits, unsigned count,
                     seL4_CPtr *first);
/* Empty slots. */
enum err estate_take_slots(struct estate *estate, unsigned count, seL4_CPtr *first);

#endif
