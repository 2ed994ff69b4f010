/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The devices of the simulated machine, the addresses they answer at, and the interrupt lines they
 * raise. What nobody answers reads as on QEMU: memory as 0, ports as all ones; where an access to
 * such memory is a fault, the platform says so and the engine asks first. It knows nothing of the
 * engine or the kernel model. Used by machine.c and the platforms; tested by machine_devices.
 */
#ifndef SIM_MACHINE_BOARD_H
#define SIM_MACHINE_BOARD_H

#include "arch/lib/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct board;
struct device;
struct serial;

#define BOARD_DEVICES_MAX 64
#define BOARD_LINES_MAX   192
#define BOARD_SERIALS_MAX 2

struct device_ops {
    /* `offset` is within the device's range; width 1, 2, 4 or 8 bytes. */
    uint64_t (*read)(struct device *device, uint64_t offset, unsigned width_bytes);
    void (*write)(struct device *device, uint64_t offset, unsigned width_bytes, uint64_t value);
    /* Between runs: take input, if there is any. NULL if it never has any. */
    void (*poll)(struct device *device);
};

/* One row of a platform's table. */
struct device_row {
    const char *name;
    const struct device_ops *ops;
    bool is_port; /* x86 I/O ports, else memory */
    uint64_t base;
    uint64_t len_bytes;
    int line;           /* interrupt line, -1: none */
    int serial;         /* which serial line, -1: none */
    size_t state_bytes; /* of its own state, zeroed at reset */
    void (*reset)(struct device *device);
};

struct device {
    const struct device_row *row;
    struct board *board;
    void *state;
};

enum board_end { BOARD_RUNS, BOARD_EXITED, BOARD_RESET };

struct board {
    struct device devices[BOARD_DEVICES_MAX];
    unsigned device_count;
    struct device *last; /* the one accessed last: most accesses come in rows */
    bool level[BOARD_LINES_MAX];
    bool masked[BOARD_LINES_MAX];
    unsigned raised;                           /* lines that are raised and not masked */
    struct serial *serials[BOARD_SERIALS_MAX]; /* NULL: nothing is connected */
    enum board_end end;
    int status;                         /* exit status, with BOARD_EXITED */
    uint64_t (*time_ns)(void *context); /* virtual time */
    void *context;
};

/* Makes all devices of the table, which ends with a NULL name, and masks all lines. */
enum err board_init(struct board *board, const struct device_row *rows);
void board_free(struct board *board);

/* Whether a device of the memory kind answers anywhere in the range. */
bool board_answers(const struct board *board, uint64_t address, uint64_t len_bytes);

uint64_t board_read(struct board *board, bool is_port, uint64_t address, unsigned width_bytes);
void board_write(struct board *board, bool is_port, uint64_t address, unsigned width_bytes,
                 uint64_t value);

/* Lets every device take the input that it has room for. */
void board_poll(struct board *board);

void board_set_line(struct board *board, int line, bool level);
void board_set_masked(struct board *board, unsigned line, bool masked);

/* The lowest line that is raised and not masked; -1 if there is none. */
int board_pending_line(const struct board *board);

/* From a device: the machine is to end. The first one wins. */
void board_exit(struct board *board, int status);
void board_reset(struct board *board);

uint64_t board_time_ns(const struct board *board);

/* Room for the state of each device that has one; asserted where the state is declared. */
#define DEV_16550_BYTES 64
#define DEV_PL011_BYTES 128
#define DEV_PIT_BYTES   128
#define DEV_RTC_BYTES   136
#define DEV_ALARM_BYTES 16
#define DEV_I8042_BYTES 8

/* The devices. */
extern const struct device_ops dev_16550_ops, dev_pl011_ops, dev_debug_exit_ops, dev_test_ops,
    dev_pci_ports_ops, dev_pci_ecam_ops, dev_pit_ops, dev_rtc_ops, dev_i8042_ops, dev_pl031_ops,
    dev_goldfish_rtc_ops, dev_virtio_mmio_ops, dev_reset_port_ops, dev_still_ops;
void dev_16550_reset(struct device *device);
void dev_pl011_reset(struct device *device);

#endif
