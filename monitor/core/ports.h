/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * I/O ports (x86): claimed four at a time when they are first used, and kept as objects that can be
 * deleted. On other architectures everything is ERR_UNSUPPORTED.
 */
#ifndef MONITOR_CORE_PORTS_H
#define MONITOR_CORE_PORTS_H

#include <stdint.h>

#include "arch/lib/err.h"

struct object;

/* The capability for [port, port + size), claiming it if nobody has. `port` aligned to
 * `size_bytes`. A claim of the monitor's own comes back too: its owner says so. */
enum err ports_find(uint16_t port, unsigned size_bytes, struct object **out);

enum err ports_in(uint16_t port, unsigned size_bytes, uint32_t *value);
enum err ports_out(uint16_t port, unsigned size_bytes, uint32_t value);

/* A claim that was made elsewhere: which ports it has. */
void ports_note(struct object *object, uint16_t first, uint16_t count);

#endif
