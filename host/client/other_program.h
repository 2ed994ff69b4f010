/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Other programs, started from the prompt.
 */
#ifndef CLIENT_OTHER_PROGRAM_H
#define CLIENT_OTHER_PROGRAM_H

#include "host/client/script.h"

/* Runs a command of the shell and waits for its end; with `line` it has the line to the target as
 * descriptor 3, at a plain prompt, and the client greets the target again afterwards. True if the
 * command ended with status 0. */
bool other_program_run(struct script *s, const char *command, bool line);

#endif
