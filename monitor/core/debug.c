/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The debugger in the monitor: see debug.h. No component can be made yet, so there is nothing to
 * debug either: nothing is taken from the line and nothing is told.
 */
#include "monitor/core/debug.h"

void debug_init(void)
{
}

bool debug_fault(struct component *component, struct component_thread *thread)
{
    (void)component, (void)thread;
    return false;
}

void debug_exited(struct component *component)
{
    (void)component;
}

void debug_threads_changed(struct component *component)
{
    (void)component;
}

void debug_forget(struct component *component)
{
    (void)component;
}

size_t debug_feed(const uint8_t *bytes, size_t len_bytes)
{
    (void)bytes;
    return len_bytes;
}

size_t debug_take(uint8_t *to, size_t cap)
{
    (void)to, (void)cap;
    return 0;
}

void debug_poll(void)
{
}

bool debug_busy(void)
{
    return false;
}

void debug_disconnect(void)
{
}

bool debug_has_session(void)
{
    return false;
}
