/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The clocks of the three machines: the PC's CMOS clock (MC146818, binary coded decimal, 24 hours),
 * Arm's PL031, and the Goldfish clock of the RISC-V machine. All begin at the same fixed moment and
 * run with virtual time, so that a run can be repeated. None raises an interrupt.
 */
#include "host/sim/machine/board.h"

#include <string.h>
#include <time.h>

/* 2026-01-01 00:00:00 UTC */
#define EPOCH_SECONDS 1767225600ULL

static uint64_t seconds(const struct device *d)
{
    return EPOCH_SECONDS + board_time_ns(d->board) / 1000000000ULL;
}

static uint8_t decimal(int value)
{
    return (uint8_t)((value / 10 % 10) << 4 | value % 10);
}

struct cmos {
    uint8_t index;
    uint8_t bytes[128];
};

_Static_assert(sizeof(struct cmos) <= DEV_RTC_BYTES, "room in the platform's row");

static uint8_t read_cmos(const struct device *d, uint8_t index)
{
    const struct cmos *cmos = d->state;
    time_t now = (time_t)seconds(d);
    struct tm t;

    gmtime_r(&now, &t);
    const struct {
        uint8_t index, value;
    } clock[] = {
        {0x00, decimal(t.tm_sec)},
        {0x02, decimal(t.tm_min)},
        {0x04, decimal(t.tm_hour)},
        {0x06, decimal(t.tm_wday + 1)},
        {0x07, decimal(t.tm_mday)},
        {0x08, decimal(t.tm_mon + 1)},
        {0x09, decimal(t.tm_year)},
        {0x32, decimal(t.tm_year / 100 + 19)},
        {0x0a, 0x26 /* 32768 Hz */},
        {0x0b, 0x02 /* 24 hours */},
        {0x0c, 0x00},
        {0x0d, 0x80 /* battery good */},
    };
    for (size_t i = 0; i < sizeof clock / sizeof clock[0]; i++) {
        if (clock[i].index == index) {
            return clock[i].value;
        }
    }
    return cmos->bytes[index];
}

static uint64_t read_rtc(struct device *d, uint64_t offset, unsigned width_bytes)
{
    const struct cmos *cmos = d->state;

    (void)width_bytes;
    return offset == 1 ? read_cmos(d, cmos->index) : 0xff;
}

static void write_rtc(struct device *d, uint64_t offset, unsigned width_bytes, uint64_t value)
{
    struct cmos *cmos = d->state;

    (void)width_bytes;
    if (offset == 0) {
        cmos->index = value & 0x7f;
    } else {
        cmos->bytes[cmos->index] = (uint8_t)value;
    }
}

static uint64_t read_pl031(struct device *d, uint64_t offset, unsigned width_bytes)
{
    static const uint8_t identity[] = {0x31, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

    (void)width_bytes;
    if (offset >= 0xfe0 && offset < 0x1000) {
        return identity[(offset - 0xfe0) / 4];
    }
    return offset == 0x00 ? seconds(d) : offset == 0x0c ? 1 : 0;
}

static uint64_t read_goldfish(struct device *d, uint64_t offset, unsigned width_bytes)
{
    uint64_t now = EPOCH_SECONDS * 1000000000ULL + board_time_ns(d->board);

    (void)width_bytes;
    return offset == 0x00 ? now & 0xffffffffU : offset == 0x04 ? now >> 32 : 0;
}

const struct device_ops dev_rtc_ops = {.read = read_rtc, .write = write_rtc};
const struct device_ops dev_pl031_ops = {.read = read_pl031};
const struct device_ops dev_goldfish_rtc_ops = {.read = read_goldfish};
