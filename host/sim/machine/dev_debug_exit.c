/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's isa-debug-exit: a value v written to the port ends the machine with status 2v + 1.
 */
#include "host/sim/machine/board.h"

static void write(struct device *d, uint64_t offset, unsigned width_bytes, uint64_t value)
{
    (void)offset;
    (void)width_bytes;
    board_exit(d->board, (int)((value << 1 | 1) & 0xff));
}

static uint64_t read(struct device *d, uint64_t offset, unsigned width_bytes)
{
    (void)d;
    (void)offset;
    (void)width_bytes;
    return 0;
}

const struct device_ops dev_debug_exit_ops = {.read = read, .write = write};
