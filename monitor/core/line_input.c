/* SPDX-License-Identifier: BSD-2-Clause */
/* The shell's input, and Ctrl-C: see line_input.h. */
#include "monitor/core/line_input.h"

#include "monitor/core/console.h"
#include "monitor/core/ipc.h"
#include "monitor/core/recover.h"

enum { CONTROL_C = 3 };

/* Where in the input the last Ctrl-C went that the shell has to read itself. */
static uint32_t last_break;
static bool break_waits;

static bool came;

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

static void put(uint8_t byte)
{
    came = true;
    if (!ring_put(&console.input, byte))
        console.input_lost++;
}

void line_input_interrupt(void)
{
    if (console.command_running) {
        interrupt_command();
    } else if (is_shell_stuck()) {
        break_waits = false;
        recover_rebuild_shell(ERR_INTERRUPTED);
    } else {
        break_waits = true;
        last_break = console.input.written;
        put(CONTROL_C);
    }
}

void line_input_typed(uint8_t byte)
{
    if (byte == CONTROL_C)
        line_input_interrupt();
    else
        put(byte);
}

void line_input_bulk(uint8_t byte)
{
    came = true;
    (void)ring_put(&console.bulk, byte); /* nobody sends more than there is room for */
}

void line_input_tell(void)
{
    if (came)
        ipc_signal(console.shell_input);
    came = false;
}
