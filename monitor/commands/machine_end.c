/* SPDX-License-Identifier: BSD-2-Clause */
/* Ways out of a machine: see machine_end.h. Each is tried; whoever comes back is still there. */
#include "monitor/commands/machine_end.h"

#include "arch/lib/fdt.h"
#include "monitor/core/access.h"
#include "monitor/core/bootinfo.h"
#include "monitor/core/console.h"
#include "monitor/core/ports.h"

void machine_end_prepare(struct command_call *call)
{
    (void)call;
    console_drain();
}

void machine_end_by_ports(const struct arch_exit *exits, unsigned count, uint32_t status)
{
    for (unsigned i = 0; i < count; i++)
        (void)ports_out(exits[i].port, exits[i].size_bytes,
                        exits[i].takes_status ? status : exits[i].value);
}

static void write_word(uint64_t paddr, uint32_t value, uint32_t mask)
{
    struct access_frame reached;
    uint64_t old = 0;

    if (access_physical(paddr, &reached))
        return;
    if (mask != UINT32_MAX && access_read(reached.address, sizeof value, &old))
        return;
    (void)access_write(reached.address, sizeof value, (old & ~(uint64_t)mask) | (value & mask));
}

void machine_end_by_device(const char *compatible, uint32_t value)
{
    const struct fdt *tree = bootinfo_tree();
    uint64_t paddr, size;
    fdt_node node;

    if (tree && fdt_find_compatible(tree, compatible, NULL, &node) == ERR_OK &&
        fdt_reg(tree, node, 0, &paddr, &size) == ERR_OK)
        write_word(paddr, value, UINT32_MAX);
}

static bool cell_of(const struct fdt *tree, fdt_node node, const char *name, uint32_t *value)
{
    struct fdt_property property;

    return fdt_property_find(tree, node, name, &property) == ERR_OK &&
           fdt_cell(&property, 0, value) == ERR_OK;
}

void machine_end_by_syscon(const char *compatible)
{
    const struct fdt *tree = bootinfo_tree();
    uint32_t regmap, offset = 0, value = 0, mask = UINT32_MAX;
    uint64_t paddr, size;
    fdt_node node, target;

    if (!tree || fdt_find_compatible(tree, compatible, NULL, &node) ||
        !cell_of(tree, node, "regmap", &regmap) || fdt_find_phandle(tree, regmap, &target) ||
        fdt_reg(tree, target, 0, &paddr, &size))
        return;
    (void)cell_of(tree, node, "offset", &offset);
    (void)cell_of(tree, node, "value", &value);
    (void)cell_of(tree, node, "mask", &mask);
    write_word(paddr + offset, value, mask);
}
