/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A kernel model on a machine that is none: registers are arrays, RAM is a host buffer, and the
 * test is the user code of every thread. Runs on each architecture that the model has. Used by the
 * kernel_*.c tests.
 */
#ifndef TESTS_UNIT_KERNEL_WORLD_H
#define TESTS_UNIT_KERNEL_WORLD_H

#include <sel4mon/sim_abi.h>

#include "host/sim/kernel/kernel.h"

enum { WORLD_REGS = 64, WORLD_CONSOLE_BYTES = 1 << 16, WORLD_PORTS = 65536 };

struct cpu_context {
    uint64_t reg[WORLD_REGS];
};

struct world {
    const struct sim_abi *abi;
    struct kernel *k;
    struct sim_platform platform;
    struct sim_region regions[4];
    uint8_t *ram;
    uint64_t ram_base, ram_bytes;
    char console[WORLD_CONSOLE_BYTES];
    size_t console_len;
    const char *halted;
    unsigned contexts, replaced, debug_changes;
    bool masked[256];
    uint8_t port[WORLD_PORTS];
    uint64_t boot_info, ipc_buffer; /* virtual */
    char trace[1024];               /* last line */
    uint64_t next_slot;             /* free slots of the root CNode */
};

/* An invocation and its answer. */
struct message {
    uint64_t words[128];
    unsigned length;
    uint64_t caps[3];
    unsigned cap_count;
};

struct answer {
    uint64_t label, badge, length;
    uint64_t words[64];
    unsigned unwrapped, extra_caps;
};

extern const char *const world_configs[]; /* ends with NULL */

/* Boots. Aborts the test on any failure. */
struct world *world_new(const char *config);
void world_free(struct world *w);

int64_t world_constant(struct world *w, const char *name);
unsigned world_reg(struct world *w, const char *name); /* position in the register set */
uint64_t world_label(struct world *w, enum sim_method method);
uint64_t world_type(struct world *w, enum sim_object object);
uint64_t world_free_slot(struct world *w);

/* Guest memory of the running thread, by virtual address. */
uint64_t world_read(struct world *w, uint64_t vaddr);
void world_write(struct world *w, uint64_t vaddr, uint64_t value);

/* Registers of the running thread, or of any. */
uint64_t world_get(struct world *w, const char *name);
void world_set(struct world *w, const char *name, uint64_t value);

/* A trap with what is in the registers; then checks the kernel. */
void world_trap(struct world *w, enum sim_syscall call);
void world_event(struct world *w, const struct cpu_event *event);

/* Puts a message in place (cap register, info, words) without the trap. */
void world_prepare(struct world *w, uint64_t cap, uint64_t label, const struct message *m);
/* What the running thread sees as the last message. */
struct answer world_answer(struct world *w);

/* Call by label with a message. */
struct answer world_call(struct world *w, uint64_t cap, uint64_t label, const struct message *m);
/* Call of a method; `...`: `length` words (uint64_t). No capabilities. */
struct answer world_invoke(struct world *w, uint64_t cap, enum sim_method method, unsigned length,
                           ...);
/* The same, with capabilities from an array. */
struct answer world_invoke_caps(struct world *w, uint64_t cap, enum sim_method method,
                                const uint64_t *caps, unsigned cap_count, unsigned length, ...);

/* Makes objects in a fresh slot, from the biggest RAM untyped; asserts success. */
uint64_t world_make(struct world *w, enum sim_object object, uint64_t bits);
/* An untyped of the boot information: index of a RAM (or device) one of at least that size. */
uint64_t world_untyped(struct world *w, unsigned bits, bool device);

/* A thread in the root's spaces with the IPC buffer at `buffer` (0: none), not started. */
uint64_t world_thread(struct world *w, unsigned priority, uint64_t buffer, uint64_t buffer_cap,
                      uint64_t fault_ep);
/* Maps a fresh frame, with tables as needed, at `vaddr` of the root's space; returns its slot. */
uint64_t world_map(struct world *w, uint64_t vaddr);

/* The running thread's name. */
const char *world_running(struct world *w);

enum { ROOT_CNODE = 2, ROOT_VSPACE = 3, ROOT_TCB = 1 };

#endif
