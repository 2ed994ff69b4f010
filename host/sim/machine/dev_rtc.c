/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The clocks of the three machines: the PC's CMOS clock (MC146818, binary coded decimal, 24 hours),
 * Arm's PL031, and the Goldfish clock of the RISC-V machine. All begin at the same fixed moment and
 * run with virtual time, so that a run can be repeated. The alarms of the latter two raise their
 * interrupt if they are set to the present (or the Goldfish's past), and never later.
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

/* The alarm of PL031 and Goldfish. */
struct alarm {
    uint64_t at; /* as it was written */
    bool raised, enabled;
};

_Static_assert(sizeof(struct alarm) <= DEV_ALARM_BYTES, "room in the platform's row");

static void update_alarm(struct device *d)
{
    const struct alarm *alarm = d->state;

    board_set_line(d->board, d->row->line, alarm->raised && alarm->enabled);
}

static uint64_t read_pl031(struct device *d, uint64_t offset, unsigned width_bytes)
{
    const struct alarm *alarm = d->state;
    static const uint8_t identity[] = {0x31, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

    (void)width_bytes;
    if (offset >= 0xfe0 && offset < 0x1000) {
        return identity[(offset - 0xfe0) / 4];
    }
    switch (offset) {
    case 0x00:
        return seconds(d) & 0xffffffffU;
    case 0x04:
        return alarm->at;
    case 0x0c: /* it always runs */
        return 1;
    case 0x10:
        return alarm->enabled;
    case 0x14:
        return alarm->raised;
    case 0x18:
        return alarm->raised && alarm->enabled;
    default:
        return 0;
    }
}

static void write_pl031(struct device *d, uint64_t offset, unsigned width_bytes, uint64_t value)
{
    struct alarm *alarm = d->state;

    (void)width_bytes;
    switch (offset) {
    case 0x04:
        alarm->at = value & 0xffffffffU;
        alarm->raised = alarm->raised || alarm->at == (seconds(d) & 0xffffffffU);
        break;
    case 0x10:
        alarm->enabled = value & 1;
        break;
    case 0x1c:
        alarm->raised = alarm->raised && !(value & 1);
        break;
    }
    update_alarm(d);
}

static uint64_t nanoseconds(const struct device *d)
{
    return EPOCH_SECONDS * 1000000000ULL + board_time_ns(d->board);
}

static uint64_t read_goldfish(struct device *d, uint64_t offset, unsigned width_bytes)
{
    const struct alarm *alarm = d->state;

    (void)width_bytes;
    switch (offset) {
    case 0x00:
        return nanoseconds(d) & 0xffffffffU;
    case 0x04:
        return nanoseconds(d) >> 32;
    case 0x08:
        return alarm->at & 0xffffffffU;
    case 0x0c:
        return alarm->at >> 32;
    case 0x10:
        return alarm->enabled;
    default:
        return 0;
    }
}

/* Writing the low half sets the alarm; the high half only waits for it. */
static void write_goldfish(struct device *d, uint64_t offset, unsigned width_bytes, uint64_t value)
{
    struct alarm *alarm = d->state;

    (void)width_bytes;
    value &= 0xffffffffU;
    switch (offset) {
    case 0x08:
        alarm->at = (alarm->at & ~0xffffffffULL) | value;
        alarm->raised = alarm->raised || alarm->at <= nanoseconds(d);
        break;
    case 0x0c:
        alarm->at = (alarm->at & 0xffffffffU) | value << 32;
        break;
    case 0x10:
        alarm->enabled = value & 1;
        break;
    case 0x1c:
        alarm->raised = false;
        break;
    }
    update_alarm(d);
}

const struct device_ops dev_rtc_ops = {.read = read_rtc, .write = write_rtc};
const struct device_ops dev_pl031_ops = {.read = read_pl031, .write = write_pl031};
const struct device_ops dev_goldfish_rtc_ops = {.read = read_goldfish, .write = write_goldfish};
