/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the model asks of an architecture: numbers and small pure functions. Decoding of its own
 * invocations is in the table of invoke.c. One struct for each architecture, chosen by name when a
 * kernel is made.
 */
#ifndef SIM_KERNEL_ARCH_H
#define SIM_KERNEL_ARCH_H

#include "host/sim/kernel/model.h"

/* A mapping as a page table entry states it. */
struct arch_leaf {
    uint64_t paddr;
    bool readable, writable, executable;
};

struct arch {
    const char *name;           /* as in sim_abi.arch */
    unsigned syscall_bytes;     /* length of the trap instruction */
    uint64_t user_top;          /* 0: the interface's seL4_UserTop */
    uint64_t pptr_base;         /* where the kernel sees physical memory: limits alignments */
    unsigned top_shift;         /* address bits below the root table's index */
    unsigned index_bits;        /* of each table */
    enum cap_kind root_kind;    /* capability of an address space */
    unsigned first_irq;         /* lowest interrupt number that may be asked for */
    bool irqs_are_vectors;      /* numbers are not those of the machine's lines */
    bool extra_boot_info_whole; /* all pages of its power of two are handed out */

    /* Bits of the status register that stepping sets and that the machine must not see. */
    uint64_t debug_status_bits, debug_trap_bit, debug_resume_bit;
    bool debug_reply_needs_step; /* a step's fault reply needs stepping still to be on */

    /* Page table entries; `shift`: address bits that the entry covers. */
    bool (*pte_is_table)(uint64_t pte, unsigned shift);
    bool (*pte_is_page)(uint64_t pte, unsigned shift);
    uint64_t (*pte_paddr)(uint64_t pte, unsigned shift);
    uint64_t (*pte_table)(uint64_t paddr);
    uint64_t (*pte_page)(uint64_t paddr, unsigned shift, enum vm_rights rights,
                         uint64_t attributes);
    void (*pte_leaf)(uint64_t pte, unsigned shift, struct arch_leaf *out);
    uint64_t boot_io_levels;  /* numIOPTLevels of the boot information */
    uint64_t boot_attributes; /* of the initial thread's pages */

    /* Fills address, status and instruction flag of a VM fault. `shift`: where the walk ended;
     * `present`: there was a page, but not for this access. */
    void (*vm_fault)(struct kernel *k, const struct cpu_event *event, unsigned shift, bool present,
                     struct fault *fault);

    /* A value that user code wants in a register of a thread. */
    uint64_t (*sanitise)(struct kernel *k, unsigned reg, uint64_t value);
    void (*init_context)(struct kernel *k, struct tcb *thread);

    /* The kind of paging object and capability at the entry of `shift` bits. */
    enum cap_kind (*table_kind)(unsigned shift);
};

extern const struct arch arch_x86_64, arch_aarch64, arch_riscv64;

/* NULL if the model does not have it. */
const struct arch *arch_find(const char *name);

#endif
