/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Send and receive on endpoints, and the cancelling of both. The transfer itself is ipc.c's.
 */
#include "host/sim/kernel/endpoint.h"

#include "host/sim/kernel/delete.h"
#include "host/sim/kernel/ipc.h"
#include "host/sim/kernel/notification.h"
#include "host/sim/kernel/sched.h"

void wait_queue_append(struct tcb_queue *queue, struct tcb *thread)
{
    thread->wait_prev = queue->end;
    thread->wait_next = NULL;
    *(queue->end ? &queue->end->wait_next : &queue->head) = thread;
    queue->end = thread;
}

void wait_queue_remove(struct tcb_queue *queue, struct tcb *thread)
{
    *(thread->wait_prev ? &thread->wait_prev->wait_next : &queue->head) = thread->wait_next;
    *(thread->wait_next ? &thread->wait_next->wait_prev : &queue->end) = thread->wait_prev;
    thread->wait_prev = thread->wait_next = NULL;
}

static struct tcb *endpoint_pop(struct endpoint *ep)
{
    struct tcb *thread = ep->queue.head;
    wait_queue_remove(&ep->queue, thread);
    if (!ep->queue.head) {
        ep->state = ENDPOINT_IDLE;
    }
    return thread;
}

static void endpoint_block(struct kernel *k, struct tcb *thread, struct endpoint *ep,
                           enum thread_state state)
{
    thread->blocked = &ep->object;
    sched_set_state(k, thread, state);
    wait_queue_append(&ep->queue, thread);
    ep->state = state == THREAD_BLOCKED_SEND ? ENDPOINT_SEND : ENDPOINT_RECEIVE;
}

/* After a Call: the caller waits for its reply, if it let the receiver answer at all. */
static void finish_call(struct kernel *k, struct tcb *caller, struct tcb *receiver, bool may_reply,
                        bool reply_grants)
{
    if (may_reply) {
        ipc_setup_caller(k, caller, receiver, reply_grants);
    } else {
        sched_set_state(k, caller, THREAD_INACTIVE);
    }
}

void endpoint_send(struct kernel *k, struct tcb *thread, struct endpoint *ep,
                   const struct send *send)
{
    if (ep->state != ENDPOINT_RECEIVE) {
        if (send->blocking) {
            thread->send_badge = send->badge;
            thread->can_grant = send->can_grant;
            thread->can_grant_reply = send->can_grant_reply;
            thread->is_call = send->is_call;
            endpoint_block(k, thread, ep, THREAD_BLOCKED_SEND);
        }
        return;
    }
    struct tcb *receiver = endpoint_pop(ep);
    ipc_transfer(k, thread, ep, send->badge, send->can_grant, receiver);
    bool reply_grants = receiver->can_grant;
    sched_set_state(k, receiver, THREAD_RUNNING);
    sched_possible_switch(k, receiver);
    if (send->is_call) {
        finish_call(k, thread, receiver, send->can_grant || send->can_grant_reply, reply_grants);
    }
}

static void receive_from_sender(struct kernel *k, struct tcb *thread, struct endpoint *ep,
                                const struct cap *cap)
{
    struct tcb *sender = endpoint_pop(ep);
    bool may_reply = sender->can_grant || sender->can_grant_reply;
    ipc_transfer(k, sender, ep, sender->send_badge, sender->can_grant, thread);
    if (sender->is_call) {
        finish_call(k, sender, thread, may_reply, cap->rights & RIGHT_GRANT);
    } else {
        sched_set_state(k, sender, THREAD_RUNNING);
        sched_possible_switch(k, sender);
    }
}

void endpoint_receive(struct kernel *k, struct tcb *thread, const struct cap *cap, bool blocking)
{
    struct endpoint *ep = cap->endpoint;
    if (thread->bound && thread->bound->state == NOTIFICATION_ACTIVE) {
        notification_complete(k, thread->bound, thread);
    } else if (ep->state == ENDPOINT_SEND) {
        receive_from_sender(k, thread, ep, cap);
    } else if (blocking) {
        thread->can_grant = cap->rights & RIGHT_GRANT;
        endpoint_block(k, thread, ep, THREAD_BLOCKED_RECEIVE);
    } else {
        ipc_receive_nothing(k, thread);
    }
}

void endpoint_cancel_ipc(struct kernel *k, struct tcb *thread)
{
    switch (thread->state) {
    case THREAD_BLOCKED_SEND:
    case THREAD_BLOCKED_RECEIVE: {
        struct endpoint *ep = (struct endpoint *)thread->blocked;
        wait_queue_remove(&ep->queue, thread);
        if (!ep->queue.head) {
            ep->state = ENDPOINT_IDLE;
        }
        sched_set_state(k, thread, THREAD_INACTIVE);
        break;
    }
    case THREAD_BLOCKED_NOTIFICATION:
        notification_cancel(k, (struct notification *)thread->blocked, thread);
        break;
    case THREAD_BLOCKED_REPLY:
        thread->fault.kind = FAULT_NONE;
        if (thread->slots[TCB_REPLY].next) {
            delete_one(k, thread->slots[TCB_REPLY].next);
        }
        break;
    default:
        break;
    }
}

void endpoint_cancel_all(struct kernel *k, struct endpoint *ep)
{
    if (ep->state == ENDPOINT_IDLE) {
        return;
    }
    ep->state = ENDPOINT_IDLE;
    while (ep->queue.head) {
        struct tcb *thread = ep->queue.head;
        wait_queue_remove(&ep->queue, thread);
        sched_set_state(k, thread, THREAD_RESTART);
        sched_enqueue(k, thread);
    }
    sched_reschedule(k);
}

void endpoint_cancel_badged(struct kernel *k, struct endpoint *ep, uint64_t badge)
{
    if (ep->state != ENDPOINT_SEND) {
        return;
    }
    for (struct tcb *thread = ep->queue.head, *next; thread; thread = next) {
        next = thread->wait_next;
        if (thread->send_badge == badge) {
            wait_queue_remove(&ep->queue, thread);
            sched_set_state(k, thread, THREAD_RESTART);
            sched_enqueue(k, thread);
        }
    }
    if (!ep->queue.head) {
        ep->state = ENDPOINT_IDLE;
    }
    sched_reschedule(k);
}
