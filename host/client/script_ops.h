/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the interpreter of scripts wants of the world, done with a real target: for script.c.
 */
#ifndef CLIENT_SCRIPT_OPS_H
#define CLIENT_SCRIPT_OPS_H

#include "host/client/script.h"

/* Gives s->walk its operations, and listens to what the target says. */
void script_ops_attach(struct script *s);

/* For commands of the client's own that use the line: is there still somebody to talk to? Says so
 * if not. */
bool script_ops_check(struct script *s);

/* Says what came of a command beyond its own output; true if it ended well. */
bool script_ops_report(struct script *s, enum target_result result, int limit_ms);

/* After TARGET_LOST: waits for the line. True if it is back, and what was begun can go on. */
bool script_ops_come_back(struct script *s);

/* A whole file, or with "-" standard input, in new memory; NULL with errno. */
char *script_read_file(const char *path, size_t *len);

#endif
