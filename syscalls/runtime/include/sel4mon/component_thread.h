/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads of a component, with thread-local storage and an IPC buffer of their own. They share its
 * address space and capabilities. Made by the first thread, of the memory named "untyped".
 */
#ifndef SEL4MON_COMPONENT_THREAD_H
#define SEL4MON_COMPONENT_THREAD_H

#include <stddef.h>
#include <sel4/sel4.h>

struct component_thread {
    /* The caller fills these in, and keeps the struct and the stack as long as the thread lives. */
    void (*run)(void *argument);
    void *argument;
    void *stack; /* its lowest byte; thread-local storage comes out of it too */
    size_t stack_bytes;
    seL4_Word priority;   /* at most the first thread's maximum */
    seL4_CPtr fault_slot; /* endpoint for its faults; seL4_CapNull: the monitor, if there is one */
    const char *name;     /* for a debugger; NULL: none */

    /* Filled in by component_thread_start. */
    seL4_CPtr tcb;
    seL4_CPtr sched_context; /* MCS */
    seL4_IPCBuffer *ipc_buffer;
};

/* Makes the thread and lets it run. It ends when `run` returns. */
seL4_Error component_thread_start(struct component_thread *thread);

/* Ends the calling thread, which is this one: a debugger is told, and it never runs again. */
_Noreturn void component_thread_end(const struct component_thread *thread);

#endif
