/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One kernel call by registers, as the by-name table makes them: message words and capabilities go
 * through the caller's IPC buffer. A call that the kernel answers with a fault (a capability
 * address that leads nowhere) comes back as an error.
 */
#ifndef MONITOR_CORE_CALL_H
#define MONITOR_CORE_CALL_H

#include <stdint.h>

#include <sel4mon/api_table.h>

#include "arch/lib/err.h"

struct call {
    struct api_trap *trap;
    uint64_t *words;
    const uint64_t *caps;
};

/* Finds the numbers of the system calls that need care. */
void call_init(void);

/* On the caller's own thread. ERR_FAULT: thread_self()->fault says what. */
enum err call_run(struct call *call);

/* Does it depend on who called this thread, or change it? Then it belongs on the worker. */
bool call_is_workers(const struct api_trap *trap);

#endif
