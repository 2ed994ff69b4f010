/* SPDX-License-Identifier: BSD-2-Clause */
/* Walking the chunks of extra boot information: see chunk.h. */
#include "monitor/core/chunk.h"

struct header {
    uintptr_t id;
    uintptr_t len_bytes;
};

/* Fills the page up. In seL4 15 it reaches past the length that the kernel tells. */
enum { PADDING = 0 };

enum err chunk_get(const void *area, size_t area_bytes, unsigned number, struct chunk *out)
{
    const char *at = area;

    for (;;) {
        struct header header;

        if (area_bytes < sizeof header)
            return ERR_NOT_FOUND;
        /* Lengths need not keep the next one aligned. */
        __builtin_memcpy(&header, at, sizeof header);
        if (header.id == PADDING && header.len_bytes > area_bytes)
            return ERR_NOT_FOUND;
        if (header.len_bytes < sizeof header || header.len_bytes > area_bytes)
            return ERR_FORMAT;
        if (number-- == 0) {
            *out = (struct chunk){header.id, at + sizeof header, header.len_bytes - sizeof header};
            return ERR_OK;
        }
        at += header.len_bytes;
        area_bytes -= header.len_bytes;
    }
}
