/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The operator's breakpoints and watchpoints, and their conditions: expressions of the shell over
 * the registers of the thread. On the supervisor's thread.
 */
#ifndef MONITOR_CORE_DEBUG_SHELL_BREAK_H
#define MONITOR_CORE_DEBUG_SHELL_BREAK_H

#include "monitor/core/debug_shell.h"

enum err debug_shell_break_add(struct debug_shell_break *row, const char **why);
enum err debug_shell_break_remove(uint32_t number);
/* The component is no longer the shell's. */
void debug_shell_break_forget(uint32_t pid);
/* Those that only a command set which has ended. */
void debug_shell_break_end_temporary(void);
bool debug_shell_break_any(uint32_t pid);

/* Whether one at this place holds. */
bool debug_shell_break_holds(const struct engine_break *b, struct engine_thread *t);
/* The one that stopped the thread, counted; for a watchpoint only if it is to stop for it. */
const struct debug_shell_break *debug_shell_break_hit(struct engine_thread *t, bool watch,
                                                      uint64_t address);

#endif
