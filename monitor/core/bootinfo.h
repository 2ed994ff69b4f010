/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The boot information that the kernel handed over, and the chunks after it by name. Every length
 * in it is checked before it is believed.
 */
#ifndef MONITOR_CORE_BOOTINFO_H
#define MONITOR_CORE_BOOTINFO_H

#include <stddef.h>

#include <sel4/sel4.h>

#include "arch/lib/err.h"
#include "arch/lib/fdt.h"

struct bootinfo_chunk {
    seL4_Word id;
    const char *name;  /* NULL: an identity not known here */
    const void *bytes; /* after the chunk's header */
    size_t len_bytes;
};

/* Keeps the pointer. ERR_FORMAT and a sentence if it cannot be what a kernel of this interface
 * hands over. */
enum err bootinfo_init(const seL4_BootInfo *boot, const char **why);

const seL4_BootInfo *bootinfo_get(void);

/* Chunk by number; ERR_NOT_FOUND after the last. */
enum err bootinfo_chunk_get(unsigned number, struct bootinfo_chunk *out);
enum err bootinfo_chunk_find(seL4_Word id, struct bootinfo_chunk *out);

/* The device tree, or NULL. */
const struct fdt *bootinfo_tree(void);

#endif
