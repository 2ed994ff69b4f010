/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The 16550 family, by I/O port or memory-mapped with registers 1 << shift bytes apart. The kernel
 * polls the same transmitter for its own messages at any moment, so what the status register says
 * is asked before every run of bytes and never remembered.
 */
#include "monitor/drivers/uart.h"

enum {
    REG_DATA = 0,
    REG_INTERRUPT = 1,
    REG_FIFO = 2,  /* written */
    REG_CAUSE = 2, /* read */
    REG_LINE = 3,
    REG_MODEM = 4,
    REG_STATUS = 5,
    REG_SCRATCH = 7,
};
enum {
    INTERRUPT_RECEIVE = 1 << 0,
    INTERRUPT_TRANSMIT = 1 << 1,
    CAUSE_NONE = 1 << 0,
    CAUSE_MASK = 0x0f,
    CAUSE_RECEIVED = 0x04, /* as many bytes as the trigger says */
    FIFO_ENABLE = 1 << 0,
    FIFO_TRIGGER_8 = 2 << 6, /* an interrupt for 8 bytes, or when fewer have waited a while */
    LINE_8N1 = 3,
    MODEM_DTR_RTS_OUT2 = 0x0b, /* OUT2 connects the interrupt on a PC */
    STATUS_READY = 1 << 0,
    STATUS_EMPTY = 1 << 5,
    STATUS_IDLE = 1 << 6,
    FIFO_BYTES = 16,
    TRIGGER_BYTES = 8,
};

static uint8_t port_get(struct uart *uart, unsigned reg)
{
    uint32_t value = 0;

    (void)arch_port_in(uart->ports, (uint16_t)(uart->port + reg), 1, &value);
    return (uint8_t)value;
}

static void port_set(struct uart *uart, unsigned reg, uint8_t value)
{
    (void)arch_port_out(uart->ports, (uint16_t)(uart->port + reg), 1, value);
}

static uint8_t memory_get(struct uart *uart, unsigned reg)
{
    volatile uint8_t *at = uart->registers + ((uintptr_t)reg << uart->shift);

    return uart->width == 4 ? (uint8_t) * (volatile uint32_t *)at : *at;
}

static void memory_set(struct uart *uart, unsigned reg, uint8_t value)
{
    volatile uint8_t *at = uart->registers + ((uintptr_t)reg << uart->shift);

    if (uart->width == 4)
        *(volatile uint32_t *)at = value;
    else
        *at = value;
}

static uint8_t get(struct uart *uart, unsigned reg)
{
    return uart->ports ? port_get(uart, reg) : memory_get(uart, reg);
}

static void set(struct uart *uart, unsigned reg, uint8_t value)
{
    if (uart->ports)
        port_set(uart, reg, value);
    else
        memory_set(uart, reg, value);
}

bool ns16550_probe(struct uart *uart)
{
    static const uint8_t patterns[] = {0x55, 0xaa};

    for (unsigned i = 0; i < sizeof patterns; i++) {
        set(uart, REG_SCRATCH, patterns[i]);
        if (get(uart, REG_SCRATCH) != patterns[i])
            return false;
    }
    return true;
}

static void start(struct uart *uart)
{
    set(uart, REG_INTERRUPT, 0);
    set(uart, REG_LINE, LINE_8N1);
    set(uart, REG_FIFO, FIFO_ENABLE | FIFO_TRIGGER_8);
    set(uart, REG_MODEM, MODEM_DTR_RTS_OUT2);
    uart->received = 0;
}

static bool receive(struct uart *uart, uint8_t *byte)
{
    if (uart->received > 0)
        uart->received--;
    else if (!(get(uart, REG_STATUS) & STATUS_READY))
        return false;
    *byte = get(uart, REG_DATA);
    return true;
}

/* The status only tells an empty FIFO, so a run of bytes begins there. */
static unsigned send(struct uart *uart, const uint8_t *bytes, unsigned count)
{
    if (!(get(uart, REG_STATUS) & STATUS_EMPTY))
        return 0;
    if (count > FIFO_BYTES)
        count = FIFO_BYTES;
    for (unsigned i = 0; i < count; i++)
        set(uart, REG_DATA, bytes[i]);
    return count;
}

static bool is_idle(struct uart *uart)
{
    return get(uart, REG_STATUS) & STATUS_IDLE;
}

static bool pending(struct uart *uart)
{
    uint8_t cause = get(uart, REG_CAUSE) & CAUSE_MASK;

    if (cause == CAUSE_RECEIVED)
        uart->received = TRIGGER_BYTES; /* nobody else takes any */
    return !(cause & CAUSE_NONE);
}

static void enable(struct uart *uart, bool receive, bool transmit)
{
    set(uart, REG_INTERRUPT,
        (receive ? INTERRUPT_RECEIVE : 0) | (transmit ? INTERRUPT_TRANSMIT : 0));
}

const struct uart_ops ns16550_ops = {
    .name = "16550",
    .start = start,
    .receive = receive,
    .send = send,
    .is_idle = is_idle,
    .pending = pending,
    .enable = enable,
};
