/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the text of a script to its tree. Pure: all that is wrong with the form is found here,
 * before anything runs, with line and column.
 */
#ifndef CLIENT_SCRIPT_PARSE_H
#define CLIENT_SCRIPT_PARSE_H

#include "host/client/script_tree.h"

#define SCRIPT_DEPTH_MAX 100 /* blocks inside each other, and `else if` in a row */

struct script_error {
    unsigned line, column; /* from 1 */
    char message[256];
    char *source; /* the line; freed by the caller */
};

/* Parses `len` bytes, whose first line has the number `first_line`. `file` NULL: typed. NULL on
 * failure, with what is wrong in `error`. */
struct script_tree *script_parse(const char *file, const char *text, size_t len,
                                 unsigned first_line, struct script_error *error);

/* What a line does to the number of open blocks: 1, 0 or -1. For lines that come one by one. */
int script_parse_depth(const char *line);

/* The words that begin a statement of the script's own, NULL at the end: for completion. */
extern const char *const script_keywords[];

#endif
