/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * aarch64 at EL1 with 48-bit addresses: a VSpace and three levels of page tables below it, pages of
 * 4 KiB, 2 MiB and 1 GiB. Entries are the hardware's (stage 1).
 */
#include "host/sim/kernel/arch.h"

#include "host/sim/kernel/cap.h"
#include "host/sim/kernel/handlers.h"
#include "host/sim/kernel/memory.h"
#include "host/sim/kernel/tcb.h"
#include "host/sim/kernel/vspace.h"

enum { SHIFT_TOP = 39, SHIFT_PAGE = 12, INDEX_BITS = 9 };

#define PTE_ADDRESS    UINT64_C(0x0000fffffffff000)
#define PTE_TYPE       UINT64_C(3)
#define PTE_TABLE      UINT64_C(3) /* above the last level; there it is a page */
#define PTE_BLOCK      UINT64_C(1)
#define PTE_AP_SHIFT   6
#define PTE_ACCESSED   (UINT64_C(1) << 10)
#define PTE_NOT_GLOBAL (UINT64_C(1) << 11)
#define PTE_NO_EXECUTE (UINT64_C(1) << 54)

enum { AP_KERNEL = 0, AP_READ_WRITE = 1, AP_READ_ONLY = 3 };
enum { ATTR_CACHEABLE = 1 << 0, ATTR_EXECUTE_NEVER = 1 << 2 };

#define PSTATE_USER  UINT64_C(0x40)       /* EL0, fast interrupts masked */
#define PSTATE_FLAGS UINT64_C(0xf0000000) /* condition flags: all that user code may set */

/* The kernel's window on physical memory, mapped by level 2, forbids; the rest of the upper half
 * and what no table covers is missing at level 0. */
#define WINDOW_START UINT64_C(0xffffff8000000000)
#define WINDOW_END   UINT64_C(0xffffffffc0000000)
#define WINDOW_LEVEL 2

/* Syndrome of an abort from EL0. */
enum { ESR_DATA = 0x24, ESR_INSTRUCTION = 0x20, ESR_CLASS_SHIFT = 26 };
enum { ESR_TRANSLATION = 4, ESR_PERMISSION = 12, ESR_WRITE = 1 << 6 };
#define ESR_LENGTH_32 (UINT64_C(1) << 25)

static bool pte_is_table(uint64_t pte, unsigned shift)
{
    return (pte & PTE_TYPE) == PTE_TABLE && shift > SHIFT_PAGE;
}

static bool pte_is_page(uint64_t pte, unsigned shift)
{
    return (pte & PTE_TYPE) == (shift > SHIFT_PAGE ? PTE_BLOCK : PTE_TABLE);
}

static uint64_t pte_paddr(uint64_t pte, unsigned shift)
{
    (void)shift;
    return pte & PTE_ADDRESS;
}

static uint64_t pte_table(uint64_t paddr)
{
    return paddr | PTE_TABLE;
}

static uint64_t pte_page(uint64_t paddr, unsigned shift, enum vm_rights rights, uint64_t attributes)
{
    uint64_t ap = rights == VM_READ_WRITE  ? AP_READ_WRITE
                  : rights == VM_READ_ONLY ? AP_READ_ONLY
                                           : AP_KERNEL;
    return paddr | (shift > SHIFT_PAGE ? PTE_BLOCK : PTE_TABLE) | ap << PTE_AP_SHIFT |
           PTE_ACCESSED | PTE_NOT_GLOBAL | (attributes & ATTR_EXECUTE_NEVER ? PTE_NO_EXECUTE : 0);
}

static unsigned pte_ap(uint64_t pte)
{
    return pte >> PTE_AP_SHIFT & 3;
}

static void pte_leaf(uint64_t pte, unsigned shift, struct arch_leaf *out)
{
    out->paddr = pte_paddr(pte, shift);
    out->readable = pte_ap(pte) & 1;
    out->writable = pte_ap(pte) == AP_READ_WRITE;
    out->executable = !(pte & PTE_NO_EXECUTE);
}

static void vm_fault(struct kernel *k, const struct cpu_event *event, unsigned shift, bool present,
                     struct fault *fault)
{
    unsigned level = (SHIFT_TOP - shift) / INDEX_BITS;
    bool fetch = event->access == CPU_EXECUTE;
    if (event->address >> (SHIFT_TOP + INDEX_BITS)) {
        present = event->address >= WINDOW_START && event->address < WINDOW_END;
        level = present ? WINDOW_LEVEL : 0;
    }
    uint64_t status =
        event->code ? event->code : (present ? ESR_PERMISSION : ESR_TRANSLATION) | level;
    fault->flag = fetch;
    fault->address = fetch ? k->current->fault_ip : event->address;
    fault->code = (uint64_t)(fetch ? ESR_INSTRUCTION : ESR_DATA) << ESR_CLASS_SHIFT |
                  ESR_LENGTH_32 | status | (event->access == CPU_WRITE ? ESR_WRITE : 0);
}

static uint64_t sanitise(struct kernel *k, unsigned reg, uint64_t value)
{
    return reg == k->facts.reg_status ? (value & PSTATE_FLAGS) | PSTATE_USER : value;
}

static void init_context(struct kernel *k, struct tcb *thread)
{
    tcb_reg_write(k, thread, k->facts.reg_status, PSTATE_USER);
}

static enum cap_kind table_kind(unsigned shift)
{
    (void)shift;
    return CAP_PAGE_TABLE;
}

enum outcome arm_table_map(struct kernel *k, struct invocation *in)
{
    uint64_t vaddr = invocation_arg(k, in, 0), root;
    enum outcome outcome = vspace_check_table(k, in, vaddr, k->facts.user_top, &root);
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    struct vspace_walk walk = vspace_walk(k, root, vaddr);
    if (walk.shift == SHIFT_PAGE || (walk.pte & PTE_TYPE)) {
        return refuse(k, REFUSAL_DELETE_FIRST);
    }
    return vspace_put_table(k, in, &walk, vaddr);
}

static enum outcome check_place(struct kernel *k, const struct cap *frame, const struct cap *vspace,
                                uint64_t vaddr)
{
    if (vaddr & model_mask(frame->bits)) {
        return refuse(k, REFUSAL_ALIGNMENT);
    }
    if (frame->asid != 0) {
        if (frame->asid != vspace->asid) {
            return refuse_capability(k, 1);
        }
        return frame->word == vaddr ? OUTCOME_DONE : refuse_argument(k, 0);
    }
    return vaddr + model_mask(frame->bits) > k->facts.user_top ? refuse_argument(k, 0)
                                                               : OUTCOME_DONE;
}

enum outcome arm_frame_map(struct kernel *k, struct invocation *in)
{
    uint64_t vaddr = invocation_arg(k, in, 0), root;
    const struct cap *vspace = &invocation_extra(k, 0)->cap;
    if (!vspace_is_root(k, vspace)) {
        return refuse_capability(k, 1);
    }
    enum outcome outcome = vspace_check_root(k, vspace, 1, &root);
    if (outcome == OUTCOME_DONE) {
        outcome = check_place(k, &in->cap, vspace, vaddr);
    }
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    struct vspace_walk walk = vspace_walk(k, root, vaddr);
    if (walk.shift != in->cap.bits) {
        return refuse_missing(k, false, walk.shift);
    }
    return vspace_put_frame(k, in, &walk, vaddr);
}

/* There are no caches here; but code that was written has to be seen. */
static void flush(struct kernel *k, struct invocation *in, uint64_t paddr, uint64_t len_bytes)
{
    invocation_commit(k, in);
    if (memory_host(k, paddr, len_bytes)) {
        k->ops->memory_written(k->machine, paddr, len_bytes);
    }
}

enum outcome arm_frame_flush(struct kernel *k, struct invocation *in)
{
    uint64_t start, end, size = model_bit(in->cap.bits), root;
    if (in->cap.asid == 0) {
        return refuse(k, REFUSAL_ILLEGAL_OPERATION);
    }
    if (vspace_find(k, in->cap.asid, &root) != OUTCOME_DONE) {
        return refuse_lookup(k, false);
    }
    start = invocation_arg(k, in, 0);
    end = invocation_arg(k, in, 1);
    if (end <= start) {
        return refuse_argument(k, 1);
    }
    if (start >= size || end > size) {
        return refuse_argument(k, 0);
    }
    struct vspace_walk walk = vspace_walk(k, root, in->cap.word);
    if (walk.shift != in->cap.bits || !pte_is_page(walk.pte, walk.shift) ||
        pte_paddr(walk.pte, walk.shift) != in->cap.paddr) {
        return refuse_capability(k, 0);
    }
    if (in->method == SIM_METHOD_ARM_Page_Invalidate_Data && pte_ap(walk.pte) != AP_READ_WRITE) {
        return refuse(k, REFUSAL_ILLEGAL_OPERATION);
    }
    flush(k, in, in->cap.paddr + start, end - start);
    return OUTCOME_DONE;
}

static enum outcome check_flush_range(struct kernel *k, struct invocation *in, uint64_t *root)
{
    uint64_t start = invocation_arg(k, in, 0), end = invocation_arg(k, in, 1);
    if (end <= start) {
        return refuse_argument(k, 1);
    }
    if (end > k->facts.user_top) {
        return refuse(k, REFUSAL_ILLEGAL_OPERATION);
    }
    if (!vspace_is_root(k, &in->cap)) {
        return refuse_capability(k, 0);
    }
    return vspace_check_root(k, &in->cap, 0, root);
}

enum outcome arm_vspace_flush(struct kernel *k, struct invocation *in)
{
    uint64_t start = invocation_arg(k, in, 0), end = invocation_arg(k, in, 1), root;
    enum outcome outcome = check_flush_range(k, in, &root);
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    struct vspace_walk walk = vspace_walk(k, root, start);
    if (!pte_is_page(walk.pte, walk.shift)) {
        invocation_commit(k, in); /* nothing mapped: nothing to do */
        return OUTCOME_DONE;
    }
    if (model_down(start, walk.shift) != model_down(end - 1, walk.shift)) {
        return refuse_range(k, start, model_down(start, walk.shift) + model_mask(walk.shift));
    }
    if (in->method == SIM_METHOD_ARM_VSpace_Invalidate_Data && pte_ap(walk.pte) != AP_READ_WRITE) {
        return refuse(k, REFUSAL_ILLEGAL_OPERATION);
    }
    flush(k, in, pte_paddr(walk.pte, walk.shift) + (start & model_mask(walk.shift)), end - start);
    return OUTCOME_DONE;
}

const struct arch arch_aarch64 = {
    .name = "aarch64",
    .syscall_bytes = 4,
    .pptr_base = UINT64_C(0xffffff8000000000),
    .top_shift = SHIFT_TOP,
    .index_bits = INDEX_BITS,
    .root_kind = CAP_VSPACE,
    .debug_reply_needs_step = true,
    .boot_attributes = ATTR_CACHEABLE,
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
