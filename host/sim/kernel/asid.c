/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ASID control and ASID pools: the invocations that give an address space its number, the same on
 * all architectures.
 */
#include "host/sim/kernel/vspace.h"

#include "host/sim/kernel/arch.h"
#include "host/sim/kernel/cspace.h"
#include "host/sim/kernel/invoke.h"
#include "host/sim/kernel/mdb.h"

enum outcome vspace_make_pool(struct kernel *k, struct invocation *in)
{
    struct slot *parent = invocation_extra(k, 0), *to;
    struct cap cap = {.kind = CAP_ASID_POOL, .paddr = parent->cap.paddr};
    unsigned pools = 1u << k->facts.asid_high_bits, index = 0;
    while (index < pools && k->asid_table[index]) {
        index++;
    }
    if (index == pools) {
        return refuse(k, REFUSAL_DELETE_FIRST);
    }
    if (parent->cap.kind != CAP_UNTYPED || parent->cap.bits != k->facts.asid_pool_bits ||
        parent->cap.device) {
        return refuse_capability(k, 1);
    }
    enum outcome outcome = mdb_check_no_children(k, parent);
    if (outcome == OUTCOME_DONE) {
        outcome = cspace_lookup_slot(k, false, &invocation_extra(k, 1)->cap,
                                     invocation_arg(k, in, 0), invocation_arg(k, in, 1), &to);
    }
    if (outcome == OUTCOME_DONE) {
        outcome = mdb_check_empty(k, to);
    }
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    invocation_commit(k, in);
    cap.pool = object_new_asid_pool(k, cap.paddr);
    if (!cap.pool) {
        model_halt(k, "the host has no memory for the guest's objects");
        return OUTCOME_DONE;
    }
    cap.asid = (uint16_t)(index << k->facts.asid_low_bits);
    parent->cap.word = model_bit(parent->cap.bits);
    mdb_insert(k, &cap, parent, to);
    k->asid_table[index] = cap.pool;
    return OUTCOME_DONE;
}

enum outcome vspace_assign(struct kernel *k, struct invocation *in)
{
    struct slot *slot = invocation_extra(k, 0);
    unsigned base = in->cap.asid, count = 1u << k->facts.asid_low_bits, index = 0;
    if (slot->cap.kind != k->arch->root_kind || slot->cap.mapped) {
        return refuse_capability(k, 1);
    }
    struct asid_pool *pool = k->asid_table[base >> k->facts.asid_low_bits];
    if (!pool) {
        k->lookup = (struct lookup_failure){.kind = LOOKUP_INVALID_ROOT};
        return refuse_lookup(k, false);
    }
    if (pool != in->cap.pool) {
        return refuse_capability(k, 0);
    }
    while (index < count && (base + index == 0 || pool->used[index])) {
        index++;
    }
    if (index == count) {
        return refuse(k, REFUSAL_DELETE_FIRST);
    }
    invocation_commit(k, in);
    slot->cap.asid = (uint16_t)(base + index);
    slot->cap.mapped = true;
    slot->cap.word = 0;
    pool->vspace[index] = slot->cap.paddr;
    pool->used[index] = true;
    return OUTCOME_DONE;
}
