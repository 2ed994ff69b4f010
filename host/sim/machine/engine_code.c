/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Code that changes. Unicorn does not see what the host writes, nor always what the guest writes
 * through another mapping, so what it translated of a page has to be forgotten when that may have
 * changed: the kernel's model says which memory was written, or the guest runs a fence, which says
 * nothing; then each page with code is compared with what it was at the fence before.
 */
#include "host/sim/machine/engine_code.h"

#include <stdlib.h>
#include <string.h>

/* Pages that ever had code, at once; past that all are forgotten and counted anew. */
#define CODE_PAGES_MAX 4096U

struct code_page {
    uint64_t paddr;
    uint8_t seen[ENGINE_PAGE_BYTES]; /* at the last fence, or at the first fetch */
};

static uint64_t page_of(const struct engine *e, uint64_t paddr)
{
    return (paddr - e->ram_base) / ENGINE_PAGE_BYTES;
}

static bool has_code(const struct engine *e, uint64_t page)
{
    return e->code_pages[page / 8] & (1U << (page % 8));
}

/* The comparison costs memory: only where there are fences. */
static void page_add(struct engine *e, uint64_t paddr)
{
    struct code_page *row;

    if (!e->arch->has_fence) {
        return;
    }
    if (!e->code_seen) {
        e->code_seen = calloc(CODE_PAGES_MAX, sizeof *row);
    }
    if (!e->code_seen || e->code_seen_count == CODE_PAGES_MAX) {
        e->forget_all = true;
        return;
    }
    row = &e->code_seen[e->code_seen_count++];
    row->paddr = paddr;
    memcpy(row->seen, e->ram + (paddr - e->ram_base), ENGINE_PAGE_BYTES);
}

void engine_code_fetched(struct engine *e, uint64_t paddr)
{
    uint64_t page = page_of(e, paddr);

    if (!has_code(e, page)) {
        e->code_pages[page / 8] |= (uint8_t)(1U << (page % 8));
        page_add(e, paddr);
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
    e->code_seen_count = 0;
    memset(e->blocks, 0, sizeof e->blocks);
    memset(e->code_pages, 0, e->ram_bytes / ENGINE_PAGE_BYTES / 8 + 1);
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
    } else if (e->fenced) {
        for (unsigned i = 0; i < e->code_seen_count; i++) {
            page_compare(e, &e->code_seen[i]);
        }
    }
    e->fenced = false;
}

void engine_code_free(struct engine *e)
{
    free(e->code_seen);
    free(e->code_pages);
}

void engine_memory_written(struct engine *e, uint64_t paddr, uint64_t len_bytes)
{
    if (len_bytes == 0 || paddr < e->ram_base || paddr - e->ram_base >= e->ram_bytes) {
        return;
    }
    uint64_t ram_end = e->ram_base + e->ram_bytes;
    uint64_t end = len_bytes < ram_end - paddr ? paddr + len_bytes : ram_end;
    while (paddr < end) {
        uint64_t page_end = (paddr & ~ENGINE_PAGE_MASK) + ENGINE_PAGE_BYTES;
        uint64_t part_end = page_end < end ? page_end : end;
        if (has_code(e, page_of(e, paddr))) {
            range_forget(e, paddr, part_end);
        }
        paddr = part_end;
    }
}
