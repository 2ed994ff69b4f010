/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The debugger in the monitor: gdbstub/ over the components' threads, and what the line has to know
 * of it. All on the supervisor's thread.
 */
#ifndef MONITOR_CORE_DEBUG_H
#define MONITOR_CORE_DEBUG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct component;
struct component_thread;

void debug_init(void);

/* --- what happens to components --- */

/* A thread stopped by a fault, which is in thread->fault. False: no debugger has the component, so
 * the operator is to be told. */
bool debug_fault(struct component *component, struct component_thread *thread);
/* It ended by itself. */
void debug_exited(struct component *component);
/* Threads came or went. */
void debug_threads_changed(struct component *component);
/* It is about to be taken away: nothing of it may be touched after this. */
void debug_forget(struct component *component);

/* --- what the line brings and takes --- */

/* Bytes of the remote protocol; returns how many were used, the rest is to be offered again. */
size_t debug_feed(const uint8_t *bytes, size_t len_bytes);
size_t debug_take(uint8_t *to, size_t cap);
/* To be called after each of the above and after events, and again while debug_busy. */
void debug_poll(void);
bool debug_busy(void);
/* The debugger has gone without a word. */
void debug_disconnect(void);
/* A debugger has a session: on a raw line the shell's text waits. */
bool debug_has_session(void);

#endif
