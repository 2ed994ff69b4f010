/* SPDX-License-Identifier: BSD-2-Clause */
/* What `reset` and `poweroff` share: the ways out of a machine. */
#ifndef MONITOR_COMMANDS_MACHINE_END_H
#define MONITOR_COMMANDS_MACHINE_END_H

#include <stdint.h>

#include "arch/include/arch.h"
#include "monitor/shell/command.h"

/* Writes that the architecture knows by port. Returns when none of them worked. */
void machine_end_by_ports(const struct arch_exit *exits, unsigned count, uint32_t status);

/* A register that the device tree names: `compatible` is a device whose first word is written with
 * `value`. */
void machine_end_by_device(const char *compatible, uint32_t value);

/* "syscon-poweroff" or "syscon-reboot": the tree says register, value and mask. */
void machine_end_by_syscon(const char *compatible);

/* Output has to be out before the machine is. */
void machine_end_prepare(struct command_call *call);

#endif
