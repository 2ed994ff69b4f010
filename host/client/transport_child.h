/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A target that is a program started by the client: its standard input and output are the line.
 * Used by transport_sim.c and transport_qemu.c.
 */
#ifndef CLIENT_TRANSPORT_CHILD_H
#define CLIENT_TRANSPORT_CHILD_H

#include "host/client/transport.h"

/* Starts argv[0] (looked up in PATH) in a session of its own, so that a Ctrl-C of the terminal does
 * not reach it; it dies with the client. Fills t->fd, t->err_fd and t->child. */
bool transport_child_start(struct transport *t, char *const *argv);

/* Closes the line, and ends the child if it does not end by itself. */
void transport_child_close(struct transport *t);

#endif
