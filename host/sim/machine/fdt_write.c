/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device trees from tables. See fdt_write.h.
 */
#include "host/sim/machine/fdt_write.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    TAG_BEGIN = 1,
    TAG_END = 2,
    TAG_PROPERTY = 3,
    TAG_FINISH = 9,
    MAGIC = 0xd00dfeed,
    VERSION = 17,
    VERSION_COMPATIBLE = 16,
    HEADER_BYTES = 40,
    RESERVATION_BYTES = 16, /* the empty one that ends the list */
};

struct buffer {
    uint8_t *bytes;
    size_t len_bytes, cap_bytes;
    bool failed;
};

static void append(struct buffer *b, const void *bytes, size_t len_bytes)
{
    if (b->len_bytes + len_bytes > b->cap_bytes) {
        size_t cap = (b->len_bytes + len_bytes) * 2;
        uint8_t *grown = realloc(b->bytes, cap);
        if (!grown) {
            b->failed = true;
            return;
        }
        b->bytes = grown;
        b->cap_bytes = cap;
    }
    if (len_bytes > 0) {
        memcpy(b->bytes + b->len_bytes, bytes, len_bytes);
        b->len_bytes += len_bytes;
    }
}

static void append_cell(struct buffer *b, uint32_t value)
{
    uint8_t bytes[] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                       (uint8_t)value};

    append(b, bytes, sizeof bytes);
}

static void append_padded(struct buffer *b, const void *bytes, size_t len_bytes)
{
    static const uint8_t zeros[4];

    append(b, bytes, len_bytes);
    append(b, zeros, (4 - len_bytes % 4) % 4);
}

/* The offset of a property's name, which is put there once. */
static uint32_t string_offset(struct buffer *strings, const char *name)
{
    size_t at = 0;

    while (at < strings->len_bytes && strcmp((const char *)strings->bytes + at, name) != 0) {
        at += strlen((const char *)strings->bytes + at) + 1;
    }
    if (at >= strings->len_bytes) {
        append(strings, name, strlen(name) + 1);
    }
    return (uint32_t)at;
}

static void append_property(struct buffer *tree, struct buffer *strings, const struct fdt_row *row)
{
    append_cell(tree, TAG_PROPERTY);
    append_cell(tree, row->len_bytes);
    append_cell(tree, string_offset(strings, row->name));
    if (row->kind == FDT_ROW_CELLS) {
        for (uint32_t i = 0; i < row->len_bytes / 4; i++) {
            append_cell(tree, ((const uint32_t *)row->value)[i]);
        }
    } else {
        append_padded(tree, row->value, row->len_bytes);
    }
}

static void append_row(struct buffer *tree, struct buffer *strings, const struct fdt_row *row)
{
    if (row->kind == FDT_ROW_NODE) {
        append_cell(tree, TAG_BEGIN);
        append_padded(tree, row->name, strlen(row->name) + 1);
    } else if (row->kind == FDT_ROW_END) {
        append_cell(tree, TAG_END);
    } else {
        append_property(tree, strings, row);
    }
}

static void append_header(struct buffer *out, const struct buffer *tree,
                          const struct buffer *strings)
{
    static const uint8_t no_reservation[RESERVATION_BYTES];
    uint32_t tree_offset = HEADER_BYTES + RESERVATION_BYTES;
    uint32_t strings_offset = tree_offset + (uint32_t)tree->len_bytes;
    const uint32_t header[HEADER_BYTES / 4] = {
        MAGIC,
        strings_offset + (uint32_t)strings->len_bytes,
        tree_offset,
        strings_offset,
        HEADER_BYTES,
        VERSION,
        VERSION_COMPATIBLE,
        0,
        (uint32_t)strings->len_bytes,
        (uint32_t)tree->len_bytes,
    };

    for (size_t i = 0; i < sizeof header / sizeof header[0]; i++) {
        append_cell(out, header[i]);
    }
    append(out, no_reservation, sizeof no_reservation);
}

enum err fdt_write(const struct fdt_row *rows, size_t row_count, uint8_t **out,
                   size_t *out_len_bytes)
{
    struct buffer tree = {0}, strings = {0}, whole = {0};

    for (size_t i = 0; i < row_count; i++) {
        append_row(&tree, &strings, &rows[i]);
    }
    append_cell(&tree, TAG_FINISH);
    append_header(&whole, &tree, &strings);
    append(&whole, tree.bytes, tree.len_bytes);
    append(&whole, strings.bytes, strings.len_bytes);
    bool failed = tree.failed || strings.failed || whole.failed;
    free(tree.bytes);
    free(strings.bytes);
    if (failed) {
        free(whole.bytes);
        return ERR_NO_MEMORY;
    }
    *out = whole.bytes;
    *out_len_bytes = whole.len_bytes;
    return ERR_OK;
}
