/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deletion and revocation: finalising the last capability of an object, zombies of CNodes and TCBs
 * that are taken apart slot by slot.
 */
#ifndef SIM_KERNEL_DELETE_H
#define SIM_KERNEL_DELETE_H

#include "host/sim/kernel/model.h"

/* Empties a slot. `exposed`: the slot is one that user code sees, not one of a zombie's. */
void delete_slot(struct kernel *k, struct slot *slot, bool exposed);

/* The same for capabilities that are known to go at once: replies, notifications. */
void delete_one(struct kernel *k, struct slot *slot);

/* Deletes all that was derived from the capability in `slot`. */
void delete_children(struct kernel *k, struct slot *slot);

/* Would emptying this slot take a CNode or a TCB apart? */
bool delete_is_long(const struct kernel *k, const struct slot *slot);

#endif
