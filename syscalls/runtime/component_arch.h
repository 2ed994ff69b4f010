/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each architecture folder of the runtime provides: component_arch.c, beside start.S, which
 * holds `_start`, sets up the stack and calls component_boot. Only the runtime includes this.
 */
#ifndef COMPONENT_ARCH_H
#define COMPONENT_ARCH_H

#include <stddef.h>
#include <stdint.h>
#include <sel4/sel4.h>

/* Where thread-local storage lies in an area for it that is aligned to `align` (at least 16): the
 * block of `size_bytes` begins at `block_offset`, the thread pointer points at `pointer_offset`. */
struct component_tls_shape {
    size_t area_bytes;
    size_t block_offset;
    size_t pointer_offset;
};
void component_arch_tls_shape(size_t size_bytes, size_t align, struct component_tls_shape *shape);

/* Fills in what the architecture's code expects at the thread pointer itself. */
void component_arch_tls_finish(uintptr_t pointer);

/* Sets the calling thread's pointer; `tcb` is its own capability, for kernels with no other way. */
void component_arch_tls_set(uintptr_t pointer, seL4_CPtr tcb);

/* Registers for a new thread that calls `entry(argument)`; `context` is all zero before. */
void component_arch_context(seL4_UserContext *context, uintptr_t entry, uintptr_t argument,
                            uintptr_t stack_end, uintptr_t tls_pointer);

/* The unknown system call of component_start.h. */
void component_arch_exit_trap(seL4_Word status);

/* Maps a page readable and writable. On seL4_FailedLookup, component_arch_map_table maps one paging
 * object, newly made, that is missing at the address. */
extern const seL4_Word component_arch_page_type;
seL4_Error component_arch_map_page(seL4_CPtr frame, seL4_CPtr vspace, seL4_Word address);
seL4_Error component_arch_map_table(seL4_CPtr vspace, seL4_Word address);

#endif
