/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The capabilities that a component is given by its description: endpoints and notifications shared
 * by name, devices, interrupts, I/O ports. On the shell's thread, while the component is made.
 */
#ifndef MONITOR_CORE_COMPONENT_CAPS_H
#define MONITOR_CORE_COMPONENT_CAPS_H

#include "monitor/core/component.h"
#include "syscalls/runtime/include/sel4mon/component_start.h"

/* Slots of every component's own CNode; after the rows the fault endpoints, one a thread. */
enum {
    COMPONENT_SLOT_CNODE = 1,
    COMPONENT_SLOT_VSPACE,
    COMPONENT_SLOT_TCB,
    COMPONENT_SLOT_UNTYPED,
    COMPONENT_SLOT_CONSOLE,
    COMPONENT_SLOT_SCHED_CONTROL,
    COMPONENT_SLOT_ROWS,
};

/* Puts the capability of a row into slot `slot` of the component's CNode. A device is mapped at
 * `address`, and `cap` tells how much. */
enum err component_caps_give(struct component *component, const struct package_head *head,
                             const struct package_row *row, seL4_Word slot, uint64_t address,
                             struct component_cap *cap, struct component_problem *problem);

/* Gives back the objects beside the estate that no other component has. */
void component_caps_release(struct component *component);

/* Into slot `to` of the component's CNode: a copy of `from` in the monitor's space, with badge. */
enum err component_caps_mint(struct component *component, seL4_Word to, seL4_CPtr from,
                             seL4_CapRights_t rights, seL4_Word badge);

#endif
