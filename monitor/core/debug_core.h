/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of the debugger share: its state, and the parts that one kind of work each is in.
 * All on the supervisor's thread. While the stub or the engine is at work (debug_enter to
 * debug_leave), faults that come are kept and told to it afterwards.
 */
#ifndef MONITOR_CORE_DEBUG_CORE_H
#define MONITOR_CORE_DEBUG_CORE_H

#include "arch/include/arch_debug.h"
#include "gdbstub/gdbstub.h"
#include "gdbstub/stub.h"
#include "monitor/core/component.h"
#include "monitor/core/debug.h"

struct debug_thread {
    uint32_t tid;  /* that the row is about */
    bool waits;    /* its fault was not told to the engine yet */
    bool told;     /* the engine knows why it stands */
    bool steps;    /* the kernel has it stepping */
    bool injected; /* it runs code of the monitor's: whatever stops it is the end of that */
};

enum { DEBUG_BREAK_REGISTERS = 10 };

/* A breakpoint register, the same in all threads of a component. */
struct debug_register {
    bool used;
    uint8_t type; /* enum gdb_break_type, of whom it serves */
    uint8_t size_bytes;
    uint64_t addr, len_bytes; /* as they were given */
    uint64_t at;              /* what the register watches */
};

struct debug_component {
    struct debug_thread threads[LIMIT_COMPONENT_THREADS];
    struct debug_register registers[DEBUG_BREAK_REGISTERS];
    bool changed; /* threads came or went */
    bool ended;   /* not told yet */
};

struct debug {
    struct gdbstub stub;
    struct engine *engine;
    unsigned depth;                /* inside the stub or the engine */
    bool something;                /* a component or thread waits to be told of */
    char last[PACKAGE_NAME_BYTES]; /* the component that gdb had last */
    struct debug_component components[LIMIT_COMPONENTS];
};

extern struct debug debug;

void debug_enter(void);
void debug_leave(void);

struct debug_component *debug_component(const struct component *component);
struct debug_thread *debug_thread(const struct component *component,
                                  const struct component_thread *thread);
/* The component and thread of an id; ERR_NOT_FOUND. */
enum err debug_find(struct gdb_id id, struct component **component,
                    struct component_thread **thread);
/* Whoever has it, or NULL. */
const struct engine_client *debug_client(const struct component *component);

/* --- debug_target.c: what the engine asks for ------------------------------------------------- */
extern const struct gdb_target_ops debug_target_ops;

/* --- debug_thread.c --------------------------------------------------------------------------- */
enum err debug_thread_regs_read(struct gdb_id id, uint64_t *words);
enum err debug_thread_regs_write(struct gdb_id id, const uint64_t *words);
enum err debug_thread_resume(struct gdb_id id, bool step);
enum err debug_thread_stop(struct gdb_id id, struct gdb_stop *already);
/* What a thread's fault is to a debugger; it has been told then. */
void debug_thread_tell(struct component *component, struct component_thread *thread,
                       struct gdb_stop *out);
/* Registers are read anew from now on. */
void debug_thread_forget_registers(void);
/* Memory of a component, planted instructions and all. */
struct gdb_code debug_thread_code(struct component *component);

/* --- debug_break.c ---------------------------------------------------------------------------- */
enum err debug_break_set(uint32_t pid, enum gdb_break_type type, uint64_t addr, uint64_t len_bytes);
enum err debug_break_clear(uint32_t pid, enum gdb_break_type type, uint64_t addr,
                           uint64_t len_bytes);
/* Gives a thread that is new the component's. */
void debug_break_arm(struct component *component, const struct component_thread *thread);
bool debug_break_has_watch(const struct component *component);
/* The address of an access as the watchpoint it belongs to has it. */
uint64_t debug_break_watched(const struct component *component, uint64_t number, uint64_t address);
/* Loads all of them once, where a hit is not safe before. */
void debug_break_prepare(seL4_CPtr fault_ep);

/* --- debug_fp.c ------------------------------------------------------------------------------- */
enum err debug_fp_read(struct gdb_id id, void *image);
enum err debug_fp_write(struct gdb_id id, const void *image);

/* --- debug_gdb.c: what the shell does for gdb ------------------------------------------------- */
enum err debug_gdb_console(const char *command);
enum err debug_gdb_run(const char *command);
enum err debug_gdb_kill(uint32_t pid);
void debug_gdb_interrupt(void);
/* Kills that wait for the shell, and output that waits for room. */
void debug_gdb_poll(void);

/* --- debug_shell.c: the shell as a debugger --------------------------------------------------- */
extern const struct engine_client debug_shell_client;
void debug_shell_exited(struct component *component);
/* Lets go of components in which nothing is left to debug. */
void debug_shell_poll(void);

#endif
