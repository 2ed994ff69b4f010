/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The line that tells what goes on, in a terminal: the command that runs for longer than a moment,
 * and before a prompt which components run or have stopped, if that has changed.
 */
#ifndef CLIENT_STATUS_LINE_H
#define CLIENT_STATUS_LINE_H

#include "host/client/script.h"

/* A command begins or has ended. */
void status_line_begin(const char *command);
void status_line_end(void);

/* Time goes by while it runs. */
void status_line_tick(const struct output *out);

/* Takes the line off the screen: before anything else is printed. */
void status_line_hide(void);

/* Before a prompt: asks the target if there is a reason to, and prints what has changed. */
void status_line_components(struct script *s);

#endif
