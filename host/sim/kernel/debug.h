/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hardware debug API: breakpoints, watchpoints and single steps of threads. What the machine
 * needs of it is kernel_debug.
 */
#ifndef SIM_KERNEL_DEBUG_H
#define SIM_KERNEL_DEBUG_H

#include "host/sim/kernel/invoke.h"

/* A debug exception of the running thread. True: k->fault is a fault to send. */
bool debug_exception(struct kernel *k, const struct cpu_event *event);

/* The reply to a step's fault asks for so many more; false: it is refused, the thread stops. */
bool debug_take_step_reply(struct kernel *k, struct tcb *thread, uint64_t steps);

/* The thread goes back to user code. */
void debug_resume(struct kernel *k, struct tcb *thread);

enum outcome debug_set_breakpoint(struct kernel *k, struct invocation *in);
enum outcome debug_get_breakpoint(struct kernel *k, struct invocation *in);
enum outcome debug_unset_breakpoint(struct kernel *k, struct invocation *in);
enum outcome debug_configure_stepping(struct kernel *k, struct invocation *in);

#endif
