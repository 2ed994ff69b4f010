/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The session at a prompt: readline, completion, history, and what the target says meanwhile.
 */
#ifndef CLIENT_INTERACTIVE_H
#define CLIENT_INTERACTIVE_H

#include <stdbool.h>

#include "host/client/script.h"

/* Runs until the operator leaves or the target is lost; returns the exit status. */
int interactive_run(struct script *s, bool keep_history);

#endif
