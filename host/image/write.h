/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The files that boot: an ELF file around a blob, for QEMU and for boot loaders that take ELF, and
 * a 64-bit x86 kernel as the 32-bit ELF file that multiboot loaders (QEMU among them) insist on.
 */
#ifndef HOST_IMAGE_WRITE_H
#define HOST_IMAGE_WRITE_H

#include "arch/lib/elf.h"
#include "host/image/prefix.h"

/* An executable with one segment at `paddr`, entered at its first byte. NULL and the file (of
 * malloc), or why not. */
const char *write_elf64(unsigned machine, uint64_t paddr, const struct file_bytes *content,
                        struct file_bytes *out);

/* The loaded segments of `kernel` at their physical addresses, as an i386 executable. */
const char *write_elf32(const struct elf_file *kernel, struct file_bytes *out);

/* Writes a file, all or nothing. On failure says so on standard error. */
bool write_file(const char *path, const struct file_bytes *content);

#endif
