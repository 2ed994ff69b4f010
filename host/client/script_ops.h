/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the interpreter of scripts wants of the world, done with a real target: for script.c.
 */
#ifndef CLIENT_SCRIPT_OPS_H
#define CLIENT_SCRIPT_OPS_H

#include "host/client/script.h"

/* Gives s->walk its operations, and listens to what the target says. */
void script_ops_attach(struct script *s);

/* A whole file, or with "-" standard input, in new memory; NULL with errno. */
char *script_read_file(const char *path, size_t *len);

#endif
