/* SPDX-License-Identifier: BSD-2-Clause */
/* Which interrupt a device of a device tree raises, as the kernel counts them. */
#include "arch/lib/fdt.h"

enum {
    GIC_CELLS = 3,
    GIC_SHARED = 0,  /* first cell: shared interrupts count from 32 */
    GIC_PRIVATE = 1, /* private ones from 16 */
    GIC_EDGE = 0x3,  /* flags: rising or falling edge */
};

static enum fdt_interrupt_kind controller_kind(const struct fdt *tree, fdt_node controller)
{
    static const struct {
        const char *compatible;
        enum fdt_interrupt_kind kind;
    } known[] = {
        {"arm,gic-v3", FDT_INTERRUPT_GIC},         {"arm,gic-400", FDT_INTERRUPT_GIC},
        {"arm,cortex-a15-gic", FDT_INTERRUPT_GIC}, {"arm,cortex-a9-gic", FDT_INTERRUPT_GIC},
        {"arm,cortex-a7-gic", FDT_INTERRUPT_GIC},  {"arm,pl390", FDT_INTERRUPT_GIC},
        {"qcom,msm-qgic2", FDT_INTERRUPT_GIC},     {"riscv,plic0", FDT_INTERRUPT_PLIC},
        {"sifive,plic-1.0.0", FDT_INTERRUPT_PLIC}, {"sifive,fu540-c000-plic", FDT_INTERRUPT_PLIC},
        {"thead,c900-plic", FDT_INTERRUPT_PLIC},
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (fdt_is_compatible(tree, controller, known[i].compatible))
            return known[i].kind;
    }
    return FDT_INTERRUPT_UNKNOWN;
}

static enum err interrupt_decode(const struct fdt *tree, fdt_node controller,
                                 struct fdt_interrupt *out)
{
    out->controller = controller;
    out->kind = controller_kind(tree, controller);
    out->number = 0;
    out->edge = false;
    if (out->kind == FDT_INTERRUPT_PLIC) {
        out->number = out->cells[0];
    } else if (out->kind == FDT_INTERRUPT_GIC) {
        if (out->cell_count < GIC_CELLS || out->cells[0] > GIC_PRIVATE)
            return ERR_FORMAT;
        out->number = out->cells[1] + (out->cells[0] == GIC_SHARED ? 32 : 16);
        out->edge = (out->cells[2] & GIC_EDGE) != 0;
    }
    return ERR_OK;
}

/* Reads the cells at `at`, as many as the controller says. */
static enum err interrupt_cells(const struct fdt *tree, fdt_node controller,
                                const struct fdt_property *p, uint32_t at,
                                struct fdt_interrupt *out)
{
    uint32_t count;
    enum err e = fdt_property_cell(tree, controller, "#interrupt-cells", &count);
    if (e || count == 0 || count > FDT_CELLS_MAX)
        return ERR_FORMAT;
    out->cell_count = count;
    for (uint32_t i = 0; i < count; i++) {
        e = fdt_cell(p, at + i, &out->cells[i]);
        if (e)
            return e;
    }
    return ERR_OK;
}

static enum err interrupt_extended(const struct fdt *tree, const struct fdt_property *p,
                                   unsigned index, struct fdt_interrupt *out)
{
    uint32_t at = 0;

    for (;; index--) {
        uint32_t phandle;
        fdt_node controller;
        enum err e = fdt_cell(p, at, &phandle);
        if (e)
            return e;
        if (fdt_find_phandle(tree, phandle, &controller))
            return ERR_FORMAT;
        e = interrupt_cells(tree, controller, p, at + 1, out);
        if (e)
            return e == ERR_NOT_FOUND ? ERR_FORMAT : e;
        if (index == 0)
            return interrupt_decode(tree, controller, out);
        at += 1 + out->cell_count;
    }
}

/* `interrupt-parent` is inherited; without any, the parent that is a controller. */
static enum err interrupt_parent(const struct fdt *tree, fdt_node node, fdt_node *out)
{
    fdt_node path[FDT_DEPTH_MAX];
    unsigned count;
    enum err e = fdt_ancestry(tree, node, path, &count);
    if (e)
        return e;
    for (unsigned i = count; i-- > 0;) {
        uint32_t phandle;
        struct fdt_property p;
        if (fdt_property_cell(tree, path[i], "interrupt-parent", &phandle) == ERR_OK)
            return fdt_find_phandle(tree, phandle, out);
        if (i + 1 < count &&
            fdt_property_find(tree, path[i], "interrupt-controller", &p) == ERR_OK) {
            *out = path[i];
            return ERR_OK;
        }
    }
    return ERR_NOT_FOUND;
}

enum err fdt_interrupt_get(const struct fdt *tree, fdt_node node, unsigned index,
                           struct fdt_interrupt *out)
{
    struct fdt_interrupt found = {.kind = FDT_INTERRUPT_UNKNOWN};
    struct fdt_property p;
    fdt_node controller;
    uint32_t stride;
    enum err e;

    if (fdt_property_find(tree, node, "interrupts-extended", &p) == ERR_OK) {
        e = interrupt_extended(tree, &p, index, &found);
    } else {
        e = fdt_property_find(tree, node, "interrupts", &p);
        if (!e)
            e = interrupt_parent(tree, node, &controller);
        if (!e)
            e = fdt_property_cell(tree, controller, "#interrupt-cells", &stride);
        if (e)
            return e;
        if (stride == 0 || stride > FDT_CELLS_MAX)
            return ERR_FORMAT;
        if (index >= p.len_bytes / 4 / stride)
            return ERR_NOT_FOUND;
        e = interrupt_cells(tree, controller, &p, index * stride, &found);
        if (!e)
            e = interrupt_decode(tree, controller, &found);
    }
    if (!e)
        *out = found;
    return e;
}
