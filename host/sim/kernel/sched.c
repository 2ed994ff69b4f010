/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ready queues with a bitmap, and the plain kernel's rules about who is preferred when several
 * threads become ready in one entry.
 */
#include "host/sim/kernel/sched.h"

#include "host/sim/kernel/arch.h"
#include "host/sim/kernel/endpoint.h"
#include "host/sim/kernel/tcb.h"
#include "host/sim/kernel/vspace.h"

bool sched_is_runnable(const struct tcb *thread)
{
    return thread->state == THREAD_RUNNING || thread->state == THREAD_RESTART;
}

static bool is_stopped(const struct tcb *thread)
{
    return !sched_is_runnable(thread) && thread->state != THREAD_IDLE;
}

static int highest_priority(const struct kernel *k)
{
    for (int word = MODEL_PRIORITIES / 64 - 1; word >= 0; word--) {
        if (k->bitmap[word]) {
            return word * 64 + 63 - __builtin_clzll(k->bitmap[word]);
        }
    }
    return -1;
}

static void queue_add(struct kernel *k, struct tcb *thread, bool at_end)
{
    if (thread->queued) {
        return;
    }
    struct tcb_queue *queue = &k->ready[thread->priority];
    thread->sched_prev = at_end ? queue->end : NULL;
    thread->sched_next = at_end ? NULL : queue->head;
    *(thread->sched_prev ? &thread->sched_prev->sched_next : &queue->head) = thread;
    *(thread->sched_next ? &thread->sched_next->sched_prev : &queue->end) = thread;
    k->bitmap[thread->priority / 64] |= model_bit(thread->priority % 64);
    thread->queued = true;
}

void sched_enqueue(struct kernel *k, struct tcb *thread)
{
    queue_add(k, thread, false);
}

void sched_append(struct kernel *k, struct tcb *thread)
{
    queue_add(k, thread, true);
}

void sched_dequeue(struct kernel *k, struct tcb *thread)
{
    if (!thread->queued) {
        return;
    }
    struct tcb_queue *queue = &k->ready[thread->priority];
    *(thread->sched_prev ? &thread->sched_prev->sched_next : &queue->head) = thread->sched_next;
    *(thread->sched_next ? &thread->sched_next->sched_prev : &queue->end) = thread->sched_prev;
    thread->sched_prev = thread->sched_next = NULL;
    thread->queued = false;
    if (!queue->head) {
        k->bitmap[thread->priority / 64] &= ~model_bit(thread->priority % 64);
    }
}

void sched_state_changed(struct kernel *k, struct tcb *thread)
{
    if (thread == k->current && k->action == SCHED_RESUME && !sched_is_runnable(thread)) {
        k->action = SCHED_CHOOSE;
    }
}

void sched_set_state(struct kernel *k, struct tcb *thread, enum thread_state state)
{
    thread->state = state;
    sched_state_changed(k, thread);
}

void sched_reschedule(struct kernel *k)
{
    if (k->action == SCHED_CANDIDATE) {
        sched_enqueue(k, k->candidate);
    }
    k->action = SCHED_CHOOSE;
}

void sched_possible_switch(struct kernel *k, struct tcb *thread)
{
    if (k->action != SCHED_RESUME) {
        sched_reschedule(k);
        sched_enqueue(k, thread);
    } else {
        k->action = SCHED_CANDIDATE;
        k->candidate = thread;
    }
}

void sched_suspend(struct kernel *k, struct tcb *thread)
{
    endpoint_cancel_ipc(k, thread);
    if (thread->state == THREAD_RUNNING) {
        thread->fault_ip = tcb_next_ip(k, thread);
    }
    sched_dequeue(k, thread);
    if (k->action == SCHED_CANDIDATE && k->candidate == thread) {
        k->action = SCHED_CHOOSE;
    }
    sched_set_state(k, thread, THREAD_INACTIVE);
}

void sched_restart(struct kernel *k, struct tcb *thread)
{
    if (is_stopped(thread)) {
        endpoint_cancel_ipc(k, thread);
        tcb_setup_reply(thread);
        sched_set_state(k, thread, THREAD_RESTART);
        sched_enqueue(k, thread);
        sched_possible_switch(k, thread);
    }
}

void sched_set_priority(struct kernel *k, struct tcb *thread, uint8_t priority)
{
    sched_dequeue(k, thread);
    thread->priority = priority;
    if (!sched_is_runnable(thread)) {
        return;
    }
    if (thread == k->current) {
        sched_reschedule(k);
    } else {
        sched_possible_switch(k, thread);
    }
}

void sched_set_domain(struct kernel *k, struct tcb *thread, uint8_t domain)
{
    sched_dequeue(k, thread);
    thread->domain = domain;
    if (sched_is_runnable(thread)) {
        sched_enqueue(k, thread);
    }
    if (thread == k->current) {
        sched_reschedule(k);
    }
}

void sched_give_way(struct kernel *k)
{
    sched_dequeue(k, k->current);
    sched_append(k, k->current);
    sched_reschedule(k);
}

void sched_tick(struct kernel *k)
{
    struct tcb *thread = k->current;
    if (thread->state != THREAD_RUNNING) {
        return;
    }
    if (thread->time_slice > 1) {
        thread->time_slice--;
    } else {
        thread->time_slice = MODEL_TIME_SLICE;
        sched_append(k, thread);
        sched_reschedule(k);
    }
}

static void switch_to(struct kernel *k, struct tcb *thread)
{
    bool other = thread != k->current;
    if (thread != &k->idle) {
        sched_dequeue(k, thread);
    }
    k->current = thread;
    if (thread != &k->idle) {
        vspace_switch(k, thread);
    }
    if (other && thread->context) {
        k->ops->debug_changed(k->machine, thread->context);
    }
}

static void choose(struct kernel *k)
{
    int priority = highest_priority(k);
    switch_to(k, priority < 0 ? &k->idle : k->ready[priority].head);
}

/* One thread was made ready in this entry: does it run at once? */
static void switch_to_candidate(struct kernel *k, bool was_runnable)
{
    struct tcb *candidate = k->candidate;
    bool check = k->current == &k->idle || candidate->priority < k->current->priority;
    if (check && highest_priority(k) > candidate->priority) {
        sched_enqueue(k, candidate);
        choose(k);
    } else if (was_runnable && candidate->priority == k->current->priority) {
        sched_append(k, candidate);
        choose(k);
    } else {
        switch_to(k, candidate);
    }
}

static void schedule(struct kernel *k)
{
    if (k->action == SCHED_RESUME) {
        return;
    }
    bool was_runnable = sched_is_runnable(k->current);
    if (was_runnable) {
        sched_enqueue(k, k->current);
    }
    if (k->action == SCHED_CANDIDATE && sched_is_runnable(k->candidate)) {
        switch_to_candidate(k, was_runnable);
    } else {
        choose(k);
    }
    k->action = SCHED_RESUME;
    k->candidate = NULL;
}

void sched_run(struct kernel *k)
{
    schedule(k);
    if (k->current->state == THREAD_RESTART) {
        tcb_set_next_ip(k, k->current, k->current->fault_ip);
        sched_set_state(k, k->current, THREAD_RUNNING);
    }
}
