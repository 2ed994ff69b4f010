/* SPDX-License-Identifier: BSD-2-Clause */
/* Packages from the line: see store.h. */
#include "monitor/core/store.h"

#include "arch/include/arch.h"
#include "arch/lib/str.h"
#include "monitor/core/cspace.h"
#include "monitor/core/memory.h"
#include "monitor/core/objects.h"
#include "monitor/core/vspace.h"
#include "monitor/core/window.h"

/* After the windows on components. */
enum { REGION_START = 0x40000000, REGION_END = 0x80000000 };

/* A kept package, or the unfinished one. Empty as long as `frames` is 0. */
static struct kept {
    uint16_t piece;
    uint16_t frame_count;
    unsigned window;
    seL4_CPtr frames;
    size_t len_bytes;
    volatile bool whole;
    struct package package;
} kept[LIMIT_STORED];

static struct window_region region;

static struct kept *find(const char *name)
{
    for (unsigned i = 0; i < LIMIT_STORED; i++) {
        if (kept[i].frames && kept[i].whole && strcmp(kept[i].package.head->name, name) == 0)
            return &kept[i];
    }
    return NULL;
}

static struct kept *unfinished(void)
{
    for (unsigned i = 0; i < LIMIT_STORED; i++) {
        if (kept[i].frames && !kept[i].whole)
            return &kept[i];
    }
    return NULL;
}

static void give(struct kept *row)
{
    seL4_CPtr frames = row->frames;

    row->whole = false;
    cspace_give(frames, row->frame_count);
    row->frames = 0;
    window_give(&region, row->window);
    (void)memory_give(row->piece);
}

/* The largest frames that it is made of without a rest. */
static const struct arch_frame *frame_for(unsigned size_bits)
{
    const struct arch_frame *best = &arch_frames[0];

    for (unsigned i = 1; i < arch_frame_count; i++) {
        if (arch_frames[i].size_bits <= size_bits)
            best = &arch_frames[i];
    }
    return best;
}

static enum err map_all(const struct kept *row, const struct arch_frame *frame)
{
    uintptr_t at = region.windows[row->window].start;
    enum err e =
        cspace_retype(memory_slot(row->piece), frame->type, 0, row->frames, row->frame_count);

    for (unsigned i = 0; i < row->frame_count && !e; i++)
        e = vspace_map_at(row->frames + i, at + ((uintptr_t)i << frame->size_bits));
    return e;
}

static enum err take(struct kept *row, unsigned size_bits)
{
    const struct arch_frame *frame = frame_for(size_bits);
    seL4_CPtr frames;
    enum err e = window_take(&region, size_bits, &row->window);

    if (e)
        return e;
    e = memory_take(size_bits, &row->piece);
    if (e)
        goto fail_window;
    row->frame_count = (uint16_t)(1u << (size_bits - frame->size_bits));
    e = cspace_take(row->frame_count, &frames);
    if (e)
        goto fail_memory;
    row->frames = frames;
    e = map_all(row, frame);
    if (e)
        give(row);
    return e;

fail_memory:
    (void)memory_give(row->piece);
fail_window:
    window_give(&region, row->window);
    return e;
}

enum err store_begin(size_t len_bytes, uint8_t **bytes)
{
    struct kept *row = NULL;
    unsigned size_bits = ARCH_PAGE_BITS;
    enum err e;

    store_cancel();
    if (!region.end)
        window_init(&region, REGION_START, REGION_END);
    while (((size_t)1 << size_bits) < len_bytes) {
        if (++size_bits == 30)
            return ERR_RANGE;
    }
    for (unsigned i = 0; i < LIMIT_STORED && !row; i++) {
        if (!kept[i].frames)
            row = &kept[i];
    }
    if (!row)
        return ERR_FULL;
    *row = (struct kept){.len_bytes = len_bytes};
    e = take(row, size_bits);
    if (!e)
        *bytes = (uint8_t *)(uintptr_t)region.windows[row->window].start;
    return e;
}

uint8_t *store_unfinished(size_t len_bytes)
{
    const struct kept *row = unfinished();

    if (!row || row->len_bytes != len_bytes)
        return NULL;
    return (uint8_t *)(uintptr_t)region.windows[row->window].start;
}

void store_cancel(void)
{
    struct kept *row = unfinished();

    if (row)
        give(row);
}

enum err store_commit(struct package *package, const char **why)
{
    struct kept *row = unfinished(), *old;
    enum err e;

    *why = NULL;
    if (!row)
        return ERR_NOT_FOUND;
    e = package_open((const void *)(uintptr_t)region.windows[row->window].start, row->len_bytes,
                     NULL, &row->package, why);
    if (e) {
        give(row);
        return e;
    }
    old = find(row->package.head->name);
    *package = row->package;
    row->whole = true;
    if (old)
        give(old);
    return ERR_OK;
}

enum err store_find(const char *name, struct package *package)
{
    const struct kept *row = find(name);

    if (!row)
        return ERR_NOT_FOUND;
    *package = row->package;
    return ERR_OK;
}

enum err store_at(unsigned number, struct package *package)
{
    if (number >= LIMIT_STORED)
        return ERR_RANGE;
    if (!kept[number].frames || !kept[number].whole)
        return ERR_NOT_FOUND;
    *package = kept[number].package;
    return ERR_OK;
}

unsigned store_sweep(bool repair, void (*on_slot)(void *context, uint32_t slot), void *context)
{
    unsigned lost = 0;

    for (unsigned i = 0; i < LIMIT_STORED; i++) {
        struct kept *row = &kept[i];

        if (!row->frames)
            continue;
        if (!row->whole && repair) {
            lost++;
            give(row);
            continue;
        }
        for (unsigned j = 0; j < row->frame_count; j++)
            on_slot(context, (uint32_t)row->frames + j);
        memory_mark(row->piece);
    }
    return lost;
}
