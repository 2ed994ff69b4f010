/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the stub asks of whoever owns the threads being debugged: the monitor's supervisor, or the
 * simulator for its own port. An inferior (a component) has a number from 1 on, a thread a number
 * from 1 on within it. Nothing here blocks. No operation calls back into the stub: what happens to
 * threads is told later by gdbstub_event(). Optional operations may be NULL.
 *
 * Results: ERR_OK or an error; ERR_UNSUPPORTED makes the stub tell gdb that it cannot do that, or
 * use its own way (software steps, planted breakpoints).
 */
#ifndef GDBSTUB_TARGET_H
#define GDBSTUB_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/lib/err.h"

struct gdb_id {
    uint32_t pid;
    uint32_t tid;
};

/* gdb's signal numbers. */
enum gdb_signal {
    GDB_SIGNAL_NONE = 0, /* stopped because somebody asked */
    GDB_SIGINT = 2,
    GDB_SIGILL = 4,
    GDB_SIGTRAP = 5,
    GDB_SIGFPE = 8,
    GDB_SIGKILL = 9,
    GDB_SIGBUS = 10,
    GDB_SIGSEGV = 11,
    GDB_SIGSYS = 12,  /* unknown system call, capability fault */
    GDB_SIGXCPU = 24, /* its time is used up (MCS kernels) */
};

/* The numbers of Z packets. */
enum gdb_break_type {
    GDB_BREAK_SOFTWARE,
    GDB_BREAK_HARDWARE,
    GDB_WATCH_WRITE,
    GDB_WATCH_READ,
    GDB_WATCH_ACCESS,
};

/* Why a thread stopped. */
enum gdb_stop_kind {
    GDB_STOP_NONE,   /* it was only made to stop */
    GDB_STOP_STEP,   /* after the one instruction it was resumed for */
    GDB_STOP_BREAK,  /* it ran a breakpoint instruction; the PC is as the processor left it */
    GDB_STOP_HIT,    /* a breakpoint set with break_set; the PC is at it */
    GDB_STOP_WATCH,  /* a watchpoint; `address` is that of the access */
    GDB_STOP_SIGNAL, /* a fault: `signal` */
};

struct gdb_stop {
    uint8_t kind;   /* enum gdb_stop_kind */
    uint8_t signal; /* enum gdb_signal, for GDB_STOP_SIGNAL */
    uint64_t address;
};

struct gdb_thread_info {
    uint32_t tid;
    char name[32];
};

struct gdb_target_ops {
    /* Threads of an inferior in ascending order: the first one with a number above `after`;
     * ERR_NOT_FOUND if there is none. */
    enum err (*thread_next)(void *target, uint32_t pid, uint32_t after,
                            struct gdb_thread_info *out);
    /* The inferior that a debugger gets when it connects and has none; 0 for none. */
    uint32_t (*inferior_default)(void *target);

    /* Memory of an inferior. `*done`: how many bytes from the first on could be accessed; ERR_OK
     * even if that is fewer than asked for. Writing may change code: the caches are made to agree,
     * and a right to write of the inferior itself is not needed. */
    enum err (*mem_read)(void *target, uint32_t pid, uint64_t addr, void *to, size_t len_bytes,
                         size_t *done);
    enum err (*mem_write)(void *target, uint32_t pid, uint64_t addr, const void *from,
                          size_t len_bytes, size_t *done);

    /* Registers of a stopped thread: seL4_UserContext, and the image of gdb_arch.h. */
    enum err (*regs_read)(void *target, struct gdb_id id, uint64_t *words);
    enum err (*regs_write)(void *target, struct gdb_id id, const uint64_t *words);
    enum err (*fp_read)(void *target, struct gdb_id id, void *image);        /* optional */
    enum err (*fp_write)(void *target, struct gdb_id id, const void *image); /* optional */

    /* Lets a stopped thread run, or run one instruction (ERR_UNSUPPORTED: the stub steps it in
     * software; an answer for this moment, a thread may have it at another). */
    enum err (*resume)(void *target, struct gdb_id id, bool step);
    /* Stops a thread at once. What had stopped it already, not yet told, goes to `*already` and is
     * not told again; otherwise its kind is GDB_STOP_NONE. */
    enum err (*stop)(void *target, struct gdb_id id, struct gdb_stop *already);

    /* Breakpoints of hardware, or any that the target sets in its own way; optional. Without them
     * software breakpoints are planted in memory and writes are watched by stepping. */
    enum err (*break_set)(void *target, uint32_t pid, enum gdb_break_type type, uint64_t addr,
                          uint64_t len_bytes);
    enum err (*break_clear)(void *target, uint32_t pid, enum gdb_break_type type, uint64_t addr,
                            uint64_t len_bytes);

    /* A debugger takes an inferior, or lets it go (its threads run again by then, those with a
     * fault do not). Faults of its threads belong to the stub in between. */
    enum err (*attach)(void *target, uint32_t pid);
    void (*detach)(void *target, uint32_t pid);
    /* Begins to take an inferior away, of which the stub knows nothing any more then; its end is
     * told with gdbstub_kill_done(). ERR_BUSY: the shell runs a command. */
    enum err (*kill)(void *target, uint32_t pid);
    /* Begins to load and start a component, stopped before its first instruction; optional.
     * `command`: its name and arguments, separated by spaces; empty: the one that ran last. Its end
     * is told with gdbstub_run_done(). ERR_BUSY as above. */
    enum err (*run)(void *target, const char *command);

    /* Begins a command of the shell (`monitor X`), optional: output and end are told with
     * gdbstub_console_write() and gdbstub_console_done(). ERR_BUSY: the shell runs another. */
    enum err (*console)(void *target, const char *command);
    /* Ctrl-C while such a command, or what kill or run began, is under way; optional. */
    void (*console_interrupt)(void *target);
    /* Memory of an inferior that nobody but the stub can write, in ascending order: the first range
     * that begins at `after` or above; ERR_NOT_FOUND if there is none. Optional. */
    enum err (*text_next)(void *target, uint32_t pid, uint64_t after, uint64_t *start,
                          uint64_t *len_bytes);
    /* The path of the inferior's ELF file as a debugger is to open it; optional. */
    enum err (*exec_file)(void *target, uint32_t pid, char *path, size_t cap);
    /* The debugger has left: with D, k, or gdbstub_disconnect(); optional. */
    void (*session_end)(void *target);
};

#endif
