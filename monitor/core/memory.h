/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Physical memory: the trees of untyped.h over the kernel's untypeds. A piece is known by the
 * number of its node; whoever takes one keeps it in a table that marks it in memory_mark.
 */
#ifndef MONITOR_CORE_MEMORY_H
#define MONITOR_CORE_MEMORY_H

#include <sel4/sel4.h>

#include "arch/lib/err.h"
#include "monitor/core/untyped.h"

enum err memory_init(const seL4_BootInfo *boot);

enum err memory_take(unsigned size_bits, uint16_t *piece);
enum err memory_take_at(uint64_t paddr, unsigned size_bits, uint16_t *piece);
enum err memory_give(uint16_t piece);

/* The untyped's capability, physical address and size. */
seL4_CPtr memory_slot(uint16_t piece);
const struct untyped *memory_piece(uint16_t piece);

struct untyped_pool *memory_pool(void);

/* Somebody has this piece (untyped_sweep). */
void memory_mark(uint16_t piece);

/* Bytes of RAM made into something since start. */
uint64_t memory_spent_bytes(void);

#endif
