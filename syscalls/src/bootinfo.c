/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Remembers where the boot information is, for seL4_GetBootInfo.
 */
#include <sel4/bootinfo.h>

static seL4_BootInfo *bootinfo;

void seL4_InitBootInfo(seL4_BootInfo *bi)
{
    bootinfo = bi;
}

seL4_BootInfo *seL4_GetBootInfo(void)
{
    return bootinfo;
}
