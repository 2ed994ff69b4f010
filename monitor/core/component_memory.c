/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading and writing the memory of components: see component.h and component_memory.h. A window is
 * a page of the monitor onto a copy of the frame's capability; the one not used for longest is
 * taken when another page is wanted.
 */
#include "monitor/core/component_memory.h"

#include "arch/include/arch.h"
#include "arch/lib/elf.h"
#include "arch/lib/str.h"
#include "monitor/core/component.h"
#include "monitor/core/cspace.h"
#include "monitor/core/kernel.h"
#include "monitor/core/vspace.h"

/* After the windows of vspace.c, in reach of one table of the lowest level. */
enum { WINDOWS_START = 0x30000000 };

static struct {
    seL4_CPtr slots; /* LIMIT_COMPONENT_WINDOWS beside each other */
    uint32_t clock;
    struct {
        uint32_t pid;  /* 0: closed */
        uint32_t used; /* when */
        uint64_t page; /* address in the component */
    } windows[LIMIT_COMPONENT_WINDOWS];
} memory;

enum err component_memory_init(void)
{
    enum err e = cspace_take(LIMIT_COMPONENT_WINDOWS, &memory.slots);

    return e ? e : vspace_prepare(WINDOWS_START);
}

void component_memory_mark(void (*on_slot)(void *context, uint32_t slot), void *context)
{
    for (unsigned i = 0; i < LIMIT_COMPONENT_WINDOWS; i++)
        on_slot(context, (uint32_t)memory.slots + i);
}

static void close_window(unsigned number)
{
    if (memory.windows[number].pid)
        (void)cspace_delete(memory.slots + number);
    memory.windows[number].pid = 0;
}

void component_memory_forget(const struct component *component)
{
    for (unsigned i = 0; i < LIMIT_COMPONENT_WINDOWS; i++) {
        if (memory.windows[i].pid == component->pid)
            close_window(i);
    }
}

static const struct component_region *region_at(const struct component *component, uint64_t addr)
{
    for (unsigned i = 0; i < LIMIT_COMPONENT_REGIONS; i++) {
        const struct component_region *region = &component->regions[i];

        if (region->pages && (addr - region->start) >> ARCH_PAGE_BITS < region->pages)
            return region;
    }
    return NULL;
}

unsigned component_rights(const struct component *component, uint64_t addr)
{
    const struct component_region *region = region_at(component, addr);

    return region ? region->rights : 0;
}

/* The one that shows the page, or else the one to take. */
static unsigned find_window(uint32_t pid, uint64_t page, bool *open)
{
    unsigned oldest = 0;

    for (unsigned i = 0; i < LIMIT_COMPONENT_WINDOWS; i++) {
        *open = memory.windows[i].pid == pid && memory.windows[i].page == page;
        if (*open)
            return i;
        if (!memory.windows[oldest].pid)
            continue;
        if (!memory.windows[i].pid ||
            (int32_t)(memory.windows[i].used - memory.windows[oldest].used) < 0)
            oldest = i;
    }
    return oldest;
}

static uintptr_t address_of(unsigned number)
{
    return WINDOWS_START + number * (uintptr_t)ARCH_PAGE_BYTES;
}

/* Shows the page at `addr`; which window it is in. */
static enum err open_window(struct component *component, uint64_t addr, unsigned *number)
{
    const struct component_region *region = region_at(component, addr);
    uint64_t page = addr & ~(uint64_t)(ARCH_PAGE_BYTES - 1);
    bool open;
    enum err e;

    if (!region || region->rights == 0)
        return ERR_FAULT;
    *number = find_window(component->pid, page, &open);
    memory.windows[*number].used = memory.clock++;
    if (open)
        return ERR_OK;
    close_window(*number);
    e = cspace_copy(region->frames + ((page - region->start) >> ARCH_PAGE_BITS),
                    memory.slots + *number, seL4_AllRights);
    if (e)
        return e;
    e = kernel_check(arch_frame_map(memory.slots + *number, seL4_CapInitThreadVSpace,
                                    address_of(*number), ARCH_MEMORY_DATA));
    if (e) {
        (void)cspace_delete(memory.slots + *number);
        return e;
    }
    memory.windows[*number].page = page;
    memory.windows[*number].pid = component->pid;
    return ERR_OK;
}

/* A copy that may fault: the component may have taken its memory away. */
struct access {
    void *to;
    const void *from;
    size_t len_bytes;
};

static void copy(void *arg)
{
    struct access *access = arg;

    memcpy(access->to, access->from, access->len_bytes);
}

static enum err access_part(struct component *component, uint64_t addr, void *to, const void *from,
                            size_t len_bytes)
{
    size_t offset = addr % ARCH_PAGE_BYTES;
    struct access access = {to, from, len_bytes};
    unsigned number;
    enum err e = open_window(component, addr, &number);

    if (e)
        return e;
    if (to)
        access.from = (void *)(address_of(number) + offset);
    else
        access.to = (void *)(address_of(number) + offset);
    e = thread_try(copy, &access);
    if (e) {
        close_window(number);
        return e;
    }
    if (!to && component_rights(component, addr) & ELF_FLAG_EXECUTE)
        arch_code_written(memory.slots + number, offset, offset + len_bytes);
    return ERR_OK;
}

static enum err access_all(struct component *component, uint64_t addr, uint8_t *to,
                           const uint8_t *from, size_t len_bytes, size_t *done)
{
    *done = 0;
    while (*done < len_bytes) {
        size_t room = ARCH_PAGE_BYTES - (addr + *done) % ARCH_PAGE_BYTES;
        size_t part = len_bytes - *done < room ? len_bytes - *done : room;

        if (access_part(component, addr + *done, to ? to + *done : NULL, from ? from + *done : NULL,
                        part))
            return ERR_OK; /* up to here */
        *done += part;
    }
    return ERR_OK;
}

enum err component_read(struct component *component, uint64_t addr, void *to, size_t len_bytes,
                        size_t *done)
{
    return access_all(component, addr, to, NULL, len_bytes, done);
}

enum err component_write(struct component *component, uint64_t addr, const void *from,
                         size_t len_bytes, size_t *done)
{
    return access_all(component, addr, NULL, from, len_bytes, done);
}
