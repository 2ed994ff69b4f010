/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gdb as part of the client: its port, the line to the stub behind it, and gdb itself, started in
 * this terminal. The line is a channel of the target's frames, or a second one for GDB alone.
 */
#ifndef CLIENT_GDB_CLIENT_H
#define CLIENT_GDB_CLIENT_H

#include <stdbool.h>

#include "host/client/gdb_files.h"
#include "host/client/gdb_port.h"
#include "host/client/link.h"
#include "host/client/transport.h"

struct gdb_client_config {
    int port;           /* 0: any */
    const char *serial; /* DEV[@BAUD], tcp:HOST:PORT or unix:PATH; NULL: */
    struct link *link;  /* the target's frames; borrowed */
};

struct gdb_client {
    struct gdb_files *files; /* borrowed */
    struct gdb_port port;
    struct transport line; /* of its own */
    struct watch line_watch;
    struct link *link; /* or the target's */
    bool framed;
    uint8_t session[4]; /* the frames' session; another one: the target began anew */
    bool open, line_lost;
    char message[600];
};

/* Opens port and line; false with a sentence in g->message. */
bool gdb_client_open(struct gdb_client *g, const struct gdb_client_config *config,
                     struct gdb_files *files);
void gdb_client_close(struct gdb_client *g);

/* What gdb is to be on. */
struct gdb_start {
    const char *component; /* NULL: whatever the target gives it */
    unsigned pid;          /* it is there by now; 0: gdb's `start` begins it */
    bool others;           /* there are others, which the target may give gdb first */
};

/* Runs gdb in this terminal, connected to the port, until it ends; its status, or -1 with a
 * sentence in g->message. */
int gdb_client_start(struct gdb_client *g, const struct gdb_start *start,
                     bool (*pump)(void *context), void *context);

/* Serves the port and its line for at most `timeout_ms`. False once the line has ended, a signal
 * says so, or `input` (-1: none) does. */
bool gdb_client_serve_once(struct gdb_client *g, int timeout_ms, int input);

#endif
