/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts: their states, who is signalled, and which line of the machine each stands for.
 */
#ifndef SIM_KERNEL_IRQ_H
#define SIM_KERNEL_IRQ_H

#include "host/sim/kernel/model.h"

/* Makes the interrupts of the platform, in the state that they have at boot. */
enum err irq_init(struct kernel *k);

void irq_set_state(struct kernel *k, unsigned irq, enum irq_state state);

/* A line of the machine is raised. */
void irq_handle_line(struct kernel *k, uint64_t line);

/* ARM: a software-generated interrupt for this core. */
void irq_raise_software(struct kernel *k, unsigned irq);

#endif
