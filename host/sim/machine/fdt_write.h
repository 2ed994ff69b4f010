/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes a flattened device tree from a table of rows: one row begins a node, ends it, or is one
 * property of it. Follows the Devicetree Specification 0.4, chapter 5. Used by the platforms.
 */
#ifndef SIM_MACHINE_FDT_WRITE_H
#define SIM_MACHINE_FDT_WRITE_H

#include "arch/lib/err.h"

#include <stddef.h>
#include <stdint.h>

enum fdt_row_kind { FDT_ROW_NODE, FDT_ROW_END, FDT_ROW_CELLS, FDT_ROW_TEXT, FDT_ROW_EMPTY };

struct fdt_row {
    enum fdt_row_kind kind;
    const char *name;
    const void *value;  /* cells in the host's byte order, or text */
    uint32_t len_bytes; /* of `value` */
};

#define FDT_NODE(label)                                                                            \
    {                                                                                              \
        FDT_ROW_NODE, label, NULL, 0                                                               \
    }
#define FDT_END                                                                                    \
    {                                                                                              \
        FDT_ROW_END, NULL, NULL, 0                                                                 \
    }
#define FDT_EMPTY(label)                                                                           \
    {                                                                                              \
        FDT_ROW_EMPTY, label, NULL, 0                                                              \
    }
/* A list of texts has NUL characters between them. */
#define FDT_TEXT(label, text)                                                                      \
    {                                                                                              \
        FDT_ROW_TEXT, label, text, sizeof(text)                                                    \
    }
#define FDT_CELLS(label, ...)                                                                      \
    {                                                                                              \
        FDT_ROW_CELLS, label, (const uint32_t[]){__VA_ARGS__},                                     \
            sizeof((const uint32_t[]){__VA_ARGS__})                                                \
    }

/* The outermost node of the rows is the root. The caller frees `*out`. */
enum err fdt_write(const struct fdt_row *rows, size_t row_count, uint8_t **out,
                   size_t *out_len_bytes);

#endif
