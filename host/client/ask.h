/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asking the target something for the client's own use: the records of the answer are kept, and
 * nothing of it is shown.
 */
#ifndef CLIENT_ASK_H
#define CLIENT_ASK_H

#include "host/client/target.h"

/* Runs `line`; its records are added to the array `records`, an error's among them. What else is
 * heard meanwhile goes where it always goes. */
enum target_result ask_target(struct target *t, const char *line, int timeout_ms, json_t *records);

/* The same for a table as text, which on a slow line is a third of the bytes: its lines. */
enum target_result ask_target_text(struct target *t, const char *line, int timeout_ms,
                                   void (*text)(void *context, const char *line), void *context);

#endif
