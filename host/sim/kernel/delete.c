/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's deletion algorithm without its preemption points: what user code can see after it is
 * the same. A zombie stands for an object whose slots still have to be emptied; its `number` says
 * how many.
 */
#include "host/sim/kernel/delete.h"

#include "host/sim/kernel/cap.h"
#include "host/sim/kernel/endpoint.h"
#include "host/sim/kernel/ioport.h"
#include "host/sim/kernel/irq.h"
#include "host/sim/kernel/mdb.h"
#include "host/sim/kernel/notification.h"
#include "host/sim/kernel/sched.h"
#include "host/sim/kernel/tcb.h"
#include "host/sim/kernel/vspace.h"

static const struct cap null_cap = {.kind = CAP_NULL};

static struct slot *zombie_slots(const struct cap *zombie)
{
    return zombie->bits == ZOMBIE_OF_TCB ? zombie->tcb->slots : zombie->cnode->slots;
}

static struct cap zombie_of_cnode(const struct cap *cap)
{
    struct cap zombie = {.kind = CAP_ZOMBIE, .bits = cap->bits, .paddr = cap->paddr};
    zombie.number = (uint32_t)1 << cap->bits;
    zombie.cnode = cap->cnode;
    return zombie;
}

static struct cap zombie_of_tcb(struct kernel *k, const struct cap *cap)
{
    struct cap zombie = {.kind = CAP_ZOMBIE, .bits = ZOMBIE_OF_TCB, .paddr = cap->paddr};
    zombie.number = TCB_SLOTS;
    zombie.tcb = cap->tcb;
    notification_unbind_thread(cap->tcb);
    sched_suspend(k, cap->tcb);
    tcb_debug_remove(k, cap->tcb);
    return zombie;
}

/* Ends what the object of a capability does, if this is its last. `*after` is run when the slot is
 * empty. Returns what stays in the slot: nothing, or a zombie. */
static struct cap finalise(struct kernel *k, const struct cap *cap, bool final, struct cap *after)
{
    *after = null_cap;
    if (cap_is_arch(cap)) {
        if (cap->kind == CAP_IO_PORT && final) {
            *after = *cap;
        }
        vspace_finalise(k, cap, final);
        return null_cap;
    }
    if (cap->kind == CAP_ZOMBIE) {
        return *cap;
    }
    if (!final) {
        return null_cap;
    }
    switch ((enum cap_kind)cap->kind) {
    case CAP_ENDPOINT:
        endpoint_cancel_all(k, cap->endpoint);
        object_bury(k, cap->object);
        return null_cap;
    case CAP_NOTIFICATION:
        notification_unbind(cap->notification);
        notification_cancel_all(k, cap->notification);
        object_bury(k, cap->object);
        return null_cap;
    case CAP_CNODE:
        return zombie_of_cnode(cap);
    case CAP_TCB:
        return zombie_of_tcb(k, cap);
    case CAP_IRQ_HANDLER:
        delete_one(k, &k->irqs[cap->number].slot);
        *after = *cap;
        return null_cap;
    default:
        return null_cap;
    }
}

static void empty_slot(struct kernel *k, struct slot *slot, const struct cap *after)
{
    if (slot->cap.kind == CAP_NULL) {
        return;
    }
    struct object *gone = slot->cap.kind == CAP_ZOMBIE ? slot->cap.object : NULL;
    mdb_remove(slot);
    if (gone) {
        object_bury(k, gone);
    }
    if (after->kind == CAP_IRQ_HANDLER) {
        irq_set_state(k, after->number, IRQ_INACTIVE);
    } else if (after->kind == CAP_IO_PORT) {
        ioport_free(k, after->number & 0xffff, after->number >> 16);
    }
}

static bool is_removable(const struct cap *cap, const struct slot *slot)
{
    return cap->kind == CAP_NULL || cap->number == 0 ||
           (cap->number == 1 && zombie_slots(cap) == slot);
}

/* One step in taking a zombie apart: from its last slot, or, when the zombie itself sits in a slot
 * of another, by moving it into its own first slot, where it waits. */
static void reduce(struct kernel *k, struct slot *slot, bool immediate)
{
    struct slot *first = zombie_slots(&slot->cap);
    if (!immediate) {
        if (first != slot) {
            struct cap cap_first = first->cap, cap_slot = slot->cap;
            mdb_swap(&cap_first, first, &cap_slot, slot);
        }
        return;
    }
    uint32_t left = slot->cap.number;
    delete_slot(k, &first[left - 1], false);
    if (slot->cap.kind == CAP_ZOMBIE && zombie_slots(&slot->cap) == first &&
        slot->cap.number == left) {
        slot->cap.number = left - 1;
    }
}

/* True: the slot may be emptied, with `after` to run. */
static bool finalise_slot(struct kernel *k, struct slot *slot, bool immediate, struct cap *after)
{
    *after = null_cap;
    while (slot->cap.kind != CAP_NULL) {
        struct cap rest = finalise(k, &slot->cap, mdb_is_final(k, slot), after);
        if (is_removable(&rest, slot)) {
            return true;
        }
        slot->cap = rest;
        if (!immediate && zombie_slots(&rest) == slot) {
            return false;
        }
        reduce(k, slot, immediate);
    }
    *after = null_cap;
    return true;
}

void delete_slot(struct kernel *k, struct slot *slot, bool exposed)
{
    struct cap after;
    bool removable = finalise_slot(k, slot, exposed, &after);
    if (exposed || removable) {
        empty_slot(k, slot, &after);
    }
}

void delete_one(struct kernel *k, struct slot *slot)
{
    if (slot->cap.kind != CAP_NULL) {
        struct cap after;
        finalise(k, &slot->cap, mdb_is_final(k, slot), &after);
        empty_slot(k, slot, &null_cap);
    }
}

void delete_children(struct kernel *k, struct slot *slot)
{
    while (slot->next && mdb_is_parent(k, slot, slot->next)) {
        delete_slot(k, slot->next, true);
    }
}

bool delete_is_long(const struct kernel *k, const struct slot *slot)
{
    enum cap_kind kind = slot->cap.kind;
    return (kind == CAP_TCB || kind == CAP_ZOMBIE || kind == CAP_CNODE) && mdb_is_final(k, slot);
}
