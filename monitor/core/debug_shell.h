/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The shell as a debugger of components, thread by thread: what its commands ask for. The functions
 * are called on the shell's thread and do their work on the supervisor's. A component is the
 * shell's from the first such order until none of its breakpoints is left there and all threads
 * run. What happens without a command waiting for it is told as a notice.
 */
#ifndef MONITOR_CORE_DEBUG_SHELL_H
#define MONITOR_CORE_DEBUG_SHELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/include/arch_debug.h"
#include "gdbstub/engine.h"

enum { DEBUG_SHELL_BREAKS = 32, DEBUG_CONDITION_BYTES = 80 };

/* A breakpoint or watchpoint of the operator's. */
struct debug_shell_break {
    uint32_t number; /* from 1; 0: the row is free */
    uint32_t pid;
    uint8_t type; /* enum gdb_break_type */
    uint64_t addr, len_bytes;
    uint64_t value, before; /* of what is watched: now, and before the last hit */
    uint32_t hits;
    uint32_t tid;                          /* not 0: only for this thread, while a command waits */
    uint64_t sp;                           /* and at or above this stack pointer */
    char condition[DEBUG_CONDITION_BYTES]; /* "": none */
};

enum debug_event {
    DEBUG_EVENT_NONE,
    DEBUG_EVENT_STEP,
    DEBUG_EVENT_BREAK,
    DEBUG_EVENT_WATCH,
    DEBUG_EVENT_FAULT,
    DEBUG_EVENT_EXIT,
    DEBUG_EVENT_GONE, /* somebody took the component away, or stopped the thread */
};

struct debug_happening {
    uint8_t event; /* enum debug_event */
    struct gdb_id id;
    uint8_t status;  /* DEBUG_EVENT_EXIT */
    uint32_t number; /* of the breakpoint; 0: of none */
    uint64_t pc, address, value, before;
};

/* Who has the component: "shell", "gdb", or NULL. */
const char *debug_shell_holder(uint32_t pid);

/* ERR_BUSY: gdb has it. tid 0 in an id: all threads. */
enum err debug_shell_halt(struct gdb_id id);
/* Lets threads go on; what happens then is to be waited for with debug_shell_wait. */
enum err debug_shell_go(struct gdb_id id, enum engine_action action);
/* The same without a wait. */
enum err debug_shell_run_on(struct gdb_id id);
/* Waits for it. ERR_INTERRUPTED: Ctrl-C; the threads are halted. */
enum err debug_shell_wait(struct gdb_id id, struct debug_happening *out);
/* Lets go of the component: its breakpoints are gone, its threads run. */
enum err debug_shell_release(uint32_t pid);

/* Registers of a thread, whoever has it. `fp` may be NULL; floating point only of a thread that
 * stands. */
enum err debug_shell_regs_read(struct gdb_id id, uint64_t *words, void *fp);
enum err debug_shell_regs_write(struct gdb_id id, const uint64_t *words, const void *fp);

/* Memory of a component, without the instructions that a debugger has planted. */
enum err debug_shell_read(uint32_t pid, uint64_t addr, void *to, size_t len_bytes, size_t *done);
struct gdb_code debug_shell_code(uint32_t *pid);

/* Sets one; the row's number and value are filled in. ERR_SYNTAX: the condition, of which *why says
 * what is wrong. */
enum err debug_shell_break_set(struct debug_shell_break *row, const char **why);
enum err debug_shell_break_delete(uint32_t number);
/* Row by row, NULL for a free one. */
const struct debug_shell_break *debug_shell_break_at(unsigned row);

/* What stopped a thread, in words; "" if nothing did. */
enum err debug_shell_explain(struct gdb_id id, char *to, size_t cap);

#endif
