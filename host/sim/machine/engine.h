/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One simulated core in user mode: Unicorn with virtual address translation by callback. It knows
 * nothing of the kernel model, devices or platforms: all that comes through struct engine_ops. It
 * runs a context until something happens that a kernel would be entered for, and says what.
 * Used by machine.c and, with made-up operations, by the unit tests.
 */
#ifndef SIM_MACHINE_ENGINE_H
#define SIM_MACHINE_ENGINE_H

#include "host/sim/kernel/kernel.h"

struct engine;

/* Words of the register set that a context can have; the largest is aarch64's 36. */
#define ENGINE_REGS_MAX 40

enum engine_exit_kind {
    ENGINE_EXIT_BUDGET,    /* the instructions asked for have run, or engine_interrupt was called */
    ENGINE_EXIT_SYSCALL,   /* the program counter is after the instruction */
    ENGINE_EXIT_FAULT,     /* address, access; code: 0, or Arm's fault status (0x21: alignment,
                              0x10: nothing answers) */
    ENGINE_EXIT_EXCEPTION, /* number, code as the architecture's kernel reports them; PC at it */
    ENGINE_EXIT_DEBUG, /* number: enum engine_debug_reason; address, code as in struct cpu_event */
    ENGINE_EXIT_SEMIHOST, /* aarch64 `hlt #0xf000`, not run; PC at it */
    ENGINE_EXIT_FAILED,   /* Unicorn itself failed: engine_failure says how */
};

/* As the debug API numbers them. */
enum engine_debug_reason {
    ENGINE_DEBUG_BREAKPOINT = 0,
    ENGINE_DEBUG_WATCHPOINT = 1,
    ENGINE_DEBUG_STEP = 2,
    ENGINE_DEBUG_SOFTWARE = 3,
};

struct engine_exit {
    enum engine_exit_kind kind;
    enum cpu_access access;
    uint64_t address;
    uint64_t number;
    uint64_t code;
};

/* What the engine asks while it runs. None may change the running context. */
struct engine_ops {
    bool (*translate)(void *context, uint64_t vaddr, enum cpu_access access,
                      struct sim_translation *out);
    /* Whether an access to this page of device memory reaches anything; else it is a fault. */
    bool (*device_answers)(void *context, uint64_t page);
    uint64_t (*device_read)(void *context, uint64_t paddr, unsigned width_bytes);
    void (*device_write)(void *context, uint64_t paddr, unsigned width_bytes, uint64_t value);
    bool (*port_allowed)(void *context, uint16_t port, unsigned width_bytes);
    uint32_t (*port_in)(void *context, uint16_t port, unsigned width_bytes);
    void (*port_out)(void *context, uint16_t port, unsigned width_bytes, uint32_t value);
    /* Virtual time in nanoseconds, for the counters that user mode can read. */
    uint64_t (*counter)(void *context);
};

struct engine_config {
    const char *arch;             /* "x86_64", "aarch64", "riscv64" */
    const char *const *registers; /* names in the order of seL4_UserContext, the PC first */
    unsigned register_count;
    uint8_t *ram;
    uint64_t ram_base;
    uint64_t ram_bytes;
    const struct engine_ops *ops;
    void *context; /* handed to the operations */
};

/* ERR_UNSUPPORTED for an architecture that is not there, ERR_NOT_FOUND for a register name that it
 * does not have, ERR_NO_MEMORY when Unicorn will not start. */
enum err engine_new(const struct engine_config *config, struct engine **out);
void engine_free(struct engine *engine);

/* A context in user mode with all registers 0. NULL without memory. */
struct cpu_context *engine_context_new(struct engine *engine);
void engine_context_free(struct engine *engine, struct cpu_context *context);

/* Register `reg` of the configured order. What user mode may not change is kept as it is. */
uint64_t engine_reg_read(struct engine *engine, struct cpu_context *context, unsigned reg);
void engine_reg_write(struct engine *engine, struct cpu_context *context, unsigned reg,
                      uint64_t value);

/* See cpu_ops.registers_replaced. */
void engine_registers_replaced(struct engine *engine, struct cpu_context *context);
void engine_context_copy_fpu(struct engine *engine, struct cpu_context *to,
                             struct cpu_context *from);

/* Runs `context` for about `budget` instructions: it stops at a basic block's start at or before
 * them, and runs at least one block. */
void engine_run(struct engine *engine, struct cpu_context *context, uint64_t budget,
                struct engine_exit *out);

/* From a device operation: stop at the next basic block. */
void engine_interrupt(struct engine *engine);

/* From a device operation: stop at once, and run nothing after this instruction. */
void engine_end(struct engine *engine);

/* Instructions run since engine_new. Exact between runs. */
uint64_t engine_instructions(const struct engine *engine);
/* What runs has a watchpoint: it is slow. */
bool engine_has_watch(const struct engine *engine);

/* Translations of addresses changed. */
void engine_space_changed(struct engine *engine);

/* RAM was written behind the engine's back. */
void engine_memory_written(struct engine *engine, uint64_t paddr, uint64_t len_bytes);

/* The debug hardware as the running context has it from now on; NULL: nothing. */
void engine_set_debug(struct engine *engine, const struct sim_debug *debug);

/* Words about ENGINE_EXIT_FAILED. */
const char *engine_failure(const struct engine *engine);

#endif
