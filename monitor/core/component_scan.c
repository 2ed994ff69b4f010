/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads that a component made without telling: found by looking through its own CNode and asking
 * the kernel what each capability is. See component_find_threads in component.h.
 */
#include "monitor/core/component.h"

#include "arch/lib/fmt.h"
#include "monitor/core/component_look.h"
#include "monitor/core/cspace.h"
#include "monitor/core/kernel.h"

static bool is_known(const struct component *component, seL4_Word slot)
{
    for (unsigned i = 0; i < LIMIT_COMPONENT_THREADS; i++) {
        if (component->threads[i].tid && component->threads[i].slot == slot)
            return true;
    }
    return false;
}

static bool is_thread(const struct component_view *view, seL4_Word slot)
{
    struct component_look look;

    return component_look(view, slot, &look) && look.answer.told &&
           look.answer.kind == kinds_of_type(seL4_TCBObject);
}

/* Those whose capability is not where it was found. */
static void forget_gone(const struct component_view *view, struct component *component)
{
    for (unsigned i = 1; i < LIMIT_COMPONENT_THREADS; i++) {
        struct component_thread *thread = &component->threads[i];

        if (!thread->tid || !thread->found || is_thread(view, thread->slot))
            continue;
        (void)cspace_delete(thread->tcb);
        thread->tid = 0;
    }
}

static enum err take(struct component *component, seL4_Word slot)
{
    struct component_thread *thread;
    unsigned number;
    seL4_CPtr tcb;

    if (!component_thread_row(component, &number))
        return ERR_FULL;
    tcb = component->slots.threads + number - 1;
    if (kernel_check(seL4_CNode_Copy(CSPACE_ROOT, tcb, seL4_WordBits, component->slots.cnode, slot,
                                     component->slots.cnode_bits, seL4_AllRights)))
        return ERR_KERNEL;
    thread = &component->threads[number];
    *thread = (struct component_thread){.tcb = tcb, .slot = slot, .found = true};
    fmt_print(thread->name, sizeof thread->name, "slot%u", (unsigned)slot);
    thread->tid = number + 1;
    return ERR_OK;
}

enum err component_find_threads(struct component *component)
{
    seL4_Word slots = (seL4_Word)1 << component->slots.cnode_bits;
    struct component_view view;
    enum err e = component_view_open(component, &view);

    if (e)
        return e;
    if (!view.base)
        e = ERR_UNSUPPORTED;
    else
        forget_gone(&view, component);
    for (seL4_Word slot = 1; slot < slots && !e; slot++) {
        if (!is_known(component, slot) && is_thread(&view, slot))
            e = take(component, slot);
    }
    component_view_close(&view);
    return e;
}
