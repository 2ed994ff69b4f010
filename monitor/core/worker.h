/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The thread that makes the calls which may block for ever, so that Ctrl-C can end them: the shell
 * waits for it to be done or for Ctrl-C, and then begins it anew.
 */
#ifndef MONITOR_CORE_WORKER_H
#define MONITOR_CORE_WORKER_H

#include <sel4/sel4.h>

#include "arch/lib/err.h"

struct call;

struct worker {
    seL4_CPtr wake; /* its notification */
    seL4_CPtr done; /* the shell's, with CONSOLE_WORKER */
    seL4_CPtr receive_slot;
};

extern struct worker worker;

/* The thread's entry. */
void worker_run(void *unused);

/* On the shell's thread: has the worker make the call. ERR_INTERRUPTED, or what call_run says; a
 * fault is then in the worker's struct thread. */
enum err worker_call(struct call *call);

/* Ends what it does and begins it anew. */
enum err worker_restart(void);

/* The keeper: it was stopped by a fault outside a call. */
void worker_faulted(void);

#endif
