/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * aarch64: interrupts by GIC, semihosting as the way out of an emulator, and calls by which the
 * kernel is known. There are no I/O ports; UARTs are found in the device tree.
 */
#include "arch/include/arch.h"

const bool arch_has_ports = false;

seL4_Error arch_irq_claim(seL4_CPtr control, const struct arch_irq *irq, struct arch_slot to)
{
    if (irq->trigger == ARCH_TRIGGER_DEFAULT)
        return seL4_IRQControl_Get(control, irq->number, to.root, to.index, to.depth);
    return seL4_IRQControl_GetTrigger(control, irq->number, irq->trigger == ARCH_TRIGGER_EDGE,
                                      to.root, to.index, to.depth);
}

seL4_Error arch_port_claim(seL4_CPtr control, uint16_t first, uint16_t last, struct arch_slot to)
{
    (void)control, (void)first, (void)last, (void)to;
    return seL4_IllegalOperation;
}

seL4_Error arch_port_in(seL4_CPtr ports, uint16_t port, unsigned size_bytes, uint32_t *value)
{
    (void)ports, (void)port, (void)size_bytes, (void)value;
    return seL4_IllegalOperation;
}

seL4_Error arch_port_out(seL4_CPtr ports, uint16_t port, unsigned size_bytes, uint32_t value)
{
    (void)ports, (void)port, (void)size_bytes, (void)value;
    return seL4_IllegalOperation;
}

const struct arch_legacy_uart arch_legacy_uarts[1] = {{0}};
const unsigned arch_legacy_uart_count = 0;
const struct arch_exit arch_poweroffs[1] = {{0}};
const unsigned arch_poweroff_count = 0;
const struct arch_exit arch_resets[1] = {{0}};
const unsigned arch_reset_count = 0;

/* SYS_EXIT with ADP_Stopped_ApplicationExit (Arm semihosting 3.2, 7.7). */
void arch_semihosting_exit(uint32_t status)
{
    uint64_t block[2] = {0x20026, status};
    register uint64_t operation __asm__("x0") = 0x20;
    register uint64_t *argument __asm__("x1") = block;

    __asm__ volatile("hlt #0xf000" : "+r"(operation) : "r"(argument) : "memory");
}

/* Labels that come after what the configuration inserts; the kernel prints nothing. */
const struct arch_probe_call arch_probe_calls[] = {
    {seL4_CapIRQControl, IRQIssueIRQHandler, seL4_TruncatedMessage},
    {seL4_CapASIDControl, ARMASIDControlMakePool, seL4_TruncatedMessage},
    {seL4_CapIRQControl, ARMIRQIssueIRQHandlerTrigger, seL4_TruncatedMessage},
};
const unsigned arch_probe_call_count = sizeof arch_probe_calls / sizeof arch_probe_calls[0];
