/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Invocations of threads that change what a thread is: priorities, spaces, buffers, notifications,
 * flags, and whether it runs.
 */
#include "host/sim/kernel/handlers.h"

#include "host/sim/kernel/cap.h"
#include "host/sim/kernel/delete.h"
#include "host/sim/kernel/mdb.h"
#include "host/sim/kernel/notification.h"
#include "host/sim/kernel/sched.h"
#include "host/sim/kernel/tcb.h"
#include "host/sim/kernel/vspace.h"

enum outcome tcb_suspend(struct kernel *k, struct invocation *in)
{
    invocation_commit(k, in);
    sched_suspend(k, in->cap.tcb);
    return OUTCOME_DONE;
}

enum outcome tcb_resume(struct kernel *k, struct invocation *in)
{
    invocation_commit(k, in);
    sched_restart(k, in->cap.tcb);
    return OUTCOME_DONE;
}

/* The priority that argument `index` asks for, within what the authority in `auth` may give. */
static enum outcome take_priority(struct kernel *k, struct invocation *in, unsigned index,
                                  uint64_t *out)
{
    const struct cap *auth = &invocation_extra(k, 0)->cap;
    *out = invocation_arg(k, in, index);
    if (auth->kind != CAP_TCB) {
        return refuse_capability(k, 1);
    }
    return *out > auth->tcb->mcp ? refuse_range(k, 0, auth->tcb->mcp) : OUTCOME_DONE;
}

enum outcome tcb_set_priority(struct kernel *k, struct invocation *in)
{
    uint64_t priority;
    enum outcome outcome = take_priority(k, in, 0, &priority);
    if (outcome == OUTCOME_DONE) {
        invocation_commit(k, in);
        sched_set_priority(k, in->cap.tcb, (uint8_t)priority);
    }
    return outcome;
}

enum outcome tcb_set_mc_priority(struct kernel *k, struct invocation *in)
{
    uint64_t mcp;
    enum outcome outcome = take_priority(k, in, 0, &mcp);
    if (outcome == OUTCOME_DONE) {
        invocation_commit(k, in);
        in->cap.tcb->mcp = (uint8_t)mcp;
    }
    return outcome;
}

enum outcome tcb_set_sched_params(struct kernel *k, struct invocation *in)
{
    uint64_t mcp, priority;
    enum outcome outcome = take_priority(k, in, 0, &mcp);
    if (outcome == OUTCOME_DONE) {
        outcome = take_priority(k, in, 1, &priority);
    }
    if (outcome == OUTCOME_DONE) {
        invocation_commit(k, in);
        in->cap.tcb->mcp = (uint8_t)mcp;
        sched_set_priority(k, in->cap.tcb, (uint8_t)priority);
    }
    return outcome;
}

/* A capability that goes into one of the thread's own slots. */
struct part {
    struct slot *from;
    struct cap cap;
};

static enum outcome take_ipc_buffer(struct kernel *k, uint64_t vaddr, unsigned extra,
                                    struct part *out)
{
    *out = (struct part){.from = NULL};
    if (vaddr == 0) {
        return OUTCOME_DONE;
    }
    out->from = invocation_extra(k, extra);
    enum outcome outcome = mdb_derive(k, out->from, out->from->cap, &out->cap);
    return outcome == OUTCOME_DONE ? vspace_check_ipc_buffer(k, vaddr, &out->cap) : outcome;
}

static enum outcome take_root(struct kernel *k, unsigned extra, uint64_t data, struct part *out)
{
    out->from = invocation_extra(k, extra);
    struct cap cap = out->from->cap;
    if (data != 0) {
        cap = cap_update_data(k, false, data, cap);
    }
    return mdb_derive(k, out->from, cap, &out->cap);
}

static enum outcome take_space(struct kernel *k, struct invocation *in, struct part *cspace,
                               struct part *vspace)
{
    struct tcb *thread = in->cap.tcb;
    if (delete_is_long(k, &thread->slots[TCB_CSPACE]) ||
        delete_is_long(k, &thread->slots[TCB_VSPACE])) {
        return refuse(k, REFUSAL_ILLEGAL_OPERATION);
    }
    enum outcome outcome = take_root(k, 0, invocation_arg(k, in, 1), cspace);
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    if (cspace->cap.kind != CAP_CNODE) {
        return refuse(k, REFUSAL_ILLEGAL_OPERATION);
    }
    outcome = take_root(k, 1, invocation_arg(k, in, 2), vspace);
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    return vspace_is_root(k, &vspace->cap) ? OUTCOME_DONE : refuse(k, REFUSAL_ILLEGAL_OPERATION);
}

/* Puts a capability into a thread's slot, unless the deletion of the old one took the thread or
 * the source with it. */
static void install(struct kernel *k, struct invocation *in, enum tcb_slot index,
                    const struct part *part)
{
    struct cap self = tcb_cap(in->cap.tcb);
    struct slot *to = &in->cap.tcb->slots[index];
    delete_slot(k, to, true);
    if (part->from && cap_same_object(k, &part->cap, &part->from->cap) &&
        cap_same_object(k, &self, &in->slot->cap)) {
        mdb_insert(k, &part->cap, part->from, to);
    }
}

static void install_space(struct kernel *k, struct invocation *in, const struct part *cspace,
                          const struct part *vspace)
{
    in->cap.tcb->fault_handler = invocation_arg(k, in, 0);
    install(k, in, TCB_CSPACE, cspace);
    install(k, in, TCB_VSPACE, vspace);
}

static void install_buffer(struct kernel *k, struct invocation *in, uint64_t vaddr,
                           const struct part *buffer)
{
    struct tcb *thread = in->cap.tcb;
    delete_slot(k, &thread->slots[TCB_BUFFER], true);
    thread->ipc_buffer = vaddr;
    install(k, in, TCB_BUFFER, buffer);
    if (thread == k->current) {
        sched_reschedule(k);
    }
}

enum outcome tcb_configure(struct kernel *k, struct invocation *in)
{
    struct part cspace, vspace, buffer;
    uint64_t vaddr = invocation_arg(k, in, 3);
    enum outcome outcome = take_ipc_buffer(k, vaddr, 2, &buffer);
    if (outcome == OUTCOME_DONE) {
        outcome = take_space(k, in, &cspace, &vspace);
    }
    if (outcome == OUTCOME_DONE) {
        invocation_commit(k, in);
        install_space(k, in, &cspace, &vspace);
        install_buffer(k, in, vaddr, &buffer);
    }
    return outcome;
}

enum outcome tcb_set_space(struct kernel *k, struct invocation *in)
{
    struct part cspace, vspace;
    enum outcome outcome = take_space(k, in, &cspace, &vspace);
    if (outcome == OUTCOME_DONE) {
        invocation_commit(k, in);
        install_space(k, in, &cspace, &vspace);
    }
    return outcome;
}

enum outcome tcb_set_ipc_buffer(struct kernel *k, struct invocation *in)
{
    struct part buffer;
    uint64_t vaddr = invocation_arg(k, in, 0);
    enum outcome outcome = take_ipc_buffer(k, vaddr, 0, &buffer);
    if (outcome == OUTCOME_DONE) {
        invocation_commit(k, in);
        install_buffer(k, in, vaddr, &buffer);
    }
    return outcome;
}

enum outcome tcb_bind_notification(struct kernel *k, struct invocation *in)
{
    const struct cap *cap = &invocation_extra(k, 0)->cap;
    if (in->cap.tcb->bound || cap->kind != CAP_NOTIFICATION || !(cap->rights & RIGHT_READ) ||
        cap->notification->queue.head || cap->notification->bound) {
        return refuse(k, REFUSAL_ILLEGAL_OPERATION);
    }
    invocation_commit(k, in);
    notification_bind(cap->notification, in->cap.tcb);
    return OUTCOME_DONE;
}

enum outcome tcb_unbind_notification(struct kernel *k, struct invocation *in)
{
    if (!in->cap.tcb->bound) {
        return refuse(k, REFUSAL_ILLEGAL_OPERATION);
    }
    invocation_commit(k, in);
    notification_unbind_thread(in->cap.tcb);
    return OUTCOME_DONE;
}

enum outcome tcb_set_tls_base(struct kernel *k, struct invocation *in)
{
    invocation_commit(k, in);
    if (k->facts.reg_tls != FACTS_REG_NONE) {
        tcb_reg_write(k, in->cap.tcb, k->facts.reg_tls, invocation_arg(k, in, 0));
    }
    if (in->cap.tcb == k->current) {
        sched_reschedule(k);
    }
    return OUTCOME_DONE;
}

enum outcome tcb_set_flags(struct kernel *k, struct invocation *in)
{
    struct tcb *thread = in->cap.tcb;
    uint64_t clear = invocation_arg(k, in, 0), set = invocation_arg(k, in, 1);
    invocation_commit(k, in);
    thread->flags = (thread->flags & ~clear) | (set & k->facts.tcb_flags_mask);
    if (k->ops->fpu_set_enabled) {
        bool enabled = !(thread->flags & k->facts.tcb_flag_fpu_disabled);
        k->ops->fpu_set_enabled(k->machine, thread->context, enabled);
    }
    invocation_answer(k, in, &thread->flags, 1);
    return OUTCOME_DONE;
}
