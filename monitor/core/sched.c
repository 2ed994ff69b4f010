/* SPDX-License-Identifier: BSD-2-Clause */
/* Plain and MCS kernels: see sched.h. */
#include "monitor/core/sched.h"

#include "arch/lib/fmt.h"
#include "monitor/core/bootinfo.h"
#include "monitor/core/cspace.h"
#include "monitor/core/estate.h"
#include "monitor/core/objects.h"
#include "monitor/core/thread.h"

#ifdef CONFIG_KERNEL_MCS

/* As much time as there is, in the slices of a plain kernel. */
enum { BUDGET_US = 5000, PERIOD_US = BUDGET_US };

static enum err make(seL4_Word type, unsigned size_bits, const struct thread *thread,
                     const char *suffix, seL4_CPtr *slot)
{
    char name[LIMIT_OBJECT_NAME_BYTES];
    struct object *object;
    enum err e;

    fmt_print(name, sizeof name, "%s_%s", thread->name, suffix);
    e = objects_make(objects_type_number(type), size_bits, name, OBJECT_MONITOR, NULL, &object);
    if (!e)
        *slot = object->slot;
    return e;
}

enum err sched_configure(struct thread *thread, seL4_CPtr buffer_frame, unsigned priority,
                         seL4_CPtr fault_ep)
{
    seL4_CPtr context;
    enum err e = make(seL4_SchedContextObject, seL4_MinSchedContextBits, thread, "time", &context);

    if (!e)
        e = kernel_check(seL4_SchedControl_ConfigureFlags(bootinfo_get()->schedcontrol.start,
                                                          context, BUDGET_US, PERIOD_US, 0, 0, 0));
    if (!e)
        e = kernel_check(seL4_TCB_Configure(thread->tcb, CSPACE_ROOT, 0, seL4_CapInitThreadVSpace,
                                            0, (seL4_Word)thread->buffer, buffer_frame));
    if (!e)
        e = kernel_check(seL4_TCB_SetSchedParams(thread->tcb, seL4_CapInitThreadTCB,
                                                 THREAD_HIGHEST_PRIORITY, priority, context,
                                                 fault_ep));
    return e;
}

enum err sched_make_reply(struct thread *thread)
{
    return make(seL4_ReplyObject, 0, thread, "reply", &thread->reply);
}

enum err sched_make_component(struct estate *estate, seL4_CPtr *sched_context)
{
    enum err e =
        estate_take(estate, seL4_SchedContextObject, seL4_MinSchedContextBits, 1, sched_context);

    return e ? e
             : kernel_check(seL4_SchedControl_ConfigureFlags(sched_control(), *sched_context,
                                                             BUDGET_US, PERIOD_US, 0, 0, 0));
}

/* The capability of a component's slot, copied where the monitor's calls can name it. */
static enum err fetch(const struct sched_component *parts, seL4_CPtr to)
{
    return kernel_check(seL4_CNode_Copy(CSPACE_ROOT, to, seL4_WordBits, parts->cnode,
                                        parts->fault_slot, parts->cnode_bits, seL4_AllRights));
}

enum err sched_configure_component(const struct sched_component *parts)
{
    seL4_CPtr fault_ep;
    enum err e = cspace_take(1, &fault_ep);

    if (e)
        return e;
    e = fetch(parts, fault_ep);
    if (!e)
        e = kernel_check(seL4_TCB_Configure(parts->tcb, parts->cspace, 0, parts->vspace, 0,
                                            parts->buffer, parts->buffer_frame));
    if (!e)
        e = kernel_check(seL4_TCB_SetSchedParams(parts->tcb, seL4_CapInitThreadTCB,
                                                 parts->max_priority, parts->priority,
                                                 parts->sched_context, fault_ep));
    cspace_give(fault_ep, 1);
    return e;
}

enum err sched_take_faults(const struct sched_component *parts, seL4_CPtr empty)
{
    enum err e = fetch(parts, empty);

    if (!e)
        e = kernel_check(seL4_TCB_SetSpace(parts->tcb, empty, parts->cspace, 0, parts->vspace, 0));
    (void)cspace_delete(empty);
    return e;
}

seL4_CPtr sched_control(void)
{
    return bootinfo_get()->schedcontrol.start;
}

#else

enum err sched_configure(struct thread *thread, seL4_CPtr buffer_frame, unsigned priority,
                         seL4_CPtr fault_ep)
{
    enum err e = kernel_check(seL4_TCB_Configure(thread->tcb, fault_ep, CSPACE_ROOT, 0,
                                                 seL4_CapInitThreadVSpace, 0,
                                                 (seL4_Word)thread->buffer, buffer_frame));

    if (!e)
        e = kernel_check(seL4_TCB_SetSchedParams(thread->tcb, seL4_CapInitThreadTCB,
                                                 THREAD_HIGHEST_PRIORITY, priority));
    return e;
}

enum err sched_make_reply(struct thread *thread)
{
    (void)thread;
    return ERR_OK;
}

enum err sched_make_component(struct estate *estate, seL4_CPtr *sched_context)
{
    (void)estate;
    *sched_context = 0;
    return ERR_OK;
}

enum err sched_configure_component(const struct sched_component *parts)
{
    enum err e =
        kernel_check(seL4_TCB_Configure(parts->tcb, parts->fault_slot, parts->cspace, 0,
                                        parts->vspace, 0, parts->buffer, parts->buffer_frame));

    return e ? e
             : kernel_check(seL4_TCB_SetSchedParams(parts->tcb, seL4_CapInitThreadTCB,
                                                    parts->max_priority, parts->priority));
}

enum err sched_take_faults(const struct sched_component *parts, seL4_CPtr empty)
{
    (void)empty;
    return kernel_check(
        seL4_TCB_SetSpace(parts->tcb, parts->fault_slot, parts->cspace, 0, parts->vspace, 0));
}

seL4_CPtr sched_control(void)
{
    return 0;
}

#endif
