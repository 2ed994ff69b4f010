/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Thread-local storage of a component's threads, from the image's own program headers. Called by
 * the start and by component_thread.c.
 */
#ifndef COMPONENT_TLS_H
#define COMPONENT_TLS_H

#include <stddef.h>
#include <stdint.h>

/* Lays a thread's storage out in the area, at a suitable alignment, with the image's first values.
 * Returns the thread pointer, or 0 if the area is too small; `*end` is the first byte behind. */
uintptr_t component_tls_make(void *area, size_t area_bytes, uintptr_t *end);

#endif
