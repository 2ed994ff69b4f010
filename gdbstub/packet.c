/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Framing; see the header. Whatever comes outside a packet is noise (the kernel prints on the same
 * line), except acknowledgements and Ctrl-C. A `$` always begins a packet: inside one it would be
 * escaped.
 */
#include "gdbstub/packet.h"
#include "gdbstub/hex.h"
#include "arch/lib/str.h"

enum { ESCAPE = '}', ESCAPE_XOR = 0x20, INTERRUPT = 3 };

/* --- receiving -------------------------------------------------------------------------------- */

static void packet_open(struct packet_rx *rx)
{
    rx->state = PACKET_DATA;
    rx->sum = 0;
    rx->len = 0;
    rx->escaped = rx->bad = false;
}

static enum packet_event feed_idle(struct packet_rx *rx, uint8_t byte)
{
    switch (byte) {
    case '$':
        packet_open(rx);
        return PACKET_NOTHING;
    case '+':
        return PACKET_ACK;
    case '-':
        return PACKET_NAK;
    case INTERRUPT:
        return PACKET_INTERRUPT;
    case PACKET_AGAIN_BYTE:
        return PACKET_AGAIN;
    default:
        return PACKET_NOTHING;
    }
}

static enum packet_event feed_data(struct packet_rx *rx, uint8_t byte)
{
    if (byte == '$') {
        packet_open(rx);
        return PACKET_NOTHING;
    }
    if (byte == '#') {
        rx->bad |= rx->escaped;
        rx->state = PACKET_SUM_HIGH;
        return PACKET_NOTHING;
    }
    rx->sum += byte;
    if (byte == ESCAPE && !rx->escaped) {
        rx->escaped = true;
        return PACKET_NOTHING;
    }
    if (rx->len == sizeof rx->bytes)
        rx->bad = true;
    else
        rx->bytes[rx->len++] = rx->escaped ? byte ^ ESCAPE_XOR : byte;
    rx->escaped = false;
    return PACKET_NOTHING;
}

static enum packet_event feed_sum(struct packet_rx *rx, uint8_t byte)
{
    int value = hex_value(byte);

    if (byte == '$') { /* the packet was cut here */
        packet_open(rx);
        return PACKET_NOTHING;
    }
    if (value < 0) {
        rx->state = PACKET_IDLE;
        return PACKET_DAMAGED;
    }
    if (rx->state == PACKET_SUM_HIGH) {
        rx->wanted = (uint8_t)(value << 4);
        rx->state = PACKET_SUM_LOW;
        return PACKET_NOTHING;
    }
    rx->state = PACKET_IDLE;
    if ((rx->wanted | value) != rx->sum)
        return PACKET_DAMAGED;
    return rx->bad ? PACKET_MALFORMED : PACKET_COMPLETE;
}

enum packet_event packet_feed(struct packet_rx *rx, uint8_t byte)
{
    switch (rx->state) {
    case PACKET_IDLE:
        return feed_idle(rx, byte);
    case PACKET_DATA:
        return feed_data(rx, byte);
    default:
        return feed_sum(rx, byte);
    }
}

/* --- building --------------------------------------------------------------------------------- */

void packet_begin(struct packet_tx *tx, char lead)
{
    tx->send = PACKET_FREE;
    tx->lead = lead;
    tx->len = 0;
    tx->overflow = false;
}

size_t packet_room(const struct packet_tx *tx)
{
    return sizeof tx->bytes - tx->len;
}

void packet_add(struct packet_tx *tx, const void *bytes, size_t len_bytes)
{
    if (len_bytes > packet_room(tx)) {
        tx->overflow = true;
        return;
    }
    memcpy(tx->bytes + tx->len, bytes, len_bytes);
    tx->len += (uint16_t)len_bytes;
}

void packet_add_text(struct packet_tx *tx, const char *text)
{
    packet_add(tx, text, strlen(text));
}

void packet_add_number(struct packet_tx *tx, uint64_t value)
{
    char digits[16];
    size_t at = sizeof digits;

    do
        digits[--at] = hex_digit((unsigned)value);
    while ((value >>= 4));
    packet_add(tx, digits + at, sizeof digits - at);
}

void packet_add_hex(struct packet_tx *tx, const void *bytes, size_t len_bytes)
{
    const uint8_t *from = bytes;

    if (len_bytes > packet_room(tx) / 2) {
        tx->overflow = true;
        return;
    }
    for (size_t i = 0; i < len_bytes; i++) {
        tx->bytes[tx->len++] = (uint8_t)hex_digit(from[i] >> 4);
        tx->bytes[tx->len++] = (uint8_t)hex_digit(from[i]);
    }
}

/* --- sending ---------------------------------------------------------------------------------- */

void packet_send(struct packet_tx *tx)
{
    tx->send = PACKET_SENDING;
    tx->at = 0;
    tx->sum = 0;
    tx->closed = false;
    tx->piece[0] = tx->lead;
    tx->piece_len = 1;
    tx->piece_at = 0;
}

void packet_again(struct packet_tx *tx)
{
    if (tx->send == PACKET_SENT)
        packet_send(tx);
}

/* How often the byte at `at` follows itself, as far as one count can say (its character is the
 * number and 29, at most `~`); `#` and `$` cannot be counts, and under 3 nothing is saved. */
static unsigned repeats_at(const struct packet_tx *tx)
{
    enum { LEAST = 3, MOST = 97, BIAS = 29 };
    unsigned n = 0, left = tx->len - tx->at - 1u;

    while (n < left && n < MOST && tx->bytes[tx->at + n + 1] == tx->bytes[tx->at])
        n++;
    while (n + BIAS == '#' || n + BIAS == '$')
        n--;
    return n < LEAST ? 0 : n;
}

static bool must_escape(uint8_t byte)
{
    return byte == '$' || byte == '#' || byte == ESCAPE || byte == '*';
}

/* The next piece of the body: a byte, an escaped byte, or a byte with its count. */
static void body_encode(struct packet_tx *tx)
{
    enum { COUNT_BIAS = 29 };
    char c = (char)tx->bytes[tx->at];
    unsigned repeats;

    tx->piece_len = 0;
    if (must_escape((uint8_t)c)) {
        tx->piece[tx->piece_len++] = ESCAPE;
        tx->piece[tx->piece_len++] = (char)(c ^ ESCAPE_XOR);
        tx->at++;
    } else {
        repeats = repeats_at(tx);
        tx->piece[tx->piece_len++] = c;
        if (repeats) {
            tx->piece[tx->piece_len++] = '*';
            tx->piece[tx->piece_len++] = (char)(repeats + COUNT_BIAS);
        }
        tx->at += 1 + repeats;
    }
    for (unsigned i = 0; i < tx->piece_len; i++)
        tx->sum += (uint8_t)tx->piece[i];
}

/* False: all is taken. */
static bool piece_next(struct packet_tx *tx)
{
    tx->piece_at = 0;
    if (tx->at < tx->len) {
        body_encode(tx);
        return true;
    }
    if (tx->closed)
        return false;
    tx->piece[0] = '#';
    tx->piece[1] = hex_digit(tx->sum >> 4);
    tx->piece[2] = hex_digit(tx->sum);
    tx->piece_len = 3;
    tx->closed = true;
    return true;
}

/* Bytes of the body that are themselves on the line: not to be escaped, nor the first of a run. */
static size_t plain_take(struct packet_tx *tx, uint8_t *to, size_t cap)
{
    const uint8_t *from = tx->bytes + tx->at, *end = tx->bytes + tx->len;
    size_t taken = 0;

    while (taken < cap && from < end && !must_escape(*from) &&
           !(from + 1 < end && from[1] == *from)) {
        tx->sum += *from;
        to[taken++] = *from++;
    }
    tx->at += (uint16_t)taken;
    return taken;
}

size_t packet_take(struct packet_tx *tx, uint8_t *to, size_t cap)
{
    size_t taken = 0;

    while (tx->send == PACKET_SENDING && taken < cap) {
        if (tx->piece_at == tx->piece_len)
            taken += plain_take(tx, to + taken, cap - taken);
        if (taken == cap)
            break;
        if (tx->piece_at == tx->piece_len && !piece_next(tx)) {
            tx->send = PACKET_SENT;
            break;
        }
        to[taken++] = (uint8_t)tx->piece[tx->piece_at++];
    }
    /* Nobody asks again for nothing: the last piece ends it. */
    if (tx->send == PACKET_SENDING && tx->closed && tx->piece_at == tx->piece_len)
        tx->send = PACKET_SENT;
    return taken;
}
