/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Guest RAM as the model reads and writes it: page tables, IPC buffers, boot information. Addresses
 * are physical; what is not RAM reads as 0 and swallows writes. Every write is told to the machine.
 */
#ifndef SIM_KERNEL_MEMORY_H
#define SIM_KERNEL_MEMORY_H

#include "host/sim/kernel/model.h"

/* Host address of `len_bytes` of RAM at `paddr`; NULL unless all of it is RAM. */
void *memory_host(struct kernel *k, uint64_t paddr, uint64_t len_bytes);

/* Makes the part of a range that is RAM zero. */
void memory_clear(struct kernel *k, uint64_t paddr, uint64_t len_bytes);

/* Copies to RAM; false (and nothing written) unless all of it is RAM. */
bool memory_write(struct kernel *k, uint64_t paddr, const void *from, uint64_t len_bytes);

/* One word of the architecture's size. */
uint64_t memory_read_word(struct kernel *k, uint64_t paddr);
void memory_write_word(struct kernel *k, uint64_t paddr, uint64_t value);

/* `size` bytes, little endian, of a field. */
void memory_write_field(struct kernel *k, uint64_t paddr, uint64_t value, unsigned size);

#endif
