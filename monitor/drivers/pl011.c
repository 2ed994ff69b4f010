/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arm's PL011 (DDI 0183). It may come up with its FIFO off, which is turned on here; an interrupt
 * is raised when the transmit FIFO falls below half, so the first bytes are sent without one.
 */
#include "monitor/drivers/uart.h"

enum {
    REG_DATA = 0x00,
    REG_FLAGS = 0x18,
    REG_LINE = 0x2c,
    REG_CONTROL = 0x30,
    REG_LEVELS = 0x34,
    REG_MASK = 0x38,
    REG_STATUS = 0x40, /* masked */
    REG_CLEAR = 0x44,
};
enum {
    FLAG_BUSY = 1 << 3,
    FLAG_RECEIVE_EMPTY = 1 << 4,
    FLAG_SEND_FULL = 1 << 5,
    LINE_FIFO = 1 << 4,
    LINE_8_BITS = 3 << 5,
    CONTROL_ON = 1 << 0 | 1 << 8 | 1 << 9, /* UART, transmit, receive */
    LEVELS_LOWEST = 0,                     /* interrupts at one eighth */
    INTERRUPT_RECEIVE = 1 << 4,
    INTERRUPT_TRANSMIT = 1 << 5,
    INTERRUPT_TIMEOUT = 1 << 6, /* bytes wait below the level */
    INTERRUPT_ALL = 0x7ff,
};

static volatile uint32_t *reg(struct uart *uart, unsigned offset)
{
    return (volatile uint32_t *)(uart->registers + offset);
}

static bool is_idle(struct uart *uart)
{
    return !(*reg(uart, REG_FLAGS) & FLAG_BUSY);
}

static void start(struct uart *uart)
{
    while (!is_idle(uart))
        continue; /* what the kernel sent last */
    *reg(uart, REG_MASK) = 0;
    *reg(uart, REG_LINE) = LINE_8_BITS | LINE_FIFO;
    *reg(uart, REG_LEVELS) = LEVELS_LOWEST;
    *reg(uart, REG_CONTROL) |= CONTROL_ON;
    *reg(uart, REG_CLEAR) = INTERRUPT_ALL;
}

static bool receive(struct uart *uart, uint8_t *byte)
{
    if (*reg(uart, REG_FLAGS) & FLAG_RECEIVE_EMPTY)
        return false;
    *byte = (uint8_t)*reg(uart, REG_DATA);
    return true;
}

static unsigned send(struct uart *uart, const uint8_t *bytes, unsigned count)
{
    unsigned sent = 0;

    while (sent < count && !(*reg(uart, REG_FLAGS) & FLAG_SEND_FULL))
        *reg(uart, REG_DATA) = bytes[sent++];
    return sent;
}

static bool pending(struct uart *uart)
{
    uint32_t status = *reg(uart, REG_STATUS);

    *reg(uart, REG_CLEAR) = status;
    return status != 0;
}

static void enable(struct uart *uart, bool receive, bool transmit)
{
    *reg(uart, REG_MASK) =
        (receive ? INTERRUPT_RECEIVE | INTERRUPT_TIMEOUT : 0) | (transmit ? INTERRUPT_TRANSMIT : 0);
}

const struct uart_ops pl011_ops = {
    .name = "PL011",
    .start = start,
    .receive = receive,
    .send = send,
    .is_idle = is_idle,
    .pending = pending,
    .enable = enable,
};
