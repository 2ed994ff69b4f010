/* SPDX-License-Identifier: BSD-2-Clause */
/* Finding what nobody owns: see recover.h. */
#include "monitor/core/recover.h"

#include "monitor/core/bootinfo.h"
#include "monitor/core/component.h"
#include "monitor/core/cspace.h"
#include "monitor/core/kinds.h"
#include "monitor/core/memory.h"
#include "monitor/core/objects.h"
#include "monitor/core/shell_thread.h"
#include "monitor/core/store.h"
#include "monitor/core/thread.h"
#include "monitor/core/vspace.h"

static void mark_slot(void *context, uint32_t slot)
{
    struct slot_note *note = slots_note(context, slot);

    if (note)
        note->state |= SLOT_MARKED;
}

static void mark_objects(struct slots *slots)
{
    for (unsigned i = 0; i < objects_end(); i++) {
        const struct object *object = objects_at(i);

        if (!object)
            continue;
        mark_slot(slots, (uint32_t)object->slot);
        if (object->piece != OBJECT_NO_PIECE)
            memory_mark(object->piece);
    }
}

/* Slots that no table told, and free ones that hold something. Slot 0 is always empty. */
static void sweep_slots(struct slots *slots, bool repair, struct recover_count *count)
{
    seL4_CPtr first = bootinfo_get()->empty.start;

    for (uint32_t slot = slots_next(slots, 0); slot; slot = slots_next(slots, slot)) {
        struct slot_note *note = slots_note(slots, slot);
        bool marked = note->state & SLOT_MARKED;

        note->state &= (uint8_t)~SLOT_MARKED;
        if (slot < first || marked)
            continue;
        if (note->state & SLOT_USED) {
            count->slots++;
            if (repair)
                cspace_give(slot, 1);
        } else if (!repair && kinds_is_filled(slot)) {
            count->foreign++;
        }
    }
}

void recover_sweep(bool repair, struct recover_count *count)
{
    struct slots *slots = cspace_slots();

    *count = (struct recover_count){0};
    count->components = component_sweep(repair, mark_slot, slots);
    count->pieces = store_sweep(repair, mark_slot, slots);
    mark_objects(slots);
    cspace_mark(mark_slot, slots);
    count->windows = vspace_sweep(repair, mark_slot, slots);
    count->pieces += untyped_sweep(memory_pool(), repair, mark_slot, slots);
    sweep_slots(slots, repair, count);
}

void recover_rebuild_shell(enum err reason)
{
    (void)thread_start(THREAD_SHELL, shell_thread_recover, (void *)(uintptr_t)reason);
}
