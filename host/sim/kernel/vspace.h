/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Address spaces: ASIDs, walks through the page tables in guest RAM, mapping and unmapping. The
 * tables' format is the architecture's (arch.h); the decoding of its invocations is in vspace_*.c.
 */
#ifndef SIM_KERNEL_VSPACE_H
#define SIM_KERNEL_VSPACE_H

#include "host/sim/kernel/model.h"

/* Where a walk ended: an entry that is no table. */
struct vspace_walk {
    uint64_t entry; /* physical address of the entry */
    uint64_t pte;
    unsigned shift; /* address bits that the entry covers */
};

struct vspace_walk vspace_walk(struct kernel *k, uint64_t root, uint64_t vaddr);

/* The root's physical address, or OUTCOME_LOOKUP and k->lookup. */
enum outcome vspace_find(struct kernel *k, uint64_t asid, uint64_t *root);

/* Is this a capability of an address space that threads can run in? */
bool vspace_is_root(const struct kernel *k, const struct cap *cap);

/* Checks an address space's capability for a mapping: the root it stands for is what its ASID
 * says. Refuses as the kernel does. */
enum outcome vspace_check_root(struct kernel *k, const struct cap *cap, unsigned number,
                               uint64_t *root);

void vspace_write_entry(struct kernel *k, uint64_t entry, uint64_t pte);

/* Takes back a mapping, if it is still there. */
void vspace_unmap_page(struct kernel *k, const struct cap *frame);
void vspace_unmap_table(struct kernel *k, const struct cap *table);

/* The last (or for frames, any) capability goes. */
void vspace_finalise(struct kernel *k, const struct cap *cap, bool final);

/* `thread` runs next: its address space. */
void vspace_switch(struct kernel *k, struct tcb *thread);
/* What the running thread's address space is may have changed. */
void vspace_refresh(struct kernel *k);

/* A thread's mapping of an address, whatever the rights. */
bool vspace_resolve(struct kernel *k, struct tcb *thread, uint64_t vaddr, uint64_t *paddr);

/* May the frame behind this capability be an IPC buffer at `vaddr`? */
enum outcome vspace_check_ipc_buffer(struct kernel *k, uint64_t vaddr, const struct cap *cap);

struct invocation;

/* A table that shall be mapped at `vaddr`: neither it is mapped nor lies the address above `last`,
 * and the address space is one; `root` is its. */
enum outcome vspace_check_table(struct kernel *k, struct invocation *in, uint64_t vaddr,
                                uint64_t last, uint64_t *root);
/* All is checked: the entry where the walk ended is written, and the capability knows its place. A
 * frame's rights and attributes are the invocation's arguments 1 and 2. */
enum outcome vspace_put_table(struct kernel *k, struct invocation *in,
                              const struct vspace_walk *walk, uint64_t vaddr);
enum outcome vspace_put_frame(struct kernel *k, struct invocation *in,
                              const struct vspace_walk *walk, uint64_t vaddr);

/* Handlers that architectures share; see invoke.h. */
enum outcome vspace_table_unmap(struct kernel *k, struct invocation *in);
enum outcome vspace_frame_unmap(struct kernel *k, struct invocation *in);
enum outcome vspace_frame_address(struct kernel *k, struct invocation *in);
enum outcome vspace_make_pool(struct kernel *k, struct invocation *in);
enum outcome vspace_assign(struct kernel *k, struct invocation *in);
void vspace_clear_table(struct kernel *k, struct slot *slot);

#endif
