/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A reader of cpio archives in the newc format (magic 070701), over a buffer that its caller owns.
 * It trusts nothing: every size is checked against the buffer before it is used, and an answer
 * never points outside it. Used by the monitor for what a boot image or an upload holds, and by the
 * host programs. Follows cpio(5), "New ASCII Format". What comes after the trailer is not looked
 * at.
 */
#ifndef ARCH_LIB_CPIO_H
#define ARCH_LIB_CPIO_H

#include "arch/lib/err.h"

#include <stddef.h>
#include <stdint.h>

enum {
    CPIO_HEADER_BYTES = 110, /* magic and 13 numbers of eight hexadecimal digits */
    CPIO_ALIGN_BYTES = 4,    /* of header with name, and of contents, from the archive's start */
};

#define CPIO_MAGIC   "070701"
#define CPIO_TRAILER "TRAILER!!!"

/* Where a reader is. */
struct cpio {
    const uint8_t *bytes;
    size_t len_bytes;
    size_t at; /* of the next header */
};

struct cpio_file {
    const char *name;
    const uint8_t *bytes; /* len_bytes of them; a multiple of four bytes from the archive's start */
    size_t len_bytes;
    uint32_t mode; /* as in st_mode */
};

/* Before the first file. */
void cpio_start(struct cpio *cpio, const void *bytes, size_t len_bytes);

/* The next file. ERR_NOT_FOUND at the trailer; ERR_TRUNCATED if the buffer ends before it, or
 * before what a header tells of; ERR_FORMAT if there is no header. After an error it stays there.
 */
enum err cpio_next(struct cpio *cpio, struct cpio_file *out);

/* The first file of that name; errors as cpio_next. */
enum err cpio_find(const void *bytes, size_t len_bytes, const char *name, struct cpio_file *out);

#endif
