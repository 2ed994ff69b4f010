/* SPDX-License-Identifier: BSD-2-Clause */
/* What `read` and `write` share: an address of the monitor or a physical one, and units. */
#ifndef MONITOR_COMMANDS_MEMORY_RANGE_H
#define MONITOR_COMMANDS_MEMORY_RANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "monitor/core/access.h"
#include "monitor/shell/command.h"

struct memory_range {
    bool physical;
    uint64_t address; /* as given */
    unsigned size_bytes;
};

/* The arguments `address` (first) and `size` (by name; `size_bytes` is what it is without). */
enum err memory_range_read(struct command_call *call, unsigned size_bytes,
                           struct memory_range *range);

/* Where the address can be reached now, and for how many bytes; `at` counts from the range's
 * address. A frame that had to be made is told by a record. */
enum err memory_range_reach(struct command_call *call, const struct memory_range *range,
                            uint64_t at, volatile uint8_t **pointer, uint64_t *left_bytes);

/* Fails for an access `at` bytes into the range that did not go well. */
enum err memory_range_fail(struct command_call *call, const struct memory_range *range, uint64_t at,
                           enum err e, const char *doing);

#endif
