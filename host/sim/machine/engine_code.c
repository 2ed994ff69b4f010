/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Code that changes. Unicorn sees neither what the host writes, nor what the guest writes through
 * another mapping of a page than the one it runs. So each page that was fetched from is kept as it
 * was, and once the guest may write it, by a translation that Unicorn still has, it is compared
 * before every run, and what was translated of the bytes that differ is forgotten. A guest that
 * writes through one mapping and runs through another without the kernel in between is not seen.
 */
#include "host/sim/machine/engine_code.h"

#include <stdlib.h>
#include <string.h>

/* Pages that ever had code, at once; past that all are forgotten and counted anew. */
#define CODE_PAGES_MAX 4096U

struct code_page {
    uint64_t paddr;
    bool open;                       /* the guest may write it */
    uint8_t seen[ENGINE_PAGE_BYTES]; /* what was translated is of these */
};

static uint64_t page_of(const struct engine *e, uint64_t paddr)
{
    return (paddr - e->ram_base) / ENGINE_PAGE_BYTES;
}

static struct code_page *row_of(const struct engine *e, uint64_t paddr)
{
    unsigned row = e->code_rows[page_of(e, paddr)];

    return row ? &e->code_seen[row - 1] : NULL;
}

static void row_open(struct engine *e, struct code_page *row)
{
    if (!row->open) {
        row->open = true;
        e->code_open[e->code_open_count++] = (uint16_t)(row - e->code_seen);
    }
}

enum err engine_code_init(struct engine *e)
{
    e->code_rows = calloc(e->ram_bytes / ENGINE_PAGE_BYTES + 1, sizeof *e->code_rows);
    e->code_seen = calloc(CODE_PAGES_MAX, sizeof *e->code_seen);
    e->code_open = calloc(CODE_PAGES_MAX, sizeof *e->code_open);
    return e->code_rows && e->code_seen && e->code_open ? ERR_OK : ERR_NO_MEMORY;
}

void engine_code_free(struct engine *e)
{
    free(e->code_open);
    free(e->code_seen);
    free(e->code_rows);
}

/* From now on it can be told when it is written: until now translations did not tell. */
void engine_code_fetched(struct engine *e, uint64_t paddr)
{
    struct code_page *row;

    if (row_of(e, paddr)) {
        return;
    }
    if (e->code_count == CODE_PAGES_MAX) {
        e->forget_all = true;
        return;
    }
    row = &e->code_seen[e->code_count++];
    e->code_rows[page_of(e, paddr)] = (uint16_t)e->code_count;
    row->paddr = paddr;
    row->open = false;
    row_open(e, row);
    e->flush = true;
    memcpy(row->seen, e->ram + (paddr - e->ram_base), ENGINE_PAGE_BYTES);
}

void engine_code_opened(struct engine *e, uint64_t paddr)
{
    struct code_page *row = row_of(e, paddr);

    if (row) {
        row_open(e, row);
    }
}

/* Blocks are known by the addresses that the guest has: those with the same place in a page. */
static void blocks_forget(struct engine *e, uint64_t start, uint64_t len_bytes)
{
    for (unsigned i = 0; i < ENGINE_BLOCKS; i++) {
        struct engine_block *block = &e->blocks[i];
        if (((start - block->pc) & ENGINE_PAGE_MASK) < block->size_bytes ||
            ((block->pc - start) & ENGINE_PAGE_MASK) < len_bytes) {
            block->size_bytes = 0;
        }
    }
}

/* Unicorn takes an address to fetch from, so each page is put at its own physical one for that. */
static void range_forget(struct engine *e, uint64_t paddr, uint64_t end)
{
    e->forgetting = e->flush = true;
    uc_ctl_flush_tlb(e->uc);
    uc_ctl_remove_cache(e->uc, paddr, end);
    e->forgetting = false;
    blocks_forget(e, paddr, end - paddr);
}

static void forget_all(struct engine *e)
{
    uc_ctl_flush_tb(e->uc);
    e->flush = true;
    e->forget_all = false;
    e->code_count = e->code_open_count = 0;
    memset(e->blocks, 0, sizeof e->blocks);
    memset(e->code_rows, 0, (e->ram_bytes / ENGINE_PAGE_BYTES + 1) * sizeof *e->code_rows);
}

/* Only what lies over the bytes that differ has to go. */
static void page_compare(struct engine *e, struct code_page *row)
{
    const uint8_t *now = e->ram + (row->paddr - e->ram_base);
    unsigned first = 0, end = ENGINE_PAGE_BYTES;

    if (memcmp(row->seen, now, ENGINE_PAGE_BYTES) == 0) {
        return;
    }
    while (row->seen[first] == now[first]) {
        first++;
    }
    while (row->seen[end - 1] == now[end - 1]) {
        end--;
    }
    memcpy(row->seen + first, now + first, end - first);
    range_forget(e, row->paddr + first, row->paddr + end);
}

void engine_code_prepare(struct engine *e)
{
    if (e->forget_all) {
        forget_all(e);
    }
    for (unsigned i = 0; i < e->code_open_count; i++) {
        page_compare(e, &e->code_seen[e->code_open[i]]);
    }
    while (e->flush && e->code_open_count > 0) { /* no translation lets the guest write them now */
        e->code_seen[e->code_open[--e->code_open_count]].open = false;
    }
}

void engine_memory_written(struct engine *e, uint64_t paddr, uint64_t len_bytes)
{
    if (len_bytes == 0 || paddr < e->ram_base || paddr - e->ram_base >= e->ram_bytes) {
        return;
    }
    uint64_t first = page_of(e, paddr), last = page_of(e, paddr + len_bytes - 1);
    for (uint64_t page = first; page <= last && page < e->ram_bytes / ENGINE_PAGE_BYTES; page++) {
        engine_code_opened(e, e->ram_base + page * ENGINE_PAGE_BYTES);
    }
}
