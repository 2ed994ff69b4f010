/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between the line and the shell: a ring for each direction, a notification for each side, and the
 * flags that Ctrl-C and flow control need. The supervisor fills the input ring and empties the
 * output ring; the shell's thread does the other halves. Both run on one core and the supervisor's
 * priority is higher, so the shell never sees it half-way.
 */
#ifndef MONITOR_CORE_CONSOLE_H
#define MONITOR_CORE_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sel4/sel4.h>

#include "arch/lib/err.h"
#include "monitor/core/ring.h"

/* What wakes the shell: bits of the badges of its notification. */
enum console_event {
    CONSOLE_INPUT = 1 << 0,     /* bytes in the input ring */
    CONSOLE_ROOM = 1 << 1,      /* the output ring has drained, wholly or enough */
    CONSOLE_INTERRUPT = 1 << 2, /* Ctrl-C while a command runs */
    CONSOLE_WORKER = 1 << 3,    /* the worker is done */
    CONSOLE_IRQ = 1 << 4,       /* an interrupt that a command waits for */
    CONSOLE_NOTICE = 1 << 5,    /* the supervisor has something to tell */
    CONSOLE_DEBUG = 1 << 6,     /* the debugger: an order of gdb's, or what was waited for */
    CONSOLE_REQUEST = 1 << 7,   /* what the supervisor was asked to do is done */
};

/* What wakes the supervisor. */
enum console_wake {
    WAKE_OUTPUT = 1 << 0,   /* the output ring has bytes, or shall be drained */
    WAKE_INPUT = 1 << 1,    /* the input ring has room again */
    WAKE_UART = 1 << 2,     /* the UART's interrupt */
    WAKE_REQUEST = 1 << 3,  /* the shell wants something done */
    WAKE_GDB_LINE = 1 << 4, /* the interrupt of the debugger's own line */
};

struct console {
    struct ring input, output;
    struct ring bulk;                              /* uploads, from the supervisor to the shell */
    seL4_CPtr shell_ntfn;                          /* waited on by the shell */
    seL4_CPtr shell_room, shell_input, shell_stop; /* the supervisor's, each with one event */
    seL4_CPtr shell_irq;                           /* for interrupts, with CONSOLE_IRQ */
    seL4_CPtr shell_notice;                        /* the supervisor's, with CONSOLE_NOTICE */
    seL4_CPtr shell_debug;                         /* the supervisor's, with CONSOLE_DEBUG */
    seL4_CPtr shell_request;                       /* the supervisor's, with CONSOLE_REQUEST */
    seL4_CPtr wake_output, wake_input;             /* the shell's, for the supervisor */
    seL4_CPtr wake_request;
    volatile bool command_running;
    volatile bool interrupted; /* Ctrl-C since the command began */
    volatile bool want_drain;  /* the shell waits until all has left */
    volatile bool want_room;   /* the shell waits until half has left */
    volatile bool stalled;     /* the supervisor leaves input in the UART */
    bool polled; /* the UART does not interrupt: the shell asks the supervisor to look */
    volatile bool listening; /* what does not fit is dropped, so that Ctrl-C gets through */
    volatile uint32_t input_lost;
    /* How far the command is that runs, for a client that asks; total 0: it does not know. */
    struct {
        volatile uint64_t done, total;
        const char *volatile units;
    } so_far;
};

extern struct console console;

/* --- the shell's side --- */

/* Waits for any of `events`; the others that came meanwhile are kept for later. */
unsigned console_wait(unsigned events);

/* Forgets events of these kinds that came already. */
void console_forget(unsigned events);

/* Waits for input, or for another of `events`: those that came, CONSOLE_INPUT if there is a byte
 * to read. Sends what was written before. */
unsigned console_await(unsigned events);

uint8_t console_read(void);
void console_write(const char *text, size_t len_bytes);

/* Lets the supervisor send what has been written. */
void console_flush(void);

/* Waits until all has left the machine. */
void console_drain(void);

/* From now on Ctrl-C must get through, though nobody reads: the shell waits for something else, or
 * the command is a long one. Ends with the command. */
void console_listen(void);

/* After the shell's thread began anew: what it waited for is forgotten. */
void console_reset_waits(void);

#endif
