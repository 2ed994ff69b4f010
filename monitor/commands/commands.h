/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of the command list, each at the end of the file of its handler. */
#ifndef MONITOR_COMMANDS_COMMANDS_H
#define MONITOR_COMMANDS_COMMANDS_H

#include "monitor/shell/command.h"

/* The shell itself. */
extern const struct command command_assert, command_complete_line, command_echo, command_help,
    command_json, command_let, command_print, command_set, command_text, command_try,
    command_version;

/* The kernel's interface. */
extern const struct command command_api, command_call;

/* The monitor's core. */
extern const struct command command_bootinfo, command_caps, command_delete, command_irq,
    command_leaks, command_measure, command_new, command_port, command_poweroff, command_read,
    command_receive, command_reset, command_revoke, command_untypeds, command_write;

/* Components. */
extern const struct command command_backtrace, command_break, command_components, command_continue,
    command_detach, command_examine, command_fault, command_next, command_regs, command_step,
    command_threads, command_until, command_watch, command_kill, command_load, command_restart,
    command_start, command_stop, command_wait;

/* The debugger's own line. */
extern const struct command command_gdbline;

#endif
