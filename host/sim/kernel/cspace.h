/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lookups in capability spaces: by a thread's capability address, and by CNode, index and depth as
 * CNode operations do. What went wrong is in k->lookup.
 */
#ifndef SIM_KERNEL_CSPACE_H
#define SIM_KERNEL_CSPACE_H

#include "host/sim/kernel/model.h"

/* OUTCOME_LOOKUP and k->lookup, or the slot. */
enum outcome cspace_lookup(struct kernel *k, struct tcb *thread, uint64_t cptr, struct slot **out);

/* For CNode operations: OUTCOME_REFUSED and k->refusal, or the slot. */
enum outcome cspace_lookup_slot(struct kernel *k, bool source, const struct cap *root,
                                uint64_t cptr, uint64_t depth, struct slot **out);

#endif
