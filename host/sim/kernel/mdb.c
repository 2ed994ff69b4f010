/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * List surgery of the derivation tree and the questions asked of it.
 */
#include "host/sim/kernel/mdb.h"

#include <string.h>

#include "host/sim/kernel/cap.h"

/* A copy of the whole of an untyped: the original may make nothing any more. */
static void use_up_untyped(const struct cap *copy, struct slot *source)
{
    struct cap *cap = &source->cap;
    if (cap->kind == CAP_UNTYPED && copy->kind == CAP_UNTYPED && cap->paddr == copy->paddr &&
        cap->bits == copy->bits) {
        cap->word = model_bit(cap->bits);
    }
}

void mdb_insert(struct kernel *k, const struct cap *cap, struct slot *source, struct slot *to)
{
    (void)k;
    bool revocable = cap_is_revocable(cap, &source->cap);
    use_up_untyped(cap, source);
    to->cap = *cap;
    to->prev = source;
    to->next = source->next;
    to->revocable = to->first_badged = revocable;
    if (to->next) {
        to->next->prev = to;
    }
    source->next = to;
}

void mdb_insert_new(struct slot *parent, struct slot *to, const struct cap *cap)
{
    to->cap = *cap;
    to->prev = parent;
    to->next = parent->next;
    to->revocable = to->first_badged = true;
    if (to->next) {
        to->next->prev = to;
    }
    parent->next = to;
}

/* The neighbours of `slot` now are to see it. */
static void relink(struct slot *slot)
{
    if (slot->prev) {
        slot->prev->next = slot;
    }
    if (slot->next) {
        slot->next->prev = slot;
    }
}

void mdb_move(const struct cap *cap, struct slot *from, struct slot *to)
{
    struct cap moved = *cap;
    *to = *from;
    to->cap = moved;
    relink(to);
    memset(from, 0, sizeof *from);
}

void mdb_swap(const struct cap *cap_a, struct slot *a, const struct cap *cap_b, struct slot *b)
{
    struct slot old_a = *a, old_b = *b;
    struct cap new_a = *cap_b, new_b = *cap_a;
    *a = old_b;
    *b = old_a;
    a->cap = new_a;
    b->cap = new_b;
    /* Neighbours of each other. */
    if (a->prev == a) {
        a->prev = b;
    }
    if (a->next == a) {
        a->next = b;
    }
    if (b->prev == b) {
        b->prev = a;
    }
    if (b->next == b) {
        b->next = a;
    }
    relink(a);
    relink(b);
}

void mdb_remove(struct slot *slot)
{
    if (slot->prev) {
        slot->prev->next = slot->next;
    }
    if (slot->next) {
        slot->next->prev = slot->prev;
        slot->next->first_badged = slot->next->first_badged || slot->first_badged;
    }
    memset(slot, 0, sizeof *slot);
}

bool mdb_is_parent(const struct kernel *k, const struct slot *a, const struct slot *b)
{
    if (!a->revocable || !cap_same_region(k, &a->cap, &b->cap)) {
        return false;
    }
    if (a->cap.kind == CAP_SGI_SIGNAL) {
        return !b->first_badged;
    }
    if (a->cap.kind == CAP_ENDPOINT || a->cap.kind == CAP_NOTIFICATION) {
        return a->cap.word == 0 || (a->cap.word == b->cap.word && !b->first_badged);
    }
    return true;
}

bool mdb_is_final(const struct kernel *k, const struct slot *slot)
{
    if (slot->prev && cap_same_object(k, &slot->prev->cap, &slot->cap)) {
        return false;
    }
    return !slot->next || !cap_same_object(k, &slot->cap, &slot->next->cap);
}

enum outcome mdb_check_no_children(struct kernel *k, const struct slot *slot)
{
    if (slot->next && mdb_is_parent(k, slot, slot->next)) {
        return refuse(k, REFUSAL_REVOKE_FIRST);
    }
    return OUTCOME_DONE;
}

enum outcome mdb_check_empty(struct kernel *k, const struct slot *slot)
{
    return slot->cap.kind == CAP_NULL ? OUTCOME_DONE : refuse(k, REFUSAL_DELETE_FIRST);
}

enum outcome mdb_derive(struct kernel *k, const struct slot *slot, struct cap cap, struct cap *out)
{
    static const struct cap none = {.kind = CAP_NULL};
    *out = cap;
    switch ((enum cap_kind)cap.kind) {
    case CAP_ZOMBIE:
    case CAP_IRQ_CONTROL:
    case CAP_REPLY:
    case CAP_IO_PORT_CONTROL:
        *out = none;
        return OUTCOME_DONE;
    case CAP_UNTYPED:
        return mdb_check_no_children(k, slot);
    case CAP_PAGE_TABLE:
    case CAP_PAGE_DIRECTORY:
    case CAP_PDPT:
    case CAP_VSPACE:
        return cap.mapped ? OUTCOME_DONE : refuse(k, REFUSAL_ILLEGAL_OPERATION);
    case CAP_FRAME:
        out->asid = 0;
        out->word = 0;
        return OUTCOME_DONE;
    default:
        return OUTCOME_DONE;
    }
}
