/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets of gdb's remote protocol as the workstation needs them: taken apart byte by byte, with
 * run-length encoding from a stub, and put together. Knows nothing of what is in them. Used by the
 * proxy for both of its sides; gdb manual, "Overview" of the remote protocol.
 */
#ifndef CLIENT_GDB_WIRE_H
#define CLIENT_GDB_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    /* A packet's contents. The stub's are of 8 KiB at most, gdb's of 16 KiB. */
    GDB_WIRE_BYTES = 32768,
    /* One encoded: each byte may be escaped; and lead, # and two digits. */
    GDB_WIRE_ENCODED = 2 * GDB_WIRE_BYTES + 4,
};

enum gdb_wire_event {
    GDB_WIRE_NOTHING,
    GDB_WIRE_PACKET,    /* bytes[len], escapes and repetitions undone */
    GDB_WIRE_NOTICE,    /* the same, of a notification */
    GDB_WIRE_MALFORMED, /* the checksum is right, but it is too long or ends within an escape */
    GDB_WIRE_DAMAGED,   /* the checksum is wrong */
    GDB_WIRE_ACK,
    GDB_WIRE_NAK,
    GDB_WIRE_INTERRUPT, /* Ctrl-C */
};

struct gdb_wire_rx {
    bool runs; /* `*` repeats: in what a stub sends */
    uint8_t state, sum, wanted;
    bool escaped, repeated, bad, notice;
    size_t len;
    uint8_t bytes[GDB_WIRE_BYTES];
};

/* Takes one byte. A packet stays until the next byte. */
enum gdb_wire_event gdb_wire_feed(struct gdb_wire_rx *rx, uint8_t byte);

/* Encodes a packet (lead '$') or a notification ('%') into GDB_WIRE_ENCODED bytes. */
size_t gdb_wire_encode(char lead, const void *bytes, size_t len, uint8_t *to);

/* A packet that is being made. What does not fit sets `overflow`. */
struct gdb_text {
    bool overflow;
    size_t len;
    uint8_t bytes[GDB_WIRE_BYTES];
};

void gdb_text_clear(struct gdb_text *t);
void gdb_text_bytes(struct gdb_text *t, const void *bytes, size_t len);
void gdb_text_word(struct gdb_text *t, const char *word);
void gdb_text_number(struct gdb_text *t, uint64_t value); /* hexadecimal */
void gdb_text_hex(struct gdb_text *t, const void *bytes, size_t len);

#endif
