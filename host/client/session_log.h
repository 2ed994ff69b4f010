/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `log FILE`: what is typed and shown, each line with the time. A file that cannot be written any
 * more is told once and closed; the session goes on.
 */
#ifndef CLIENT_SESSION_LOG_H
#define CLIENT_SESSION_LOG_H

#include <stdbool.h>
#include <stddef.h>

/* Begins to append to `path`, ending what was logged to before; false with errno. */
bool session_log_open(const char *path);

void session_log_close(void);

/* The file's path; NULL if nothing is logged. */
const char *session_log_path(void);

/* One line; `mark` goes before it. False, once, with errno, if it could not be written. */
bool session_log_line(const char *mark, const char *text);

#endif
