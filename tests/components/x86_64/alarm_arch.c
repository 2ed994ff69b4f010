/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The keyboard controller (8042): it can be told to take a byte for one from the keyboard.
 */
#include "../alarm.h"
#include <sel4mon/component.h>

enum {
    PORT_DATA = 0x60,
    PORT_COMMAND = 0x64,
    STATUS_OUTPUT = 1 << 0, /* there is something to read */
    STATUS_INPUT = 1 << 1,  /* it is not done with what was written */
    COMMAND_READ_CONFIG = 0x20,
    COMMAND_WRITE_CONFIG = 0x60,
    COMMAND_FAKE_KEY = 0xd2,
    CONFIG_INTERRUPT = 1 << 0,
    CONFIG_DISABLED = 1 << 4,
    KEY = 0x1e,
};

static uint8_t in(unsigned port)
{
    seL4_X86_IOPort_In8_t got =
        seL4_X86_IOPort_In8(component_slot(port == PORT_DATA ? "data" : "command"), (uint16_t)port);

    component_check((seL4_Error)got.error, "reading a port");
    return got.result;
}

static void out(unsigned port, uint8_t byte)
{
    while (in(PORT_COMMAND)&STATUS_INPUT) {
    }
    component_check(
        seL4_X86_IOPort_Out8(component_slot(port == PORT_DATA ? "data" : "command"), port, byte),
        "writing a port");
}

void alarm_arch_raise(void)
{
    out(PORT_COMMAND, COMMAND_READ_CONFIG);
    uint8_t config = in(PORT_DATA);
    out(PORT_COMMAND, COMMAND_WRITE_CONFIG);
    out(PORT_DATA, (uint8_t)((config | CONFIG_INTERRUPT) & ~CONFIG_DISABLED));
    out(PORT_COMMAND, COMMAND_FAKE_KEY);
    out(PORT_DATA, KEY);
}

void alarm_arch_clear(void)
{
    while (in(PORT_COMMAND)&STATUS_OUTPUT) {
        (void)in(PORT_DATA);
    }
}
