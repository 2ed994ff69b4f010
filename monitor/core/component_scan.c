/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads that a component made without telling: found by looking through its own CNode and asking
 * the kernel what each capability is. See component_find_threads in component.h.
 */
#include "monitor/core/component.h"

#include "arch/lib/fmt.h"
#include "monitor/core/cspace.h"
#include "monitor/core/debug.h"
#include "monitor/core/kernel.h"

static bool is_known(const struct component *component, seL4_Word slot)
{
    for (unsigned i = 0; i < LIMIT_COMPONENT_THREADS; i++) {
        if (component->threads[i].tid && component->threads[i].slot == slot)
            return true;
    }
    return false;
}

/* The capability in a slot of the component's, copied to `to`, if it is a TCB's. */
static bool fetch_tcb(const struct component *component, seL4_Word slot, seL4_Word tag,
                      seL4_CPtr to)
{
    seL4_Word found;

    if (kernel_check(seL4_CNode_Copy(CSPACE_ROOT, to, seL4_WordBits, component->slots.cnode, slot,
                                     component->slots.cnode_bits, seL4_AllRights)))
        return false; /* empty */
    if (kernel_identify(to, &found) == ERR_OK && found == tag)
        return true;
    (void)cspace_delete(to);
    return false;
}

enum err component_find_threads(struct component *component)
{
    seL4_Word tag, slots = (seL4_Word)1 << component->slots.cnode_bits;
    unsigned number;
    enum err e = kernel_identify(component->threads[0].tcb, &tag);

    for (seL4_Word slot = 1; slot < slots && !e; slot++) {
        struct component_thread *thread;
        seL4_CPtr tcb;

        if (is_known(component, slot))
            continue;
        if (!component_thread_row(component, &number))
            return ERR_FULL;
        tcb = component->slots.threads + number - 1;
        if (!fetch_tcb(component, slot, tag, tcb))
            continue;
        thread = &component->threads[number];
        *thread = (struct component_thread){.tcb = tcb, .slot = slot, .found = true};
        fmt_print(thread->name, sizeof thread->name, "slot%u", (unsigned)slot);
        thread->tid = number + 1;
        debug_threads_changed(component);
    }
    return e;
}
