/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * x86 I/O ports: which are handed out.
 */
#ifndef SIM_KERNEL_IOPORT_H
#define SIM_KERNEL_IOPORT_H

#include "host/sim/kernel/model.h"

/* The last capability to a range of ports went. */
void ioport_free(struct kernel *k, unsigned first, unsigned last);

#endif
