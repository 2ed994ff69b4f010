/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Notifications: a word of badges, a queue of waiting threads, and perhaps a bound thread.
 */
#ifndef SIM_KERNEL_NOTIFICATION_H
#define SIM_KERNEL_NOTIFICATION_H

#include "host/sim/kernel/model.h"

void notification_signal(struct kernel *k, struct notification *ntfn, uint64_t badge);
void notification_receive(struct kernel *k, struct tcb *thread, struct notification *ntfn,
                          bool blocking);

/* Hands what an active notification holds to its bound thread. */
void notification_complete(struct kernel *k, struct notification *ntfn, struct tcb *thread);

void notification_cancel(struct kernel *k, struct notification *ntfn, struct tcb *thread);
void notification_cancel_all(struct kernel *k, struct notification *ntfn);

void notification_bind(struct notification *ntfn, struct tcb *thread);
void notification_unbind(struct notification *ntfn);
void notification_unbind_thread(struct tcb *thread);

#endif
