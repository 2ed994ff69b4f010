/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The programmable interval timer of the PC (8254), as far as a program that reads it needs: the
 * counters run down with virtual time from what was loaded, latch and read back in the selected
 * byte order. It raises no interrupt.
 */
#include "host/sim/machine/board.h"

#define PIT_HZ 1193182ULL

struct channel {
    uint32_t reload; /* 1..65536 */
    uint64_t start_ns;
    uint16_t latch;
    uint8_t access; /* 1 low byte, 2 high byte, 3 both */
    bool high_next, latched;
};

_Static_assert(3 * sizeof(struct channel) <= DEV_PIT_BYTES, "room in the platform's row");

static struct channel *channel_of(struct device *d, unsigned index)
{
    return (struct channel *)d->state + index;
}

static uint16_t count(const struct device *d, const struct channel *c)
{
    uint32_t reload = c->reload ? c->reload : 0x10000;
    uint64_t ticks = (board_time_ns(d->board) - c->start_ns) * PIT_HZ / 1000000000ULL;

    return (uint16_t)(reload - ticks % reload);
}

static uint64_t read(struct device *d, uint64_t offset, unsigned width_bytes)
{
    (void)width_bytes;
    if (offset > 2) {
        return 0;
    }
    struct channel *c = channel_of(d, (unsigned)offset);
    uint16_t value = c->latched ? c->latch : count(d, c);
    bool high = c->access == 2 || (c->access != 1 && c->high_next);
    if (c->access != 1 && c->access != 2) {
        c->high_next = !c->high_next;
    }
    c->latched = c->latched && !high;
    return high ? value >> 8 : value & 0xff;
}

static void load(struct device *d, struct channel *c, uint8_t byte)
{
    bool high = c->access == 2 || (c->access == 3 && c->high_next);

    c->reload = high ? (c->reload & 0xff) | (uint32_t)byte << 8 : byte;
    c->high_next = c->access == 3 && !c->high_next;
    c->start_ns = board_time_ns(d->board);
}

static void control(struct device *d, uint8_t value)
{
    unsigned index = value >> 6, access = (value >> 4) & 3;

    if (index > 2) {
        return;
    }
    struct channel *c = channel_of(d, index);
    if (access == 0) {
        c->latch = count(d, c);
        c->latched = true;
    } else {
        c->access = (uint8_t)access;
    }
    c->high_next = false;
}

static void write(struct device *d, uint64_t offset, unsigned width_bytes, uint64_t value)
{
    (void)width_bytes;
    if (offset > 2) {
        control(d, (uint8_t)value);
    } else {
        load(d, channel_of(d, (unsigned)offset), (uint8_t)value);
    }
}

const struct device_ops dev_pit_ops = {.read = read, .write = write};
