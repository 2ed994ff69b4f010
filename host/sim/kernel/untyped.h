/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Making objects out of untyped memory.
 */
#ifndef SIM_KERNEL_UNTYPED_H
#define SIM_KERNEL_UNTYPED_H

#include "host/sim/kernel/invoke.h"

enum outcome untyped_retype(struct kernel *k, struct invocation *in);

#endif
