/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The scheduler of the plain kernel: ready queues by priority, round robin by time slice, and the
 * decision, at the end of each kernel entry, who runs next.
 */
#ifndef SIM_KERNEL_SCHED_H
#define SIM_KERNEL_SCHED_H

#include "host/sim/kernel/model.h"

bool sched_is_runnable(const struct tcb *thread);

/* Sets a thread's state; the running thread gives way if it can no longer run. */
void sched_set_state(struct kernel *k, struct tcb *thread, enum thread_state state);

/* The state was set by hand: give way if that is needed. */
void sched_state_changed(struct kernel *k, struct tcb *thread);

void sched_enqueue(struct kernel *k, struct tcb *thread); /* at the head */
void sched_append(struct kernel *k, struct tcb *thread);  /* at the end */
void sched_dequeue(struct kernel *k, struct tcb *thread);

/* Let a thread that became ready run now, if it may. */
void sched_possible_switch(struct kernel *k, struct tcb *thread);
void sched_reschedule(struct kernel *k);

/* Stops a thread wherever it waits; makes a stopped one ready again from its restart address. */
void sched_suspend(struct kernel *k, struct tcb *thread);
void sched_restart(struct kernel *k, struct tcb *thread);

void sched_set_priority(struct kernel *k, struct tcb *thread, uint8_t priority);
void sched_set_domain(struct kernel *k, struct tcb *thread, uint8_t domain);
void sched_give_way(struct kernel *k);
void sched_tick(struct kernel *k);

/* The end of a kernel entry: choose, switch, set the chosen thread's address. */
void sched_run(struct kernel *k);

#endif
