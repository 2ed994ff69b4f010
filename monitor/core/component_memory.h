/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Windows of the monitor on the memory of components. Their addresses, slots and paging objects are
 * had at start, so that the supervisor takes nothing when it looks at memory.
 */
#ifndef MONITOR_CORE_COMPONENT_MEMORY_H
#define MONITOR_CORE_COMPONENT_MEMORY_H

#include <stdint.h>

#include "arch/lib/err.h"

struct component;

/* At start. */
enum err component_memory_init(void);

/* On the supervisor's thread: closes the windows on a component. */
void component_memory_forget(const struct component *component);

/* Tells the slots that windows need. */
void component_memory_mark(void (*on_slot)(void *context, uint32_t slot), void *context);

#endif
