/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command `gdb`: a debugger in the terminal of the prompt, which gets the terminal back when
 * the debugger ends.
 */
#ifndef CLIENT_GDB_COMMAND_H
#define CLIENT_GDB_COMMAND_H

#include "host/client/command.h"

extern const struct client_command command_gdb;

#endif
