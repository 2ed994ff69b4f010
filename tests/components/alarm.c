/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The smallest driver: a device (registers in memory, or I/O ports on x86) that raises its
 * interrupt, and a notification that is signalled by it. All three are given in ARCH/alarm.yaml;
 * without them, as a root task, it says so.
 */
#include "alarm.h"
#include <sel4mon/component.h>

enum { ALARMS = 3, STATUS_NOT_GIVEN = 2 };

int main(int argc, char **argv)
{
    seL4_CPtr wake = component_slot("wake"), handler = component_slot("alarm_irq");
    seL4_Word badge;

    (void)argc;
    (void)argv;
    if (!wake || !handler) {
        component_print("alarm: no device was given\n");
        return STATUS_NOT_GIVEN;
    }
    for (unsigned i = 1; i <= ALARMS; i++) {
        alarm_arch_raise();
        seL4_Wait(wake, &badge);
        alarm_arch_clear();
        component_check(seL4_IRQHandler_Ack(handler), "acknowledge");
        component_print("alarm %u: badge %lu\n", i, (unsigned long)badge);
    }
    return 0;
}
