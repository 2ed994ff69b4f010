/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a component is handed when it starts: one block of memory that names its capabilities, its
 * free slots and addresses, and its arguments. The loader (the monitor) writes it, the runtime
 * reads it; so this header knows no kernel and no architecture: every number is 64 bits wide or
 * 32, in the target's byte order, and places are offsets from the block's start.
 *
 * At the first instruction the first argument register (rdi, x0, a0) has the block's address, the
 * stack pointer the end of a stack (16-aligned), or 0: then the runtime's own small stack is used.
 * All else is 0. A root task is given the kernel's boot info there instead; `magic` tells them
 * apart, for the first word of a boot info is a length.
 */
#ifndef SEL4MON_COMPONENT_START_H
#define SEL4MON_COMPONENT_START_H

#include <stdint.h>

#define COMPONENT_START_MAGIC   0x7274534d6f434c73u /* "sLCoMStr", read as little-endian */
#define COMPONENT_START_VERSION 1u

struct component_start {
    uint64_t magic;
    uint32_t version;     /* a reader refuses a newer one */
    uint32_t size_bytes;  /* of the whole block, tables and texts included */
    uint32_t caps_offset; /* struct component_cap[caps_count], 8-aligned */
    uint32_t caps_count;
    uint32_t args_offset; /* texts, each ended by a zero byte, one after the other */
    uint32_t args_count;  /* the first is the component's name */
    uint64_t ipc_buffer;  /* address of the first thread's IPC buffer, 0: none */
    uint64_t slots_first; /* free slots of the component's own CNode: first .. end - 1 */
    uint64_t slots_end;
    uint64_t free_first; /* addresses at which the component may map what it makes */
    uint64_t free_end;
};

#define COMPONENT_CAP_NAME_BYTES 24

/* A capability by name; where it is memory that the loader has mapped, also where. */
struct component_cap {
    char name[COMPONENT_CAP_NAME_BYTES]; /* ended by a zero byte */
    uint64_t slot;                       /* as a capability address, full depth */
    uint64_t address;                    /* 0: not mapped */
    uint64_t size_bytes;                 /* of the mapped memory, or of an untyped; else 0 */
};

/* Names that the runtime itself knows. All are optional: what needs one that is absent says so. */
#define COMPONENT_CAP_CONSOLE       "console"      /* endpoint that takes text */
#define COMPONENT_CAP_EXIT          "exit"         /* endpoint that takes the exit status */
#define COMPONENT_CAP_MONITOR       "monitor"      /* endpoint that is told what was made */
#define COMPONENT_CAP_TCB           "tcb"          /* the first thread */
#define COMPONENT_CAP_CNODE         "cnode"        /* the component's own CNode */
#define COMPONENT_CAP_VSPACE        "vspace"       /* its address space */
#define COMPONENT_CAP_UNTYPED       "untyped"      /* memory to make objects of */
#define COMPONENT_CAP_SCHED_CONTROL "schedcontrol" /* MCS: for threads of its own */

/* Labels of what the runtime sends; no fault of a kernel has such a label. Text: word 0 its length
 * in bytes, then the bytes, low byte first. Exit: word 0 the status. Both are plain sends. */
#define COMPONENT_MESSAGE_TEXT 0x100
#define COMPONENT_MESSAGE_EXIT 0x101

/* For a debugger to see them, by calls to "monitor": a thread that does not run yet (its TCB's
 * slot; 1: the monitor shall get its faults; length of its name in bytes; the name, low byte
 * first), and a page that was mapped (the frame's slot, the address, 1: it can be written). By a
 * plain send: the sender is a thread that ends (its TCB's slot), and may be suspended at once. */
#define COMPONENT_MESSAGE_THREAD     0x102
#define COMPONENT_MESSAGE_PAGE       0x103
#define COMPONENT_MESSAGE_THREAD_END 0x104

/* Without an exit endpoint a component ends by this unknown system call ("exit"), its status in
 * the first argument register: its fault handler sees both, and needs no capability for it. */
#define COMPONENT_EXIT_SYSCALL 0x65786974

#endif
