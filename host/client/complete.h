/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Words for completion: the target's own, its `complete LINE` answers with those that fit at the
 * end of LINE, and whatever else is added to them.
 */
#ifndef CLIENT_COMPLETE_H
#define CLIENT_COMPLETE_H

#include <stddef.h>

#include "host/client/target.h"

struct complete_words {
    char **list; /* NULL at the end; NULL if there are none */
    size_t count;
    bool heard;  /* the head of the target's table */
    bool packed; /* so are its words */
};

/* Adds the words that the target knows for the end of `line`; none if it does not answer. */
void complete_ask(struct complete_words *w, struct target *t, const char *line);

/* Adds one; false if there are too many. */
bool complete_add(struct complete_words *w, const char *text);

void complete_free(struct complete_words *w);

#endif
