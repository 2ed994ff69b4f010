/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What mapping a table or a frame has in common on all architectures: the checks of the address
 * space, and what is written once all is checked. In which order each kernel checks the rest is in
 * vspace_*.c.
 */
#include "host/sim/kernel/vspace.h"

#include "host/sim/kernel/arch.h"
#include "host/sim/kernel/cap.h"
#include "host/sim/kernel/invoke.h"
#include "host/sim/kernel/mdb.h"

enum outcome vspace_check_table(struct kernel *k, struct invocation *in, uint64_t vaddr,
                                uint64_t last, uint64_t *root)
{
    const struct cap *vspace = &invocation_extra(k, 0)->cap;
    if (in->cap.mapped) {
        return refuse_capability(k, 0);
    }
    if (!vspace_is_root(k, vspace)) {
        return refuse_capability(k, 1);
    }
    if (vaddr > last) {
        return refuse_argument(k, 0);
    }
    return vspace_check_root(k, vspace, 1, root);
}

/* The capability knows from now on where its object is mapped. */
static void commit_at(struct kernel *k, struct invocation *in, uint64_t vaddr)
{
    invocation_commit(k, in);
    in->slot->cap.asid = invocation_extra(k, 0)->cap.asid;
    in->slot->cap.word = vaddr;
}

enum outcome vspace_put_table(struct kernel *k, struct invocation *in,
                              const struct vspace_walk *walk, uint64_t vaddr)
{
    commit_at(k, in, model_down(vaddr, walk->shift));
    in->slot->cap.mapped = true;
    vspace_write_entry(k, walk->entry, k->arch->pte_table(in->cap.paddr));
    return OUTCOME_DONE;
}

enum outcome vspace_put_frame(struct kernel *k, struct invocation *in,
                              const struct vspace_walk *walk, uint64_t vaddr)
{
    enum vm_rights rights = cap_mask_vm_rights(in->cap.rights, invocation_arg(k, in, 1));
    uint64_t pte = k->arch->pte_page(in->cap.paddr, in->cap.bits, rights, invocation_arg(k, in, 2));
    commit_at(k, in, vaddr);
    vspace_write_entry(k, walk->entry, pte);
    return OUTCOME_DONE;
}

enum outcome vspace_table_unmap(struct kernel *k, struct invocation *in)
{
    if (!mdb_is_final(k, in->slot)) {
        return refuse(k, REFUSAL_REVOKE_FIRST);
    }
    invocation_commit(k, in);
    vspace_clear_table(k, in->slot);
    return OUTCOME_DONE;
}
