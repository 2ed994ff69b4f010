/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The monitor's own address space: the image's frames, and windows onto other frames through copies
 * of their capabilities. Paging objects are made when the kernel says which is missing, and stay.
 */
#ifndef MONITOR_CORE_VSPACE_H
#define MONITOR_CORE_VSPACE_H

#include <stdint.h>

#include <sel4/sel4.h>

#include "arch/include/arch.h"
#include "arch/lib/err.h"

struct object;

void vspace_init(const seL4_BootInfo *boot);

/* Code and constants can no longer be written, data no longer run (where the kernel can). */
enum err vspace_protect_image(void);

/* The frame capability of a page of the image; 0 outside it. */
seL4_CPtr vspace_image_frame(uintptr_t address);

/* Its physical address, and back: where in the image a physical address lies. ERR_NOT_FOUND. */
enum err vspace_image_find(uint64_t paddr, uintptr_t *address);

/* Takes a page of the image away. */
enum err vspace_unmap_image(uintptr_t address);

/* A window onto a frame object, kept until the object goes; asking again gives the same. */
enum err vspace_map(struct object *frame, enum arch_memory memory, volatile void **address);

/* Maps memory of the monitor's own, by the only capability of its frame. */
enum err vspace_map_at(seL4_CPtr frame, uintptr_t address);

/* Makes the paging objects that an address needs, for somebody who maps there on his own. */
enum err vspace_prepare(uintptr_t address);

/* Does a range touch a window onto a frame of the monitor's own (its devices)? */
bool vspace_is_own(uint64_t address, uint64_t len_bytes);

/* The object is about to go: unmaps its window. */
void vspace_forget(const struct object *frame);

/* Marks the slots of the windows' capabilities that belong to live objects, and with `repair` drops
 * the other windows; returns their number. */
unsigned vspace_sweep(bool repair, void (*on_slot)(void *context, uint32_t slot), void *context);

#endif
