/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The chunks of extra boot information: each begins with its identity and its length, both words,
 * the length with that header. Pure; every length is checked before it is believed.
 */
#ifndef MONITOR_CORE_CHUNK_H
#define MONITOR_CORE_CHUNK_H

#include <stddef.h>
#include <stdint.h>

#include "arch/lib/err.h"

struct chunk {
    uintptr_t id;
    const void *bytes; /* after the header */
    size_t len_bytes;
};

/* Chunk by number in `area`. ERR_NOT_FOUND after the last, ERR_FORMAT at a length that cannot be.
 */
enum err chunk_get(const void *area, size_t area_bytes, unsigned number, struct chunk *out);

#endif
