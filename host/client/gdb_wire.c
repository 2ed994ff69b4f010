/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets of gdb's remote protocol; see the header. */
#include "host/client/gdb_wire.h"

#include <string.h>

#include "gdbstub/hex.h"

enum { ESCAPE = '}', ESCAPE_XOR = 0x20, REPEAT = '*', REPEAT_BIAS = 29, INTERRUPT = 3 };
enum { IDLE, DATA, SUM_HIGH, SUM_LOW };

static void open_packet(struct gdb_wire_rx *rx, bool notice)
{
    rx->state = DATA;
    rx->sum = 0;
    rx->len = 0;
    rx->escaped = rx->repeated = rx->bad = false;
    rx->notice = notice;
}

static enum gdb_wire_event feed_idle(struct gdb_wire_rx *rx, uint8_t byte)
{
    switch (byte) {
    case '$':
        open_packet(rx, false);
        return GDB_WIRE_NOTHING;
    case '%':
        if (rx->runs) /* gdb sends none */
            open_packet(rx, true);
        return GDB_WIRE_NOTHING;
    case '+':
        return GDB_WIRE_ACK;
    case '-':
        return GDB_WIRE_NAK;
    case INTERRUPT:
        return GDB_WIRE_INTERRUPT;
    default:
        return GDB_WIRE_NOTHING;
    }
}

static void keep(struct gdb_wire_rx *rx, uint8_t byte)
{
    if (rx->len == sizeof rx->bytes)
        rx->bad = true;
    else
        rx->bytes[rx->len++] = byte;
}

/* The character after a `*` says how often the last byte comes again. */
static void repeat(struct gdb_wire_rx *rx, uint8_t count)
{
    rx->repeated = false;
    if (rx->len == 0 || count < REPEAT_BIAS || count > '~') {
        rx->bad = true;
        return;
    }
    for (unsigned n = count - REPEAT_BIAS; n > 0; n--)
        keep(rx, rx->bytes[rx->len - 1]);
}

static enum gdb_wire_event feed_data(struct gdb_wire_rx *rx, uint8_t byte)
{
    if (byte == '$') { /* inside one it would be escaped */
        open_packet(rx, false);
        return GDB_WIRE_NOTHING;
    }
    if (byte == '#') {
        rx->bad |= rx->escaped || rx->repeated;
        rx->state = SUM_HIGH;
        return GDB_WIRE_NOTHING;
    }
    rx->sum += byte;
    if (rx->repeated) {
        repeat(rx, byte);
    } else if (rx->escaped) {
        rx->escaped = false;
        keep(rx, byte ^ ESCAPE_XOR);
    } else if (byte == ESCAPE) {
        rx->escaped = true;
    } else if (byte == REPEAT && rx->runs) {
        rx->repeated = true;
    } else {
        keep(rx, byte);
    }
    return GDB_WIRE_NOTHING;
}

static enum gdb_wire_event feed_sum(struct gdb_wire_rx *rx, uint8_t byte)
{
    int value = hex_value(byte);

    if (value < 0) {
        rx->state = IDLE;
        if (byte == '$')
            open_packet(rx, false);
        return GDB_WIRE_DAMAGED;
    }
    if (rx->state == SUM_HIGH) {
        rx->wanted = (uint8_t)(value << 4);
        rx->state = SUM_LOW;
        return GDB_WIRE_NOTHING;
    }
    rx->state = IDLE;
    if ((rx->wanted | value) != rx->sum)
        return rx->notice ? GDB_WIRE_NOTHING : GDB_WIRE_DAMAGED;
    if (rx->bad)
        return rx->notice ? GDB_WIRE_NOTHING : GDB_WIRE_MALFORMED;
    return rx->notice ? GDB_WIRE_NOTICE : GDB_WIRE_PACKET;
}

enum gdb_wire_event gdb_wire_feed(struct gdb_wire_rx *rx, uint8_t byte)
{
    switch (rx->state) {
    case IDLE:
        return feed_idle(rx, byte);
    case DATA:
        return feed_data(rx, byte);
    default:
        return feed_sum(rx, byte);
    }
}

size_t gdb_wire_encode(char lead, const void *bytes, size_t len, uint8_t *to)
{
    const uint8_t *from = bytes;
    uint8_t sum = 0;
    size_t n = 0;

    to[n++] = (uint8_t)lead;
    for (size_t i = 0; i < len; i++) {
        bool special = strchr("$#}*", from[i]) && from[i];
        if (special)
            to[n++] = ESCAPE;
        to[n++] = special ? from[i] ^ ESCAPE_XOR : from[i];
    }
    for (size_t i = 1; i < n; i++)
        sum += to[i];
    to[n++] = '#';
    to[n++] = (uint8_t)hex_digit(sum >> 4);
    to[n++] = (uint8_t)hex_digit(sum);
    return n;
}

/* --- making one ------------------------------------------------------------------------------- */

void gdb_text_clear(struct gdb_text *t)
{
    t->len = 0;
    t->overflow = false;
}

void gdb_text_bytes(struct gdb_text *t, const void *bytes, size_t len)
{
    if (len > sizeof t->bytes - t->len) {
        t->overflow = true;
        return;
    }
    if (len > 0)
        memcpy(t->bytes + t->len, bytes, len);
    t->len += len;
}

void gdb_text_word(struct gdb_text *t, const char *word)
{
    gdb_text_bytes(t, word, strlen(word));
}

void gdb_text_number(struct gdb_text *t, uint64_t value)
{
    char digits[16];
    size_t at = sizeof digits;

    do
        digits[--at] = hex_digit((unsigned)value);
    while ((value >>= 4));
    gdb_text_bytes(t, digits + at, sizeof digits - at);
}

void gdb_text_hex(struct gdb_text *t, const void *bytes, size_t len)
{
    const uint8_t *from = bytes;

    for (size_t i = 0; i < len; i++) {
        char digits[2] = {hex_digit(from[i] >> 4), hex_digit(from[i])};
        gdb_text_bytes(t, digits, 2);
    }
}
