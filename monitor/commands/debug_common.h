/* SPDX-License-Identifier: BSD-2-Clause */
/* What the commands over threads share: naming a thread, and saying what stopped it. */
#ifndef MONITOR_COMMANDS_DEBUG_COMMON_H
#define MONITOR_COMMANDS_DEBUG_COMMON_H

#include "monitor/core/component.h"
#include "monitor/core/debug_shell.h"
#include "monitor/shell/command.h"

enum { DEBUG_NAME_BYTES = PACKAGE_NAME_BYTES + 12 };

/* COMPONENT or COMPONENT.TID, as argument `index`. With `all`, a component without a thread means
 * all of them (tid 0), else its first. */
enum err debug_common_thread(struct command_call *call, unsigned index, bool all,
                             struct gdb_id *out);
/* COMPONENT alone. */
enum err debug_common_component(struct command_call *call, unsigned index, struct component **out);

/* "hello.1" */
void debug_common_name(struct gdb_id id, char to[DEBUG_NAME_BYTES]);

/* The error record for what an order returned. */
enum err debug_common_fail(struct command_call *call, enum err e, const char *doing);

/* Lets threads go on, waits for what happens and emits the record of it; `was_at`: where a
 * breakpoint would be one of the command's own. */
enum err debug_common_run(struct command_call *call, struct gdb_id id, enum engine_action action,
                          struct debug_happening *out);
void debug_common_emit(struct command_call *call, const struct debug_happening *what);

/* Registers of a thread that stands; it is made to stand if it does not. */
enum err debug_common_halted(struct command_call *call, struct gdb_id id, uint64_t *words);

/* Completion: threads, and with index 0 only. */
void debug_common_offer(struct shell *shell, unsigned index, const char *prefix,
                        command_offer offer, void *context);

#endif
