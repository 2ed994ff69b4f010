/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads as things with registers: reading and writing them where the kernel does, message
 * registers, names, the list that debug dumps walk. Scheduling is sched.h's.
 */
#ifndef SIM_KERNEL_TCB_H
#define SIM_KERNEL_TCB_H

#include "host/sim/kernel/model.h"

/* A register by its position in seL4_UserContext; 0 is where a restart of the thread goes, which
 * for a thread inside a system call is the trap instruction. */
uint64_t tcb_reg_read(struct kernel *k, struct tcb *thread, unsigned reg);
void tcb_reg_write(struct kernel *k, struct tcb *thread, unsigned reg, uint64_t value);

/* Where the thread goes on if it is not restarted. */
uint64_t tcb_next_ip(struct kernel *k, struct tcb *thread);
void tcb_set_next_ip(struct kernel *k, struct tcb *thread, uint64_t value);

/* Message words 0..: registers, then `buffer` (physical address of an IPC buffer; 0: none). The
 * write returns how long the message is with this word in it. */
uint64_t tcb_mr_read(struct kernel *k, struct tcb *thread, uint64_t buffer, uint64_t index);
uint64_t tcb_mr_write(struct kernel *k, struct tcb *thread, uint64_t buffer, uint64_t index,
                      uint64_t value);

/* The thread's IPC buffer, by physical address; 0 if it has none that may be read (or, for a
 * receiver, written). */
uint64_t tcb_ipc_buffer(struct kernel *k, struct tcb *thread, bool receiver);

/* What a thread is made with, and its capability. */
void tcb_init(struct kernel *k, struct tcb *thread);
struct cap tcb_cap(struct tcb *thread);

/* The reply capability that callers' replies are derived from, made at the first start. */
void tcb_setup_reply(struct tcb *thread);

void tcb_set_name(struct tcb *thread, const char *name);
void tcb_debug_add(struct kernel *k, struct tcb *thread);
void tcb_debug_remove(struct kernel *k, struct tcb *thread);

#endif
