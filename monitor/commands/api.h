/* SPDX-License-Identifier: BSD-2-Clause */
/* A row of the API table in full, for `api NAME` and `help NAME`. */
#ifndef MONITOR_COMMANDS_API_H
#define MONITOR_COMMANDS_API_H

#include "monitor/shell/command.h"
#include "syscalls/include/sel4mon/api_table.h"

void api_show_method(struct command_call *call, const struct api_method *method);

#endif
