/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An engine with surroundings made up for its tests: some pages of RAM at fixed addresses, one
 * device page, a port that is allowed and ports that are not.
 */
#ifndef TESTS_MACHINE_WORLD_H
#define TESTS_MACHINE_WORLD_H

#include "host/sim/machine/engine.h"
#include "tests/unit/machine_guest.h"

enum {
    WORLD_RAM_BYTES = 0x400000,
    WORLD_CODE = 0x400000,   /* a page of code */
    WORLD_EDGE = 0x401000,   /* the page after it, mapped if `edge` */
    WORLD_DATA = 0x500000,   /* a page of data, mapped if `data` */
    WORLD_DEVICE = 0x600000, /* a device's page */
    WORLD_STACK = 0x700000,  /* a page of data */
    WORLD_PAGE = 0x1000,
    WORLD_PORT = 0x3f8, /* the only port that is allowed */
};

/* Positions in the register set that the world configures. */
enum { REG_PC, REG_SP, REG_A, REG_B, REG_C, REG_COUNT };

struct world {
    struct engine *engine;
    const char *arch;
    const struct guest_code *programs;
    const struct guest_case *cases;
    size_t case_count;
    uint8_t *ram;
    uint64_t ram_base;
    bool data, edge, data_writable;
    unsigned data_page; /* which page of RAM is at WORLD_DATA */
    unsigned translations;
    uint64_t device_address, device_value;
    bool device_absent; /* nothing answers there */
    unsigned device_reads, device_writes, device_width;
    unsigned port_reads, port_writes;
    uint64_t counter;
};

/* All architectures, in a fixed order; index 0, 1, 2. */
enum { WORLD_ARCHS = 3 };

void world_open(struct world *world, unsigned arch);
void world_close(struct world *world);

/* Host memory of a page of the world. */
uint8_t *world_page(struct world *world, uint64_t vaddr);

/* Puts a program at `at` and gives a context that begins it, with a stack. */
struct cpu_context *world_start(struct world *world, enum guest_program program, uint64_t at);
void world_put_code(struct world *world, const struct guest_code *code, uint64_t at);

/* Runs until something other than the end of a budget. */
struct engine_exit world_run(struct world *world, struct cpu_context *context);

uint64_t world_reg(struct world *world, struct cpu_context *context, unsigned reg);
void world_set(struct world *world, struct cpu_context *context, unsigned reg, uint64_t value);

#endif
