/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All that differs between plain and MCS kernels for the monitor's own threads: on MCS each has a
 * scheduling context, who receives brings a reply object, and the fault handler is a capability in
 * the TCB.
 */
#ifndef MONITOR_CORE_SCHED_H
#define MONITOR_CORE_SCHED_H

#include <sel4/sel4.h>

#include <stdint.h>

#include "arch/lib/err.h"

struct thread;
struct estate;

/* Spaces, IPC buffer, priority, fault handler and time for a new TCB. */
enum err sched_configure(struct thread *thread, seL4_CPtr buffer_frame, unsigned priority,
                         seL4_CPtr fault_ep);

/* What the thread needs to receive. */
enum err sched_make_reply(struct thread *thread);

/* What the first thread of a component is made of. */
struct sched_component {
    seL4_CPtr tcb, vspace, buffer_frame, sched_context;
    seL4_CPtr cnode;  /* without a guard */
    seL4_CPtr cspace; /* with one that fills up to a word */
    uint8_t cnode_bits;
    uint8_t priority, max_priority;
    seL4_Word buffer;     /* address in the component */
    seL4_Word fault_slot; /* of its own CNode: the endpoint for its faults */
};

/* A scheduling context out of the estate, with time; 0 on a plain kernel. */
enum err sched_make_component(struct estate *estate, seL4_CPtr *sched_context);
enum err sched_configure_component(const struct sched_component *parts);

/* For a thread that a component made: its faults go to slot `fault_slot` of its CNode from now on;
 * it stays in the component's spaces. `empty`: a slot of the monitor's to use meanwhile. */
enum err sched_take_faults(const struct sched_component *parts, seL4_CPtr empty);

/* The authority over time that components get; 0 on a plain kernel. */
seL4_CPtr sched_control(void);

#endif
