/* SPDX-License-Identifier: BSD-2-Clause */
/* The thread that owns the line: see supervisor.h. */
#include "monitor/core/supervisor.h"

#include "monitor/core/component.h"
#include "monitor/core/console.h"
#include "monitor/core/ipc.h"
#include "monitor/core/recover.h"
#include "monitor/core/request.h"
#include "monitor/core/thread.h"
#include "monitor/drivers/uart.h"

enum { CONTROL_C = 3 };

struct supervisor supervisor;

/* Where in the input the last Ctrl-C went that the shell has to read itself. */
static uint32_t last_break;
static bool break_waits;

/* Which interrupts the UART has been told to raise; -1: not known. */
static int enabled;

/* Once: the command's own business. Twice before it took notice: the shell begins anew. */
static void interrupt_command(void)
{
    if (console.interrupted) {
        recover_rebuild_shell(ERR_INTERRUPTED);
        return;
    }
    console.interrupted = true;
    ipc_signal(console.shell_stop);
}

/* A second Ctrl-C while the shell has not even read the first. */
static bool is_shell_stuck(void)
{
    return break_waits && (int32_t)(console.input.read - last_break) <= 0;
}

static void take_byte(uint8_t byte)
{
    if (byte == CONTROL_C && console.command_running) {
        interrupt_command();
        return;
    }
    if (byte == CONTROL_C) {
        if (is_shell_stuck()) {
            break_waits = false;
            recover_rebuild_shell(ERR_INTERRUPTED);
            return;
        }
        break_waits = true;
        last_break = console.input.written;
    }
    if (!ring_put(&console.input, byte))
        console.input_lost++;
}

/* What does not fit waits in the UART, unless Ctrl-C has to get through: then it is dropped. */
static void receive_all(struct uart *uart)
{
    bool came = false;
    uint8_t byte;

    console.stalled = false;
    for (;;) {
        if (ring_room(&console.input) == 0 && !console.listening) {
            console.stalled = true;
            break;
        }
        if (!uart->ops->receive(uart, &byte))
            break;
        take_byte(byte);
        came = true;
    }
    if (came)
        ipc_signal(console.shell_input);
}

static void send_some(struct uart *uart)
{
    uint8_t byte;

    while (ring_used(&console.output) > 0) {
        unsigned room = uart->ops->room(uart);

        if (room == 0 && supervisor.irq)
            break;
        while (room-- > 0 && ring_get(&console.output, &byte))
            uart->ops->send(uart, byte);
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
    if (console.want_drain && used == 0) {
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
    bool receive = !console.stalled, transmit = ring_used(&console.output) > 0;
    int wanted = receive | transmit << 1;

    if (wanted != enabled)
        uart->ops->enable(uart, receive, transmit);
    enabled = wanted;
}

static void serve(struct uart *uart)
{
    receive_all(uart);
    send_some(uart);
    enable_needed(uart);
    tell_shell(uart);
}

void supervisor_run(void *unused)
{
    struct uart *uart = supervisor.uart;

    (void)unused;
    enabled = -1;
    uart->ops->start(uart);
    if (supervisor.irq)
        (void)seL4_IRQHandler_Ack(supervisor.irq);
    for (;;) {
        seL4_MessageInfo_t info;
        seL4_Word badge;

        serve(uart);
        while (uart->ops->pending(uart))
            serve(uart);
        info = ipc_receive(supervisor.endpoint, &badge);
        if (badge & SUPERVISOR_MESSAGE) {
            component_message(badge, info);
            continue;
        }
        if (badge & WAKE_REQUEST)
            request_serve();
        if (badge & WAKE_UART && supervisor.irq) {
            while (uart->ops->pending(uart))
                serve(uart);
            (void)seL4_IRQHandler_Ack(supervisor.irq);
        }
    }
}
