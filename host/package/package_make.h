/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A component's YAML file, or its bare ELF file, made into what the monitor reads (the package,
 * monitor/link/package.h). Called by sel4image and by the client; README.md here describes the
 * YAML. Nothing is printed: what is wrong comes back as a sentence that names file, line and field.
 */
#ifndef HOST_PACKAGE_PACKAGE_MAKE_H
#define HOST_PACKAGE_PACKAGE_MAKE_H

#include "host/package/package_why.h"
#include "monitor/link/package.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct package_made {
    struct package_head *head; /* with its rows and texts: head->size_bytes of them */
    uint8_t *elf;              /* what the target needs of it: no section, no symbol */
    size_t elf_bytes;
    char *elf_path;   /* of the whole file, for debuggers */
    unsigned machine; /* enum elf_machine */
};

/* Reads a YAML or an ELF file (told apart by their content). False and why, or all of `out`, which
 * package_free takes back. */
bool package_make(const char *path, struct package_made *out, struct package_why *why);
void package_free(struct package_made *made);

/* A cpio archive of them, of malloc. The same input makes the same bytes. */
bool package_archive(const struct package_made *made, unsigned count, uint8_t **bytes,
                     size_t *len_bytes, struct package_why *why);

#endif
