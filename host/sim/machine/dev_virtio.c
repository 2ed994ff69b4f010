/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtio-mmio transports of the Arm and RISC-V machines, all empty: a device of kind 0.
 */
#include "host/sim/machine/board.h"

enum { REG_MAGIC = 0x00, REG_VERSION = 0x04, REG_VENDOR = 0x0c };

static uint64_t read(struct device *d, uint64_t offset, unsigned width_bytes)
{
    (void)d;
    (void)width_bytes;
    switch (offset & 0x1ff) {
    case REG_MAGIC:
        return 0x74726976; /* "virt" */
    case REG_VERSION:
        return 1;
    case REG_VENDOR:
        return 0x554d4551; /* "QEMU", as that machine says */
    }
    return 0;
}

const struct device_ops dev_virtio_mmio_ops = {.read = read};
