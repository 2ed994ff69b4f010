/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A serial line of the simulated machine and what it is connected to: the program's own standard
 * input and output, a pseudo-terminal, or the first client of a listening socket. Output is
 * gathered and written in pieces; input waits here until the device has room for it, so that no
 * byte is lost. Used by the UART devices (get, put) and by machine.c (poll, flush).
 */
#ifndef SIM_MACHINE_SERIAL_H
#define SIM_MACHINE_SERIAL_H

#include "arch/lib/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct serial;
struct pollfd;

/* `where` is "stdio", "pty", "tcp:[HOST:]PORT", "unix:PATH". Without a host a socket listens on the
 * loopback interface. On an error `message` says what is wrong. */
enum err serial_open(const char *where, struct serial **out, char *message, size_t message_bytes);

/* A line for tests: input is what serial_feed gives, output is kept in memory. */
enum err serial_open_memory(struct serial **out);
void serial_feed(struct serial *serial, const void *bytes, size_t len_bytes);
const char *serial_text(struct serial *serial, size_t *len_bytes);

/* Writes what is left, restores the terminal, closes. */
void serial_close(struct serial *serial);

/* One byte of input, if there is one. */
bool serial_get(struct serial *serial, uint8_t *byte);
bool serial_has_input(const struct serial *serial);
void serial_put(struct serial *serial, uint8_t byte);

/* Writes the gathered output; waits while the other side takes nothing. */
void serial_flush(struct serial *serial);
bool serial_has_output(const struct serial *serial);

/* What to wait for; fills at most one entry and returns how many (0: nothing can come, or enough
 * input waits here already). */
unsigned serial_poll_want(const struct serial *serial, struct pollfd *out);
/* The entry that was filled became ready. */
void serial_poll_ready(struct serial *serial);

/* Can input still come, now or ever? */
bool serial_is_open(const struct serial *serial);

/* The person at the terminal asked to end the simulation (Ctrl-]). */
bool serial_wants_end(const struct serial *serial);

/* Where it can be reached, "/dev/pts/5"; "" for stdio. */
const char *serial_name(const struct serial *serial);

#endif
