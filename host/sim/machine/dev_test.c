/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The test device of the RISC-V machine ("sifive,test1"): ends it with success, with a status, or
 * asks for a reset.
 */
#include "host/sim/machine/board.h"

enum { TEST_FAIL = 0x3333, TEST_PASS = 0x5555, TEST_RESET = 0x7777 };

static void write(struct device *d, uint64_t offset, unsigned width_bytes, uint64_t value)
{
    if (offset != 0 || width_bytes < 2) {
        return;
    }
    switch (value & 0xffff) {
    case TEST_FAIL:
        board_exit(d->board, (int)((value >> 16) & 0xff));
        break;
    case TEST_PASS:
        board_exit(d->board, 0);
        break;
    case TEST_RESET:
        board_reset(d->board);
        break;
    }
}

const struct device_ops dev_test_ops = {.write = write};
