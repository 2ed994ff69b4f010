/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The trees of halves over the untypeds that the kernel gave: what is whole, split or spent. Pure;
 * what has to be done with the kernel and with slots goes through `struct untyped_ops`. A half is
 * an untyped of the kernel's own, so what is given back can be used again, one revoke takes away
 * all that was made of a node, and nothing leaks.
 *
 * Every change is a single store after the kernel's call, so a thread that is cut off in between
 * leaves at most nodes and slots that nothing points to; untyped_sweep finds them.
 */
#ifndef MONITOR_CORE_UNTYPED_H
#define MONITOR_CORE_UNTYPED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/lib/err.h"
#include "monitor/core/limits.h"

enum untyped_state {
    UNTYPED_UNUSED, /* no untyped: an empty entry of the pool */
    UNTYPED_WHOLE,
    UNTYPED_SPLIT, /* `children` and the one after it are its halves */
    UNTYPED_SPENT, /* something is made of it, or may be */
};

struct untyped {
    uint64_t paddr;
    uint32_t slot;
    uint16_t parent; /* UNTYPED_NONE for what the kernel gave */
    uint16_t children;
    uint8_t size_bits;
    uint8_t state;
    bool is_device;
    bool marked; /* by the owner's table, while looking for what nobody owns */
};

enum { UNTYPED_NONE = 0xffff };

struct untyped_ops {
    enum err (*take_slots)(void *context, unsigned count, uint32_t *first);
    /* Empties and gives back. */
    void (*give_slots)(void *context, uint32_t first, unsigned count);
    /* Two untypeds of half the size in `first` and the slot after it. */
    enum err (*split)(void *context, uint32_t slot, unsigned half_bits, uint32_t first);
    /* Deletes all that was made of it. */
    enum err (*revoke)(void *context, uint32_t slot);
};

struct untyped_pool {
    const struct untyped_ops *ops;
    void *context;
    unsigned root_count;
    unsigned end; /* entries ever used */
    unsigned min_bits;
    struct untyped nodes[LIMIT_UNTYPED_NODES];
};

void untyped_init(struct untyped_pool *pool, const struct untyped_ops *ops, void *context,
                  unsigned min_bits);

/* Before anything is taken: one of the kernel's. ERR_FULL. */
enum err untyped_add(struct untyped_pool *pool, uint64_t paddr, unsigned size_bits, bool is_device,
                     uint32_t slot);

/* RAM of that size, from the smallest that fits; `node` becomes spent. ERR_NO_MEMORY, ERR_FULL. */
enum err untyped_take(struct untyped_pool *pool, unsigned size_bits, uint16_t *node);

/* The memory at a physical address, aligned to its size. ERR_NOT_FOUND: no untyped has it;
 * ERR_BUSY: spent, `node` says which; ERR_RANGE: the untyped there is smaller. */
enum err untyped_take_at(struct untyped_pool *pool, uint64_t paddr, unsigned size_bits,
                         uint16_t *node);

/* Deletes all that was made of a spent node; it is whole again. */
enum err untyped_give(struct untyped_pool *pool, uint16_t node);

/* The lowest node (whole, split down to nothing smaller, or spent) with that address.
 * ERR_NOT_FOUND. */
enum err untyped_find(const struct untyped_pool *pool, uint64_t paddr, uint16_t *node);

/* Bytes spent below a node. */
uint64_t untyped_spent_bytes(const struct untyped_pool *pool, uint16_t node);

/* Gives back every spent node that is not marked, and with `repair` frees entries that nothing
 * points to; returns how many of both there were. Without it, only counts. Marks are cleared.
 * `on_slot` is told each slot in use. */
unsigned untyped_sweep(struct untyped_pool *pool, bool repair,
                       void (*on_slot)(void *context, uint32_t slot), void *context);

#endif
