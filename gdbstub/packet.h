/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Framing of the remote protocol (gdb manual, appendix E, "Overview"): a receiver that is a state
 * machine over one buffer of its own and survives anything, and a sender that encodes while its
 * bytes are taken: escapes, run lengths, checksum. Neither knows what packets mean.
 */
#ifndef GDBSTUB_PACKET_H
#define GDBSTUB_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gdbstub/limits.h"

/* --- receiving -------------------------------------------------------------------------------- */
enum packet_event {
    PACKET_NOTHING,   /* more bytes are needed */
    PACKET_COMPLETE,  /* bytes[len] is a packet, escapes undone */
    PACKET_MALFORMED, /* one with a right checksum, but too long or ending in an escape */
    PACKET_DAMAGED,   /* the checksum is wrong */
    PACKET_ACK,       /* + */
    PACKET_NAK,       /* - */
    PACKET_INTERRUPT, /* Ctrl-C */
    PACKET_AGAIN,     /* PACKET_AGAIN_BYTE */
};

/* Outside packets a proxy says with it what the packet `j` says, where bytes arrive as they were
 * sent. */
enum { PACKET_AGAIN_BYTE = 1 };

enum packet_state { PACKET_IDLE, PACKET_DATA, PACKET_SUM_HIGH, PACKET_SUM_LOW };

struct packet_rx {
    uint8_t state; /* enum packet_state */
    uint8_t sum, wanted;
    bool escaped, bad;
    uint16_t len;
    uint8_t bytes[GDB_PACKET_BYTES];
};

/* Takes one byte. A packet stays until the next byte is fed. */
enum packet_event packet_feed(struct packet_rx *rx, uint8_t byte);

/* --- sending ---------------------------------------------------------------------------------- */
enum packet_send { PACKET_FREE, PACKET_SENDING, PACKET_SENT /* waits for an acknowledgement */ };

struct packet_tx {
    uint8_t send; /* enum packet_send */
    char lead;    /* `$`, or `%` for a notification */
    uint8_t sum, piece_len, piece_at;
    bool overflow, closed;
    uint16_t len, at;
    char piece[4]; /* encoded, not taken yet */
    uint8_t bytes[GDB_PACKET_BYTES];
};

/* Building one: begin, add, send. What does not fit sets `overflow`. */
void packet_begin(struct packet_tx *tx, char lead);
void packet_add(struct packet_tx *tx, const void *bytes, size_t len_bytes);
void packet_add_text(struct packet_tx *tx, const char *text);
void packet_add_number(struct packet_tx *tx, uint64_t value);
void packet_add_hex(struct packet_tx *tx, const void *bytes, size_t len_bytes);
size_t packet_room(const struct packet_tx *tx);
void packet_send(struct packet_tx *tx);
/* From its first byte again. */
void packet_again(struct packet_tx *tx);
/* The next bytes for the line; the packet is PACKET_SENT after the last. */
size_t packet_take(struct packet_tx *tx, uint8_t *to, size_t cap);

#endif
