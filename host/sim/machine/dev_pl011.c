/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arm's PrimeCell UART PL011 as QEMU has it: sending takes no time, the FIFO is off at reset (one
 * byte of room), and the receive interrupt comes with the first byte in an empty receiver. Arm DDI
 * 0183. Its interrupt line is level triggered.
 */
#include "host/sim/machine/board.h"

#include "host/sim/machine/serial.h"

#include <string.h>

#define FIFO_BYTES 16U

enum {
    REG_DR = 0x00,
    REG_RSR = 0x04,
    REG_FR = 0x18,
    REG_ILPR = 0x20,
    REG_IBRD = 0x24,
    REG_FBRD = 0x28,
    REG_LCR = 0x2c,
    REG_CR = 0x30,
    REG_IFLS = 0x34,
    REG_IMSC = 0x38,
    REG_RIS = 0x3c,
    REG_MIS = 0x40,
    REG_ICR = 0x44,
    REG_DMACR = 0x48,
    REG_ID = 0xfe0,
    REG_END = 0x1000,
};

enum {
    FR_RECEIVE_EMPTY = 0x10,
    FR_RECEIVE_FULL = 0x40,
    FR_TRANSMIT_EMPTY = 0x80,
    LCR_FIFO = 0x10,
    CR_LOOP = 0x80,
    CR_RESET = 0x300,
    IFLS_RESET = 0x12,
    INT_RECEIVE = 0x10,
    INT_TRANSMIT = 0x20,
};

static const uint8_t identity[] = {0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

/* Registers that only keep what was written. */
enum { KEEP_COUNT = REG_DMACR / 4 + 1 };

struct uart {
    uint32_t keep[KEEP_COUNT];
    uint32_t interrupts; /* raw */
    unsigned count;
    uint8_t fifo[FIFO_BYTES];
};

_Static_assert(sizeof(struct uart) <= DEV_PL011_BYTES, "room in the platform's row");

void dev_pl011_reset(struct device *d)
{
    struct uart *u = d->state;

    *u = (struct uart){0};
    u->keep[REG_CR / 4] = CR_RESET;
    u->keep[REG_IFLS / 4] = IFLS_RESET;
}

static unsigned capacity(const struct uart *u)
{
    return u->keep[REG_LCR / 4] & LCR_FIFO ? FIFO_BYTES : 1;
}

static void update(struct device *d)
{
    struct uart *u = d->state;

    board_set_line(d->board, d->row->line, (u->interrupts & u->keep[REG_IMSC / 4]) != 0);
}

static struct serial *line_of(const struct device *d)
{
    return d->row->serial >= 0 ? d->board->serials[d->row->serial] : NULL;
}

static void receive(struct uart *u, uint8_t byte)
{
    if (u->count == capacity(u)) {
        return;
    }
    u->fifo[u->count++] = byte;
    if (u->count == 1) {
        u->interrupts |= INT_RECEIVE;
    }
}

static void poll_input(struct device *d)
{
    struct uart *u = d->state;
    struct serial *line = line_of(d);
    uint8_t byte;

    while (line && u->count < capacity(u) && serial_get(line, &byte)) {
        receive(u, byte);
    }
    update(d);
}

static uint32_t take(struct uart *u)
{
    uint8_t byte = u->fifo[0];

    if (u->count == 0) {
        return 0;
    }
    u->count--;
    memmove(u->fifo, u->fifo + 1, u->count);
    if (u->count == 0) {
        u->interrupts &= ~(uint32_t)INT_RECEIVE;
    }
    return byte;
}

static uint32_t flags(const struct uart *u)
{
    return FR_TRANSMIT_EMPTY | (u->count == 0 ? FR_RECEIVE_EMPTY : 0) |
           (u->count == capacity(u) ? FR_RECEIVE_FULL : 0);
}

static uint64_t read(struct device *d, uint64_t offset, unsigned width_bytes)
{
    struct uart *u = d->state;
    uint32_t value = 0;

    (void)width_bytes;
    if (offset == REG_DR) {
        value = take(u);
    } else if (offset == REG_FR) {
        value = flags(u);
    } else if (offset == REG_RIS) {
        value = u->interrupts;
    } else if (offset == REG_MIS) {
        value = u->interrupts & u->keep[REG_IMSC / 4];
    } else if (offset >= REG_ID && offset < REG_END) {
        value = identity[(offset - REG_ID) / 4];
    } else if (offset / 4 < KEEP_COUNT && offset != REG_ICR && offset != REG_RSR) {
        value = u->keep[offset / 4];
    }
    update(d);
    return value;
}

static void send(struct device *d, uint8_t byte)
{
    struct uart *u = d->state;
    struct serial *line = line_of(d);

    if (u->keep[REG_CR / 4] & CR_LOOP) {
        receive(u, byte);
    } else if (line) {
        serial_put(line, byte);
    }
    u->interrupts |= INT_TRANSMIT;
}

static void write(struct device *d, uint64_t offset, unsigned width_bytes, uint64_t value)
{
    struct uart *u = d->state;

    (void)width_bytes;
    if (offset == REG_DR) {
        send(d, (uint8_t)value);
    } else if (offset == REG_ICR) {
        u->interrupts &= ~(uint32_t)value;
    } else if (offset == REG_LCR) {
        if ((u->keep[REG_LCR / 4] ^ value) & LCR_FIFO) {
            u->count = 0; /* the FIFO is emptied when it is switched */
        }
        u->keep[REG_LCR / 4] = (uint32_t)value;
    } else if (offset / 4 < KEEP_COUNT && offset != REG_FR && offset != REG_RIS &&
               offset != REG_MIS) {
        u->keep[offset / 4] = (uint32_t)value;
    }
    update(d);
}

const struct device_ops dev_pl011_ops = {.read = read, .write = write, .poll = poll_input};
