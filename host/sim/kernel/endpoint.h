/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Endpoints: rendezvous of senders and receivers, and taking threads off them.
 */
#ifndef SIM_KERNEL_ENDPOINT_H
#define SIM_KERNEL_ENDPOINT_H

#include "host/sim/kernel/model.h"

/* How a message is sent. */
struct send {
    bool blocking, is_call;
    bool can_grant, can_grant_reply;
    uint64_t badge;
};

void endpoint_send(struct kernel *k, struct tcb *thread, struct endpoint *ep,
                   const struct send *send);
void endpoint_receive(struct kernel *k, struct tcb *thread, const struct cap *cap, bool blocking);

/* Takes a thread out of whatever it waits for. */
void endpoint_cancel_ipc(struct kernel *k, struct tcb *thread);

void endpoint_cancel_all(struct kernel *k, struct endpoint *ep);
void endpoint_cancel_badged(struct kernel *k, struct endpoint *ep, uint64_t badge);

/* The waiting queues of endpoints and notifications. */
void wait_queue_append(struct tcb_queue *queue, struct tcb *thread);
void wait_queue_remove(struct tcb_queue *queue, struct tcb *thread);

#endif
