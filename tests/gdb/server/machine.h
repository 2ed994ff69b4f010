/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A machine for tests: programs under Unicorn, as a debugger's target. Inferiors have an engine
 * each, threads of one take turns. With `hardware` it steps and has breakpoints of its own, without
 * it the stub has to do all in software, as on a kernel without debug API.
 */
#ifndef TESTS_GDB_SERVER_MACHINE_H
#define TESTS_GDB_SERVER_MACHINE_H

#include "gdbstub/gdbstub.h"

#include <unicorn/unicorn.h>

enum {
    MACHINE_THREADS = 8,
    MACHINE_INFERIORS = 4,
    MACHINE_BREAKS = 8,
    MACHINE_OUTPUT = 65536,
    MACHINE_MEMORY_START = 0x10000, /* of an inferior */
    MACHINE_MEMORY_BYTES = 0x1000000,
};

/* What differs between architectures, as Unicorn sees them. */
struct machine_arch {
    const struct gdb_arch *gdb;
    int uc_arch, uc_mode;
    const int *context_regs; /* of each word of seL4_UserContext */
    unsigned context_count;
    int pc, sp;
    int call_number, call_a, call_b;
    void (*init)(uc_engine *uc);
    void (*fp_read)(uc_engine *uc, void *image);
    void (*fp_write)(uc_engine *uc, const void *image);
    /* What an interrupt number means; GDB_STOP_NONE and signal 0: a system call. */
    struct gdb_stop (*interrupt)(uint32_t number);
};

const struct machine_arch *machine_arch_find(const char *name);

enum machine_state { THREAD_STOPPED, THREAD_RUNS, THREAD_STEPS };

struct machine_thread {
    uint32_t tid; /* 0: free */
    enum machine_state state;
    bool past_break; /* resumed at a breakpoint of the machine's own: not hit again at once */
    uc_context *context;
};

struct machine_break {
    enum gdb_break_type type;
    uint64_t addr, len;
    bool used;
};

struct machine;

struct machine_inferior {
    uint32_t pid; /* 0: free */
    struct machine *machine;
    uc_engine *uc;
    uint64_t text_start, text_len; /* its first segment without right to write */
    struct machine_thread threads[MACHINE_THREADS];
    struct machine_thread *current; /* whose registers are in the engine */
    struct machine_break breaks[MACHINE_BREAKS];
    struct gdb_stop stop; /* found by a hook of the slice that runs */
    bool watch_hit, ended, called;
    uint8_t status;
};

struct machine {
    const struct machine_arch *arch;
    const char *image; /* an ELF file */
    bool hardware;
    struct gdbstub *stub;
    uint32_t next_pid;
    unsigned turn; /* whose slice comes first */
    struct machine_inferior inferiors[MACHINE_INFERIORS];
    char output[MACHINE_OUTPUT]; /* of the programs */
    size_t output_len;
    /* A command of the console, and what it still has to say. */
    char reply[MACHINE_OUTPUT];
    size_t reply_len, reply_at;
    bool replying;
    uint32_t ran, killed; /* done, and not told yet */
    unsigned long packets_in, packets_out, bytes_in, bytes_out;
    unsigned long long steps;
};

extern const struct gdb_target_ops machine_ops;

/* Loads and starts the image as a new inferior, stopped at its entry if `stopped`. */
enum err machine_start(struct machine *m, bool stopped, uint32_t *pid);
/* Lets everything that runs run a bit, and tells the stub what happened. True: something runs. */
bool machine_run(struct machine *m);
void machine_end(struct machine *m);

/* For machine_target.c. Finding: NULL if there is none. */
struct machine_inferior *machine_inferior_find(struct machine *m, uint32_t pid);
struct machine_thread *machine_thread_find(struct machine *m, struct gdb_id id);
/* Puts a thread's registers into the engine. */
void machine_thread_switch(struct machine_inferior *inferior, struct machine_thread *t);
void machine_inferior_end(struct machine_inferior *inferior);

#endif
