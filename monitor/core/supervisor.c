/* SPDX-License-Identifier: BSD-2-Clause */
/* The thread that owns the line: see supervisor.h. */
#include "monitor/core/supervisor.h"

#include "monitor/core/component.h"
#include "monitor/core/console.h"
#include "monitor/core/debug.h"
#include "monitor/core/gdb_line.h"
#include "monitor/core/ipc.h"
#include "monitor/core/line.h"
#include "monitor/core/request.h"
#include "monitor/core/thread.h"
#include "monitor/drivers/uart.h"

struct supervisor supervisor;

/* Received at once: so many bytes that looking at all the rest costs little beside them, so few
 * that acknowledgements are not late. */
enum { RECEIVE_BYTES = 128 };

/* Which interrupts the UART has been told to raise; -1: not known. */
static int enabled;

/* Bytes of the line's that the UART has not taken yet. */
static struct {
    uint8_t bytes[32];
    uint8_t len, at;
} out;

/* What there is no room for waits in the UART. False: there is more, but others have their turn. */
static bool receive_some(struct uart *uart)
{
    unsigned left = RECEIVE_BYTES;
    uint8_t byte;

    while (left > 0 && line_can_take() && uart->ops->receive(uart, &byte)) {
        line_take(byte);
        left--;
    }
    console.stalled = !line_can_take();
    return left > 0;
}

static bool has_output(void)
{
    if (out.at == out.len) {
        out.at = 0;
        out.len = (uint8_t)line_give(out.bytes, sizeof out.bytes);
    }
    return out.len > 0;
}

static void send_some(struct uart *uart)
{
    while (has_output()) {
        unsigned sent = uart->ops->send(uart, out.bytes + out.at, out.len - out.at);

        if (sent == 0 && supervisor.irq)
            break;
        out.at = (uint8_t)(out.at + sent);
    }
}

static void tell_shell(struct uart *uart)
{
    uint32_t used = ring_used(&console.output);
    bool tell = false;

    if (console.want_room && used < LIMIT_CONSOLE_BYTES / 2) {
        console.want_room = false;
        tell = true;
    }
    if (console.want_drain && !has_output() && line_is_drained()) {
        while (!uart->ops->is_idle(uart))
            continue; /* the last few bytes */
        console.want_drain = false;
        tell = true;
    }
    if (tell)
        ipc_signal(console.shell_room);
}

/* Only what changes is written: on a PC each register is a system call. */
static void enable_needed(struct uart *uart)
{
    bool receive = !console.stalled, transmit = has_output();
    int wanted = receive | transmit << 1;

    if (wanted != enabled)
        uart->ops->enable(uart, receive, transmit);
    enabled = wanted;
}

static void serve(struct uart *uart)
{
    bool all;

    do {
        all = receive_some(uart);
        gdb_line_serve();
        line_serve();
        send_some(uart);
    } while (!all);
    enable_needed(uart);
    tell_shell(uart);
}

void supervisor_drain(void)
{
    for (;;) {
        seL4_Word badge;
        seL4_MessageInfo_t info = ipc_receive_now(supervisor.endpoint, &badge);

        if (badge & SUPERVISOR_MESSAGE)
            component_message(badge, info);
        else if (badge)
            supervisor.missed |= badge;
        else
            return;
    }
}

/* The next message, or the signals that came while others were taken. */
static seL4_MessageInfo_t receive(seL4_Word *badge)
{
    *badge = supervisor.missed;
    supervisor.missed = 0;
    if (*badge)
        return seL4_MessageInfo_new(0, 0, 0, 0);
    return ipc_receive(supervisor.endpoint, badge);
}

/* What notifications woke for. False: the line may have something new to say. */
static bool wake(struct uart *uart, seL4_Word badge)
{
    if (badge & WAKE_REQUEST)
        request_serve();
    if (badge & WAKE_GDB_LINE)
        gdb_line_ack();
    if (badge & WAKE_UART && supervisor.irq) {
        while (uart->ops->pending(uart))
            serve(uart);
        (void)seL4_IRQHandler_Ack(supervisor.irq);
    }
    return badge == WAKE_UART && supervisor.irq;
}

void supervisor_run(void *unused)
{
    struct uart *uart = supervisor.uart;
    bool served = false;

    (void)unused;
    enabled = -1;
    line_start();
    uart->ops->start(uart);
    if (supervisor.irq)
        (void)seL4_IRQHandler_Ack(supervisor.irq);
    for (;;) {
        seL4_MessageInfo_t info;
        seL4_Word badge;

        if (!served)
            serve(uart);
        while (uart->ops->pending(uart) || debug_busy())
            serve(uart);
        info = receive(&badge);
        debug_woke();
        served = false;
        if (badge & SUPERVISOR_MESSAGE)
            component_message(badge, info);
        else
            served = wake(uart, badge);
    }
}
