/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client's own commands `load FILE` (a component: its YAML or ELF file) and `upload FILE
 * ADDRESS` (bytes for the target's memory). With other words `load` is the target's. Both go on
 * where they stopped when a line that was lost has come back.
 */
#ifndef CLIENT_UPLOAD_COMMAND_H
#define CLIENT_UPLOAD_COMMAND_H

#include "host/client/command.h"

extern const struct client_command upload_command_load, upload_command_data;

#endif
