/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * riscv64 with sv39: three levels of page tables, the top one being the address space; pages of
 * 4 KiB, 2 MiB and 1 GiB. Entries are the hardware's.
 */
#include "host/sim/kernel/arch.h"

#include "host/sim/kernel/cap.h"
#include "host/sim/kernel/handlers.h"
#include "host/sim/kernel/vspace.h"

enum { SHIFT_TOP = 30, SHIFT_PAGE = 12 };

enum {
    PTE_VALID = 1 << 0,
    PTE_READ = 1 << 1,
    PTE_WRITE = 1 << 2,
    PTE_EXECUTE = 1 << 3,
    PTE_USER = 1 << 4,
    PTE_ACCESSED = 1 << 6,
    PTE_DIRTY = 1 << 7,
    PTE_RWX = PTE_READ | PTE_WRITE | PTE_EXECUTE,
    PTE_PPN_SHIFT = 10,
};

enum { ATTR_EXECUTE_NEVER = 1 << 0 };

/* Causes of access faults, which the kernel also reports for page faults. */
enum { CAUSE_FETCH = 1, CAUSE_LOAD = 5, CAUSE_STORE = 7 };

static bool pte_is_table(uint64_t pte, unsigned shift)
{
    return (pte & PTE_VALID) && !(pte & PTE_RWX) && shift > SHIFT_PAGE;
}

static bool pte_is_page(uint64_t pte, unsigned shift)
{
    (void)shift;
    return (pte & PTE_VALID) && (pte & PTE_RWX);
}

static uint64_t pte_paddr(uint64_t pte, unsigned shift)
{
    (void)shift;
    return (pte >> PTE_PPN_SHIFT & model_mask(44)) << SHIFT_PAGE;
}

static uint64_t pte_table(uint64_t paddr)
{
    return paddr >> SHIFT_PAGE << PTE_PPN_SHIFT | PTE_VALID;
}

static uint64_t pte_page(uint64_t paddr, unsigned shift, enum vm_rights rights, uint64_t attributes)
{
    (void)shift;
    uint64_t access = (rights != VM_KERNEL_ONLY ? PTE_READ : 0) |
                      (rights == VM_READ_WRITE ? PTE_WRITE : 0) |
                      (attributes & ATTR_EXECUTE_NEVER ? 0 : PTE_EXECUTE);
    if (!access) {
        return 0;
    }
    return pte_table(paddr) | access | PTE_USER | PTE_ACCESSED | PTE_DIRTY;
}

static void pte_leaf(uint64_t pte, unsigned shift, struct arch_leaf *out)
{
    out->paddr = pte_paddr(pte, shift);
    out->readable = pte & PTE_READ;
    out->writable = pte & PTE_WRITE;
    out->executable = pte & PTE_EXECUTE;
}

static void vm_fault(struct kernel *k, const struct cpu_event *event, unsigned shift, bool present,
                     struct fault *fault)
{
    (void)k;
    (void)shift;
    (void)present;
    fault->address = event->address;
    fault->flag = event->access == CPU_EXECUTE;
    fault->code = event->access == CPU_EXECUTE ? CAUSE_FETCH
                  : event->access == CPU_WRITE ? CAUSE_STORE
                                               : CAUSE_LOAD;
}

static uint64_t sanitise(struct kernel *k, unsigned reg, uint64_t value)
{
    (void)k;
    (void)reg;
    return value;
}

static void init_context(struct kernel *k, struct tcb *thread)
{
    (void)k;
    (void)thread;
}

static enum cap_kind table_kind(unsigned shift)
{
    (void)shift;
    return CAP_PAGE_TABLE;
}

enum outcome riscv_table_unmap(struct kernel *k, struct invocation *in)
{
    uint64_t root;
    if (in->cap.mapped && vspace_find(k, in->cap.asid, &root) == OUTCOME_DONE &&
        root == in->cap.paddr) {
        return refuse(k, REFUSAL_REVOKE_FIRST);
    }
    return vspace_table_unmap(k, in);
}

enum outcome riscv_table_map(struct kernel *k, struct invocation *in)
{
    uint64_t vaddr = invocation_arg(k, in, 0), root;
    enum outcome outcome = vspace_check_table(k, in, vaddr, k->facts.user_top - 1, &root);
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    struct vspace_walk walk = vspace_walk(k, root, vaddr);
    if (walk.shift == SHIFT_PAGE || (walk.pte & PTE_VALID)) {
        return refuse(k, REFUSAL_DELETE_FIRST);
    }
    return vspace_put_table(k, in, &walk, vaddr);
}

/* A frame that is mapped may be mapped again, where it is. */
static enum outcome check_remap(struct kernel *k, const struct cap *frame, const struct cap *vspace,
                                uint64_t vaddr, const struct vspace_walk *walk)
{
    if (frame->asid == 0) {
        return walk->pte & PTE_VALID ? refuse(k, REFUSAL_DELETE_FIRST) : OUTCOME_DONE;
    }
    if (frame->asid != vspace->asid) {
        return refuse_capability(k, 1);
    }
    return frame->word == vaddr ? OUTCOME_DONE : refuse_argument(k, 0);
}

enum outcome riscv_frame_map(struct kernel *k, struct invocation *in)
{
    uint64_t vaddr = invocation_arg(k, in, 0), root;
    const struct cap *vspace = &invocation_extra(k, 0)->cap;
    if (!vspace_is_root(k, vspace)) {
        return refuse_capability(k, 1);
    }
    enum outcome outcome = vspace_check_root(k, vspace, 1, &root);
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    if (vaddr + model_mask(in->cap.bits) >= k->facts.user_top) {
        return refuse_argument(k, 0);
    }
    if (vaddr & model_mask(in->cap.bits)) {
        return refuse(k, REFUSAL_ALIGNMENT);
    }
    struct vspace_walk walk = vspace_walk(k, root, vaddr);
    if (walk.shift != in->cap.bits) {
        return refuse_missing(k, false, walk.shift);
    }
    outcome = check_remap(k, &in->cap, vspace, vaddr, &walk);
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    return vspace_put_frame(k, in, &walk, vaddr);
}

const struct arch arch_riscv64 = {
    .name = "riscv64",
    .syscall_bytes = 4,
    .pptr_base = UINT64_C(0xffffffc000000000),
    .top_shift = SHIFT_TOP,
    .index_bits = 9,
    .root_kind = CAP_PAGE_TABLE,
    .first_irq = 1,
    .pte_is_table = pte_is_table,
    .pte_is_page = pte_is_page,
    .pte_paddr = pte_paddr,
    .pte_table = pte_table,
    .pte_page = pte_page,
    .pte_leaf = pte_leaf,
    .vm_fault = vm_fault,
    .sanitise = sanitise,
    .init_context = init_context,
    .table_kind = table_kind,
};
