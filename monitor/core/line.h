/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the bytes of the line mean: the supervisor hands in what its UART received and asks for what
 * to send. Raw, for a plain terminal or a debugger without a client (line_raw.h), or framed, with
 * the client (monitor/link). Either way the shell sees its two rings in console.h. All on the
 * supervisor's thread, which never waits here and takes no memory.
 */
#ifndef MONITOR_CORE_LINE_H
#define MONITOR_CORE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The supervisor begins, or begins anew: what was half received is forgotten. */
void line_start(void);

/* Is there room for whatever comes? If not, bytes wait in the UART. */
bool line_can_take(void);

/* One byte that came. */
void line_take(uint8_t byte);

/* After some bytes have come, or something else has happened: lets others do their part. */
void line_serve(void);

/* The next bytes to send, up to `cap` of them; 0: none now. */
size_t line_give(uint8_t *to, size_t cap);

/* Has all that the shell wrote been given? */
bool line_is_drained(void);

/* A client is connected: the kernel's text spoils nothing, and there is a channel for the log. */
bool line_is_framed(void);

#endif
