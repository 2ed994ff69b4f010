/* SPDX-License-Identifier: BSD-2-Clause */
/* The monitor's address space over the kernel: see vspace.h. */
#include "monitor/core/vspace.h"

#include "monitor/core/cspace.h"
#include "monitor/core/kernel.h"
#include "monitor/core/kinds.h"
#include "monitor/core/objects.h"
#include "monitor/core/window.h"

/* Above any image, below the next table of the top levels on all architectures. */
enum { REGION_START = 0x10000000, REGION_END = 0x30000000 };

/* More levels than any address space has. */
enum { LEVELS_MAX = 5 };

static struct {
    seL4_SlotRegion image;
    struct window_region region;
    struct {
        const struct object *frame; /* NULL: unused */
        seL4_CPtr copy;
    } windows[LIMIT_WINDOWS];
} vspace;

void vspace_init(const seL4_BootInfo *boot)
{
    vspace.image = boot->userImageFrames;
    window_init(&vspace.region, REGION_START, REGION_END);
}

seL4_CPtr vspace_image_frame(uintptr_t address)
{
    uintptr_t start = (uintptr_t)arch_text_start;
    seL4_CPtr slot = vspace.image.start + ((address - start) >> ARCH_PAGE_BITS);

    return address >= start && slot < vspace.image.end ? slot : 0;
}

enum err vspace_image_find(uint64_t paddr, uintptr_t *address)
{
    uintptr_t at = (uintptr_t)arch_text_start;

    for (seL4_CPtr slot = vspace.image.start; slot < vspace.image.end; slot++) {
        seL4_Word start;
        enum err e = kernel_check(arch_frame_address(slot, &start));

        if (e)
            return e;
        if ((paddr - start) >> ARCH_PAGE_BITS == 0) {
            *address = at + (paddr - start);
            return ERR_OK;
        }
        at += ARCH_PAGE_BYTES;
    }
    return ERR_NOT_FOUND;
}

enum err vspace_unmap_image(uintptr_t address)
{
    return kernel_check(arch_frame_unmap(vspace_image_frame(address)));
}

static enum err protect(char *from, char *to, enum arch_memory memory)
{
    for (uintptr_t at = (uintptr_t)from; at < (uintptr_t)to; at += ARCH_PAGE_BYTES) {
        enum err e = kernel_check(
            arch_frame_map(vspace_image_frame(at), seL4_CapInitThreadVSpace, at, memory));

        if (e)
            return e;
    }
    return ERR_OK;
}

enum err vspace_protect_image(void)
{
    enum err e = protect(arch_text_start, arch_rodata_start, ARCH_MEMORY_CODE);

    return e ? e : protect(arch_rodata_start, arch_data_start, ARCH_MEMORY_CONST);
}

/* Makes and maps the paging object that the kernel's last error named. */
static enum err add_table(uintptr_t address)
{
    uint64_t bits_left = kernel_last_error()->words[2];
    const struct arch_table *table = arch_tables;
    struct object *object;
    enum err e;

    while (table->bits_left && table->bits_left != bits_left) {
        if (++table == arch_tables + arch_table_count)
            return ERR_KERNEL;
    }
    e = objects_make(objects_type_number(table->type), 0, NULL, OBJECT_MONITOR, NULL, &object);
    if (e)
        return e;
    e = kernel_check(table->map(object->slot, seL4_CapInitThreadVSpace, address));
    if (e)
        (void)objects_delete(object);
    return e;
}

static enum err map(seL4_CPtr frame, uintptr_t address, enum arch_memory memory)
{
    for (unsigned level = 0; level < LEVELS_MAX; level++) {
        enum err e = kernel_check(arch_frame_map(frame, seL4_CapInitThreadVSpace, address, memory));

        if (e != ERR_KERNEL || kernel_last_error()->label != seL4_FailedLookup)
            return e;
        e = add_table(address);
        if (e)
            return e;
    }
    return ERR_KERNEL;
}

enum err vspace_map_at(seL4_CPtr frame, uintptr_t address)
{
    return map(frame, address, ARCH_MEMORY_DATA);
}

enum err vspace_prepare(uintptr_t address)
{
    struct object *frame;
    enum err e = objects_make(objects_type_number(arch_frames[0].type), 0, NULL, OBJECT_MONITOR,
                              NULL, &frame);

    if (e)
        return e;
    e = map(frame->slot, address, ARCH_MEMORY_DATA);
    (void)objects_delete(frame);
    return e;
}

static bool find_window(const struct object *frame, unsigned *number)
{
    for (unsigned i = 0; i < LIMIT_WINDOWS; i++) {
        if (vspace.windows[i].frame == frame) {
            *number = i;
            return true;
        }
    }
    return false;
}

enum err vspace_map(struct object *frame, enum arch_memory memory, volatile void **address)
{
    seL4_CPtr copy;
    unsigned number;
    enum err e;

    if (!find_window(frame, &number)) {
        e = window_take(&vspace.region, frame->size_bits, &number);
        if (e)
            return e;
        e = cspace_take(1, &copy);
        if (e)
            goto fail_window;
        e = cspace_copy(frame->slot, copy, seL4_AllRights);
        if (!e)
            e = map(copy, vspace.region.windows[number].start, memory);
        if (e)
            goto fail_slot;
        cspace_note_kind(copy, frame->kind);
        vspace.windows[number].copy = copy;
        vspace.windows[number].frame = frame;
    }
    *address = (volatile void *)(uintptr_t)vspace.region.windows[number].start;
    return ERR_OK;

fail_slot:
    cspace_give(copy, 1);
fail_window:
    window_give(&vspace.region, number);
    return e;
}

bool vspace_is_own(uint64_t address, uint64_t len_bytes)
{
    for (unsigned i = 0; i < LIMIT_WINDOWS; i++) {
        const struct object *frame = vspace.windows[i].frame;
        uint64_t start = vspace.region.windows[i].start;

        if (frame && frame->owner == OBJECT_MONITOR &&
            address < start + (1ull << frame->size_bits) && start < address + len_bytes)
            return true;
    }
    return false;
}

void vspace_forget(const struct object *frame)
{
    unsigned number;

    if (!find_window(frame, &number))
        return;
    vspace.windows[number].frame = NULL;
    cspace_give(vspace.windows[number].copy, 1);
    window_give(&vspace.region, number);
}

unsigned vspace_sweep(bool repair, void (*on_slot)(void *context, uint32_t slot), void *context)
{
    unsigned lost = 0;

    for (unsigned i = 0; i < LIMIT_WINDOWS; i++) {
        const struct object *frame = vspace.windows[i].frame;

        if (frame && frame->is_live) {
            on_slot(context, (uint32_t)vspace.windows[i].copy);
            continue;
        }
        if (!vspace.region.windows[i].size_bytes)
            continue;
        lost++;
        if (repair) {
            vspace.windows[i].frame = NULL;
            window_give(&vspace.region, i);
        }
    }
    return lost;
}
