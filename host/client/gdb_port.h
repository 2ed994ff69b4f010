/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client's GDB port: a TCP port on loopback for one debugger at a time, with the proxy behind
 * it. A second debugger is told so and turned away. What is behind the proxy is the caller's.
 */
#ifndef CLIENT_GDB_PORT_H
#define CLIENT_GDB_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/client/gdb_proxy.h"
#include "host/client/watch.h"

struct gdb_port {
    uint16_t number;
    struct watch listener, debugger, refused;
    unsigned refused_packets;
    struct gdb_proxy *proxy;
    uint8_t *out; /* for the debugger, not taken yet */
    size_t out_len, out_cap;
};

/* `number` 0: any that is free. False with a sentence in `why`. */
bool gdb_port_open(struct gdb_port *port, uint16_t number, const struct gdb_line *line,
                   struct gdb_files *files, char *why, size_t cap);
/* Bytes that came from the stub. */
void gdb_port_from_line(struct gdb_port *port, const uint8_t *bytes, size_t len);
/* The line to the stub has ended, or the target began anew. */
void gdb_port_line_reset(struct gdb_port *port);
bool gdb_port_in_use(const struct gdb_port *port);
void gdb_port_close(struct gdb_port *port);

#endif
