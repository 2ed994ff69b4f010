/* SPDX-License-Identifier: BSD-2-Clause */
/* A component's address space: see component_map.h. */
#include "monitor/core/component_map.h"

#include "arch/lib/elf.h"
#include "monitor/core/kernel.h"

/* More levels than any address space has; entries of a table. */
enum { LEVELS_MAX = 5, TABLE_ENTRIES = 512 };

void component_map_plan(struct estate_plan *plan, unsigned ranges, uint64_t pages)
{
    /* One table of each level below the root where a range begins, and one more for each table of
     * pages that it fills. */
    unsigned tables = ranges * (LEVELS_MAX - 1) + (unsigned)(pages / TABLE_ENTRIES) + ranges;

    estate_plan_add(plan, arch_tables[0].size_bits, tables);
}

enum err component_map_root(struct component *component)
{
    enum err e = estate_take(&component->estate, arch_vspace.type, 0, 1, &component->slots.vspace);

    if (e)
        return e;
    return kernel_check(arch_vspace_assign(seL4_CapInitThreadASIDPool, component->slots.vspace));
}

/* Makes and maps the paging object that the kernel's last error named. */
static enum err add_table(struct component *component, uint64_t address)
{
    uint64_t bits_left = kernel_last_error()->words[2];
    const struct arch_table *table = arch_tables;
    seL4_CPtr slot;
    enum err e;

    while (table->bits_left && table->bits_left != bits_left) {
        if (++table == arch_tables + arch_table_count)
            return ERR_KERNEL;
    }
    e = estate_take(&component->estate, table->type, 0, 1, &slot);
    return e ? e : kernel_check(table->map(slot, component->slots.vspace, address));
}

enum err component_map(struct component *component, seL4_CPtr frame, uint64_t address,
                       enum arch_memory memory)
{
    for (unsigned level = 0; level < LEVELS_MAX; level++) {
        enum err e = kernel_check(arch_frame_map(frame, component->slots.vspace, address, memory));

        if (e != ERR_KERNEL || kernel_last_error()->label != seL4_FailedLookup)
            return e;
        e = add_table(component, address);
        if (e)
            return e;
    }
    return ERR_KERNEL;
}

enum err component_map_note(struct component *component, uint64_t start, uint32_t pages,
                            unsigned rights, seL4_CPtr frames)
{
    for (unsigned i = 0; i < LIMIT_COMPONENT_REGIONS; i++) {
        struct component_region *region = &component->regions[i];

        if (region->pages)
            continue;
        *region =
            (struct component_region){.start = start, .rights = (uint8_t)rights, .frames = frames};
        region->pages = pages;
        return ERR_OK;
    }
    return ERR_FULL;
}

static enum arch_memory memory_of(unsigned rights)
{
    if (rights & ELF_FLAG_WRITE)
        return ARCH_MEMORY_DATA;
    return rights & ELF_FLAG_EXECUTE ? ARCH_MEMORY_CODE : ARCH_MEMORY_CONST;
}

enum err component_map_new(struct component *component, uint64_t start, uint64_t pages,
                           unsigned rights)
{
    seL4_CPtr frames;
    enum err e = estate_take(&component->estate, arch_frames[0].type, 0, (unsigned)pages, &frames);

    for (uint64_t i = 0; i < pages && !e; i++)
        e = component_map(component, frames + i, start + i * ARCH_PAGE_BYTES, memory_of(rights));
    return e ? e : component_map_note(component, start, (uint32_t)pages, rights, frames);
}
