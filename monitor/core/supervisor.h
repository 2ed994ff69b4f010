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

struct supervisor {
    struct uart *uart;
    seL4_CPtr endpoint;
    seL4_CPtr notification; /* bound to it */
    seL4_CPtr wake_uart;    /* the same with WAKE_UART */
    seL4_CPtr irq;          /* handler; 0: the line is polled */
};

extern struct supervisor supervisor;

/* The thread's entry; never returns. Also after the keeper began it anew. */
void supervisor_run(void *unused);

#endif
