/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which slots of the monitor's capability space are in use, and what was put there. Pure
 * bookkeeping over a fixed pool; makes no system call. The space has two levels: node 0 is the
 * kernel's root CNode, whose slot numbers are the addresses; node n > 0 begins at address
 * n << root_bits. The shell's thread owns it once the monitor runs.
 */
#ifndef MONITOR_CORE_SLOTS_H
#define MONITOR_CORE_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "arch/lib/err.h"
#include "monitor/core/limits.h"

enum slot_state {
    SLOT_USED = 1 << 0,
    SLOT_MARKED = 1 << 1,  /* reached while looking for what nobody owns */
    SLOT_FOREIGN = 1 << 2, /* filled by nobody here: skipped when slots are given out */
};

struct slot_note {
    uint8_t state; /* enum slot_state, or-ed */
    uint8_t kind;  /* index into api_objects: what was put there; 0 if that is not known */
};

struct slots {
    uint8_t root_bits;
    uint8_t node_count; /* with the root CNode */
    uint32_t root_end;  /* slots of the root CNode that are kept account of */
    uint32_t free_count;
    uint32_t hint; /* where the search begins */
    struct slot_note notes[LIMIT_ROOT_SLOTS + LIMIT_NODES * LIMIT_NODE_SLOTS];
};

/* [first_free, end_free) is what the kernel left empty. */
void slots_init(struct slots *slots, unsigned root_bits, uint32_t first_free, uint32_t end_free);

/* Address of the first slot of the node that slots_add_node would add; ERR_FULL. */
enum err slots_next_node(const struct slots *slots, uint32_t *base);
void slots_add_node(struct slots *slots);

/* `count` slots beside each other in one CNode. ERR_FULL. */
enum err slots_take(struct slots *slots, unsigned count, uint32_t *first);
void slots_give(struct slots *slots, uint32_t first, unsigned count);

/* NULL for an address that is not kept account of. */
struct slot_note *slots_note(struct slots *slots, uint64_t slot);

/* The address after `slot` that is kept account of; 0 at the end. Begin with 0. */
uint32_t slots_next(const struct slots *slots, uint32_t slot);

/* How many there are of them. */
uint32_t slots_count(const struct slots *slots);

/* Size in bits of the CNode that `slot` lies in, and its number there. */
uint32_t slots_offset(const struct slots *slots, uint32_t slot);

#endif
