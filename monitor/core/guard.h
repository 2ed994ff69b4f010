/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls by name that would cut the branch on which the monitor sits: its own threads, its own
 * capability and address space, the untypeds that it keeps account of. Told before the call is
 * made; the operator can force it.
 */
#ifndef MONITOR_CORE_GUARD_H
#define MONITOR_CORE_GUARD_H

#include <stdint.h>

#include <sel4mon/api_table.h>

/* A sentence, or NULL. */
const char *guard_danger(const struct api_method *method, const struct api_trap *trap,
                         const uint64_t *words, const uint64_t *caps);

#endif
