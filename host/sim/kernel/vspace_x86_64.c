/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * x86_64: four levels of tables, each its own kind of object; pages of 4 KiB, 2 MiB and 1 GiB.
 * Everything mapped can be executed. Entries are the hardware's.
 */
#include "host/sim/kernel/arch.h"

#include <string.h>

#include "host/sim/kernel/cap.h"
#include "host/sim/kernel/handlers.h"
#include "host/sim/kernel/tcb.h"
#include "host/sim/kernel/vspace.h"

enum {
    PTE_PRESENT = 1 << 0,
    PTE_WRITE = 1 << 1,
    PTE_USER = 1 << 2,
    PTE_LARGE = 1 << 7, /* not in the last level */
};

enum { SHIFT_PML4 = 39, SHIFT_PDPT = 30, SHIFT_PD = 21, SHIFT_PT = 12 };

#define PTE_ADDRESS UINT64_C(0x0007fffffffff000)
#define USER_TOP    UINT64_C(0x7fffffffffff)

enum {
    FLAGS_HIGH = 1 << 1,
    FLAGS_LOW = 1 << 3 | 1 << 5,
    FLAGS_TRAP = 1 << 8,
    FLAGS_INTERRUPT = 1 << 9,
    FLAGS_MASK = 0xfff,
    FLAGS_RESUME = 1 << 16,
};

/* Page fault error code. */
enum { ERROR_PRESENT = 1, ERROR_WRITE = 2, ERROR_USER = 4, ERROR_FETCH = 16 };

static bool pte_is_table(uint64_t pte, unsigned shift)
{
    return (pte & PTE_PRESENT) && shift > SHIFT_PT && !(pte & PTE_LARGE);
}

static bool pte_is_page(uint64_t pte, unsigned shift)
{
    return (pte & PTE_PRESENT) && (shift == SHIFT_PT || (pte & PTE_LARGE));
}

static uint64_t pte_paddr(uint64_t pte, unsigned shift)
{
    return pte & PTE_ADDRESS & ~(pte_is_table(pte, shift) ? 0 : model_mask(shift));
}

static uint64_t pte_table(uint64_t paddr)
{
    return paddr | PTE_PRESENT | PTE_WRITE | PTE_USER;
}

static uint64_t pte_page(uint64_t paddr, unsigned shift, enum vm_rights rights, uint64_t attributes)
{
    (void)attributes; /* cache settings, which nobody can see */
    return paddr | PTE_PRESENT | (shift > SHIFT_PT ? PTE_LARGE : 0) |
           (rights != VM_READ_ONLY ? PTE_WRITE : 0) | (rights != VM_KERNEL_ONLY ? PTE_USER : 0);
}

static void pte_leaf(uint64_t pte, unsigned shift, struct arch_leaf *out)
{
    out->paddr = pte_paddr(pte, shift);
    out->readable = out->executable = pte & PTE_USER;
    out->writable = (pte & PTE_USER) && (pte & PTE_WRITE);
}

static void vm_fault(struct kernel *k, const struct cpu_event *event, unsigned shift, bool present,
                     struct fault *fault)
{
    (void)k;
    (void)shift;
    fault->address = event->address;
    fault->flag = event->access == CPU_EXECUTE;
    fault->code = ERROR_USER | (present ? ERROR_PRESENT : 0) |
                  (event->access == CPU_WRITE ? ERROR_WRITE : 0) |
                  (event->access == CPU_EXECUTE ? ERROR_FETCH : 0);
}

static uint64_t sanitise(struct kernel *k, unsigned reg, uint64_t value)
{
    static const char *const addresses[] = {"fs_base", "gs_base"};
    bool is_address = reg == 0 || reg == FACTS_REG_NEXT_IP;
    if (reg == k->facts.reg_status) {
        return ((value | FLAGS_HIGH | FLAGS_INTERRUPT) & ~(uint64_t)(FLAGS_LOW | FLAGS_TRAP)) &
               FLAGS_MASK;
    }
    for (unsigned i = 0; i < 2 && reg < k->facts.reg_count; i++) {
        is_address = is_address || strcmp(k->abi->context[reg], addresses[i]) == 0;
    }
    if (is_address && value > UINT64_C(0x00007fffffffffff) &&
        value < UINT64_C(0xffff800000000000)) {
        return 0;
    }
    return value;
}

static void init_context(struct kernel *k, struct tcb *thread)
{
    tcb_reg_write(k, thread, k->facts.reg_status, FLAGS_INTERRUPT | FLAGS_HIGH);
}

static enum cap_kind table_kind(unsigned shift)
{
    return shift == SHIFT_PML4   ? CAP_PDPT
           : shift == SHIFT_PDPT ? CAP_PAGE_DIRECTORY
                                 : CAP_PAGE_TABLE;
}

/* The entry's size at which a kind of table is mapped. */
static unsigned table_shift(enum cap_kind kind)
{
    return kind == CAP_PDPT ? SHIFT_PML4 : kind == CAP_PAGE_DIRECTORY ? SHIFT_PDPT : SHIFT_PD;
}

enum outcome x86_table_map(struct kernel *k, struct invocation *in)
{
    unsigned shift = table_shift(in->cap.kind);
    uint64_t vaddr = model_down(invocation_arg(k, in, 0), shift), root;
    enum outcome outcome = vspace_check_table(k, in, vaddr, USER_TOP, &root);
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    struct vspace_walk walk = vspace_walk(k, root, vaddr);
    if (walk.shift > shift) {
        return refuse_missing(k, false, walk.shift);
    }
    if (walk.shift < shift || (walk.pte & PTE_PRESENT)) {
        return refuse(k, REFUSAL_DELETE_FIRST);
    }
    return vspace_put_table(k, in, &walk, vaddr);
}

/* Is the frame free to go to `vaddr`, or there already? */
static enum outcome check_place(struct kernel *k, const struct cap *frame, const struct cap *vspace,
                                uint64_t vaddr)
{
    if (frame->asid != 0) {
        if (frame->asid != vspace->asid) {
            return refuse_capability(k, 1);
        }
        return frame->word == vaddr ? OUTCOME_DONE : refuse_argument(k, 0);
    }
    if (vaddr > USER_TOP || vaddr + model_bit(frame->bits) > USER_TOP) {
        return refuse_argument(k, 0);
    }
    return OUTCOME_DONE;
}

enum outcome x86_frame_map(struct kernel *k, struct invocation *in)
{
    uint64_t vaddr = invocation_arg(k, in, 0), root;
    const struct cap *vspace = &invocation_extra(k, 0)->cap;
    if (!vspace_is_root(k, vspace)) {
        return refuse_capability(k, 1);
    }
    enum outcome outcome = check_place(k, &in->cap, vspace, vaddr);
    if (outcome == OUTCOME_DONE) {
        outcome = vspace_check_root(k, vspace, 1, &root);
    }
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    if (vaddr & model_mask(in->cap.bits)) {
        return refuse(k, REFUSAL_ALIGNMENT);
    }
    struct vspace_walk walk = vspace_walk(k, root, vaddr);
    if (walk.shift > in->cap.bits) {
        return refuse_missing(k, false, walk.shift);
    }
    if (walk.shift < in->cap.bits) {
        return refuse(k, REFUSAL_DELETE_FIRST); /* a table is there */
    }
    return vspace_put_frame(k, in, &walk, vaddr);
}

const struct arch arch_x86_64 = {
    .name = "x86_64",
    .syscall_bytes = 2,
    .user_top = USER_TOP,
    .pptr_base = UINT64_C(0xffffff8000000000),
    .top_shift = SHIFT_PML4,
    .index_bits = 9,
    .root_kind = CAP_VSPACE,
    .irqs_are_vectors = true,
    .extra_boot_info_whole = true,
    .boot_io_levels = UINT64_MAX, /* no IOMMU */
    .debug_status_bits = FLAGS_TRAP | FLAGS_RESUME,
    .debug_trap_bit = FLAGS_TRAP,
    .debug_resume_bit = FLAGS_RESUME,
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
