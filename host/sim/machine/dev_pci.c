/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCI configuration space with nothing in it: every read gives all ones, which is how an empty slot
 * answers. At x86's ports 0xcf8 and 0xcfc, and memory mapped (ECAM).
 */
#include "host/sim/machine/board.h"

#include <string.h>

enum { PORT_ADDRESS_BYTES = 4 };

static uint64_t read_ports(struct device *d, uint64_t offset, unsigned width_bytes)
{
    uint32_t address;

    memcpy(&address, d->state, sizeof address);
    return offset == 0 && width_bytes == 4 ? address : UINT64_MAX;
}

static void write_ports(struct device *d, uint64_t offset, unsigned width_bytes, uint64_t value)
{
    uint32_t address = (uint32_t)value;

    if (offset == 0 && width_bytes == PORT_ADDRESS_BYTES) {
        memcpy(d->state, &address, sizeof address);
    }
}

static uint64_t read_ecam(struct device *d, uint64_t offset, unsigned width_bytes)
{
    (void)d;
    (void)offset;
    (void)width_bytes;
    return UINT64_MAX;
}

const struct device_ops dev_pci_ports_ops = {.read = read_ports, .write = write_ports};
const struct device_ops dev_pci_ecam_ops = {.read = read_ecam};
