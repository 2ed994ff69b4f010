/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Work that the shell's thread has done by the supervisor, which owns the threads and the memory of
 * components and the debugger. The supervisor's priority is higher, so the function has ended when
 * request_run returns; it must not wait, take memory or take slots.
 */
#ifndef MONITOR_CORE_REQUEST_H
#define MONITOR_CORE_REQUEST_H

#include "arch/lib/err.h"

typedef enum err (*request_fn)(void *arg);

/* On the shell's thread: fn(arg) on the supervisor's, and its result. The kernel's words of an
 * ERR_KERNEL are the caller's then. ERR_FAULT: it faulted. */
enum err request_run(request_fn fn, void *arg);

/* The supervisor: does what is asked for, if anything is. */
void request_serve(void);

#endif
