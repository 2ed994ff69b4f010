/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Puts an archive behind the monitor: one more PT_LOAD segment in its ELF file, read-only, at the
 * first page boundary after the last loaded byte. Kernels and the simulator map it as part of the
 * root task's image, so that every architecture boots one file, and the monitor finds it where its
 * own image ends. Pure.
 */
#ifndef HOST_IMAGE_ATTACH_H
#define HOST_IMAGE_ATTACH_H

#include "arch/lib/elf.h"
#include "host/image/prefix.h"

/* NULL and the new file (of malloc), or why not. `root_slots` are those of the kernel's root CNode,
 * which has a capability of each page. */
const char *attach_archive(const struct elf_file *monitor, const struct file_bytes *archive,
                           uint64_t root_slots, struct file_bytes *out);

#endif
