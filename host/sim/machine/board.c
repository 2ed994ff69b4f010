/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dispatch of accesses to devices, and the interrupt lines. See board.h.
 */
#include "host/sim/machine/board.h"

#include <stdlib.h>
#include <string.h>

enum err board_init(struct board *board, const struct device_row *rows)
{
    for (const struct device_row *row = rows; row->name; row++) {
        if (board->device_count == BOARD_DEVICES_MAX) {
            return ERR_FULL;
        }
        struct device *device = &board->devices[board->device_count++];
        *device = (struct device){.row = row, .board = board};
        if (row->state_bytes && !(device->state = calloc(1, row->state_bytes))) {
            return ERR_NO_MEMORY;
        }
        if (row->reset) {
            row->reset(device);
        }
    }
    memset(board->masked, true, sizeof board->masked);
    return ERR_OK;
}

void board_free(struct board *board)
{
    for (unsigned i = 0; i < board->device_count; i++) {
        free(board->devices[i].state);
    }
    board->device_count = 0;
    board->last = NULL;
}

static bool answers(const struct device *device, bool is_port, uint64_t address)
{
    const struct device_row *row = device->row;

    return row->is_port == is_port && address >= row->base && address - row->base < row->len_bytes;
}

/* Devices that are on the board, and that nothing here models: they read as 0. */
const struct device_ops dev_still_ops = {0};

static struct device *find(struct board *board, bool is_port, uint64_t address)
{
    if (board->last && answers(board->last, is_port, address)) {
        return board->last;
    }
    for (unsigned i = 0; i < board->device_count; i++) {
        if (answers(&board->devices[i], is_port, address)) {
            board->last = &board->devices[i];
            return board->last;
        }
    }
    return NULL;
}

bool board_answers(const struct board *board, uint64_t address, uint64_t len_bytes)
{
    for (unsigned i = 0; i < board->device_count; i++) {
        const struct device_row *row = board->devices[i].row;
        if (!row->is_port && row->base < address + len_bytes &&
            address < row->base + row->len_bytes) {
            return true;
        }
    }
    return false;
}

static uint64_t ones(unsigned width_bytes)
{
    return width_bytes >= 8 ? UINT64_MAX : (1ULL << (8 * width_bytes)) - 1;
}

uint64_t board_read(struct board *board, bool is_port, uint64_t address, unsigned width_bytes)
{
    struct device *device = find(board, is_port, address);

    if (!device || !device->row->ops->read) {
        return is_port ? ones(width_bytes) : 0;
    }
    return device->row->ops->read(device, address - device->row->base, width_bytes) &
           ones(width_bytes);
}

void board_write(struct board *board, bool is_port, uint64_t address, unsigned width_bytes,
                 uint64_t value)
{
    struct device *device = find(board, is_port, address);

    if (device && device->row->ops->write) {
        device->row->ops->write(device, address - device->row->base, width_bytes,
                                value & ones(width_bytes));
    }
}

void board_poll(struct board *board)
{
    for (unsigned i = 0; i < board->device_count; i++) {
        if (board->devices[i].row->ops->poll) {
            board->devices[i].row->ops->poll(&board->devices[i]);
        }
    }
}

static void change_line(struct board *board, unsigned line, bool level, bool masked)
{
    board->raised -= board->level[line] && !board->masked[line];
    board->level[line] = level;
    board->masked[line] = masked;
    board->raised += level && !masked;
}

void board_set_line(struct board *board, int line, bool level)
{
    if (line >= 0 && line < BOARD_LINES_MAX) {
        change_line(board, (unsigned)line, level, board->masked[line]);
    }
}

void board_set_masked(struct board *board, unsigned line, bool masked)
{
    if (line < BOARD_LINES_MAX) {
        change_line(board, line, board->level[line], masked);
    }
}

int board_pending_line(const struct board *board)
{
    for (int line = 0; board->raised && line < BOARD_LINES_MAX; line++) {
        if (board->level[line] && !board->masked[line]) {
            return line;
        }
    }
    return -1;
}

void board_exit(struct board *board, int status)
{
    if (board->end == BOARD_RUNS) {
        board->end = BOARD_EXITED;
        board->status = status;
    }
}

void board_reset(struct board *board)
{
    if (board->end == BOARD_RUNS) {
        board->end = BOARD_RESET;
    }
}

uint64_t board_time_ns(const struct board *board)
{
    return board->time_ns ? board->time_ns(board->context) : 0;
}
