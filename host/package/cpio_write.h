/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A writer of newc cpio archives into memory, the counterpart of arch/lib/cpio.h. No time stamp and
 * no owner gets in, so that the same files make the same archive.
 */
#ifndef HOST_PACKAGE_CPIO_WRITE_H
#define HOST_PACKAGE_CPIO_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cpio_writer {
    uint8_t *bytes; /* of malloc; the caller frees */
    size_t len_bytes;
    size_t cap_bytes;
    unsigned count;
    bool failed; /* out of memory, or a file of 4 GiB and more */
};

/* All zero to begin with. Errors are kept until the end. */
void cpio_add(struct cpio_writer *to, const char *name, const void *bytes, size_t len_bytes);

/* The trailer. False if anything failed. */
bool cpio_finish(struct cpio_writer *to);

#endif
