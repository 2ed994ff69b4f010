/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a device of a device tree is in physical memory: `reg`, through the `ranges` of the buses
 * above it. */
#include "arch/lib/fdt.h"

struct cells {
    uint32_t address;
    uint32_t size;
};

static struct cells cells_of(const struct fdt *tree, fdt_node bus)
{
    struct cells c = {2, 1};
    uint32_t n;

    if (fdt_property_cell(tree, bus, "#address-cells", &n) == ERR_OK)
        c.address = n;
    if (fdt_property_cell(tree, bus, "#size-cells", &n) == ERR_OK)
        c.size = n;
    return c;
}

/* `count` cells from `index` as one number. Of a PCI address (3 cells) the first holds flags and is
 * left out. */
static enum err number_at(const struct fdt_property *p, uint32_t index, uint32_t count,
                          uint64_t *out)
{
    uint64_t value = 0;

    for (uint32_t i = count > 2 ? count - 2 : 0; i < count; i++) {
        uint32_t cell;
        enum err e = fdt_cell(p, index + i, &cell);
        if (e)
            return e;
        value = value << 32 | cell;
    }
    *out = value;
    return ERR_OK;
}

/* Translates an address of `bus` to one of its parent, by the first entry of `ranges` that holds
 * it. An empty `ranges` changes nothing. */
static enum err translate(const struct fdt *tree, fdt_node bus, fdt_node parent, uint64_t *address)
{
    struct fdt_property ranges;
    struct cells own = cells_of(tree, bus), above = cells_of(tree, parent);

    if (fdt_property_find(tree, bus, "ranges", &ranges))
        return ERR_UNSUPPORTED;
    if (ranges.len_bytes == 0)
        return ERR_OK;
    if (own.address > FDT_CELLS_MAX || own.size > FDT_CELLS_MAX || above.address > FDT_CELLS_MAX)
        return ERR_FORMAT;
    uint32_t stride = own.address + above.address + own.size;
    if (stride == 0)
        return ERR_FORMAT;
    for (uint32_t at = 0; at + stride <= ranges.len_bytes / 4; at += stride) {
        uint64_t from, to, size;
        if (number_at(&ranges, at, own.address, &from) ||
            number_at(&ranges, at + own.address, above.address, &to) ||
            number_at(&ranges, at + own.address + above.address, own.size, &size))
            return ERR_FORMAT;
        if (*address >= from && *address - from < size) {
            *address = to + (*address - from);
            return ERR_OK;
        }
    }
    return ERR_UNSUPPORTED;
}

enum err fdt_reg(const struct fdt *tree, fdt_node node, unsigned index, uint64_t *address,
                 uint64_t *size_bytes)
{
    fdt_node path[FDT_DEPTH_MAX];
    struct fdt_property reg;
    unsigned count;
    uint64_t base, size;
    enum err e = fdt_ancestry(tree, node, path, &count);
    if (e)
        return e;
    if (count < 2)
        return ERR_NOT_FOUND; /* the root has no address */
    e = fdt_property_find(tree, node, "reg", &reg);
    if (e)
        return e;

    struct cells c = cells_of(tree, path[count - 2]);
    if (c.address == 0 || c.address > FDT_CELLS_MAX || c.size > FDT_CELLS_MAX)
        return ERR_FORMAT;
    if (index >= reg.len_bytes / 4 / (c.address + c.size))
        return ERR_NOT_FOUND;
    uint32_t at = index * (c.address + c.size);
    if (number_at(&reg, at, c.address, &base) || number_at(&reg, at + c.address, c.size, &size))
        return ERR_FORMAT;
    /* A bus without sizes (the CPUs, an I2C bus) counts, it does not map. */
    for (unsigned i = count - 2; i > 0 && c.size > 0; i--) {
        e = translate(tree, path[i], path[i - 1], &base);
        if (e)
            return e;
    }
    *address = base;
    *size_bytes = size;
    return ERR_OK;
}
