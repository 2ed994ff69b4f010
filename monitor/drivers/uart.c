/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finding the console's UART: the device tree's stdout-path, or any enabled UART in it that there
 * is a driver for; without a device tree, where a PC has them, by the scratch register.
 */
#include "monitor/drivers/uart.h"

#include "arch/lib/fdt.h"
#include "monitor/core/bootinfo.h"
#include "monitor/core/cspace.h"
#include "monitor/core/kernel.h"
#include "monitor/core/objects.h"
#include "monitor/core/ports.h"
#include "monitor/core/vspace.h"

/* What follows the first row of a chip is other names of it. */
static const struct {
    const char *compatible;
    const struct uart_ops *ops;
    uint8_t shift, width; /* where the tree does not say */
} drivers[] = {
    {"arm,pl011", &pl011_ops, 0, 4},          {"ns16550a", &ns16550_ops, 0, 1},
    {"ns16550", &ns16550_ops, 0, 1},          {"ns8250", &ns16550_ops, 0, 1},
    {"snps,dw-apb-uart", &ns16550_ops, 2, 4},
};

enum { DRIVER_COUNT = sizeof drivers / sizeof drivers[0] };

static uint32_t cell_or(const struct fdt *tree, fdt_node node, const char *name, uint32_t otherwise)
{
    struct fdt_property property;
    uint32_t value;

    if (fdt_property_find(tree, node, name, &property) || fdt_cell(&property, 0, &value))
        return otherwise;
    return value;
}

static const char *compatible_of(const struct fdt *tree, fdt_node node)
{
    struct fdt_property property;
    const char *text;

    if (fdt_property_find(tree, node, "compatible", &property) || fdt_text(&property, 0, &text))
        return fdt_name(tree, node);
    return text;
}

static void read_interrupt(struct uart *uart, const struct fdt *tree, fdt_node node)
{
    struct fdt_interrupt interrupt;

    if (fdt_interrupt_get(tree, node, 0, &interrupt) || interrupt.kind == FDT_INTERRUPT_UNKNOWN)
        return;
    uart->has_irq = true;
    uart->irq.number = interrupt.number;
    if (interrupt.kind == FDT_INTERRUPT_GIC)
        uart->irq.trigger = interrupt.edge ? ARCH_TRIGGER_EDGE : ARCH_TRIGGER_LEVEL;
}

/* The page of the registers, mapped. */
static enum err map_registers(struct uart *uart)
{
    uint64_t page = uart->paddr & ~(uint64_t)(ARCH_PAGE_BYTES - 1);
    volatile void *mapped;
    struct object *frame;
    enum err e =
        objects_make(objects_type_number(arch_frames[0].type), 0,
                     objects_find("uart") ? "uart2" : "uart", OBJECT_MONITOR, &page, &frame);

    if (e)
        return e;
    e = vspace_map(frame, ARCH_MEMORY_DEVICE, &mapped);
    if (e) {
        (void)objects_delete(frame);
        return e;
    }
    uart->claim = frame;
    uart->registers = (volatile uint8_t *)mapped + (uart->paddr - page);
    return ERR_OK;
}

static enum err take_node(struct uart *uart, const struct fdt *tree, fdt_node node,
                          const struct uart *first, const char **what)
{
    uint64_t size;
    unsigned i = 0;

    *what = compatible_of(tree, node);
    while (i < DRIVER_COUNT && !fdt_is_compatible(tree, node, drivers[i].compatible))
        i++;
    if (i == DRIVER_COUNT)
        return ERR_UNSUPPORTED;
    if (fdt_reg(tree, node, 0, &uart->paddr, &size))
        return ERR_FORMAT;
    uart->ops = drivers[i].ops;
    uart->shift = (uint8_t)cell_or(tree, node, "reg-shift", drivers[i].shift);
    uart->width = (uint8_t)cell_or(tree, node, "reg-io-width", drivers[i].width);
    uart->paddr += cell_or(tree, node, "reg-offset", 0);
    if (first && first->paddr == uart->paddr)
        return ERR_BUSY;
    read_interrupt(uart, tree, node);
    return map_registers(uart);
}

static enum err find_in_tree(struct uart *uart, const struct fdt *tree, const struct uart *first,
                             const char **what)
{
    fdt_node node;
    enum err e = ERR_NOT_FOUND;

    if (!first && fdt_stdout(tree, &node, NULL) == ERR_OK) {
        e = take_node(uart, tree, node, NULL, what);
        if (e != ERR_UNSUPPORTED)
            return e;
    }
    for (unsigned i = 0; i < DRIVER_COUNT; i++) {
        const fdt_node *after = NULL;

        while (fdt_find_compatible(tree, drivers[i].compatible, after, &node) == ERR_OK) {
            if (fdt_is_enabled(tree, node) && take_node(uart, tree, node, first, what) == ERR_OK)
                return ERR_OK;
            after = &node;
        }
    }
    return e;
}

static enum err find_legacy(struct uart *uart, const struct uart *first, const char **what)
{
    for (unsigned i = 0; i < arch_legacy_uart_count; i++) {
        const struct arch_legacy_uart *legacy = &arch_legacy_uarts[i];
        struct object *ports;
        enum err e;

        if (first && first->port == legacy->port)
            continue;
        e = objects_claim("uart", first ? "uart2" : "uart", OBJECT_MONITOR, &ports);
        if (e)
            return e;
        e = kernel_check(arch_port_claim(seL4_CapIOPortControl, legacy->port,
                                         (uint16_t)(legacy->port + 7), cspace_slot(ports->slot)));
        uart->ports = ports->slot;
        uart->port = legacy->port;
        if (!e && ns16550_probe(uart)) {
            ports_note(ports, legacy->port, 8);
            uart->claim = ports;
            uart->ops = &ns16550_ops;
            uart->irq = legacy->irq;
            uart->has_irq = true;
            *what = "16550";
            return ERR_OK;
        }
        (void)objects_delete(ports);
    }
    return ERR_NOT_FOUND;
}

static enum err find(struct uart *uart, const struct uart *first, const char **what)
{
    const struct fdt *tree = bootinfo_tree();

    *uart = (struct uart){0};
    *what = "none";
    if (tree)
        return find_in_tree(uart, tree, first, what);
    return find_legacy(uart, first, what);
}

enum err uart_find(struct uart *uart, const char **what)
{
    return find(uart, NULL, what);
}

enum err uart_find_second(struct uart *uart, const struct uart *first, const char **what)
{
    enum err e = find(uart, first, what);

    return e ? ERR_NOT_FOUND : ERR_OK;
}

void uart_give_back(struct uart *uart)
{
    if (uart->claim)
        (void)objects_delete(uart->claim);
    *uart = (struct uart){0};
}
