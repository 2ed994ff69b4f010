/* SPDX-License-Identifier: BSD-2-Clause */
/* First fit in a region of addresses: see window.h. */
#include "monitor/core/window.h"

void window_init(struct window_region *region, uint64_t start, uint64_t end)
{
    region->start = start;
    region->end = end;
    for (unsigned i = 0; i < LIMIT_WINDOWS; i++)
        region->windows[i] = (struct window){0};
}

/* The window that overlaps [start, start + size), or NULL. */
static const struct window *overlapping(const struct window_region *region, uint64_t start,
                                        uint64_t size_bytes)
{
    for (unsigned i = 0; i < LIMIT_WINDOWS; i++) {
        const struct window *window = &region->windows[i];

        if (window->size_bytes && start < window->start + window->size_bytes &&
            window->start < start + size_bytes)
            return window;
    }
    return 0;
}

enum err window_take(struct window_region *region, unsigned size_bits, unsigned *number)
{
    uint64_t size_bytes = (uint64_t)1 << size_bits, start = region->start;
    const struct window *window;
    unsigned i = 0;

    while (i < LIMIT_WINDOWS && region->windows[i].size_bytes)
        i++;
    if (i == LIMIT_WINDOWS)
        return ERR_FULL;
    do {
        start = (start + size_bytes - 1) & ~(size_bytes - 1);
        if (start > region->end || region->end - start < size_bytes)
            return ERR_NO_SPACE;
        window = overlapping(region, start, size_bytes);
        if (window)
            start = window->start + window->size_bytes;
    } while (window);
    region->windows[i] = (struct window){start, size_bytes};
    *number = i;
    return ERR_OK;
}

void window_give(struct window_region *region, unsigned number)
{
    region->windows[number].size_bytes = 0;
}
