/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Invocations of CNodes. Each finds the slot that it is about first; what else is missing is only
 * looked at afterwards, as in the kernel.
 */
#include "host/sim/kernel/handlers.h"

#include "host/sim/kernel/cap.h"
#include "host/sim/kernel/cspace.h"
#include "host/sim/kernel/delete.h"
#include "host/sim/kernel/endpoint.h"
#include "host/sim/kernel/mdb.h"

static enum outcome target_slot(struct kernel *k, struct invocation *in, struct slot **out)
{
    return cspace_lookup_slot(k, false, &in->cap, invocation_arg(k, in, 0),
                              invocation_arg(k, in, 1), out);
}

/* Source and destination of Copy, Mint, Move and Mutate. */
static enum outcome copy_slots(struct kernel *k, struct invocation *in, struct slot **to,
                               struct slot **from)
{
    enum outcome outcome = target_slot(k, in, to);
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    if (in->length < 4 || !invocation_extra(k, 0)) {
        return refuse(k, REFUSAL_TRUNCATED);
    }
    outcome = mdb_check_empty(k, *to);
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    uint64_t depth = invocation_arg(k, in, 3);
    outcome = cspace_lookup_slot(k, true, &invocation_extra(k, 0)->cap, invocation_arg(k, in, 2),
                                 depth, from);
    if (outcome == OUTCOME_DONE && (*from)->cap.kind == CAP_NULL) {
        return refuse_missing(k, true, depth);
    }
    return outcome;
}

static enum outcome insert_copy(struct kernel *k, struct invocation *in, struct cap cap,
                                struct slot *from, struct slot *to)
{
    enum outcome outcome = mdb_derive(k, from, cap, &cap);
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    if (cap.kind == CAP_NULL) {
        return refuse(k, REFUSAL_ILLEGAL_OPERATION);
    }
    invocation_commit(k, in);
    mdb_insert(k, &cap, from, to);
    return OUTCOME_DONE;
}

enum outcome cnode_copy(struct kernel *k, struct invocation *in)
{
    struct slot *to, *from;
    enum outcome outcome = copy_slots(k, in, &to, &from);
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    if (in->length < 5) {
        return refuse(k, REFUSAL_TRUNCATED);
    }
    return insert_copy(k, in, cap_mask_rights(from->cap, invocation_arg(k, in, 4)), from, to);
}

enum outcome cnode_mint(struct kernel *k, struct invocation *in)
{
    struct slot *to, *from;
    enum outcome outcome = copy_slots(k, in, &to, &from);
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    if (in->length < 6) {
        return refuse(k, REFUSAL_TRUNCATED);
    }
    struct cap cap = cap_mask_rights(from->cap, invocation_arg(k, in, 4));
    return insert_copy(k, in, cap_update_data(k, false, invocation_arg(k, in, 5), cap), from, to);
}

static enum outcome move(struct kernel *k, struct invocation *in, struct cap cap, struct slot *from,
                         struct slot *to)
{
    if (cap.kind == CAP_NULL) {
        return refuse(k, REFUSAL_ILLEGAL_OPERATION);
    }
    invocation_commit(k, in);
    mdb_move(&cap, from, to);
    return OUTCOME_DONE;
}

enum outcome cnode_move(struct kernel *k, struct invocation *in)
{
    struct slot *to, *from;
    enum outcome outcome = copy_slots(k, in, &to, &from);
    return outcome == OUTCOME_DONE ? move(k, in, from->cap, from, to) : outcome;
}

enum outcome cnode_mutate(struct kernel *k, struct invocation *in)
{
    struct slot *to, *from;
    enum outcome outcome = copy_slots(k, in, &to, &from);
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    if (in->length < 5) {
        return refuse(k, REFUSAL_TRUNCATED);
    }
    struct cap cap = cap_update_data(k, true, invocation_arg(k, in, 4), from->cap);
    return move(k, in, cap, from, to);
}

enum outcome cnode_revoke(struct kernel *k, struct invocation *in)
{
    struct slot *slot;
    enum outcome outcome = target_slot(k, in, &slot);
    if (outcome == OUTCOME_DONE) {
        invocation_commit(k, in);
        delete_children(k, slot);
    }
    return outcome;
}

enum outcome cnode_delete(struct kernel *k, struct invocation *in)
{
    struct slot *slot;
    enum outcome outcome = target_slot(k, in, &slot);
    if (outcome == OUTCOME_DONE) {
        invocation_commit(k, in);
        delete_slot(k, slot, true);
    }
    return outcome;
}

enum outcome cnode_save_caller(struct kernel *k, struct invocation *in)
{
    struct slot *slot;
    enum outcome outcome = target_slot(k, in, &slot);
    if (outcome == OUTCOME_DONE) {
        outcome = mdb_check_empty(k, slot);
    }
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    invocation_commit(k, in);
    struct slot *caller = &in->thread->slots[TCB_CALLER];
    if (caller->cap.kind == CAP_REPLY && !caller->cap.master) {
        mdb_move(&caller->cap, caller, slot);
    }
    return OUTCOME_DONE;
}

enum outcome cnode_cancel_badged_sends(struct kernel *k, struct invocation *in)
{
    struct slot *slot;
    enum outcome outcome = target_slot(k, in, &slot);
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    if (slot->cap.kind != CAP_ENDPOINT || slot->cap.rights != RIGHT_ALL) {
        return refuse(k, REFUSAL_ILLEGAL_OPERATION);
    }
    invocation_commit(k, in);
    if (slot->cap.word != 0) {
        endpoint_cancel_badged(k, slot->cap.endpoint, slot->cap.word);
    }
    return OUTCOME_DONE;
}

struct rotation {
    struct slot *to, *pivot, *source;
};

static enum outcome rotation_slots(struct kernel *k, struct invocation *in, struct rotation *r)
{
    enum outcome outcome = target_slot(k, in, &r->to);
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    if (in->length < 8 || !invocation_extra(k, 0) || !invocation_extra(k, 1)) {
        return refuse(k, REFUSAL_TRUNCATED);
    }
    outcome = cspace_lookup_slot(k, true, &invocation_extra(k, 1)->cap, invocation_arg(k, in, 6),
                                 invocation_arg(k, in, 7), &r->source);
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    outcome = cspace_lookup_slot(k, true, &invocation_extra(k, 0)->cap, invocation_arg(k, in, 3),
                                 invocation_arg(k, in, 4), &r->pivot);
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    if (r->pivot == r->source || r->pivot == r->to) {
        return refuse(k, REFUSAL_ILLEGAL_OPERATION);
    }
    if (r->source != r->to) {
        outcome = mdb_check_empty(k, r->to);
    }
    if (outcome == OUTCOME_DONE && r->source->cap.kind == CAP_NULL) {
        return refuse_missing(k, true, invocation_arg(k, in, 7));
    }
    if (outcome == OUTCOME_DONE && r->pivot->cap.kind == CAP_NULL) {
        return refuse_missing(k, false, invocation_arg(k, in, 4));
    }
    return outcome;
}

enum outcome cnode_rotate(struct kernel *k, struct invocation *in)
{
    struct rotation r;
    enum outcome outcome = rotation_slots(k, in, &r);
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    struct cap source = cap_update_data(k, true, invocation_arg(k, in, 5), r.source->cap);
    struct cap pivot = cap_update_data(k, true, invocation_arg(k, in, 2), r.pivot->cap);
    if (source.kind == CAP_NULL || pivot.kind == CAP_NULL) {
        return refuse(k, REFUSAL_ILLEGAL_OPERATION);
    }
    invocation_commit(k, in);
    if (r.source == r.to) {
        mdb_swap(&source, r.source, &pivot, r.pivot);
    } else {
        mdb_move(&pivot, r.pivot, r.to);
        mdb_move(&source, r.source, r.pivot);
    }
    return OUTCOME_DONE;
}
