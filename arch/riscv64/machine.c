/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * riscv64: interrupts by PLIC, and calls by which the kernel is known. There are no I/O ports;
 * UARTs and the ways out of the machine are found in the device tree.
 */
#include "arch/include/arch.h"

const bool arch_has_ports = false;

seL4_Error arch_irq_claim(seL4_CPtr control, const struct arch_irq *irq, struct arch_slot to)
{
    /* The kernel has no choice of trigger on most platforms, and the PLIC needs none. */
    return seL4_IRQControl_Get(control, irq->number, to.root, to.index, to.depth);
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

void arch_semihosting_exit(uint32_t status)
{
    (void)status;
}

/* Labels that come after what the configuration inserts; the kernel prints nothing. */
const struct arch_probe_call arch_probe_calls[] = {
    {seL4_CapIRQControl, IRQIssueIRQHandler, seL4_TruncatedMessage},
    {seL4_CapASIDControl, RISCVASIDControlMakePool, seL4_TruncatedMessage},
    {seL4_CapIRQControl, RISCVIRQIssueIRQHandlerTrigger, seL4_TruncatedMessage},
};
const unsigned arch_probe_call_count = sizeof arch_probe_calls / sizeof arch_probe_calls[0];
