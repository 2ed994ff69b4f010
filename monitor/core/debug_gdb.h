/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the shell does on behalf of gdb (`monitor X`, run, kill), on the shell's own thread: gdb
 * waits for the answer meanwhile, and Ctrl-C in gdb ends it as one at the line would.
 */
#ifndef MONITOR_CORE_DEBUG_GDB_H
#define MONITOR_CORE_DEBUG_GDB_H

#include <stdbool.h>
#include <stdint.h>

struct shell;

/* On the shell's thread, after CONSOLE_DEBUG came while it waited for input. */
void debug_gdb_serve(struct shell *shell);

/* On the shell's thread, after it began anew: what it did for gdb has ended. */
void debug_gdb_recover(void);

/* On the shell's thread: the command is gdb's `monitor X`, and gdb itself has this component. */
bool debug_gdb_asks_for_own(uint32_t pid);

#endif
