/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The start block of a component (component_start.h), put together in a buffer of the monitor's
 * before it is copied. Pure.
 */
#ifndef MONITOR_CORE_START_BLOCK_H
#define MONITOR_CORE_START_BLOCK_H

#include <stddef.h>

#include "arch/lib/err.h"
#include "monitor/link/package.h"
#include "syscalls/runtime/include/sel4mon/component_start.h"

enum {
    START_BLOCK_CAPS_MAX = PACKAGE_ROWS_MAX + 8, /* and the runtime's own */
    START_BLOCK_BYTES = 8192,
};

struct start_block {
    struct component_start start;
    struct component_cap caps[START_BLOCK_CAPS_MAX];
    char args[START_BLOCK_BYTES - sizeof(struct component_start) -
              START_BLOCK_CAPS_MAX * sizeof(struct component_cap)];
};

void start_block_init(struct start_block *block);
/* One capability more. ERR_FULL. */
enum err start_block_add(struct start_block *block, const struct component_cap *cap);
enum err start_block_name(struct start_block *block, const char *name, uint64_t slot,
                          uint64_t address, uint64_t size_bytes);
/* `count` texts one after the other, each ended by a zero byte. ERR_FULL. */
enum err start_block_args(struct start_block *block, const char *texts, unsigned count);

#endif
