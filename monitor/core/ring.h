/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A ring of bytes with one writer and one reader. Each side changes its own index alone, after the
 * bytes. Pure.
 */
#ifndef MONITOR_CORE_RING_H
#define MONITOR_CORE_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "monitor/core/limits.h"

struct ring {
    uint32_t written; /* the writer's; counts on for ever */
    uint32_t read;    /* the reader's */
    uint8_t bytes[LIMIT_CONSOLE_BYTES];
};

_Static_assert((LIMIT_CONSOLE_BYTES & (LIMIT_CONSOLE_BYTES - 1)) == 0, "counters wrap around");

static inline uint32_t ring_used(const struct ring *ring)
{
    return __atomic_load_n(&ring->written, __ATOMIC_ACQUIRE) -
           __atomic_load_n(&ring->read, __ATOMIC_ACQUIRE);
}

static inline uint32_t ring_room(const struct ring *ring)
{
    return LIMIT_CONSOLE_BYTES - ring_used(ring);
}

/* False if it is full. */
static inline bool ring_put(struct ring *ring, uint8_t byte)
{
    if (ring_room(ring) == 0)
        return false;
    ring->bytes[ring->written % LIMIT_CONSOLE_BYTES] = byte;
    __atomic_store_n(&ring->written, ring->written + 1, __ATOMIC_RELEASE);
    return true;
}

/* False if it is empty. */
static inline bool ring_get(struct ring *ring, uint8_t *byte)
{
    if (ring_used(ring) == 0)
        return false;
    *byte = ring->bytes[ring->read % LIMIT_CONSOLE_BYTES];
    __atomic_store_n(&ring->read, ring->read + 1, __ATOMIC_RELEASE);
    return true;
}

#endif
