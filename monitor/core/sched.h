/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All that differs between plain and MCS kernels for the monitor's own threads: on MCS each has a
 * scheduling context, who receives brings a reply object, and the fault handler is a capability in
 * the TCB.
 */
#ifndef MONITOR_CORE_SCHED_H
#define MONITOR_CORE_SCHED_H

#include <sel4/sel4.h>

#include "arch/lib/err.h"

struct thread;

/* Spaces, IPC buffer, priority, fault handler and time for a new TCB. */
enum err sched_configure(struct thread *thread, seL4_CPtr buffer_frame, unsigned priority,
                         seL4_CPtr fault_ep);

/* What the thread needs to receive. */
enum err sched_make_reply(struct thread *thread);

#endif
