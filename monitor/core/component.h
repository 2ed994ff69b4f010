/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Components: programs with a capability and an address space of their own, run under the monitor.
 * All that one owns (its estate) is made of one untyped, so that one revoke takes it back. The
 * shell's thread makes and takes away components; while one exists, the supervisor's thread owns
 * its threads, its memory windows and its state.
 */
#ifndef MONITOR_CORE_COMPONENT_H
#define MONITOR_CORE_COMPONENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sel4/sel4.h>

#include "arch/lib/err.h"
#include "monitor/core/estate.h"
#include "monitor/core/limits.h"
#include "monitor/core/thread.h"
#include "monitor/link/package.h"

enum component_state {
    COMPONENT_FREE,   /* an empty row */
    COMPONENT_MAKING, /* the shell is at it */
    COMPONENT_LOADED, /* not started yet */
    COMPONENT_ALIVE,  /* started: each thread runs or is stopped */
    COMPONENT_ENDED,  /* exited or cannot go on; its estate stays until kill or restart */
};

struct component_thread {
    uint32_t tid;   /* from 1; 0: an empty row */
    seL4_CPtr tcb;  /* address in the monitor's space */
    seL4_Word slot; /* of the component's own CNode that has it, too */
    char name[PACKAGE_NAME_BYTES];
    bool found;     /* by component_find_threads: its faults go elsewhere, so no debugger has it */
    bool stopped;   /* suspended by the monitor, or by its fault */
    bool has_fault; /* `fault` is not dealt with */
    struct thread_fault fault;
};

/* Is there a thread in the row, and do its faults come to the monitor? */
static inline bool component_is_debugged(const struct component_thread *thread)
{
    return thread->tid && !thread->found;
}

/* Memory that the monitor knows to be mapped in a component: pages beside each other. */
struct component_region {
    uint64_t start;   /* address in the component */
    uint32_t pages;   /* 0: an empty row */
    uint8_t rights;   /* enum elf_segment_flag, or-ed: what the component may do there */
    seL4_CPtr frames; /* capabilities beside each other in the monitor's space, one a page */
};

/* What a row of the description became: a capability that it was given to an object beside its
 * estate. */
struct component_given {
    uint16_t object; /* number plus 1; 0: an empty row */
    uint16_t slot;   /* of its own CNode */
    uint8_t rights;  /* enum package_right, or-ed; 0: the kind has none */
    seL4_Word badge;
};

/* Where in the monitor's space the capabilities are that outlive loading. */
struct component_slots {
    seL4_CPtr cnode; /* its own, without a guard */
    uint8_t cnode_bits;
    seL4_CPtr cspace; /* the same with a guard, as its threads have it */
    seL4_CPtr vspace;
    seL4_CPtr threads; /* empty slots for threads that it makes, LIMIT_COMPONENT_THREADS - 1 */
    seL4_CPtr pages;   /* empty slots for pages that it maps itself */
    uint8_t pages_taken;
    uint8_t
        faults; /* slot of its own CNode with the first thread's fault endpoint; others follow */
};

struct component {
    uint32_t pid;           /* from 1, never used again soon; 0: an empty row */
    volatile uint8_t state; /* enum component_state */
    uint8_t exit_status;    /* once ended by itself */
    char name[PACKAGE_NAME_BYTES];
    struct estate estate;
    struct component_thread threads[LIMIT_COMPONENT_THREADS];
    struct component_region regions[LIMIT_COMPONENT_REGIONS];
    struct component_slots slots;
    uint64_t entry;
    uint64_t block;        /* address of its start block */
    uint64_t memory_bytes; /* of the estate */
    uint8_t priority;
    uint8_t last_thread; /* number of the row that was taken last */
    uint8_t args_count;  /* it was loaded with, in place of its description's; 0: those */
    char args[LIMIT_COMPONENT_ARGS_BYTES];
    uint16_t
        owned[LIMIT_COMPONENT_OWNED]; /* numbers of objects beside the estate, plus 1; 0: none */
    struct component_given given[PACKAGE_ROWS_MAX];
};

/* Rows by number, for lists: NULL for an empty one; stop at LIMIT_COMPONENTS. */
struct component *component_at(unsigned number);
struct component *component_by_pid(uint32_t pid);
struct component *component_by_name(const char *name);
struct component_thread *component_thread_by_tid(struct component *component, uint32_t tid);

/* --- on the shell's thread ------------------------------------------------------------------- */

/* What went wrong with a package or with memory, for people. */
struct component_problem {
    char text[160];
};

/* Makes a component of an ELF file and its description, not started. `args`: texts one after the
 * other, each ended by a zero byte, in place of the description's; NULL: those. On an error nothing
 * is left, and the problem says what it was. */
enum err component_load(const struct package_head *head, const void *elf, size_t elf_bytes,
                        const char *args, unsigned args_count, struct component **out,
                        struct component_problem *problem);

/* Lets all its threads run, or suspends them. */
enum err component_start(struct component *component);
enum err component_stop(struct component *component);

/* Takes it away with all that it owns. */
enum err component_kill(struct component *component);

/* Marks what components own; with `repair` takes away those that were being made when the shell was
 * cut short; returns their number. */
unsigned component_sweep(bool repair, void (*on_slot)(void *context, uint32_t slot), void *context);

/* --- on the supervisor's thread --------------------------------------------------------------- */

/* Memory by the component's addresses, through windows that are kept while hot. `*done`: bytes from
 * the first on that could be accessed. Writing needs no right of the component's own, and makes
 * caches agree. Addresses that are not known to be mapped: `*done` is short, never a guess. */
enum err component_read(struct component *component, uint64_t addr, void *to, size_t len_bytes,
                        size_t *done);
enum err component_write(struct component *component, uint64_t addr, const void *from,
                         size_t len_bytes, size_t *done);

/* What the component may do at an address: enum elf_segment_flag or-ed; 0: nothing known there. */
unsigned component_rights(const struct component *component, uint64_t addr);

/* Looks through the component's CNode for threads that it did not tell of, and takes them into its
 * table. One that is known by another slot is taken for another thread; one whose capability lies
 * elsewhere is not found; one found earlier whose capability is gone is dropped. ERR_FULL: there
 * are more. ERR_UNSUPPORTED: the kernel does not say what a capability is. On the shell's thread.
 */
enum err component_find_threads(struct component *component);

/* The number of a free row for a thread that it made; not soon one that was just given up, so that
 * a debugger does not take the one thread for the other. */
bool component_thread_row(struct component *component, unsigned *number);

/* A message to the supervisor's endpoint with SUPERVISOR_MESSAGE in its badge. */
void component_message(seL4_Word badge, seL4_MessageInfo_t info);

/* Suspends or lets run a thread, without regard to a debugger. A thread with a fault does again
 * what faulted. */
enum err component_thread_stop(struct component_thread *thread);
enum err component_thread_go(struct component_thread *thread);

#endif
