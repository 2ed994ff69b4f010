/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is an ELF file a component's, and what of it does the target need? A static executable with an
 * entry in its code; sections, symbols and debugging information stay on the host, and are most of
 * such a file.
 */
#ifndef HOST_PACKAGE_PACKAGE_ELF_H
#define HOST_PACKAGE_PACKAGE_ELF_H

#include "host/package/package_why.h"

#include <stddef.h>
#include <stdint.h>

/* Checks it; `path` is for the sentence. */
bool package_elf_check(const char *path, const uint8_t *bytes, size_t len_bytes, unsigned *machine,
                       struct package_why *why);

/* Changes a checked file so that it ends with its last segment, and returns its new length. */
size_t package_elf_cut(uint8_t *bytes, size_t len_bytes);

#endif
