/* SPDX-License-Identifier: BSD-2-Clause */
/* The components of an image: their files read, checked against the monitor, and made one archive.
 */
#ifndef HOST_IMAGE_COMPONENTS_H
#define HOST_IMAGE_COMPONENTS_H

#include "arch/lib/elf.h"
#include "host/image/prefix.h"

/* `paths` are YAML or ELF files. On failure says why on standard error and returns false. */
bool components_read(const char *const *paths, unsigned count, const struct elf_file *monitor,
                     struct file_bytes *archive);

/* "x86_64" and the like, of an ELF file. */
const char *machine_name(unsigned machine, unsigned word_bytes);

#endif
