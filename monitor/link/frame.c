/* SPDX-License-Identifier: BSD-2-Clause */
/* Coding and finding frames: see frame.h. */
#include "monitor/link/frame.h"

#include "arch/lib/crc32.h"

enum { SYMBOL_BITS = 7, SYMBOL_MAX = 0x7f, TOP_BIT = 0x80 };

/* Largest code of the byte stuffing: so many symbols less one without an end symbol among them. */
static unsigned code_max(enum frame_way way)
{
    return way == FRAME_TO_CLIENT ? 0x7f : 0xff;
}

/* Symbols of seven bits, lowest bits first, to bytes, in place. */
static size_t unpack(uint8_t *symbols, size_t count)
{
    unsigned held = 0, bits = 0;
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        held |= (unsigned)symbols[i] << bits;
        bits += SYMBOL_BITS;
        if (bits >= 8) {
            symbols[n++] = (uint8_t)held;
            held >>= 8;
            bits -= 8;
        }
    }
    return n;
}

/* Takes the stuffing out, in place; false if the codes do not fit the length. */
static bool unstuff(uint8_t *bytes, size_t len, unsigned max, size_t *out_len)
{
    size_t n = 0;

    for (size_t i = 0; i < len;) {
        unsigned code = bytes[i++];

        if (code == 0 || code - 1 > len - i)
            return false;
        for (unsigned k = 1; k < code; k++)
            bytes[n++] = bytes[i++];
        if (code < max && i < len)
            bytes[n++] = 0;
    }
    *out_len = n;
    return true;
}

/* A frame that grows: symbols are stuffed such that none is zero, and carry the way's mark. */
struct writer {
    uint8_t *wire;
    size_t len, code_at; /* where the code of the present run of symbols goes */
    unsigned code, code_max;
    uint8_t mark;
};

static void end_run(struct writer *w)
{
    w->wire[w->code_at] = (uint8_t)w->code | w->mark;
    w->code_at = w->len++;
    w->code = 1;
}

static inline void put_symbol(struct writer *w, unsigned symbol)
{
    if (w->code == w->code_max)
        end_run(w);
    if (symbol == 0) {
        end_run(w);
        return;
    }
    w->wire[w->len++] = (uint8_t)symbol | w->mark;
    w->code++;
}

/* To the target bytes are symbols; to the client bits are, seven a symbol, the lowest first. */
struct held {
    unsigned value, bits;
};

static inline void put_byte(struct writer *w, struct held *held, uint8_t byte)
{
    if (!w->mark) {
        put_symbol(w, byte);
        return;
    }
    held->value |= (unsigned)byte << held->bits;
    held->bits += 8;
    while (held->bits >= SYMBOL_BITS) {
        put_symbol(w, held->value & SYMBOL_MAX);
        held->value >>= SYMBOL_BITS;
        held->bits -= SYMBOL_BITS;
    }
}

size_t frame_encode(enum frame_way way, const uint8_t *body, size_t len_bytes, uint8_t *wire)
{
    uint32_t check = crc32_update(0, body, len_bytes);
    struct writer w = {.wire = wire,
                       .len = 2,
                       .code_at = 1,
                       .code = 1,
                       .code_max = code_max(way),
                       .mark = way == FRAME_TO_CLIENT ? TOP_BIT : 0};
    struct held held = {0, 0};

    for (size_t i = 0; i < len_bytes; i++)
        put_byte(&w, &held, body[i]);
    for (unsigned i = 0; i < FRAME_CHECK_BYTES; i++)
        put_byte(&w, &held, (uint8_t)(check >> (8 * i)));
    if (held.bits > 0)
        put_symbol(&w, held.value & SYMBOL_MAX);
    w.wire[w.code_at] = (uint8_t)w.code | w.mark;
    wire[0] = wire[w.len] = w.mark;
    return w.len + 1;
}

void frame_in_init(struct frame_in *in, enum frame_way way)
{
    in->way = (uint8_t)way;
    in->inside = false;
    in->len = 0;
    in->body_len = 0;
    in->outside_len = 0;
    in->body = in->bytes;
}

static bool decode(struct frame_in *in)
{
    size_t len = in->len;
    uint32_t check = 0;

    if (!unstuff(in->bytes, len, code_max((enum frame_way)in->way), &len))
        return false;
    if (in->way == FRAME_TO_CLIENT)
        len = unpack(in->bytes, len);
    if (len <= FRAME_CHECK_BYTES || len > FRAME_BYTES_MAX)
        return false;
    len -= FRAME_CHECK_BYTES;
    for (unsigned i = 0; i < FRAME_CHECK_BYTES; i++)
        check |= (uint32_t)in->bytes[len + i] << (8 * i);
    in->body_len = (uint16_t)len;
    return check == crc32_update(0, in->bytes, len) &&
           (in->bytes[0] & FRAME_FIRST_MASK) == FRAME_FIRST;
}

/* After an end another frame may begin at once, or something typed: the second byte tells. */
static enum frame_event take_end(struct frame_in *in)
{
    bool some = in->inside && in->len > 0;
    bool good = some && decode(in);

    in->inside = true;
    in->len = 0;
    return good ? FRAME_GOOD : some ? FRAME_BAD : FRAME_NONE;
}

static enum frame_event pass_outside(struct frame_in *in, uint8_t byte)
{
    in->outside[0] = byte;
    in->outside_len = 1;
    return FRAME_OUTSIDE;
}

/* To the target no frame begins otherwise than with a code and FRAME_FIRST. */
static bool is_typed(const struct frame_in *in)
{
    return in->way == FRAME_TO_TARGET && in->len == 2 &&
           (in->bytes[1] & FRAME_FIRST_MASK) != FRAME_FIRST;
}

enum frame_event frame_feed(struct frame_in *in, uint8_t byte)
{
    if (in->way == FRAME_TO_CLIENT) {
        if (byte < TOP_BIT)
            return pass_outside(in, byte);
        byte &= (uint8_t)~TOP_BIT;
    }
    if (byte == 0)
        return take_end(in);
    if (!in->inside)
        return in->way == FRAME_TO_TARGET ? pass_outside(in, byte) : FRAME_NONE;
    if (in->len == sizeof in->bytes) {
        in->inside = false;
        return FRAME_BAD;
    }
    in->bytes[in->len++] = byte;
    if (is_typed(in)) {
        in->outside[0] = in->bytes[0];
        in->outside[1] = in->bytes[1];
        in->outside_len = 2;
        in->inside = false;
        return FRAME_OUTSIDE;
    }
    return FRAME_NONE;
}
