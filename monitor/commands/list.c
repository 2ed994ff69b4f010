/* SPDX-License-Identifier: BSD-2-Clause */
/* The one list of the monitor's commands. Its order means nothing. */
#include "monitor/commands/commands.h"

const struct command *const command_list[] = {
    &command_gdbline,       &command_api,      &command_assert, &command_call,
    &command_complete_line, &command_echo,     &command_help,   &command_json,
    &command_let,           &command_print,    &command_set,    &command_bootinfo,
    &command_caps,          &command_delete,   &command_irq,    &command_leaks,
    &command_measure,       &command_new,      &command_port,   &command_poweroff,
    &command_read,          &command_reset,    &command_revoke, &command_untypeds,
    &command_write,         &command_text,     &command_try,    &command_version,
    &command_components,    &command_kill,     &command_load,   &command_restart,
    &command_start,         &command_stop,     &command_wait,   &command_backtrace,
    &command_break,         &command_continue, &command_detach, &command_examine,
    &command_fault,         &command_next,     &command_regs,   &command_step,
    &command_threads,       &command_until,    &command_watch,  &command_receive,
};

const unsigned command_count = sizeof(command_list) / sizeof(command_list[0]);
