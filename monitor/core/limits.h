/* SPDX-License-Identifier: BSD-2-Clause */
/* Sizes of the core's fixed pools, each with its reason. A full pool is an ordinary error. */
#ifndef MONITOR_CORE_LIMITS_H
#define MONITOR_CORE_LIMITS_H

enum {
    /* Slots of the kernel's own root CNode that are given out; a root CNode may have many more. */
    LIMIT_ROOT_SLOTS = 4096,
    /* A CNode of the second level: 32 KiB of memory each. */
    LIMIT_NODE_BITS = 10,
    LIMIT_NODE_SLOTS = 1 << LIMIT_NODE_BITS,
    /* 16 K slots beyond the root CNode's: each object takes two. */
    LIMIT_NODES = 16,
    /* Bits of the top CNode: room for a CNode of the second level and more for components. */
    LIMIT_TOP_BITS = 8,
    /* Split below this many free slots, a new CNode is made: a way down the largest untyped takes
     * two slots for each of 47 halvings. */
    LIMIT_SLOT_RESERVE = 128,
    /* Nodes of the untyped trees: the kernel's list (230 by default) and the splits. A way down
     * from the largest device untyped takes 70 of them. */
    LIMIT_UNTYPED_NODES = 2048,
    LIMIT_UNTYPED_ROOTS = 512,
    /* Halves that are both free join at once up to this size: what is joined the kernel clears when
     * it is next used, and larger ones would be cleared for nothing. */
    LIMIT_JOIN_BITS = 16,
    /* Objects with a name: the monitor's own are about 20, the rest are the operator's. */
    LIMIT_OBJECTS = 512,
    LIMIT_OBJECT_NAME_BYTES = 24,
    /* Frames mapped in the monitor: device registers and memory under inspection. */
    LIMIT_WINDOWS = 64,
    /* Components at once, as many as the debugger holds. */
    LIMIT_COMPONENTS = 16,
    /* Threads of one component, and runs of pages known to be mapped in it: segments, stack, heap,
     * buffers, and the pages that it maps itself. */
    LIMIT_COMPONENT_THREADS = 16,
    LIMIT_COMPONENT_REGIONS = 64,
    /* Pages that a component maps itself and tells of: a buffer and some stacks a thread. */
    LIMIT_COMPONENT_PAGES = 48,
    /* Objects that a component shares or claims beside its estate: endpoints, device pages,
     * interrupts, ports. */
    LIMIT_COMPONENT_OWNED = 96,
    /* One line of a component's text; a longer one is shown as several. */
    LIMIT_NOTICE_BYTES = 240,
    /* Pages of components mapped in the monitor at once, while hot: what a debugger looks at again
     * and again (stack, code, data of a few threads). */
    LIMIT_COMPONENT_WINDOWS = 32,
    /* Arguments given with `load`: a line of the shell. */
    LIMIT_COMPONENT_ARGS_BYTES = 256,
    /* Packages kept that came over the line. */
    LIMIT_STORED = 16,
    /* Bytes that wait between the shell and the line: a page or two of text. */
    LIMIT_CONSOLE_BYTES = 8192,
};

#endif
