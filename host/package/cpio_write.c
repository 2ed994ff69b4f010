/* SPDX-License-Identifier: BSD-2-Clause */
/* See cpio_write.h; the format is cpio(5), "New ASCII Format". */
#include "host/package/cpio_write.h"
#include "arch/lib/cpio.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MODE_FILE = 0100644, FIRST_BYTES = 65536 };

static bool grow(struct cpio_writer *to, size_t more_bytes)
{
    size_t wanted = to->len_bytes + more_bytes;
    size_t cap = to->cap_bytes ? to->cap_bytes : FIRST_BYTES;

    if (to->failed)
        return false;
    while (cap < wanted)
        cap *= 2;
    if (cap != to->cap_bytes) {
        uint8_t *bytes = realloc(to->bytes, cap);
        if (!bytes)
            return false;
        to->bytes = bytes;
        to->cap_bytes = cap;
    }
    return true;
}

/* Appends bytes, then zero bytes up to the format's alignment. */
static void append(struct cpio_writer *to, const void *bytes, size_t len_bytes)
{
    if (!grow(to, len_bytes + CPIO_ALIGN_BYTES)) {
        to->failed = true;
        return;
    }
    if (len_bytes > 0)
        memcpy(to->bytes + to->len_bytes, bytes, len_bytes);
    to->len_bytes += len_bytes;
    while (to->len_bytes % CPIO_ALIGN_BYTES != 0)
        to->bytes[to->len_bytes++] = 0;
}

static void add(struct cpio_writer *to, const char *name, unsigned mode, const void *bytes,
                size_t len_bytes)
{
    size_t name_bytes = strlen(name) + 1;
    char *head = malloc(CPIO_HEADER_BYTES + name_bytes);

    if (!head || len_bytes > UINT32_MAX) {
        to->failed = true;
    } else {
        /* Number, mode, user, group, links, time; size; device twice of two; name; no sum. */
        snprintf(head, CPIO_HEADER_BYTES + name_bytes,
                 CPIO_MAGIC "%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", to->count++,
                 mode, 0, 0, 1, 0, (unsigned)len_bytes, 0, 0, 0, 0, (unsigned)name_bytes, 0);
        memcpy(head + CPIO_HEADER_BYTES, name, name_bytes);
        append(to, head, CPIO_HEADER_BYTES + name_bytes);
        append(to, bytes, len_bytes);
    }
    free(head);
}

void cpio_add(struct cpio_writer *to, const char *name, const void *bytes, size_t len_bytes)
{
    add(to, name, MODE_FILE, bytes, len_bytes);
}

bool cpio_finish(struct cpio_writer *to)
{
    add(to, CPIO_TRAILER, 0, NULL, 0);
    return !to->failed;
}
