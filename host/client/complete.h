/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Completion by the target: its `complete LINE` answers with the words that fit at the end of LINE.
 */
#ifndef CLIENT_COMPLETE_H
#define CLIENT_COMPLETE_H

#include <stddef.h>

#include "host/client/target.h"

/* The words that fit at the end of `line`: an array with NULL at the end, each string and the array
 * to be freed by the caller. NULL if there are none or the target does not answer. */
char **complete_ask(struct target *t, const char *line);

void complete_free(char **words);

#endif
