/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The monitor's own four threads. Stacks, IPC buffers and thread-locals lie in the image, each
 * stack above a page that is not mapped; only the TCBs are made. The root thread becomes the
 * keeper.
 */
#ifndef MONITOR_CORE_THREAD_H
#define MONITOR_CORE_THREAD_H

#include <stdbool.h>
#include <stdint.h>

#include <sel4/sel4.h>

#include "arch/include/arch.h"
#include "arch/lib/err.h"
#include "monitor/core/kernel.h"

enum thread_id {
    THREAD_KEEPER,
    THREAD_SUPERVISOR,
    THREAD_SHELL,
    THREAD_WORKER,
    THREAD_COUNT,
};

/* Highest first; components run below THREAD_LOWEST_PRIORITY. */
enum {
    THREAD_HIGHEST_PRIORITY = 255,
    THREAD_LOWEST_PRIORITY = THREAD_HIGHEST_PRIORITY - THREAD_COUNT + 1,
};

/* What a thread was stopped by, as its fault handler got it. */
struct thread_fault {
    uint64_t label; /* seL4_Fault_tag */
    uint64_t ip;
    uint64_t address; /* of memory, or of a capability */
    uint64_t words[8];
    uint8_t word_count;
    bool has_address;
};

struct thread {
    const char *name;
    uint8_t id;
    seL4_CPtr tcb;
    seL4_CPtr reply; /* to receive with, on an MCS kernel */
    uintptr_t thread_pointer;
    uintptr_t stack_top;
    seL4_IPCBuffer *buffer;
    void (*entry)(void *);
    void *arg;
    struct arch_try *volatile trying; /* innermost thread_try, or NULL */
    struct thread_fault fault;        /* the last one, kept by the keeper */
    struct kernel_error error;
    uint32_t restarts;
};

extern struct thread threads[THREAD_COUNT];

struct thread *thread_self(void);

/* The root thread: thread-locals, IPC buffer, and the page under its stack. */
void thread_adopt_root(seL4_IPCBuffer *buffer);

/* Takes away the pages below the stacks, once image frames are known. */
enum err thread_guard_stacks(void);

/* Makes the TCB of a thread; `fault_ep` gets its faults. It does not run yet. */
enum err thread_make(enum thread_id id, seL4_CPtr fault_ep);

/* Begins the thread, or begins it anew whatever it does now, at `entry(arg)` on an empty stack. */
enum err thread_start(enum thread_id id, void (*entry)(void *), void *arg);

/* Calls fn(arg) such that a fault ends it: ERR_FAULT, with thread_self()->fault saying which. */
enum err thread_try(void (*fn)(void *), void *arg);

#endif
