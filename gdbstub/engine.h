/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The debugging engine below the protocol: which threads run, stopped or wait, breakpoints planted
 * and lifted, steps in hardware or software, conditions. It knows nothing of packets; the stub is
 * one client, the stepping commands of the shell are another, and each inferior is one's or the
 * other's. Polling, no blocking, no allocation.
 *
 * A thread that must pass a breakpoint without hitting it is "stepped over" it: the other threads
 * of its inferior are held, the breakpoint is lifted, the thread makes one step, all goes back.
 */
#ifndef GDBSTUB_ENGINE_H
#define GDBSTUB_ENGINE_H

#include "arch/include/gdb_arch.h"
#include "gdbstub/limits.h"
#include "gdbstub/target.h"

enum engine_run {
    ENGINE_STOPPED,
    ENGINE_RUNNING,
    ENGINE_HELD,   /* is to run, waits until another thread is over a breakpoint */
    ENGINE_QUEUED, /* is to run, but has an event that was not looked at yet */
};

enum engine_action {
    ENGINE_CONTINUE,
    ENGINE_STEP,
    ENGINE_STEP_SOFTWARE, /* even where the target can step */
    ENGINE_RANGE,
};

/* Why a thread is reported as stopped, as the client needs it. */
enum engine_reason {
    ENGINE_REASON_SIGNAL,
    ENGINE_REASON_STEP,
    ENGINE_REASON_BREAK_SOFTWARE,
    ENGINE_REASON_BREAK_HARDWARE,
    ENGINE_REASON_WATCH_WRITE,
    ENGINE_REASON_WATCH_READ,
    ENGINE_REASON_WATCH_ACCESS,
};

struct engine_report {
    uint8_t reason; /* enum engine_reason */
    uint8_t signal; /* enum gdb_signal */
    uint64_t address;
};

struct engine_thread {
    struct gdb_id id;              /* pid 0: the row is free */
    uint8_t run;                   /* enum engine_run */
    uint8_t action;                /* enum engine_action */
    bool seen;                     /* mark of a sweep over the target's list */
    bool event_present, event_own; /* an event, perhaps the end of its own software step */
    bool over;                     /* has to pass the breakpoint at its PC */
    bool over_watch;               /* has to pass an access that nobody watches */
    bool report_due;               /* the client's: not told to gdb yet */
    bool parked;                   /* held at a breakpoint of another's step, until that ends */
    uint8_t retries;               /* steps left for another's round of a loop; see retry_begin */
    uint16_t retry_break;          /* the watchpoint that the loop writes */
    uint64_t retry_value;          /* what was there */
    bool in_syscall;               /* its software step may stay in the kernel for any time */
    uint8_t site_count;            /* of its software step */
    uint16_t sites[NEXT_PC_MAX];
    uint64_t range_start, range_end;
    uint64_t parked_pc;
    struct gdb_stop event;
    struct engine_report report; /* of its last stop */
};

struct engine_inferior {
    uint32_t pid;   /* 0: the row is free */
    bool created;   /* by run, not attached to */
    bool over_free; /* the others run all the same: `over` may stay in the kernel */
    struct engine_thread *over;
    const struct engine_client *client; /* whose it is */
    uint16_t soft_watches;
};

/* A place with a breakpoint instruction. */
struct engine_site {
    uint64_t addr;
    uint32_t pid;
    uint16_t uses; /* 0: the row is free */
    uint8_t row;   /* of gdb_arch.breaks */
    bool lifted;
    uint8_t saved[GDB_BREAK_BYTES_MAX];
};

/* A breakpoint or watchpoint. */
struct engine_break {
    uint64_t addr;
    uint64_t len_bytes; /* gdb's kind of a breakpoint, length of a watchpoint */
    uint64_t value;     /* last seen, of a watchpoint by stepping */
    uint32_t pid;       /* 0: the row is free */
    uint16_t site;
    uint16_t agent_start, agent_bytes; /* in the pool */
    uint8_t type;                      /* enum gdb_break_type */
    bool native;                       /* set with break_set */
    bool lifted;
};

struct engine;

struct engine_client {
    const char *name; /* of the debugger, for who is told that it has the inferior */
    void *context;
    /* A breakpoint without bytecode was met: true if it is to be reported. Optional. */
    bool (*holds)(void *client, const struct engine_break *b, struct engine_thread *thread);
    /* A thread stopped for the reason in its report. */
    void (*stopped)(void *client, struct engine_thread *thread);
    /* Text of a breakpoint's command. */
    void (*print)(void *client, const char *text, size_t len_bytes);
};

struct engine {
    const struct gdb_arch *arch;
    const struct gdb_target_ops *ops;
    void *target;
    uint16_t agent_used;
    uint16_t threads_end, breaks_end, sites_end; /* all rows from there on are free */
    struct engine_inferior inferiors[GDB_INFERIORS_MAX];
    struct engine_thread threads[GDB_THREADS_MAX];
    struct engine_break breaks[GDB_BREAKS_MAX];
    struct engine_site sites[GDB_SITES_MAX];
    uint8_t agent[GDB_AGENT_POOL_BYTES];
};

/* --- engine.c: inferiors and threads ---------------------------------------------------------- */
void engine_init(struct engine *e, const struct gdb_arch *arch, const struct gdb_target_ops *ops,
                 void *target);
/* Takes an inferior for a client, which must live as long, and stops its threads. ERR_EXISTS: the
 * client has it; ERR_BUSY: another has it. */
enum err engine_attach(struct engine *e, uint32_t pid, bool created,
                       const struct engine_client *client);
/* Removes its breakpoints, lets its threads run, forgets it. */
void engine_detach(struct engine *e, uint32_t pid);
/* Forgets an inferior that ended or is about to be killed. */
void engine_forget(struct engine *e, uint32_t pid);
struct engine_inferior *engine_inferior(struct engine *e, uint32_t pid);
/* Makes the thread table agree with the target's; a thread that is new runs. */
void engine_sync(struct engine *e, uint32_t pid);
struct engine_thread *engine_thread(struct engine *e, struct gdb_id id);
/* The next thread of an attached inferior in ascending order (pid 0: of all of the client's), NULL
 * at the end; `after` NULL: the first. `client` NULL: whosever. */
struct engine_thread *engine_thread_next(struct engine *e, const struct engine_client *client,
                                         uint32_t pid, const struct engine_thread *after);

/* --- engine_run.c: running and stopping ------------------------------------------------------- */
/* Lets a stopped thread go on; range only for ENGINE_RANGE. What it does is told by `stopped`,
 * never from inside this call. */
void engine_resume(struct engine *e, struct engine_thread *t, enum engine_action action,
                   uint64_t range_start, uint64_t range_end);
/* The same past a breakpoint where it stands, and past the access that a watchpoint stopped it
 * before if `access`. */
void engine_resume_past(struct engine *e, struct engine_thread *t, enum engine_action action,
                        bool access);
/* Stops a thread if it runs or is to run. */
void engine_halt(struct engine *e, struct engine_thread *t);
/* What the target tells. False: the thread is not of an attached inferior. */
bool engine_event(struct engine *e, struct gdb_id id, const struct gdb_stop *stop);
/* Work left for later; call while there is some, which does not mean while threads run. */
void engine_poll(struct engine *e);
bool engine_has_work(const struct engine *e);
enum err engine_pc_get(struct engine *e, struct engine_thread *t, uint64_t *pc);
enum err engine_pc_set(struct engine *e, struct engine_thread *t, uint64_t pc);

/* --- engine_step.c: software steps --------------------------------------------------------------
 */
/* Where it can go from where it stands; no address if that cannot be read. */
struct next_pc engine_step_next(struct engine *e, struct engine_thread *t);
/* Plants breakpoints there, and takes them away. */
void engine_step_plant(struct engine *e, struct engine_thread *t);
void engine_step_release(struct engine *e, struct engine_thread *t);
/* An instruction that jumps to itself is left by no other: what was planted is under the thread.
 * Its software step is made by doing nothing. */
bool engine_step_stays(struct engine *e, struct engine_thread *t, uint64_t pc);

/* --- engine_site.c: memory without the planted instructions ----------------------------------- */
enum err engine_mem_read(struct engine *e, uint32_t pid, uint64_t addr, void *to, size_t len_bytes,
                         size_t *done);
enum err engine_mem_write(struct engine *e, uint32_t pid, uint64_t addr, const void *from,
                          size_t len_bytes, size_t *done);
/* Plants an instruction; `row` of gdb_arch.breaks. */
enum err engine_site_use(struct engine *e, uint32_t pid, uint64_t addr, unsigned row,
                         uint16_t *out);
void engine_site_release(struct engine *e, uint16_t site);
struct engine_site *engine_site_at(struct engine *e, uint32_t pid, uint64_t addr);
void engine_site_lift(struct engine *e, struct engine_site *site);
void engine_site_lower(struct engine *e, struct engine_site *site);

/* --- engine_break.c: breakpoints and watchpoints ---------------------------------------------- */
/* Bytecode of a breakpoint, as the pool keeps it: for each one of these, then its bytes. */
struct engine_agent {
    uint8_t command; /* 0: a condition */
    uint8_t len_low, len_high;
};

/* Sets one, or gives the one that is there new bytecode. ERR_UNSUPPORTED, ERR_FULL, ERR_FAULT. */
enum err engine_break_set(struct engine *e, uint32_t pid, enum gdb_break_type type, uint64_t addr,
                          uint64_t len_bytes, const uint8_t *agent, size_t agent_bytes);
enum err engine_break_clear(struct engine *e, uint32_t pid, enum gdb_break_type type, uint64_t addr,
                            uint64_t len_bytes);
void engine_break_clear_all(struct engine *e, uint32_t pid);
/* A breakpoint at the address, NULL if none; `planted`: one that is an instruction in memory. */
struct engine_break *engine_break_at(struct engine *e, uint32_t pid, uint64_t addr, bool planted);
/* What is there, up to 8 bytes. */
uint64_t engine_watch_value(struct engine *e, const struct engine_break *b);
/* The watchpoint that covers the address of an access. */
struct engine_break *engine_watch_at(struct engine *e, uint32_t pid, uint64_t addr);
/* A watchpoint by stepping whose memory changed since it was last looked at. */
struct engine_break *engine_watch_changed(struct engine *e, uint32_t pid);
void engine_watch_refresh(struct engine *e, uint32_t pid);
/* Runs conditions and commands: true if the stop is to be reported. */
bool engine_break_reports(struct engine *e, const struct engine_break *b, struct engine_thread *t);
/* Takes the breakpoints at `addr`, and all watchpoints if `watches`, out of the way, and back. */
void engine_break_lift(struct engine *e, uint32_t pid, uint64_t addr, bool watches);
void engine_break_lower(struct engine *e, uint32_t pid);

#endif
