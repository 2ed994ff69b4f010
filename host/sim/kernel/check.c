/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What must hold between kernel entries, checked over all objects: the derivation list is linked
 * both ways, queues agree with the states of their threads, the running thread can run. For tests.
 */
#include "host/sim/kernel/kernel.h"

#include "host/sim/kernel/model.h"
#include "host/sim/kernel/sched.h"

typedef const char *(*slot_check)(struct kernel *k, const struct slot *slot);

static const char *check_links(struct kernel *k, const struct slot *slot)
{
    (void)k;
    if (slot->cap.kind == CAP_NULL) {
        return slot->prev || slot->next ? "an empty slot is in the derivation list" : NULL;
    }
    if (slot->prev && (slot->prev->next != slot || slot->prev->cap.kind == CAP_NULL)) {
        return "the derivation list is broken backwards";
    }
    if (slot->next && (slot->next->prev != slot || slot->next->cap.kind == CAP_NULL)) {
        return "the derivation list is broken forwards";
    }
    return NULL;
}

static bool is_living(struct kernel *k, const struct object *object)
{
    for (const struct object *o = k->living; o; o = o->next) {
        if (o == object) {
            return true;
        }
    }
    return false;
}

static const char *check_object(struct kernel *k, const struct slot *slot)
{
    switch ((enum cap_kind)slot->cap.kind) {
    case CAP_ENDPOINT:
    case CAP_NOTIFICATION:
    case CAP_CNODE:
    case CAP_TCB:
    case CAP_REPLY:
    case CAP_ZOMBIE:
    case CAP_ASID_POOL:
        return is_living(k, slot->cap.object) ? NULL : "a capability's object is dead";
    case CAP_UNTYPED:
        return slot->cap.word <= model_bit(slot->cap.bits) ? NULL : "an untyped is overdrawn";
    default:
        return NULL;
    }
}

static const char *check_slots(struct kernel *k, const struct slot *slots, size_t count,
                               slot_check check)
{
    const char *wrong = NULL;
    for (size_t i = 0; i < count && !wrong; i++) {
        wrong = check(k, &slots[i]);
    }
    return wrong;
}

static const char *check_all_slots(struct kernel *k, slot_check check)
{
    const char *wrong = NULL;
    for (const struct object *o = k->living; o && !wrong; o = o->next) {
        if (o->kind == OBJECT_CNODE) {
            const struct cnode *cnode = (const struct cnode *)o;
            wrong = check_slots(k, cnode->slots, (size_t)1 << cnode->radix, check);
        } else if (o->kind == OBJECT_TCB) {
            wrong = check_slots(k, ((const struct tcb *)o)->slots, TCB_SLOTS, check);
        }
    }
    for (unsigned i = 0; i < k->irq_count && !wrong; i++) {
        wrong = check(k, &k->irqs[i].slot);
    }
    return wrong;
}

static const char *check_wait_queue(const struct tcb_queue *queue, const struct object *object,
                                    bool sending)
{
    const struct tcb *before = NULL;
    for (const struct tcb *t = queue->head; t; before = t, t = t->wait_next) {
        bool state = object->kind == OBJECT_NOTIFICATION ? t->state == THREAD_BLOCKED_NOTIFICATION
                     : sending                           ? t->state == THREAD_BLOCKED_SEND
                                                         : t->state == THREAD_BLOCKED_RECEIVE;
        if (t->wait_prev != before || t->blocked != object || !state) {
            return "a waiting queue and its threads disagree";
        }
    }
    return queue->end == before ? NULL : "a waiting queue has a wrong end";
}

static const char *check_object_state(const struct object *o)
{
    if (o->kind == OBJECT_ENDPOINT) {
        const struct endpoint *ep = (const struct endpoint *)o;
        if ((ep->state == ENDPOINT_IDLE) != (ep->queue.head == NULL)) {
            return "an endpoint's state and queue disagree";
        }
        return check_wait_queue(&ep->queue, o, ep->state == ENDPOINT_SEND);
    }
    if (o->kind == OBJECT_NOTIFICATION) {
        const struct notification *ntfn = (const struct notification *)o;
        if ((ntfn->state == NOTIFICATION_WAITING) != (ntfn->queue.head != NULL)) {
            return "a notification's state and queue disagree";
        }
        if (ntfn->bound && ntfn->bound->bound != ntfn) {
            return "a notification's bound thread does not know of it";
        }
        return check_wait_queue(&ntfn->queue, o, false);
    }
    return NULL;
}

static const char *check_thread(struct kernel *k, const struct tcb *t)
{
    bool runnable = sched_is_runnable(t);
    if (t->queued && !runnable) {
        return "a thread that cannot run is in a ready queue";
    }
    if (runnable && !t->queued && t != k->current) {
        return "a thread that can run is in no ready queue";
    }
    if (t->state == THREAD_BLOCKED_REPLY &&
        (!t->slots[TCB_REPLY].next || t->slots[TCB_REPLY].next->cap.kind != CAP_REPLY)) {
        return "a thread waits for a reply that nobody can give";
    }
    return NULL;
}

static const char *check_ready(struct kernel *k)
{
    for (unsigned p = 0; p < MODEL_PRIORITIES; p++) {
        const struct tcb *before = NULL;
        bool bit = k->bitmap[p / 64] & model_bit(p % 64);
        if (bit != (k->ready[p].head != NULL)) {
            return "the bitmap and a ready queue disagree";
        }
        for (const struct tcb *t = k->ready[p].head; t; before = t, t = t->sched_next) {
            if (t->sched_prev != before || t->priority != p || !t->queued) {
                return "a ready queue is broken";
            }
        }
    }
    return NULL;
}

const char *kernel_check(struct kernel *k)
{
    if (k->dead || k->action != SCHED_RESUME) {
        return "a kernel entry is not over";
    }
    if (k->current != &k->idle && k->current->state != THREAD_RUNNING) {
        return "the running thread cannot run";
    }
    const char *wrong = check_all_slots(k, check_links);
    if (!wrong) {
        wrong = check_all_slots(k, check_object);
    }
    if (!wrong) {
        wrong = check_ready(k);
    }
    for (const struct object *o = k->living; o && !wrong; o = o->next) {
        wrong = check_object_state(o);
        if (!wrong && o->kind == OBJECT_TCB) {
            wrong = check_thread(k, (const struct tcb *)o);
        }
    }
    return wrong;
}
