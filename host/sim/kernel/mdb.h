/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The derivation tree ("mapping database"): a doubly linked list of slots in which children stand
 * behind their parents, read by capability comparisons. Moving capabilities between slots happens
 * here and nowhere else.
 */
#ifndef SIM_KERNEL_MDB_H
#define SIM_KERNEL_MDB_H

#include "host/sim/kernel/model.h"

/* `cap`, made of the one in `source`, goes into the empty `to`, behind `source`. */
void mdb_insert(struct kernel *k, const struct cap *cap, struct slot *source, struct slot *to);

/* A new object's capability, child of the untyped in `parent`. */
void mdb_insert_new(struct slot *parent, struct slot *to, const struct cap *cap);

/* Takes `from`'s place in the tree to the empty `to`, with the capability changed to `cap`. */
void mdb_move(const struct cap *cap, struct slot *from, struct slot *to);

/* Exchanges two slots; each capability may have been changed. */
void mdb_swap(const struct cap *cap_a, struct slot *a, const struct cap *cap_b, struct slot *b);

/* Takes a slot out of the tree and empties it. */
void mdb_remove(struct slot *slot);

bool mdb_is_parent(const struct kernel *k, const struct slot *a, const struct slot *b);

/* Is this the only capability to its object? */
bool mdb_is_final(const struct kernel *k, const struct slot *slot);

enum outcome mdb_check_no_children(struct kernel *k, const struct slot *slot);
enum outcome mdb_check_empty(struct kernel *k, const struct slot *slot);

/* The capability that a copy of the one in `slot` would be; it may be a null one. */
enum outcome mdb_derive(struct kernel *k, const struct slot *slot, struct cap cap, struct cap *out);

#endif
