/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The decoded trace: one line a kernel entry, put together while it is handled. Costs a comparison
 * when nobody listens.
 */
#ifndef SIM_KERNEL_TRACE_H
#define SIM_KERNEL_TRACE_H

#include "host/sim/kernel/invoke.h"

void trace_begin(struct kernel *k, const struct cpu_event *event);
void trace_end(struct kernel *k);

/* A system call by name and, if it has one, its capability address. */
void trace_syscall(struct kernel *k, const char *name, const uint64_t *cptr);
/* What is invoked, with what. */
void trace_invocation(struct kernel *k, const struct invocation *in);
void trace_outcome(struct kernel *k, enum outcome outcome);
void trace_fault(struct kernel *k, const struct fault *fault);

#endif
