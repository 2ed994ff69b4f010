/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where in a region of the monitor's addresses something is mapped: a first-fit allocator over a
 * fixed pool. Pure; vspace.c maps.
 */
#ifndef MONITOR_CORE_WINDOW_H
#define MONITOR_CORE_WINDOW_H

#include <stdint.h>

#include "arch/lib/err.h"
#include "monitor/core/limits.h"

struct window {
    uint64_t start;
    uint64_t size_bytes; /* 0: unused entry */
};

struct window_region {
    uint64_t start, end;
    struct window windows[LIMIT_WINDOWS];
};

void window_init(struct window_region *region, uint64_t start, uint64_t end);

/* Room for 2^size_bits bytes, aligned to its size; `number` is the entry. ERR_FULL (no entry),
 * ERR_NO_SPACE. */
enum err window_take(struct window_region *region, unsigned size_bits, unsigned *number);
void window_give(struct window_region *region, unsigned number);

#endif
