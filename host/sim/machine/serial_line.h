/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The insides of a serial line, shared by serial.c and serial_open.c only.
 */
#ifndef SIM_MACHINE_SERIAL_LINE_H
#define SIM_MACHINE_SERIAL_LINE_H

#include "host/sim/machine/serial.h"

#include <termios.h>

/* Input read ahead of the device, and output gathered before a write. */
#define SERIAL_IN_BYTES  4096U
#define SERIAL_OUT_BYTES 65536U

struct serial {
    int in_fd, out_fd; /* -1: nobody is connected */
    int listen_fd;     /* -1: not a socket */
    int peer_fd;       /* the other side of a pseudo-terminal, kept open; -1: none */
    bool memory;
    bool ended;
    bool is_terminal; /* standard input is one, and was made raw */
    bool is_pty;
    bool idle_pty;
    bool wants_end;
    struct termios saved;
    size_t in_at, in_len;
    size_t out_len, out_cap;
    uint8_t *out;
    char name[128];
    char socket_path[108];
    uint8_t in[SERIAL_IN_BYTES];
};

/* An unconnected line with its buffers; NULL without memory. */
struct serial *serial_line_new(void);

#endif
