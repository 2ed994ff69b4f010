/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page tables as radix trees in guest RAM, and the table of ASIDs.
 */
#include "host/sim/kernel/vspace.h"

#include "host/sim/kernel/arch.h"
#include "host/sim/kernel/cap.h"
#include "host/sim/kernel/invoke.h"
#include "host/sim/kernel/memory.h"

static uint64_t entry_address(struct kernel *k, uint64_t table, uint64_t vaddr, unsigned shift)
{
    return table + (vaddr >> shift & model_mask(k->arch->index_bits)) * k->facts.word_bytes;
}

struct vspace_walk vspace_walk(struct kernel *k, uint64_t root, uint64_t vaddr)
{
    struct vspace_walk walk = {.shift = k->arch->top_shift};
    uint64_t table = root;
    for (;;) {
        walk.entry = entry_address(k, table, vaddr, walk.shift);
        walk.pte = memory_read_word(k, walk.entry);
        if (!k->arch->pte_is_table(walk.pte, walk.shift)) {
            return walk;
        }
        table = k->arch->pte_paddr(walk.pte, walk.shift);
        walk.shift -= k->arch->index_bits;
    }
}

void vspace_write_entry(struct kernel *k, uint64_t entry, uint64_t pte)
{
    memory_write_word(k, entry, pte);
    k->ops->space_changed(k->machine);
}

enum outcome vspace_find(struct kernel *k, uint64_t asid, uint64_t *root)
{
    uint64_t high = asid >> k->facts.asid_low_bits, low = asid & model_mask(k->facts.asid_low_bits);
    struct asid_pool *pool = high < model_bit(k->facts.asid_high_bits) ? k->asid_table[high] : NULL;
    if (!pool || !pool->used[low]) {
        k->lookup = (struct lookup_failure){.kind = LOOKUP_INVALID_ROOT};
        return OUTCOME_LOOKUP;
    }
    *root = pool->vspace[low];
    return OUTCOME_DONE;
}

bool vspace_is_root(const struct kernel *k, const struct cap *cap)
{
    return cap->kind == k->arch->root_kind && cap->mapped;
}

enum outcome vspace_check_root(struct kernel *k, const struct cap *cap, unsigned number,
                               uint64_t *root)
{
    if (vspace_find(k, cap->asid, root) != OUTCOME_DONE) {
        return refuse_lookup(k, false);
    }
    return *root == cap->paddr ? OUTCOME_DONE : refuse_capability(k, number);
}

void vspace_unmap_page(struct kernel *k, const struct cap *frame)
{
    uint64_t root;
    if (frame->asid == 0 || vspace_find(k, frame->asid, &root) != OUTCOME_DONE) {
        return;
    }
    struct vspace_walk walk = vspace_walk(k, root, frame->word);
    if (walk.shift == frame->bits && k->arch->pte_is_page(walk.pte, walk.shift) &&
        k->arch->pte_paddr(walk.pte, walk.shift) == frame->paddr) {
        vspace_write_entry(k, walk.entry, 0);
    }
}

void vspace_unmap_table(struct kernel *k, const struct cap *table)
{
    uint64_t at;
    if (vspace_find(k, table->asid, &at) != OUTCOME_DONE) {
        return;
    }
    for (unsigned shift = k->arch->top_shift;; shift -= k->arch->index_bits) {
        uint64_t entry = entry_address(k, at, table->word, shift);
        uint64_t pte = memory_read_word(k, entry);
        if (!k->arch->pte_is_table(pte, shift)) {
            return;
        }
        at = k->arch->pte_paddr(pte, shift);
        if (at == table->paddr) {
            vspace_write_entry(k, entry, 0);
            return;
        }
    }
}

void vspace_clear_table(struct kernel *k, struct slot *slot)
{
    if (slot->cap.mapped) {
        vspace_unmap_table(k, &slot->cap);
        memory_clear(k, slot->cap.paddr, model_bit(cap_size_bits(k, &slot->cap)));
        k->ops->space_changed(k->machine);
    }
    slot->cap.mapped = false;
}

static void delete_asid(struct kernel *k, uint64_t asid, uint64_t root)
{
    struct asid_pool *pool = k->asid_table[asid >> k->facts.asid_low_bits];
    uint64_t low = asid & model_mask(k->facts.asid_low_bits);
    if (pool && pool->used[low] && pool->vspace[low] == root) {
        pool->used[low] = false;
        vspace_refresh(k);
    }
}

static void delete_pool(struct kernel *k, const struct cap *cap)
{
    uint64_t high = cap->asid >> k->facts.asid_low_bits;
    if (k->asid_table[high] == cap->pool) {
        k->asid_table[high] = NULL;
        vspace_refresh(k);
    }
    object_bury(k, cap->object);
}

void vspace_finalise(struct kernel *k, const struct cap *cap, bool final)
{
    uint64_t root;
    if (cap->kind == CAP_FRAME) {
        vspace_unmap_page(k, cap);
    } else if (cap->kind == CAP_ASID_POOL) {
        if (final) {
            delete_pool(k, cap);
        }
    } else if (final && cap->mapped) {
        if (cap->kind == k->arch->root_kind && vspace_find(k, cap->asid, &root) == OUTCOME_DONE &&
            root == cap->paddr) {
            delete_asid(k, cap->asid, cap->paddr);
        } else if (cap->kind != CAP_VSPACE) {
            vspace_unmap_table(k, cap);
        }
    }
}

/* Physical address of the root that a thread runs in, 0 if it has none. */
static uint64_t thread_root(struct kernel *k, struct tcb *thread)
{
    const struct cap *cap = &thread->slots[TCB_VSPACE].cap;
    uint64_t root;
    if (!vspace_is_root(k, cap) || vspace_find(k, cap->asid, &root) != OUTCOME_DONE ||
        root != cap->paddr) {
        return 0;
    }
    return root;
}

void vspace_switch(struct kernel *k, struct tcb *thread)
{
    struct lookup_failure kept = k->lookup;
    uint64_t root = thread_root(k, thread);
    k->lookup = kept;
    if (root != k->running_root) {
        k->running_root = root;
        k->ops->space_changed(k->machine);
    }
}

void vspace_refresh(struct kernel *k)
{
    if (k->current != &k->idle) {
        vspace_switch(k, k->current);
    } else {
        k->running_root = 0;
    }
    k->ops->space_changed(k->machine);
}

bool vspace_resolve(struct kernel *k, struct tcb *thread, uint64_t vaddr, uint64_t *paddr)
{
    uint64_t root = thread_root(k, thread);
    struct vspace_walk walk;
    if (!root) {
        return false;
    }
    walk = vspace_walk(k, root, vaddr);
    if (!k->arch->pte_is_page(walk.pte, walk.shift)) {
        return false;
    }
    *paddr = k->arch->pte_paddr(walk.pte, walk.shift) + (vaddr & model_mask(walk.shift));
    return true;
}

/* Is the address one that the tables can say anything about? */
static bool in_user_range(const struct kernel *k, uint64_t vaddr)
{
    return vaddr < model_bit(k->arch->top_shift + k->arch->index_bits) &&
           (k->arch->user_top == 0 || vaddr <= k->arch->user_top);
}

bool kernel_translate(struct kernel *k, uint64_t vaddr, enum cpu_access access,
                      struct sim_translation *out)
{
    struct arch_leaf leaf;
    if (!k->running_root || !in_user_range(k, vaddr)) {
        return false;
    }
    struct vspace_walk walk = vspace_walk(k, k->running_root, vaddr);
    if (!k->arch->pte_is_page(walk.pte, walk.shift)) {
        return false;
    }
    k->arch->pte_leaf(walk.pte, walk.shift, &leaf);
    bool allowed = access == CPU_READ    ? leaf.readable
                   : access == CPU_WRITE ? leaf.writable
                                         : leaf.executable;
    if (!allowed) {
        return false;
    }
    out->paddr = leaf.paddr;
    out->page_bytes = model_bit(walk.shift);
    out->readable = leaf.readable;
    out->writable = leaf.writable;
    out->executable = leaf.executable;
    out->device = !memory_host(k, leaf.paddr, 1);
    return true;
}

enum outcome vspace_check_ipc_buffer(struct kernel *k, uint64_t vaddr, const struct cap *cap)
{
    if (cap->kind != CAP_FRAME || cap->device) {
        return refuse(k, REFUSAL_ILLEGAL_OPERATION);
    }
    if (vaddr & model_mask(k->facts.ipc_buffer_bits)) {
        return refuse(k, REFUSAL_ALIGNMENT);
    }
    return OUTCOME_DONE;
}

enum outcome vspace_frame_unmap(struct kernel *k, struct invocation *in)
{
    invocation_commit(k, in);
    vspace_unmap_page(k, &in->slot->cap);
    in->slot->cap.word = 0;
    in->slot->cap.asid = 0;
    return OUTCOME_DONE;
}

enum outcome vspace_frame_address(struct kernel *k, struct invocation *in)
{
    invocation_commit(k, in);
    invocation_answer(k, in, &in->cap.paddr, 1);
    return OUTCOME_DONE;
}
