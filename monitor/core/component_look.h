/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Looking into a component's own CNode: what is in a slot, what the start block calls it, and which
 * of the monitor's objects it is. For the lists of commands; changes nothing. On the shell's
 * thread.
 */
#ifndef MONITOR_CORE_COMPONENT_LOOK_H
#define MONITOR_CORE_COMPONENT_LOOK_H

#include "monitor/core/component.h"
#include "monitor/core/kinds.h"
#include "monitor/core/objects.h"
#include "monitor/core/start_block.h"

/* What is known of one slot. */
struct component_look {
    struct kind_answer answer;
    const struct component_given *given; /* NULL: not of its description */
    const struct object *object;         /* that `given` is to; NULL */
    bool to_monitor;                     /* an endpoint by which the monitor hears of it */
    uint32_t fault_tid;                  /* ... the faults of this thread; 0: no fault endpoint */
};

/* A way into a CNode; changes nothing there. Where the kernel tells what a capability is, the CNode
 * is a part of the monitor's space meanwhile; else each capability is tried to be copied, which a
 * kernel that prints tells of. */
struct component_view {
    const struct component *component;
    seL4_CPtr base;  /* address of its slot 0; 0: not attached */
    seL4_CPtr spare; /* an empty slot of the monitor's; 0: none */
};
enum err component_view_open(const struct component *component, struct component_view *view);
void component_view_close(struct component_view *view);

/* False: the slot is empty. A kernel without debug calls tells only whether something is there;
 * then the kind is remembered, or KIND_UNKNOWN. */
bool component_look(const struct component_view *view, seL4_Word slot, struct component_look *look);

/* Its start block as it was written. ERR_FAULT: it cannot be read. */
enum err component_look_names(struct component *component, struct start_block *block);

/* All names of a slot, with commas between; false: it has none. */
bool component_look_name(const struct start_block *block, seL4_Word slot, char *to, size_t cap);

#endif
