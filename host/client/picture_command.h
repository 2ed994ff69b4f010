/* SPDX-License-Identifier: BSD-2-Clause */
/* The client's commands that draw the target; rows of command.c's list. */
#ifndef CLIENT_PICTURE_COMMAND_H
#define CLIENT_PICTURE_COMMAND_H

#include "host/client/command.h"

extern const struct client_command client_command_map, client_command_graph;

#endif
