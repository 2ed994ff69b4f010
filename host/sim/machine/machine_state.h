/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The insides of the machine, shared by machine*.c only.
 */
#ifndef SIM_MACHINE_MACHINE_STATE_H
#define SIM_MACHINE_MACHINE_STATE_H

#include "host/sim/kernel/kernel.h"
#include "host/sim/machine/engine.h"
#include "host/sim/machine/image.h"
#include "host/sim/machine/machine.h"
#include "host/sim/machine/platform.h"

#include <sel4mon/sim_abi.h>

struct machine {
    const struct platform *platform;
    const struct sim_abi *abi;
    struct sim_abi *loaded_abi; /* to free; NULL with a built-in one */
    struct kernel *kernel;
    struct engine *engine;
    struct board board;
    struct image image;
    struct platform_boot boot;
    struct sim_platform sim_platform;
    uint8_t *ram;
    uint64_t ram_bytes;

    struct cpu_context *last; /* the context that ran last */
    bool debug_changed;

    uint64_t limit;
    uint64_t next_tick_ns;
    uint64_t next_poll;     /* instructions */
    uint64_t last_flush_ns; /* of the host's clock */
    int signal_fd;
    int signal; /* that ended the run; 0: none */

    bool ended;
    int status;
    const char *why;
    char why_text[256];
};

/* How engine and kernel model reach the machine. */
extern const struct engine_ops machine_engine_ops;
extern const struct cpu_ops machine_cpu_ops;

void machine_end(struct machine *machine, int status, const char *why);

/* Virtual time. */
uint64_t machine_time_ns(const struct machine *machine);

/* One word of the running thread's memory. */
bool machine_read_guest(struct machine *machine, uint64_t vaddr, void *to, unsigned len_bytes);

/* `hlt #0xf000` of the running thread. */
void machine_semihost(struct machine *machine, struct cpu_context *context);

/* Serial lines: reads what is there, writes what waits long enough. */
void machine_poll(struct machine *machine);
/* All threads wait: waits for input, or ends the machine. */
void machine_idle(struct machine *machine);
/* Blocks the signals that end a program, to take them in the loop. */
enum err machine_catch_signals(struct machine *machine);

#endif
