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

#include <sel4/sel4.h>

#include "arch/lib/err.h"

struct component;
struct component_thread;

/* On the root thread, before any other runs; `fault_ep` gets their faults. */
void debug_init(seL4_CPtr fault_ep);

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

/* Lets all threads of a component run, or stops them, where a debugger has it: the shell's own does
 * it, gdb's refuses (ERR_BUSY). ERR_UNSUPPORTED: nobody has it. */
enum err debug_start(struct component *component);
enum err debug_stop(struct component *component);

/* A sentence on what stopped a thread: what was tried, where, and what was missing. */
void debug_explain(struct component *component, const struct component_thread *thread, char *to,
                   size_t cap);

/* --- what the line brings and takes --- */

/* Bytes of the remote protocol; returns how many were used, the rest is to be offered again. */
size_t debug_feed(const uint8_t *bytes, size_t len_bytes);
size_t debug_take(uint8_t *to, size_t cap);
/* To be called after each of the above and after events, and again while debug_busy. */
void debug_poll(void);
bool debug_busy(void);
/* The supervisor has waited, and others may have changed registers meanwhile: what was read of them
 * is forgotten. */
void debug_woke(void);
/* The debugger has gone without a word. */
void debug_disconnect(void);
/* A debugger has a session: on a raw line the shell's text waits. */
bool debug_has_session(void);

#endif
