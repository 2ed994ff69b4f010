/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * x86_64: interrupts by I/O APIC, I/O ports, the PC's UARTs, ways out of the machine, and calls by
 * which the kernel is known.
 */
#include "arch/include/arch.h"

const bool arch_has_ports = true;

/* The kernel wants a number of its own for each interrupt; one I/O APIC has 24 pins. */
enum { PINS_PER_CONTROLLER = 24 };

seL4_Error arch_irq_claim(seL4_CPtr control, const struct arch_irq *irq, struct arch_slot to)
{
    return seL4_IRQControl_GetIOAPIC(control, to.root, to.index, to.depth, irq->controller,
                                     irq->number, irq->trigger == ARCH_TRIGGER_LEVEL,
                                     irq->active_low,
                                     irq->controller * PINS_PER_CONTROLLER + irq->number);
}

seL4_Error arch_port_claim(seL4_CPtr control, uint16_t first, uint16_t last, struct arch_slot to)
{
    return seL4_X86_IOPortControl_Issue(control, first, last, to.root, to.index, to.depth);
}

seL4_Error arch_port_in(seL4_CPtr ports, uint16_t port, unsigned size_bytes, uint32_t *value)
{
    seL4_X86_IOPort_In8_t in8;
    seL4_X86_IOPort_In16_t in16;
    seL4_X86_IOPort_In32_t in32;

    if (__builtin_expect(size_bytes == 1, true)) { /* each byte of the line */
        in8 = seL4_X86_IOPort_In8(ports, port);
        *value = in8.result;
        return in8.error;
    }
    switch (size_bytes) {
    case 2:
        in16 = seL4_X86_IOPort_In16(ports, port);
        *value = in16.result;
        return in16.error;
    case 4:
        in32 = seL4_X86_IOPort_In32(ports, port);
        *value = in32.result;
        return in32.error;
    default:
        return seL4_InvalidArgument;
    }
}

seL4_Error arch_port_out(seL4_CPtr ports, uint16_t port, unsigned size_bytes, uint32_t value)
{
    if (__builtin_expect(size_bytes == 1, true))
        return seL4_X86_IOPort_Out8(ports, port, value);
    switch (size_bytes) {
    case 2:
        return seL4_X86_IOPort_Out16(ports, port, value);
    case 4:
        return seL4_X86_IOPort_Out32(ports, port, value);
    default:
        return seL4_InvalidArgument;
    }
}

/* ISA interrupts are edge triggered and active high. */
const struct arch_legacy_uart arch_legacy_uarts[] = {
    {.port = 0x3f8, .irq = {.number = 4, .trigger = ARCH_TRIGGER_EDGE}},
    {.port = 0x2f8, .irq = {.number = 3, .trigger = ARCH_TRIGGER_EDGE}},
};
const unsigned arch_legacy_uart_count = sizeof arch_legacy_uarts / sizeof arch_legacy_uarts[0];

const struct arch_exit arch_poweroffs[] = {
    {.port = 0xf4, .size_bytes = 4, .takes_status = true, .name = "debug exit device"},
    {.port = 0x604, .size_bytes = 2, .value = 0x2000, .name = "ACPI, QEMU's address"},
};
const unsigned arch_poweroff_count = sizeof arch_poweroffs / sizeof arch_poweroffs[0];

const struct arch_exit arch_resets[] = {
    {.port = 0xcf9, .size_bytes = 1, .value = 0x06, .name = "reset control register"},
    {.port = 0x64, .size_bytes = 1, .value = 0xfe, .name = "keyboard controller"},
};
const unsigned arch_reset_count = sizeof arch_resets / sizeof arch_resets[0];

void arch_semihosting_exit(uint32_t status)
{
    (void)status;
}

/* Both kinds of label that come after what the configuration inserts; the kernel prints nothing. */
const struct arch_probe_call arch_probe_calls[] = {
    {seL4_CapIRQControl, IRQIssueIRQHandler, seL4_TruncatedMessage},
    {seL4_CapASIDControl, X86ASIDControlMakePool, seL4_TruncatedMessage},
};
const unsigned arch_probe_call_count = sizeof arch_probe_calls / sizeof arch_probe_calls[0];
