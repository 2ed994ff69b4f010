/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The root thread once all is set up: receives only the faults of the monitor's own threads. A
 * fault inside thread_try ends that; another one ends the command, or begins the thread anew.
 */
#ifndef MONITOR_CORE_KEEPER_H
#define MONITOR_CORE_KEEPER_H

#include <sel4/sel4.h>

_Noreturn void keeper_run(seL4_CPtr fault_ep);

#endif
