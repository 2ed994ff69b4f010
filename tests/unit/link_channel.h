/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bad line between two ends: bits flip, bytes are lost, somebody else's text stands in between.
 * One way each; the random numbers are the test's own, so that a run can be repeated.
 */
#ifndef TESTS_LINK_CHANNEL_H
#define TESTS_LINK_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct channel {
    uint64_t seed;
    uint32_t flip_one_in; /* bits; 0: never */
    uint32_t drop_one_in; /* bytes */
    uint32_t text_one_in; /* bytes: then a line of the kernel's comes in between */
    size_t read, written;
    uint8_t bytes[1 << 16];
    unsigned long passed, flipped, dropped, texts;
};

static inline uint32_t channel_random(struct channel *c)
{
    c->seed ^= c->seed << 13;
    c->seed ^= c->seed >> 7;
    c->seed ^= c->seed << 17;
    return (uint32_t)(c->seed >> 16);
}

static inline bool channel_chance(struct channel *c, uint32_t one_in)
{
    return one_in && channel_random(c) % one_in == 0;
}

static inline size_t channel_used(const struct channel *c)
{
    return c->written - c->read;
}

static inline void channel_push(struct channel *c, uint8_t byte)
{
    if (channel_used(c) < sizeof c->bytes)
        c->bytes[c->written++ % sizeof c->bytes] = byte;
}

static inline void channel_put(struct channel *c, uint8_t byte)
{
    static const char text[] = "<<seL4(CPU 0) [decode/588 T0xff \"x\" @401234]: refused.>>\n\r";

    c->passed++;
    if (channel_chance(c, c->drop_one_in)) {
        c->dropped++;
        return;
    }
    for (unsigned bit = 0; bit < 8; bit++) {
        if (channel_chance(c, c->flip_one_in)) {
            byte ^= (uint8_t)(1u << bit);
            c->flipped++;
        }
    }
    channel_push(c, byte);
    if (channel_chance(c, c->text_one_in)) {
        c->texts++;
        for (const char *t = text; *t; t++)
            channel_push(c, (uint8_t)*t);
    }
}

static inline bool channel_get(struct channel *c, uint8_t *byte)
{
    if (channel_used(c) == 0)
        return false;
    *byte = c->bytes[c->read++ % sizeof c->bytes];
    return true;
}

#endif
