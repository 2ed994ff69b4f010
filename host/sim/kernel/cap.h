/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What can be said of capabilities alone, with no slot in hand: regions, sameness, derivation,
 * masking of rights, new badges and guards. The rules are the kernel's, and so is their asymmetry.
 */
#ifndef SIM_KERNEL_CAP_H
#define SIM_KERNEL_CAP_H

#include "host/sim/kernel/model.h"

/* Size of what the capability stands for; 0 for kinds that are no memory. */
unsigned cap_size_bits(const struct kernel *k, const struct cap *cap);
bool cap_is_physical(const struct cap *cap);
bool cap_is_arch(const struct cap *cap);

/* Does `a` cover `b`? Not symmetric: an untyped covers what was made of it. */
bool cap_same_region(const struct kernel *k, const struct cap *a, const struct cap *b);
bool cap_same_object(const struct kernel *k, const struct cap *a, const struct cap *b);

/* Is `derived`, a copy of `source`, the root of derivations of its own? */
bool cap_is_revocable(const struct cap *derived, const struct cap *source);

/* `cap` with no more than `rights`. */
struct cap cap_mask_rights(struct cap cap, uint64_t rights);
enum vm_rights cap_mask_vm_rights(enum vm_rights has, uint64_t rights);

/* `cap` with a badge or guard; a null capability where that is not allowed. */
struct cap cap_update_data(const struct kernel *k, bool preserve, uint64_t data, struct cap cap);

#endif
