/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cpio reader. Numbers are text, so there is neither byte order nor alignment to mind. Must not
 * know what the files are for.
 */
#include "arch/lib/cpio.h"
#include "arch/lib/str.h"

enum {
    MAGIC_BYTES = 6,
    DIGITS = 8,
    /* Places of the numbers, behind the magic. */
    FIELD_MODE = 1,
    FIELD_FILE_BYTES = 6,
    FIELD_NAME_BYTES = 11,
};

static int digit_value(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static bool get_field(const uint8_t *header, unsigned field, uint32_t *out)
{
    const uint8_t *digits = header + MAGIC_BYTES + field * DIGITS;
    uint32_t value = 0;

    for (unsigned i = 0; i < DIGITS; i++) {
        int digit = digit_value(digits[i]);
        if (digit < 0)
            return false;
        value = value << 4 | (uint32_t)digit;
    }
    *out = value;
    return true;
}

/* 64 bits hold any sum here: places are below 2^33 where size_t has 32 bits. */
static uint64_t aligned(uint64_t at)
{
    return (at + CPIO_ALIGN_BYTES - 1) & ~(uint64_t)(CPIO_ALIGN_BYTES - 1);
}

void cpio_start(struct cpio *cpio, const void *bytes, size_t len_bytes)
{
    *cpio = (struct cpio){.bytes = bytes, .len_bytes = len_bytes};
}

enum err cpio_next(struct cpio *cpio, struct cpio_file *out)
{
    const uint8_t *header = cpio->bytes + cpio->at;
    size_t left = cpio->len_bytes - cpio->at;
    uint32_t mode, file_bytes, name_bytes;

    if (left < CPIO_HEADER_BYTES)
        return ERR_TRUNCATED;
    if (memcmp(header, CPIO_MAGIC, MAGIC_BYTES) != 0 || !get_field(header, FIELD_MODE, &mode) ||
        !get_field(header, FIELD_FILE_BYTES, &file_bytes) ||
        !get_field(header, FIELD_NAME_BYTES, &name_bytes) || name_bytes == 0)
        return ERR_FORMAT;
    if (name_bytes > left - CPIO_HEADER_BYTES)
        return ERR_TRUNCATED;
    const char *name = (const char *)header + CPIO_HEADER_BYTES;
    if (name[name_bytes - 1] != 0)
        return ERR_FORMAT;
    if (strcmp(name, CPIO_TRAILER) == 0)
        return ERR_NOT_FOUND;

    uint64_t start = aligned((uint64_t)cpio->at + CPIO_HEADER_BYTES + name_bytes);
    if (start > cpio->len_bytes || file_bytes > cpio->len_bytes - start)
        return ERR_TRUNCATED;
    *out = (struct cpio_file){
        .name = name,
        .bytes = cpio->bytes + start,
        .len_bytes = file_bytes,
        .mode = mode,
    };
    uint64_t next = aligned(start + file_bytes);
    cpio->at = next < cpio->len_bytes ? (size_t)next : cpio->len_bytes;
    return ERR_OK;
}

enum err cpio_find(const void *bytes, size_t len_bytes, const char *name, struct cpio_file *out)
{
    struct cpio cpio;
    struct cpio_file file;
    enum err e;

    cpio_start(&cpio, bytes, len_bytes);
    while (!(e = cpio_next(&cpio, &file))) {
        if (strcmp(file.name, name) == 0) {
            *out = file;
            return ERR_OK;
        }
    }
    return e;
}
