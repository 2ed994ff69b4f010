/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The walk through CNodes: guard, radix, depth limit. Follows the kernel's order of checks, which
 * decides the kind of failure and its words.
 */
#include "host/sim/kernel/cspace.h"

static enum outcome lookup_fails(struct kernel *k, enum lookup_kind kind, uint64_t bits_left,
                                 uint64_t bits_found, uint64_t guard_found)
{
    k->lookup = (struct lookup_failure){kind, bits_left, bits_found, guard_found};
    return OUTCOME_LOOKUP;
}

/* Resolves `bits` bits of `cptr` from `root` on. The walk also ends at a slot that is no CNode:
 * then `*left` of the bits are over. */
static enum outcome resolve(struct kernel *k, const struct cap *root, uint64_t cptr, unsigned bits,
                            struct slot **out, unsigned *left)
{
    const struct cap *node = root;
    if (node->kind != CAP_CNODE) {
        return lookup_fails(k, LOOKUP_INVALID_ROOT, 0, 0, 0);
    }
    for (;;) {
        unsigned guard_bits = node->guard_bits, level_bits = node->bits + guard_bits;
        uint64_t shifted =
            guard_bits > bits || bits - guard_bits > 63 ? 0 : cptr >> (bits - guard_bits);
        if (guard_bits > bits || (shifted & model_mask(guard_bits)) != node->word) {
            return lookup_fails(k, LOOKUP_GUARD_MISMATCH, bits, guard_bits, node->word);
        }
        if (level_bits > bits) {
            return lookup_fails(k, LOOKUP_DEPTH_MISMATCH, bits, level_bits, 0);
        }
        bits -= level_bits;
        *out = &node->cnode->slots[(bits > 63 ? 0 : cptr >> bits) & model_mask(node->bits)];
        *left = bits;
        node = &(*out)->cap;
        if (bits == 0 || node->kind != CAP_CNODE) {
            return OUTCOME_DONE;
        }
    }
}

enum outcome cspace_lookup(struct kernel *k, struct tcb *thread, uint64_t cptr, struct slot **out)
{
    unsigned left;
    return resolve(k, &thread->slots[TCB_CSPACE].cap, cptr, k->facts.word_bits, out, &left);
}

enum outcome cspace_lookup_slot(struct kernel *k, bool source, const struct cap *root,
                                uint64_t cptr, uint64_t depth, struct slot **out)
{
    unsigned left = 0;
    if (root->kind != CAP_CNODE) {
        lookup_fails(k, LOOKUP_INVALID_ROOT, 0, 0, 0);
        return refuse_lookup(k, source);
    }
    if (depth < 1 || depth > k->facts.word_bits) {
        return refuse_range(k, 1, k->facts.word_bits);
    }
    if (resolve(k, root, cptr, (unsigned)depth, out, &left) != OUTCOME_DONE) {
        return refuse_lookup(k, source);
    }
    if (left != 0) {
        lookup_fails(k, LOOKUP_DEPTH_MISMATCH, left, 0, 0);
        return refuse_lookup(k, source);
    }
    return OUTCOME_DONE;
}
