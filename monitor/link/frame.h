/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames on the line between target and client. To the target: bytes 0x00 around consistent
 * overhead byte stuffing, which has no 0x00 in it. To the client: the same over symbols of seven
 * bits, each sent with the top bit set, so that the kernel's ASCII text may stand anywhere, even
 * inside a frame, and lifts out. Every frame ends in a CRC-32. Pure, shared by both ends; what
 * frames mean is arq.h's business.
 */
#ifndef MONITOR_LINK_FRAME_H
#define MONITOR_LINK_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FRAME_BODY_MAX = 3 + 256, /* a header and a payload, without the check */
    FRAME_CHECK_BYTES = 4,
    FRAME_BYTES_MAX = FRAME_BODY_MAX + FRAME_CHECK_BYTES,
    FRAME_SYMBOLS_MAX = (FRAME_BYTES_MAX * 8 + 6) / 7,
    /* One code symbol for each 126, one at the start, the two ends. */
    FRAME_WIRE_MAX = FRAME_SYMBOLS_MAX + FRAME_SYMBOLS_MAX / 126 + 1 + 2,
    /* Every body begins with this in its upper half: what does not is no frame but typed text. */
    FRAME_FIRST = 0xa0,
    FRAME_FIRST_MASK = 0xf0,
};

enum frame_way { FRAME_TO_TARGET, FRAME_TO_CLIENT };

/* Writes the frame of a body, at most FRAME_BODY_MAX bytes; returns how many bytes (at most
 * FRAME_WIRE_MAX) it took. */
size_t frame_encode(enum frame_way way, const uint8_t *body, size_t len_bytes, uint8_t *wire);

enum frame_event {
    FRAME_NONE,    /* taken */
    FRAME_GOOD,    /* a body is at in->body, in->body_len, until the next byte is fed */
    FRAME_BAD,     /* something like a frame that is none, or is damaged */
    FRAME_OUTSIDE, /* bytes that belong to no frame are at in->outside, in->outside_len */
};

/* A receiver: fed byte by byte. */
struct frame_in {
    uint8_t way;
    bool inside;
    uint16_t len;
    uint16_t body_len;
    uint8_t outside_len;
    uint8_t outside[2];
    const uint8_t *body;
    uint8_t bytes[FRAME_WIRE_MAX];
};

void frame_in_init(struct frame_in *in, enum frame_way way);
enum frame_event frame_feed(struct frame_in *in, uint8_t byte);

#endif
