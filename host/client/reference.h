/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The longer texts about the kernel's methods, parameters and errors, which the target has no room
 * for. They come from reference.json, generated with the interface, beside the client's program or
 * where it is installed; without the file nothing is shown. script.c calls it after a command.
 */
#ifndef CLIENT_REFERENCE_H
#define CLIENT_REFERENCE_H

#include "host/client/output.h"

/* After `api NAME`, which has been run: what there is to say beyond the target's own table. Any
 * other command, more than one method, and JSON output have nothing added. */
void reference_show(struct output *o, const char *command);

#endif
