/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's fault messages: what stopped a thread, read out of the message that its fault
 * handler got. Of the receiver's own thread, right after it received.
 */
#ifndef MONITOR_CORE_FAULT_H
#define MONITOR_CORE_FAULT_H

#include <stdint.h>

#include <sel4/sel4.h>

struct thread_fault;

void fault_read(struct thread_fault *fault, seL4_MessageInfo_t info);

/* "VMFault", for a label of a fault message; NULL. */
const char *fault_name(uint64_t label);

#endif
