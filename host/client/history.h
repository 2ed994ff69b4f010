/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lines typed, kept between sessions in $XDG_STATE_HOME/sel4mon/history (by default below
 * ~/.local/state). Uses readline's history; interactive.c calls it.
 */
#ifndef CLIENT_HISTORY_H
#define CLIENT_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#define HISTORY_LINES 2000

/* The file's path; false if neither XDG_STATE_HOME nor HOME says where. */
bool history_path(char *path, size_t cap);

/* Reads what was kept. A file that is not there is no error. */
void history_load(void);

/* Remembers a line: not an empty one, not the last one again. */
void history_add(const char *line);

/* Appends what this session added; false if it could not be kept (errno says why). */
bool history_save(void);

#endif
