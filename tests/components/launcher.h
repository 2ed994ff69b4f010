/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What launcher.c needs of an architecture.
 */
#ifndef LAUNCHER_H
#define LAUNCHER_H

#include <sel4/sel4.h>

/* Maps a page so that it can also be executed. The paging structures are there: the component lies
 * beside the launcher. */
seL4_Error launcher_arch_map(seL4_CPtr frame, seL4_CPtr vspace, seL4_Word address);
extern const seL4_Word launcher_arch_page_type;

/* The status in the registers of an exit by unknown system call, and its number. */
seL4_Word launcher_arch_exit_status(void);
seL4_Word launcher_arch_exit_number(void);

#endif
