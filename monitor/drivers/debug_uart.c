/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's own console as the last resort, when no UART can be driven: text can be shown, but
 * nothing can be typed.
 */
#include "monitor/core/kernel.h"
#include "monitor/drivers/uart.h"

static void start(struct uart *uart)
{
    (void)uart;
}

static bool receive(struct uart *uart, uint8_t *byte)
{
    (void)uart, (void)byte;
    return false;
}

static unsigned send(struct uart *uart, const uint8_t *bytes, unsigned count)
{
    (void)uart;
    for (unsigned i = 0; i < count; i++)
        if (bytes[i] != '\r')
            kernel_put_char((char)bytes[i]); /* the kernel adds the carriage return */
    return count;
}

static bool is_idle(struct uart *uart)
{
    (void)uart;
    return true;
}

static bool pending(struct uart *uart)
{
    (void)uart;
    return false;
}

static void enable(struct uart *uart, bool receive, bool transmit)
{
    (void)uart, (void)receive, (void)transmit;
}

const struct uart_ops debug_uart_ops = {
    .name = "kernel",
    .start = start,
    .receive = receive,
    .send = send,
    .is_idle = is_idle,
    .pending = pending,
    .enable = enable,
};
