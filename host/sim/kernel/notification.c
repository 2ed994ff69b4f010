/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signals and waits.
 */
#include "host/sim/kernel/notification.h"

#include "host/sim/kernel/endpoint.h"
#include "host/sim/kernel/ipc.h"
#include "host/sim/kernel/sched.h"
#include "host/sim/kernel/tcb.h"

static void wake(struct kernel *k, struct tcb *thread, uint64_t badge)
{
    sched_set_state(k, thread, THREAD_RUNNING);
    tcb_reg_write(k, thread, k->facts.reg_cap, badge);
    sched_possible_switch(k, thread);
}

void notification_signal(struct kernel *k, struct notification *ntfn, uint64_t badge)
{
    switch (ntfn->state) {
    case NOTIFICATION_IDLE:
        if (ntfn->bound && ntfn->bound->state == THREAD_BLOCKED_RECEIVE) {
            endpoint_cancel_ipc(k, ntfn->bound);
            wake(k, ntfn->bound, badge);
        } else {
            ntfn->state = NOTIFICATION_ACTIVE;
            ntfn->badge = badge;
        }
        break;
    case NOTIFICATION_WAITING: {
        struct tcb *thread = ntfn->queue.head;
        wait_queue_remove(&ntfn->queue, thread);
        if (!ntfn->queue.head) {
            ntfn->state = NOTIFICATION_IDLE;
        }
        wake(k, thread, badge);
        break;
    }
    case NOTIFICATION_ACTIVE:
        ntfn->badge |= badge;
        break;
    }
}

void notification_complete(struct kernel *k, struct notification *ntfn, struct tcb *thread)
{
    tcb_reg_write(k, thread, k->facts.reg_cap, ntfn->badge);
    ntfn->state = NOTIFICATION_IDLE;
}

void notification_receive(struct kernel *k, struct tcb *thread, struct notification *ntfn,
                          bool blocking)
{
    if (ntfn->state == NOTIFICATION_ACTIVE) {
        notification_complete(k, ntfn, thread);
    } else if (blocking) {
        thread->blocked = &ntfn->object;
        sched_set_state(k, thread, THREAD_BLOCKED_NOTIFICATION);
        wait_queue_append(&ntfn->queue, thread);
        ntfn->state = NOTIFICATION_WAITING;
    } else {
        ipc_receive_nothing(k, thread);
    }
}

void notification_cancel(struct kernel *k, struct notification *ntfn, struct tcb *thread)
{
    wait_queue_remove(&ntfn->queue, thread);
    if (!ntfn->queue.head) {
        ntfn->state = NOTIFICATION_IDLE;
    }
    sched_set_state(k, thread, THREAD_INACTIVE);
}

void notification_cancel_all(struct kernel *k, struct notification *ntfn)
{
    if (ntfn->state != NOTIFICATION_WAITING) {
        return;
    }
    ntfn->state = NOTIFICATION_IDLE;
    while (ntfn->queue.head) {
        struct tcb *thread = ntfn->queue.head;
        wait_queue_remove(&ntfn->queue, thread);
        sched_set_state(k, thread, THREAD_RESTART);
        sched_enqueue(k, thread);
    }
    sched_reschedule(k);
}

void notification_bind(struct notification *ntfn, struct tcb *thread)
{
    ntfn->bound = thread;
    thread->bound = ntfn;
}

void notification_unbind(struct notification *ntfn)
{
    if (ntfn->bound) {
        ntfn->bound->bound = NULL;
        ntfn->bound = NULL;
    }
}

void notification_unbind_thread(struct tcb *thread)
{
    if (thread->bound) {
        notification_unbind(thread->bound);
    }
}
