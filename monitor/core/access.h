/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading and writing memory for the operator: at an address of the monitor, or at a physical one
 * through a frame that is made of the untyped there and mapped in a window. What faults comes back
 * as an error. On the shell's thread.
 */
#ifndef MONITOR_CORE_ACCESS_H
#define MONITOR_CORE_ACCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "arch/lib/err.h"

struct object;

/* Where a physical address can be reached. */
struct access_frame {
    volatile uint8_t *address;  /* of the byte asked for */
    uint64_t left_bytes;        /* up to the end of the frame */
    const struct object *frame; /* NULL: a page of the monitor's own image */
    bool is_new;                /* the frame was just made; of RAM, its memory is zero now */
    bool is_device;
};

/* ERR_NOT_FOUND: neither an untyped nor a frame known here has it. ERR_BUSY: spent on something
 * that is no frame; `frame` is that object, or NULL. Otherwise what objects_make and vspace_map
 * say. */
enum err access_physical(uint64_t paddr, struct access_frame *out);

/* One access of 1, 2, 4 or 8 bytes, aligned. ERR_FAULT with the fault in thread_self()->fault. */
enum err access_read(const volatile void *address, unsigned size_bytes, uint64_t *value);
enum err access_write(volatile void *address, unsigned size_bytes, uint64_t value);

/* Does a range touch what the monitor needs to live: its data, stacks, buffers and devices? */
bool access_is_own(uint64_t address, uint64_t len_bytes);

#endif
