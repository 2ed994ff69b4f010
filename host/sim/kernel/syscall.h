/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls of the running thread.
 */
#ifndef SIM_KERNEL_SYSCALL_H
#define SIM_KERNEL_SYSCALL_H

#include "host/sim/kernel/model.h"

void syscall_handle(struct kernel *k);

/* Debug calls: true if `call` is one, and it was done. */
bool debugcall_handle(struct kernel *k, enum sim_syscall call);

#endif
