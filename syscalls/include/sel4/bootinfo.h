/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The boot information's place, kept by whoever starts the root task.
 */
#ifndef SEL4_BOOTINFO_H
#define SEL4_BOOTINFO_H

#include <sel4/bootinfo_types.h>

void seL4_InitBootInfo(seL4_BootInfo *bi);
seL4_BootInfo *seL4_GetBootInfo(void);

#endif
