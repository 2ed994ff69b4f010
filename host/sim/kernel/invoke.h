/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Invocations of objects: one decoded call, and the table that finds its handler by capability kind
 * and method. Handlers check in the kernel's order, then commit, then act.
 */
#ifndef SIM_KERNEL_INVOKE_H
#define SIM_KERNEL_INVOKE_H

#include "host/sim/kernel/model.h"

struct invocation {
    struct tcb *thread; /* who calls */
    enum sim_method method;
    uint64_t label, length; /* of the message */
    uint64_t cptr;
    struct slot *slot;
    struct cap cap; /* as it was when the call began */
    uint64_t buffer;
    bool is_call, is_blocking;
};

typedef enum outcome (*invoke_handler)(struct kernel *k, struct invocation *in);

/* One method of one kind of capability. A message shorter, or with fewer capabilities, is refused
 * before the handler is called; 0 where the kernel does not look or looks later. */
struct invoke_row {
    enum sim_method method;
    enum cap_kind kind;
    uint8_t length, caps;
    invoke_handler handler;
};

/* Once, when a kernel is made. */
void invoke_init(struct kernel *k);

/* Invokes a capability; OUTCOME_REFUSED leaves the reason in k->refusal. */
enum outcome invoke(struct kernel *k, struct invocation *in);

uint64_t invocation_arg(struct kernel *k, const struct invocation *in, unsigned index);

/* Capability sent along, or NULL. */
struct slot *invocation_extra(struct kernel *k, unsigned index);

/* All checks are done. */
void invocation_commit(struct kernel *k, struct invocation *in);

/* Results instead of the empty answer. */
void invocation_answer(struct kernel *k, struct invocation *in, const uint64_t *words,
                       unsigned count);

#endif
