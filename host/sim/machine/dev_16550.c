/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The 16550A UART, at x86 I/O ports or in memory with registers one byte apart, as QEMU's: sending
 * takes no time, and the receiver takes from the line only what its FIFO has room for. National
 * Semiconductor's data sheet PC16550D. Its interrupt line is level triggered.
 */
#include "host/sim/machine/board.h"

#include "host/sim/machine/serial.h"

#include <string.h>

#define FIFO_BYTES 16U

enum reg { REG_DATA, REG_IER, REG_IIR_FCR, REG_LCR, REG_MCR, REG_LSR, REG_MSR, REG_SCRATCH };

enum {
    IER_RECEIVE = 0x01,
    IER_TRANSMIT = 0x02,
    IER_LINE = 0x04,
    IER_MODEM = 0x08,
    IIR_NONE = 0x01,
    IIR_MODEM = 0x00,
    IIR_TRANSMIT = 0x02,
    IIR_RECEIVE = 0x04,
    IIR_LINE = 0x06,
    IIR_TIMEOUT = 0x0c,
    IIR_FIFO = 0xc0,
    FCR_ENABLE = 0x01,
    FCR_CLEAR_RECEIVE = 0x02,
    FCR_KEPT = 0xc9,
    LCR_DIVISOR = 0x80,
    MCR_LOOP = 0x10,
    MCR_WRITABLE = 0x1f,
    LSR_READY = 0x01,
    LSR_OVERRUN = 0x02,
    LSR_EMPTY = 0x60,
    MSR_CONNECTED = 0xb0, /* carrier, data set ready, clear to send */
    MSR_DELTAS = 0x0f,
    MCR_RESET = 0x08,
    DIVISOR_RESET = 12,
};

struct uart {
    uint8_t ier, fcr, lcr, mcr, lsr, msr, scratch;
    uint16_t divisor;
    bool transmit_pending; /* the transmitter-empty interrupt was not yet taken note of */
    unsigned count;
    uint8_t fifo[FIFO_BYTES];
};

_Static_assert(sizeof(struct uart) <= DEV_16550_BYTES, "room in the platform's row");

void dev_16550_reset(struct device *d)
{
    struct uart *u = d->state;

    *u = (struct uart){
        .mcr = MCR_RESET, .lsr = LSR_EMPTY, .msr = MSR_CONNECTED, .divisor = DIVISOR_RESET};
}

static unsigned capacity(const struct uart *u)
{
    return u->fcr & FCR_ENABLE ? FIFO_BYTES : 1;
}

static unsigned trigger(const struct uart *u)
{
    static const uint8_t levels[] = {1, 4, 8, 14};

    return u->fcr & FCR_ENABLE ? levels[u->fcr >> 6] : 1;
}

static uint8_t identify(const struct uart *u)
{
    if ((u->ier & IER_LINE) && (u->lsr & LSR_OVERRUN)) {
        return IIR_LINE;
    }
    if ((u->ier & IER_RECEIVE) && u->count > 0) {
        return u->count >= trigger(u) ? IIR_RECEIVE : IIR_TIMEOUT;
    }
    if ((u->ier & IER_TRANSMIT) && u->transmit_pending) {
        return IIR_TRANSMIT;
    }
    if ((u->ier & IER_MODEM) && (u->msr & MSR_DELTAS)) {
        return IIR_MODEM;
    }
    return IIR_NONE;
}

static void update(struct device *d)
{
    board_set_line(d->board, d->row->line, identify(d->state) != IIR_NONE);
}

static struct serial *line_of(const struct device *d)
{
    return d->row->serial >= 0 ? d->board->serials[d->row->serial] : NULL;
}

static void receive(struct uart *u, uint8_t byte)
{
    if (u->count == capacity(u)) {
        u->lsr |= LSR_OVERRUN;
        return;
    }
    u->fifo[u->count++] = byte;
    u->lsr |= LSR_READY;
}

static void poll_input(struct device *d)
{
    struct uart *u = d->state;
    struct serial *line = line_of(d);
    uint8_t byte;

    if (!line || (u->mcr & MCR_LOOP)) {
        return;
    }
    while (u->count < capacity(u) && serial_get(line, &byte)) {
        receive(u, byte);
    }
    update(d);
}

static uint8_t take(struct uart *u)
{
    uint8_t byte = u->fifo[0];

    if (u->count == 0) {
        return 0;
    }
    u->count--;
    memmove(u->fifo, u->fifo + 1, u->count);
    if (u->count == 0) {
        u->lsr &= (uint8_t)~LSR_READY;
    }
    return byte;
}

/* In loop-back mode the modem's outputs are its inputs. */
static uint8_t modem_status(const struct uart *u)
{
    if (!(u->mcr & MCR_LOOP)) {
        return u->msr;
    }
    return (uint8_t)(((u->mcr & 0x0c) << 4) | ((u->mcr & 0x02) << 3) | ((u->mcr & 0x01) << 5));
}

static uint8_t read_reg(struct uart *u, unsigned reg)
{
    uint8_t value;

    switch ((enum reg)reg) {
    case REG_DATA:
        return u->lcr & LCR_DIVISOR ? (uint8_t)u->divisor : take(u);
    case REG_IER:
        return u->lcr & LCR_DIVISOR ? (uint8_t)(u->divisor >> 8) : u->ier;
    case REG_IIR_FCR:
        value = identify(u);
        if (value == IIR_TRANSMIT) {
            u->transmit_pending = false;
        }
        return value | (u->fcr & FCR_ENABLE ? IIR_FIFO : 0);
    case REG_LCR:
        return u->lcr;
    case REG_MCR:
        return u->mcr;
    case REG_LSR:
        value = u->lsr;
        u->lsr &= (uint8_t)~LSR_OVERRUN;
        return value;
    case REG_MSR:
        value = modem_status(u);
        u->msr &= (uint8_t)~MSR_DELTAS;
        return value;
    case REG_SCRATCH:
        return u->scratch;
    }
    return 0;
}

static uint64_t read(struct device *d, uint64_t offset, unsigned width_bytes)
{
    uint8_t value;

    (void)width_bytes;
    if (offset > REG_SCRATCH) {
        return 0;
    }
    value = read_reg(d->state, (unsigned)offset);
    update(d);
    return value;
}

static void send(struct device *d, uint8_t byte)
{
    struct uart *u = d->state;
    struct serial *line = line_of(d);

    u->transmit_pending = true;
    if (u->mcr & MCR_LOOP) {
        receive(u, byte);
    } else if (line) {
        serial_put(line, byte);
    }
}

static void write_fcr(struct uart *u, uint8_t value)
{
    if (((value ^ u->fcr) & FCR_ENABLE) || (value & FCR_CLEAR_RECEIVE)) {
        u->count = 0;
        u->lsr &= (uint8_t)~LSR_READY;
    }
    u->fcr = value & FCR_ENABLE ? value & FCR_KEPT : 0;
}

static void write(struct device *d, uint64_t offset, unsigned width_bytes, uint64_t value)
{
    struct uart *u = d->state;
    uint8_t byte = (uint8_t)value;

    (void)width_bytes;
    if (offset == REG_DATA && (u->lcr & LCR_DIVISOR)) {
        u->divisor = (uint16_t)((u->divisor & 0xff00) | byte);
    } else if (offset == REG_DATA) {
        send(d, byte);
    } else if (offset == REG_IER && (u->lcr & LCR_DIVISOR)) {
        u->divisor = (uint16_t)((u->divisor & 0xff) | byte << 8);
    } else if (offset == REG_IER) {
        u->transmit_pending |= (byte & ~u->ier & IER_TRANSMIT) != 0;
        u->ier = byte & 0x0f;
    } else if (offset == REG_IIR_FCR) {
        write_fcr(u, byte);
    } else if (offset == REG_LCR) {
        u->lcr = byte;
    } else if (offset == REG_MCR) {
        u->mcr = byte & MCR_WRITABLE;
    } else if (offset == REG_SCRATCH) {
        u->scratch = byte;
    }
    update(d);
}

const struct device_ops dev_16550_ops = {.read = read, .write = write, .poll = poll_input};
