/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the monitor needs of a UART, the same for every chip. The line's settings are left as the
 * firmware or the kernel made them: both have printed on it already. Called by the supervisor's
 * thread alone once it runs.
 */
#ifndef MONITOR_DRIVERS_UART_H
#define MONITOR_DRIVERS_UART_H

#include <stdbool.h>
#include <stdint.h>

#include <sel4/sel4.h>

#include "arch/include/arch.h"
#include "arch/lib/err.h"

struct object;
struct uart;

struct uart_ops {
    const char *name;
    /* Takes interrupts and whatever waits in the receiver into a known state. */
    void (*start)(struct uart *uart);
    /* The next byte received; false if there is none. */
    bool (*receive)(struct uart *uart, uint8_t *byte);
    /* Sends of these as many as it takes without waiting, and says how many; 0: try again at its
     * interrupt. */
    unsigned (*send)(struct uart *uart, const uint8_t *bytes, unsigned count);
    /* Has the last byte left the machine? */
    bool (*is_idle)(struct uart *uart);
    /* Has one of the enabled events happened? Asking takes the interrupt back, so ask, then serve,
     * until there is none: an edge-triggered line falls only then. */
    bool (*pending)(struct uart *uart);
    /* Which of its events interrupt. */
    void (*enable)(struct uart *uart, bool receive, bool transmit);
};

struct uart {
    const struct uart_ops *ops;
    volatile uint8_t *registers; /* memory-mapped */
    seL4_CPtr ports;             /* or by I/O port */
    uint16_t port;
    uint8_t shift; /* registers are 1 << shift bytes apart */
    uint8_t width; /* bytes of an access */
    uint64_t paddr;
    struct object *claim; /* of the registers' page or of the ports */
    struct arch_irq irq;
    bool has_irq;
    uint8_t received; /* so many bytes are there for certain; the driver's own */
};

/* Finds the console's UART: by the device tree's stdout-path, else by probing where such chips use
 * to be. ERR_NOT_FOUND; ERR_UNSUPPORTED: there is one, but no driver for it (`what` says which). */
enum err uart_find(struct uart *uart, const char **what);

/* Finds another one that is not `first`, in the same places. */
enum err uart_find_second(struct uart *uart, const struct uart *first, const char **what);

/* Takes back what finding it claimed. */
void uart_give_back(struct uart *uart);

extern const struct uart_ops pl011_ops;
extern const struct uart_ops ns16550_ops;
extern const struct uart_ops debug_uart_ops; /* the kernel's own console: sends only */

/* Is there a 16550 at the ports? */
bool ns16550_probe(struct uart *uart);

#endif
