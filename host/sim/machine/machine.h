/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The simulated machine: engine, kernel model, devices and serial lines together, and the loop that
 * runs them. Used by main.c and by the tests of the whole simulator.
 */
#ifndef SIM_MACHINE_MACHINE_H
#define SIM_MACHINE_MACHINE_H

#include "arch/lib/err.h"
#include "host/sim/machine/board.h"

#include <stdbool.h>
#include <stdint.h>

struct machine;

/* Exit statuses of the simulator itself. They are even, so that on x86_64, where the guest's own
 * are odd (2v + 1), the two cannot be mixed up. */
enum machine_status {
    MACHINE_STATUS_USAGE = 64,
    MACHINE_STATUS_IMAGE = 66,   /* the root task, ABI or a serial line cannot be had */
    MACHINE_STATUS_LIMIT = 68,   /* --limit instructions have run */
    MACHINE_STATUS_FAILED = 70,  /* the simulator itself failed */
    MACHINE_STATUS_HALTED = 72,  /* the kernel halted */
    MACHINE_STATUS_IDLE = 74,    /* every thread waits, and nothing can come any more */
    MACHINE_STATUS_SIGNAL = 128, /* and the signal's number */
};

struct machine_options {
    const char *image_path;
    const char *abi_path; /* NULL: the built-in table of the image's architecture */
    const char *serials[BOARD_SERIALS_MAX]; /* NULL: not connected */
    uint64_t ram_bytes;                     /* 0: the platform's own */
    uint64_t limit;                         /* instructions; 0: none */
    bool trace;                             /* decoded events on standard error */
};

/* Everything up to the first instruction. On an error `message` says what is wrong. */
enum err machine_new(const struct machine_options *options, struct machine **out, char *message,
                     size_t message_bytes);

/* Runs to the end. Returns the exit status; `*why` is a sentence about it, "" if the guest ended
 * the machine itself. */
int machine_run(struct machine *machine, const char **why);

/* Also restores the terminal. */
void machine_free(struct machine *machine);

/* Instructions that ran. */
uint64_t machine_instructions(const struct machine *machine);

#endif
