/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The line that tells what goes on, in a terminal: what runs and for how long, or how far it is,
 * and which components run or have stopped. At a prompt it is the screen's last row, which is kept
 * free for it (`set status off` gives it back); elsewhere it stands where the cursor is, while
 * something takes a while.
 */
#ifndef CLIENT_STATUS_LINE_H
#define CLIENT_STATUS_LINE_H

#include "host/client/command.h"
#include "host/client/script.h"

extern const struct client_command status_line_command;

/* Takes the last row of the screen, if the terminal can do that; and gives it back. */
void status_line_open(struct script *s);
void status_line_close(void);

/* Other programs have the screen for a while. */
void status_line_pause(void);
void status_line_resume(void);

/* Rows of the screen that are not for others: 0 or 1. */
unsigned status_line_rows(void);

/* Draws it again after the screen was cleared, or has another size. */
void status_line_redraw(void);

/* A command begins or has ended. */
void status_line_begin(const char *command);
void status_line_end(void);

/* Time goes by while it runs. */
void status_line_tick(const struct output *out);

/* Instead of the command and its time, how far it is; NULL: no more. */
void status_line_activity(const char *text);

/* Takes a line that stands where the cursor is off the screen: before anything is printed. */
void status_line_hide(void);

/* At a prompt: asks the target if there is a reason to, and shows what has changed. */
void status_line_components(struct script *s);

#endif
