/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Faults of threads: sent to the thread's fault handler as a message in the thread's name, and
 * answered by a reply that may change registers and restart it.
 */
#ifndef SIM_KERNEL_FAULT_H
#define SIM_KERNEL_FAULT_H

#include "host/sim/kernel/model.h"

/* Sends k->fault (and k->lookup, for a capability fault) for `thread`; without a handler the thread
 * stops and the kernel prints why. */
void fault_handle(struct kernel *k, struct tcb *thread);

/* A capability fault of `thread` at `cptr`; k->lookup says what failed. */
void fault_handle_cap(struct kernel *k, struct tcb *thread, uint64_t cptr, bool receiving);

/* Writes the sender's fault as a message to the receiver; returns its length. */
uint64_t fault_write_message(struct kernel *k, struct tcb *sender, struct tcb *receiver,
                             uint64_t buffer);

/* Takes the reply to the receiver's fault. True: the thread is to be restarted. */
bool fault_take_reply(struct kernel *k, struct tcb *receiver, struct tcb *replier);

/* A fault in words, for the trace and the console. */
void fault_describe(const struct fault *fault, char *to, size_t cap);

#endif
