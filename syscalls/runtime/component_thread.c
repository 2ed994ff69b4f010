/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See component_thread.h. The one part of the runtime that differs between plain and MCS kernels:
 * where a thread's time and fault endpoint come from.
 */
#include "sel4mon/component_thread.h"
#include <string.h>
#include "sel4mon/component.h"
#include "sel4mon/component_object.h"
#include "component_arch.h"
#include "component_tls.h"

enum { THREAD_NAME_BYTES = 23 };

#ifdef CONFIG_KERNEL_MCS

enum { THREAD_PERIOD_US = 10000 }; /* the whole period is its budget: it may always run */

static seL4_Error give_time(struct component_thread *t, seL4_CPtr authority)
{
    seL4_CPtr control = component_slot(COMPONENT_CAP_SCHED_CONTROL);
    seL4_Error error =
        component_object_make(seL4_SchedContextObject, seL4_MinSchedContextBits, &t->sched_context);

    if (error == seL4_NoError) {
        error = seL4_SchedControl_Configure(control, t->sched_context, THREAD_PERIOD_US,
                                            THREAD_PERIOD_US, 0, 0);
    }
    if (error != seL4_NoError) {
        return error;
    }
    return seL4_TCB_SetSchedParams(t->tcb, authority, t->priority, t->priority, t->sched_context,
                                   t->fault_slot);
}

static seL4_Error give_spaces(struct component_thread *t, seL4_CPtr frame)
{
    return seL4_TCB_Configure(t->tcb, component_slot(COMPONENT_CAP_CNODE), 0,
                              component_slot(COMPONENT_CAP_VSPACE), 0, (seL4_Word)t->ipc_buffer,
                              frame);
}

#else

static seL4_Error give_time(struct component_thread *t, seL4_CPtr authority)
{
    return seL4_TCB_SetSchedParams(t->tcb, authority, t->priority, t->priority);
}

static seL4_Error give_spaces(struct component_thread *t, seL4_CPtr frame)
{
    return seL4_TCB_Configure(t->tcb, t->fault_slot, component_slot(COMPONENT_CAP_CNODE), 0,
                              component_slot(COMPONENT_CAP_VSPACE), 0, (seL4_Word)t->ipc_buffer,
                              frame);
}

#endif

_Noreturn void component_thread_end(const struct component_thread *t)
{
    seL4_CPtr monitor = component_slot(COMPONENT_CAP_MONITOR);
    seL4_Word word = t->tcb;

    if (monitor != seL4_CapNull) {
        seL4_SendWithMRs(monitor, seL4_MessageInfo_new(COMPONENT_MESSAGE_THREAD_END, 0, 0, 1),
                         &word, NULL, NULL, NULL);
    }
    for (;;) {
        seL4_TCB_Suspend(t->tcb);
    }
}

static void run_thread(struct component_thread *t)
{
    seL4_SetIPCBuffer(t->ipc_buffer);
    t->run(t->argument);
    component_thread_end(t);
}

static seL4_Error set_registers(struct component_thread *t)
{
    seL4_UserContext context;
    uintptr_t stack_end = (uintptr_t)t->stack + t->stack_bytes, lowest;
    uintptr_t tls = component_tls_make(t->stack, t->stack_bytes, &lowest);

    if (!tls) {
        return seL4_NotEnoughMemory;
    }
    memset(&context, 0, sizeof context);
    component_arch_context(&context, (uintptr_t)run_thread, (uintptr_t)t,
                           stack_end & ~(uintptr_t)15, tls);
    return seL4_TCB_WriteRegisters(t->tcb, 1, 0, sizeof context / sizeof(seL4_Word), &context);
}

/* Before it runs: its faults, and breakpoints in it, are the monitor's to see. */
static void tell_thread(const struct component_thread *t)
{
    seL4_CPtr monitor = component_slot(COMPONENT_CAP_MONITOR);
    size_t len_bytes = t->name ? strlen(t->name) : 0;

    if (monitor == seL4_CapNull) {
        return;
    }
    if (len_bytes > THREAD_NAME_BYTES) {
        len_bytes = THREAD_NAME_BYTES;
    }
    seL4_SetMR(0, t->tcb);
    seL4_SetMR(1, t->fault_slot == seL4_CapNull);
    seL4_SetMR(2, len_bytes);
    for (size_t i = 0; i < len_bytes; i += sizeof(seL4_Word)) {
        seL4_Word word = 0;
        memcpy(&word, t->name + i, len_bytes - i < sizeof word ? len_bytes - i : sizeof word);
        seL4_SetMR((int)(3 + i / sizeof word), word);
    }
    seL4_Call(monitor,
              seL4_MessageInfo_new(COMPONENT_MESSAGE_THREAD, 0, 0,
                                   3 + (len_bytes + sizeof(seL4_Word) - 1) / sizeof(seL4_Word)));
}

seL4_Error component_thread_start(struct component_thread *t)
{
    void *buffer;
    seL4_CPtr frame;
    seL4_Error error = component_object_make(seL4_TCBObject, 0, &t->tcb);

    if (error == seL4_NoError) {
        error = component_page_make(&buffer, &frame);
    }
    if (error != seL4_NoError) {
        return error;
    }
    t->ipc_buffer = buffer;
    error = give_spaces(t, frame);
    if (error == seL4_NoError) {
        error = give_time(t, component_slot(COMPONENT_CAP_TCB));
    }
    if (error != seL4_NoError) {
        return error;
    }
    tell_thread(t);
    return set_registers(t);
}
