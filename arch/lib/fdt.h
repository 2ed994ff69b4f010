/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A reader of flattened device trees over a buffer that its caller owns. `fdt_open` walks the whole
 * tree once and refuses a malformed one; what follows can then only fail for what is not there.
 * Nothing is allocated and no answer points outside the buffer. Used by the loader's image tool, by
 * the monitor (to find its UART) and by the simulator. Follows the Devicetree Specification 0.4,
 * chapters 2 and 5.
 *
 * Errors: ERR_TRUNCATED and ERR_FORMAT for a malformed tree, ERR_UNSUPPORTED for a version that is
 * not read here, ERR_NOT_FOUND for a node, property or entry that is not there.
 */
#ifndef ARCH_LIB_FDT_H
#define ARCH_LIB_FDT_H

#include "arch/lib/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Deepest nesting that is read; real trees have six or seven levels. */
#define FDT_DEPTH_MAX 32

/* Most cells of one address, size or interrupt. */
#define FDT_CELLS_MAX 4

/* The offset of a node's tag in the structure block. */
typedef uint32_t fdt_node;

struct fdt {
    const uint8_t *bytes;
    uint32_t total_bytes;
    uint32_t struct_offset;
    uint32_t struct_bytes;
    uint32_t strings_offset;
    uint32_t strings_bytes;
    fdt_node root;
};

struct fdt_property {
    const char *name;
    const uint8_t *bytes; /* big endian cells or text */
    uint32_t len_bytes;
};

enum fdt_interrupt_kind {
    FDT_INTERRUPT_UNKNOWN, /* a controller not known here: only the cells are right */
    FDT_INTERRUPT_GIC,
    FDT_INTERRUPT_PLIC,
};

struct fdt_interrupt {
    enum fdt_interrupt_kind kind;
    fdt_node controller;
    uint32_t number; /* as the kernel counts: the GIC's identity or the PLIC's source */
    bool edge;       /* else level; known for the GIC only */
    unsigned cell_count;
    uint32_t cells[FDT_CELLS_MAX];
};

/* `cap_bytes` is how much may be read; the tree's own size must fit in it. */
enum err fdt_open(const void *bytes, size_t cap_bytes, struct fdt *out);

/* "" for the root, else with the unit address: "serial@10000000". */
const char *fdt_name(const struct fdt *tree, fdt_node node);

enum err fdt_child(const struct fdt *tree, fdt_node node, fdt_node *out);
enum err fdt_sibling(const struct fdt *tree, fdt_node node, fdt_node *out);
enum err fdt_parent(const struct fdt *tree, fdt_node node, fdt_node *out);

/* The nodes from the root down to `node`; `*count` of them, `node` the last. */
enum err fdt_ancestry(const struct fdt *tree, fdt_node node, fdt_node path[FDT_DEPTH_MAX],
                      unsigned *count);

/* The node after `node` in the file, depth first: from the root, every node of the tree. */
enum err fdt_next(const struct fdt *tree, fdt_node node, fdt_node *out);

/* An absolute path, or an alias and what follows it ("serial0", "i2c0/chip"). A component without
 * a unit address fits the first node of that name. It ends at a NUL or ':'. */
enum err fdt_find_path(const struct fdt *tree, const char *path, fdt_node *out);

/* The first node whose `compatible` holds the text, in the file's order; NULL `after` begins. */
enum err fdt_find_compatible(const struct fdt *tree, const char *compatible, const fdt_node *after,
                             fdt_node *out);
bool fdt_is_compatible(const struct fdt *tree, fdt_node node, const char *compatible);
enum err fdt_find_phandle(const struct fdt *tree, uint32_t phandle, fdt_node *out);

/* Is `status` absent, "okay" or "ok"? */
bool fdt_is_enabled(const struct fdt *tree, fdt_node node);

enum err fdt_property_find(const struct fdt *tree, fdt_node node, const char *name,
                           struct fdt_property *out);
enum err fdt_property_at(const struct fdt *tree, fdt_node node, unsigned index,
                         struct fdt_property *out);

/* The first cell of the property `name`. */
enum err fdt_property_cell(const struct fdt *tree, fdt_node node, const char *name, uint32_t *out);

/* Cell `index` of a property. */
enum err fdt_cell(const struct fdt_property *property, unsigned index, uint32_t *out);

/* Text `index` of a property that is a list of texts; it is always terminated. */
enum err fdt_text(const struct fdt_property *property, unsigned index, const char **out);

/* Entry `index` of `reg`, by the parent's #address-cells and #size-cells (2 and 1 where absent),
 * the address translated through every parent's `ranges` to one that the CPU uses.
 * ERR_UNSUPPORTED if a parent has no `ranges` or none fits: the CPU cannot reach it. */
enum err fdt_reg(const struct fdt *tree, fdt_node node, unsigned index, uint64_t *address,
                 uint64_t *size_bytes);

/* Entry `index` of `interrupts-extended`, else of `interrupts`. */
enum err fdt_interrupt_get(const struct fdt *tree, fdt_node node, unsigned index,
                           struct fdt_interrupt *out);

/* The console: /chosen's stdout-path, through an alias if it is one. `options` (may be NULL) gets
 * what follows the ':', "115200n8", or "". */
enum err fdt_stdout(const struct fdt *tree, fdt_node *out, const char **options);

#endif
