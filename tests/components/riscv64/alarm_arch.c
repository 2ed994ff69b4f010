/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The clock Goldfish of QEMU's machine virt: its alarm is long past.
 */
#include "../alarm.h"
#include <sel4mon/component.h>

enum { ALARM_LOW = 0x08, ALARM_HIGH = 0x0c, IRQ_ENABLED = 0x10, CLEAR_INTERRUPT = 0x1c };

static volatile uint32_t *at(unsigned offset)
{
    return (volatile uint32_t *)(uintptr_t)(component_cap("clock")->address + offset);
}

void alarm_arch_raise(void)
{
    *at(IRQ_ENABLED) = 1;
    *at(ALARM_HIGH) = 0;
    *at(ALARM_LOW) = 1;
}

void alarm_arch_clear(void)
{
    *at(CLEAR_INTERRUPT) = 1;
}
