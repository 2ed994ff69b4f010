/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client's own commands `load FILE` (a component: its YAML or ELF file) and `upload FILE
 * ADDRESS` (bytes for the target's memory). With other words `load` is the target's.
 */
#ifndef CLIENT_UPLOAD_COMMAND_H
#define CLIENT_UPLOAD_COMMAND_H

#include <stdbool.h>

#include "host/client/output.h"
#include "host/client/target.h"

/* Does the line if it is one of these: then true, with its outcome in `*result` (what went wrong
 * has been said, but for a line or target that was lost). */
bool upload_command(struct target *t, struct output *out, const char *line,
                    enum target_result *result);

#endif
