/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The whole state of one simulated kernel, for all files of this folder and nobody else, and the
 * few helpers that all of them use. What differs between architectures is behind struct arch.
 */
#ifndef SIM_KERNEL_MODEL_H
#define SIM_KERNEL_MODEL_H

#include <sel4mon/sim_abi.h>

#include "host/sim/kernel/facts.h"
#include "host/sim/kernel/kernel.h"
#include "host/sim/kernel/object.h"

enum {
    MODEL_PRIORITIES = 256,
    MODEL_DOMAINS = 1,
    MODEL_DOMAIN_SCHEDULES = 2, /* as the usual build configures */
    MODEL_TIME_SLICE = 5,       /* ticks */
    MODEL_RETYPE_LIMIT = 256,   /* objects of one Untyped_Retype */
    MODEL_ROOT_CNODE_BITS = 12,
    MODEL_STACK_WORDS = 16, /* printed for a thread that dies of a fault */
    MODEL_TRACE_BYTES = 1024,
    MODEL_IT_ASID = 1, /* of the initial thread */
};

/* How a handler ended. */
enum outcome { OUTCOME_DONE, OUTCOME_REFUSED, OUTCOME_LOOKUP };

/* Why an invocation was refused; the words go into the answer. */
struct refusal_words {
    enum refusal kind;
    uint64_t number;   /* argument, capability */
    uint64_t min, max; /* range */
    uint64_t bytes;    /* memory left */
    bool source;       /* failed lookup: of the source */
};

enum irq_state { IRQ_INACTIVE, IRQ_SIGNAL, IRQ_TIMER, IRQ_RESERVED };

#define IRQ_NO_LINE UINT32_MAX

/* One interrupt of the kernel's numbering. */
struct irq {
    enum irq_state state;
    uint32_t line; /* of the machine, IRQ_NO_LINE if none is routed to it */
    struct slot slot;
};

#define IO_PORTS 65536

enum sched_action { SCHED_RESUME, SCHED_CHOOSE, SCHED_CANDIDATE };

struct domain_schedule {
    uint64_t domain, duration;
};

struct arch;

struct kernel {
    const struct sim_abi *abi;
    const struct sim_platform *platform;
    const struct cpu_ops *ops;
    void *machine;
    const struct arch *arch;
    struct facts facts;

    struct object *living, *dead;

    /* Scheduler. */
    struct tcb idle;
    struct tcb *current;
    struct tcb *threads; /* newest first */
    enum sched_action action;
    struct tcb *candidate;
    uint64_t bitmap[MODEL_PRIORITIES / 64];
    struct tcb_queue ready[MODEL_PRIORITIES];
    uint64_t domain_start; /* of the one schedule there is */
    struct domain_schedule domains[MODEL_DOMAIN_SCHEDULES];

    /* The entry in hand. */
    struct fault fault;
    struct lookup_failure lookup;
    struct refusal_words refusal;
    struct slot *extra_caps[FACTS_MAX_EXTRA_CAPS];

    uint8_t row_of_method[SIM_METHOD_COUNT]; /* of invoke.c's table, from 1 on */

    struct irq *irqs;
    unsigned irq_count;
    struct asid_pool **asid_table;
    uint64_t running_root; /* of the running thread's address space; 0: none */
    bool halted;
    uint64_t ports[IO_PORTS / 64]; /* handed out */

    kernel_trace_fn trace;
    void *trace_context;
    char trace_text[MODEL_TRACE_BYTES]; /* the line in hand */
    size_t trace_used;
};

/* Bits of mask; all ones for 64 and more. */
static inline uint64_t model_mask(unsigned bits)
{
    return bits >= 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
}

static inline uint64_t model_bit(unsigned bit)
{
    return bit >= 64 ? 0 : UINT64_C(1) << bit;
}

static inline uint64_t model_down(uint64_t value, unsigned bits)
{
    return value & ~model_mask(bits);
}

static inline uint64_t model_up(uint64_t value, unsigned bits)
{
    return model_down(value + model_mask(bits), bits);
}

/* Refusals: each fills k->refusal and returns OUTCOME_REFUSED. */
enum outcome refuse(struct kernel *k, enum refusal kind);
enum outcome refuse_argument(struct kernel *k, unsigned number);
enum outcome refuse_capability(struct kernel *k, unsigned number);
enum outcome refuse_range(struct kernel *k, uint64_t min, uint64_t max);
enum outcome refuse_lookup(struct kernel *k, bool source); /* k->lookup says what failed */
enum outcome refuse_missing(struct kernel *k, bool source, uint64_t bits_left);

/* Text on the kernel's own console, if the kernel has one. */
void model_print(struct kernel *k, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The kernel has stopped for good. */
void model_halt(struct kernel *k, const char *why);

#endif
