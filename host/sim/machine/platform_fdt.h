/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the platforms with a device tree share: writing it with the machine's memory in it, and
 * setting aside where a boot loader has put it.
 */
#ifndef SIM_MACHINE_PLATFORM_FDT_H
#define SIM_MACHINE_PLATFORM_FDT_H

#include "host/sim/machine/fdt_write.h"
#include "host/sim/machine/platform.h"

/* The name of the property of the memory node; its four cells are filled in. */
#define PLATFORM_FDT_MEMORY "reg"

/* Writes the tree and adds it to the boot information. The property PLATFORM_FDT_MEMORY whose
 * cells are all 0 gets base and size. The tree is padded to `len_bytes`, the size of the one that
 * real kernels of the platform are given: free memory then begins where theirs does. */
enum err platform_fdt_add(struct platform_boot *boot, const struct fdt_row *rows, size_t row_count,
                          size_t len_bytes, uint64_t ram_base, uint64_t ram_bytes);

/* The tree lies at `at`: the root task begins at the page after it. Returns the first address that
 * is free again. */
uint64_t platform_fdt_reserve(struct platform_boot *boot, uint64_t at);

#endif
