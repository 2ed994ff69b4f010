/* SPDX-License-Identifier: BSD-2-Clause */
/* The shell's side of the console: see console.h. */
#include "monitor/core/console.h"

#include "monitor/core/ipc.h"

struct console console;

/* Events that came while others were waited for. Only the shell's thread uses it. */
static unsigned pending;

unsigned console_wait(unsigned events)
{
    unsigned came;

    while (!(pending & events))
        pending |= (unsigned)ipc_wait(console.shell_ntfn);
    came = pending & events;
    pending &= ~came;
    return came;
}

void console_forget(unsigned events)
{
    pending |= (unsigned)ipc_poll(console.shell_ntfn);
    pending &= ~events;
}

void console_listen(void)
{
    console.listening = true;
    if (console.stalled)
        ipc_signal(console.wake_input);
}

void console_reset_waits(void)
{
    console.listening = false;
    console.want_drain = false;
    console.want_room = false;
    pending = CONSOLE_INPUT | CONSOLE_NOTICE | CONSOLE_DEBUG;
}

void console_flush(void)
{
    if (ring_used(&console.output) > 0)
        ipc_signal(console.wake_output);
}

unsigned console_await(unsigned events)
{
    unsigned came;

    for (;;) {
        if (ring_used(&console.input) > 0)
            return CONSOLE_INPUT;
        console_flush();
        if (console.polled) {
            ipc_signal(console.wake_input);
            pending |= (unsigned)ipc_poll(console.shell_ntfn);
            came = pending & events;
            pending &= ~came;
        } else {
            came = console_wait(CONSOLE_INPUT | events) & events;
        }
        if (came)
            return came;
    }
}

uint8_t console_read(void)
{
    uint8_t byte;

    while (!ring_get(&console.input, &byte))
        (void)console_await(0);
    if (console.stalled && ring_used(&console.input) < LIMIT_CONSOLE_BYTES / 2)
        ipc_signal(console.wake_input);
    return byte;
}

static void wait_for_room(void)
{
    console_forget(CONSOLE_ROOM);
    console.want_room = true;
    ipc_signal(console.wake_output);
    while (ring_room(&console.output) == 0)
        (void)console_wait(CONSOLE_ROOM);
}

/* A whole line is sent at once; what has no end yet waits for more, or until the shell waits. */
void console_write(const char *text, size_t len_bytes)
{
    bool line_ended = false;

    for (size_t i = 0; i < len_bytes; i++) {
        line_ended |= text[i] == '\n';
        while (!ring_put(&console.output, (uint8_t)text[i]))
            wait_for_room();
    }
    if (line_ended)
        console_flush();
}

void console_drain(void)
{
    console_forget(CONSOLE_ROOM);
    console.want_drain = true;
    ipc_signal(console.wake_output);
    while (console.want_drain)
        (void)console_wait(CONSOLE_ROOM);
}
