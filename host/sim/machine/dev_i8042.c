/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The PC's keyboard controller (8042) with nothing attached, and the port 0xcf9: the two ways in
 * which programs reset a PC. The controller answers its self tests, and takes a byte for one from
 * the keyboard if it is told so, with an interrupt.
 */
#include "host/sim/machine/board.h"

enum {
    STATUS_OUTPUT = 0x01, /* something is there to read */
    STATUS_READY = 0x1c,  /* system flag, last was a command, not locked */
    COMMAND_READ_CONFIG = 0x20,
    COMMAND_WRITE_CONFIG = 0x60,
    COMMAND_FAKE_KEY = 0xd2,
    CONFIG_INTERRUPT = 0x01,
    CONFIG_DISABLED = 0x10,
    COMMAND_SELF_TEST = 0xaa,
    COMMAND_PORT_TEST = 0xab,
    COMMAND_RESET = 0xfe,
    SELF_TEST_PASSED = 0x55,
    CONTROL_RESET = 0x04, /* of port 0xcf9 */
};

struct controller {
    uint8_t output;
    uint8_t config;
    uint8_t command; /* that the next byte of data belongs to; 0: none */
    bool has_output;
    bool is_key; /* the output, which then raises the interrupt */
};

_Static_assert(sizeof(struct controller) <= DEV_I8042_BYTES, "room in the platform's row");

static void update_line(struct device *d)
{
    const struct controller *c = d->state;
    bool enabled = (c->config & CONFIG_INTERRUPT) && !(c->config & CONFIG_DISABLED);

    board_set_line(d->board, d->row->line, c->has_output && c->is_key && enabled);
}

static uint64_t read(struct device *d, uint64_t offset, unsigned width_bytes)
{
    struct controller *c = d->state;

    (void)width_bytes;
    if (offset == 0) {
        c->has_output = false;
        update_line(d);
        return c->output;
    }
    return offset == 4 ? STATUS_READY | (c->has_output ? STATUS_OUTPUT : 0U) : 0xff;
}

static void answer(struct controller *c, uint8_t byte)
{
    c->output = byte;
    c->has_output = true;
    c->is_key = false;
}

static void write_data(struct controller *c, uint8_t byte)
{
    if (c->command == COMMAND_WRITE_CONFIG) {
        c->config = byte;
    } else if (c->command == COMMAND_FAKE_KEY) {
        answer(c, byte);
        c->is_key = true;
    }
    c->command = 0;
}

static void write_command(struct device *d, uint64_t value)
{
    struct controller *c = d->state;

    c->command = 0;
    if (value == COMMAND_RESET) {
        board_reset(d->board);
    } else if (value == COMMAND_SELF_TEST) {
        answer(c, SELF_TEST_PASSED);
    } else if (value == COMMAND_PORT_TEST) {
        answer(c, 0);
    } else if (value == COMMAND_READ_CONFIG) {
        answer(c, c->config);
    } else {
        c->command = (uint8_t)value;
    }
}

static void write(struct device *d, uint64_t offset, unsigned width_bytes, uint64_t value)
{
    (void)width_bytes;
    if (offset == 0) {
        write_data(d->state, (uint8_t)value);
    } else if (offset == 4) {
        write_command(d, value);
    }
    update_line(d);
}

static void write_reset(struct device *d, uint64_t offset, unsigned width_bytes, uint64_t value)
{
    (void)offset;
    (void)width_bytes;
    if (value & CONTROL_RESET) {
        board_reset(d->board);
    }
}

static uint64_t read_reset(struct device *d, uint64_t offset, unsigned width_bytes)
{
    (void)d;
    (void)offset;
    (void)width_bytes;
    return 0;
}

const struct device_ops dev_i8042_ops = {.read = read, .write = write};
const struct device_ops dev_reset_port_ops = {.read = read_reset, .write = write_reset};
