/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory under the operator's eyes: see access.h. */
#include "monitor/core/access.h"

#include "monitor/core/bootinfo.h"
#include "monitor/core/memory.h"
#include "monitor/core/objects.h"
#include "monitor/core/thread.h"
#include "monitor/core/vspace.h"

struct one_access {
    volatile void *address;
    unsigned size_bytes;
    bool is_write;
    uint64_t value;
};

static void run(void *arg)
{
    struct one_access *a = arg;

    switch (a->size_bytes | (unsigned)a->is_write << 4) {
    case 1:
        a->value = *(volatile uint8_t *)a->address;
        break;
    case 2:
        a->value = *(volatile uint16_t *)a->address;
        break;
    case 4:
        a->value = *(volatile uint32_t *)a->address;
        break;
    case 8:
        a->value = *(volatile uint64_t *)a->address;
        break;
    case 0x11:
        *(volatile uint8_t *)a->address = (uint8_t)a->value;
        break;
    case 0x12:
        *(volatile uint16_t *)a->address = (uint16_t)a->value;
        break;
    case 0x14:
        *(volatile uint32_t *)a->address = (uint32_t)a->value;
        break;
    case 0x18:
        *(volatile uint64_t *)a->address = a->value;
        break;
    }
}

enum err access_read(const volatile void *address, unsigned size_bytes, uint64_t *value)
{
    struct one_access a = {.address = (volatile void *)address, .size_bytes = size_bytes};
    enum err e = thread_try(run, &a);

    *value = a.value;
    return e;
}

enum err access_write(volatile void *address, unsigned size_bytes, uint64_t value)
{
    struct one_access a = {address, size_bytes, true, value};

    return thread_try(run, &a);
}

static bool overlap(uint64_t a, uint64_t a_bytes, uint64_t b, uint64_t b_bytes)
{
    return a < b + b_bytes && b < a + a_bytes;
}

bool access_is_own(uint64_t address, uint64_t len_bytes)
{
    uintptr_t start = (uintptr_t)arch_text_start;

    return overlap(address, len_bytes, start, (uintptr_t)arch_image_end - start) ||
           overlap(address, len_bytes, (uintptr_t)threads[THREAD_KEEPER].buffer, ARCH_PAGE_BYTES) ||
           overlap(address, len_bytes, (uintptr_t)bootinfo_get(),
                   seL4_BootInfoFrameSize + bootinfo_get()->extraLen) ||
           vspace_is_own(address, len_bytes);
}

static enum err reach(struct object *frame, uint64_t paddr, struct access_frame *out)
{
    volatile void *mapped;
    uint64_t offset = paddr - frame->paddr;
    enum err e;

    out->frame = frame;
    out->is_device = memory_piece(frame->piece)->is_device;
    out->left_bytes = ((uint64_t)1 << frame->size_bits) - offset;
    e = vspace_map(frame, out->is_device ? ARCH_MEMORY_DEVICE : ARCH_MEMORY_DATA, &mapped);
    out->address = (volatile uint8_t *)mapped + offset;
    return e;
}

/* A frame of the smallest size, of the untyped that has the address. */
static enum err make_frame(uint64_t paddr, struct object **frame)
{
    uint64_t page = paddr & ~(uint64_t)(ARCH_PAGE_BYTES - 1);

    return objects_make(objects_type_number(arch_frames[0].type), 0, NULL, OBJECT_OPERATOR, &page,
                        frame);
}

enum err access_physical(uint64_t paddr, struct access_frame *out)
{
    struct object *frame = objects_find_frame(paddr);
    uintptr_t address;
    uint16_t piece;
    enum err e;

    *out = (struct access_frame){0};
    if (frame)
        return reach(frame, paddr, out);
    e = make_frame(paddr, &frame);
    if (!e) {
        out->is_new = true;
        e = reach(frame, paddr, out);
        if (e)
            (void)objects_delete(frame);
        return e;
    }
    if (e == ERR_BUSY && untyped_find(memory_pool(), paddr, &piece) == ERR_OK)
        out->frame = objects_find_piece(piece);
    if (e != ERR_NOT_FOUND || vspace_image_find(paddr, &address))
        return e;
    out->address = (volatile uint8_t *)address;
    out->left_bytes = ARCH_PAGE_BYTES - (address & (ARCH_PAGE_BYTES - 1));
    return ERR_OK;
}
