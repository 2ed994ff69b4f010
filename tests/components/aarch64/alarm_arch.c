/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The clock PL031 of QEMU's machine virt: its alarm is now.
 */
#include "../alarm.h"
#include <sel4mon/component.h>

enum { DATA = 0x00, MATCH = 0x04, MASK = 0x10, RAW_STATUS = 0x14, CLEAR = 0x1c };

static volatile uint32_t *at(unsigned offset)
{
    return (volatile uint32_t *)(uintptr_t)(component_cap("clock")->address + offset);
}

void alarm_arch_raise(void)
{
    *at(MASK) = 1;
    while (!(*at(RAW_STATUS) & 1)) { /* the second may end in between */
        *at(MATCH) = *at(DATA);
    }
}

void alarm_arch_clear(void)
{
    *at(CLEAR) = 1;
}
