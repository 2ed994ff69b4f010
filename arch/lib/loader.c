/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the loaders of all architectures do alike: move out of the way, place the regions, fill page
 * tables. Runs with the MMU off on one core, before any kernel; nothing here may need an absolute
 * address or a relocation. Follows loader.h.
 */
#include "arch/lib/loader.h"
#include "arch/lib/str.h"

enum {
    TABLE_BITS = 9,
    TABLE_ENTRIES = 1 << TABLE_BITS,
    BLOCK_SHIFT = 21,
};

static void copy(uintptr_t to, uintptr_t from, uint64_t size_bytes)
{
    memmove((void *)to, (const void *)from, (size_t)size_bytes);
}

static void check(const struct loader_plan *plan)
{
    if (plan->magic != LOADER_MAGIC || plan->version != LOADER_VERSION)
        loader_arch_stop("the image holds no plan of this loader");
    if (plan->region_count > LOADER_REGIONS_MAX || plan->core_count > LOADER_CORES_MAX ||
        plan->core_count == 0)
        loader_arch_stop("the plan in the image is damaged");
}

/* Moves everything to where the plan wants it. Downwards the loader goes first and then moves the
 * rest from its new place, because the copy may run over the old one. */
static void move(const struct loader_plan *plan, uintptr_t here, uintptr_t rest)
{
    uintptr_t run = (uintptr_t)plan->run_paddr;
    uint64_t loader_bytes = plan->loader_bytes + sizeof(*plan);
    uint64_t rest_bytes = plan->size_bytes - loader_bytes;

    if (here == run) {
        if (rest != here)
            copy(here + loader_bytes, rest + loader_bytes, rest_bytes);
        return;
    }
    if ((here < run ? run - here : here - run) < loader_bytes)
        loader_arch_stop("the image was loaded too close to where it has to run");
    loader_arch_own(run, plan->size_bytes);
    if (here < run) {
        copy(run + loader_bytes, here + loader_bytes, rest_bytes);
        rest = run;
    }
    copy(run, here, loader_bytes);
    loader_arch_own(run, plan->size_bytes);
    loader_arch_restart(run, rest);
}

static void place(const struct loader_plan *plan, uintptr_t here)
{
    for (unsigned i = 0; i < plan->region_count; i++) {
        const struct loader_region *r = &plan->regions[i];
        uintptr_t to = (uintptr_t)r->to_paddr;

        loader_arch_own(to, r->mem_bytes);
        memcpy((void *)to, (const void *)(here + (uintptr_t)r->from_offset), (size_t)r->file_bytes);
        memset((void *)(to + (uintptr_t)r->file_bytes), 0, (size_t)(r->mem_bytes - r->file_bytes));
        loader_arch_own(to, r->mem_bytes);
    }
}

void loader_main(uintptr_t here, uintptr_t rest)
{
    const struct loader_plan *plan = &loader_plan;

    check(plan);
    move(plan, here, rest);
    place(plan, here);
    loader_arch_enter(plan);
}

void loader_map_init(struct loader_map *map, const struct loader_plan *plan, unsigned root_shift)
{
    uint64_t size_bytes = (uint64_t)LOADER_TABLES * LOADER_PAGE_BYTES;

    map->next = (uintptr_t)plan->tables_paddr;
    map->left = LOADER_TABLES;
    map->root_shift = root_shift;
    loader_arch_own(map->next, size_bytes);
    memset((void *)map->next, 0, (size_t)size_bytes);
}

uint64_t *loader_map_table(struct loader_map *map)
{
    if (map->left == 0)
        loader_arch_stop("the boot page tables are too small");
    uint64_t *table = (uint64_t *)map->next;
    map->next += LOADER_PAGE_BYTES;
    map->left--;
    return table;
}

static void map_block(struct loader_map *map, uint64_t *table, uint64_t vaddr, uint64_t paddr)
{
    unsigned shift = map->root_shift;

    for (; shift > BLOCK_SHIFT; shift -= TABLE_BITS) {
        uint64_t *entry = &table[(vaddr >> shift) % TABLE_ENTRIES];
        if (*entry == 0)
            *entry = loader_arch_table_entry((uintptr_t)loader_map_table(map));
        table = (uint64_t *)loader_arch_entry_table(*entry);
    }
    table[(vaddr >> shift) % TABLE_ENTRIES] = loader_arch_block_entry(paddr);
}

void loader_map_range(struct loader_map *map, uint64_t *root, uint64_t vaddr, uint64_t paddr,
                      uint64_t size_bytes)
{
    uint64_t slack = paddr % LOADER_BLOCK_BYTES;

    size_bytes += slack;
    for (uint64_t at = 0; at < size_bytes; at += LOADER_BLOCK_BYTES)
        map_block(map, root, vaddr - slack + at, paddr - slack + at);
}
