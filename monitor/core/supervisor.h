/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The thread that owns the serial line: bytes from the UART to the shell and back, and Ctrl-C. It
 * waits on an endpoint with a bound notification, so that faults of components can come the same
 * way. It runs no command and takes no memory.
 */
#ifndef MONITOR_CORE_SUPERVISOR_H
#define MONITOR_CORE_SUPERVISOR_H

#include <stdbool.h>

#include <sel4/sel4.h>

struct uart;

/* Badges of messages to its endpoint, apart from those of its notification: whose they are. */
enum {
    SUPERVISOR_MESSAGE = 1 << 27, /* 32-bit kernels have 28 bits */
    SUPERVISOR_FAULT = 1 << 26,   /* sent by the kernel for thread `tid`; else by the component */
    SUPERVISOR_PID_SHIFT = 8,
    SUPERVISOR_PID_MASK = 0xffff,
    SUPERVISOR_TID_MASK = 0xff,
};

struct supervisor {
    struct uart *uart;
    seL4_CPtr endpoint;
    seL4_CPtr notification; /* bound to it */
    seL4_CPtr wake_uart;    /* the same with WAKE_UART */
    seL4_CPtr irq;          /* handler; 0: the line is polled */
    seL4_CPtr spare_slot;   /* empty, for a capability that is needed for one call */
    seL4_Word missed;       /* signals that came while messages were taken, or-ed */
};

extern struct supervisor supervisor;

/* Takes the messages of components that wait already, on the supervisor's thread: a thread that is
 * suspended loses its own. */
void supervisor_drain(void);

/* The thread's entry; never returns. Also after the keeper began it anew. */
void supervisor_run(void *unused);

#endif
