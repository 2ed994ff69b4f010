/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Invocations of the domain set, for a kernel with one domain: all checks are there, and what
 * passes them changes nothing that can be seen.
 */
#include "host/sim/kernel/handlers.h"

#include "host/sim/kernel/sched.h"

#define DURATION_BITS 56

enum outcome domain_set(struct kernel *k, struct invocation *in)
{
    uint64_t domain = invocation_arg(k, in, 0);
    if (domain >= MODEL_DOMAINS) {
        return refuse_argument(k, 0);
    }
    if (!invocation_extra(k, 0)) {
        return refuse(k, REFUSAL_TRUNCATED);
    }
    const struct cap *cap = &invocation_extra(k, 0)->cap;
    if (cap->kind != CAP_TCB) {
        return refuse_argument(k, 1);
    }
    invocation_commit(k, in);
    sched_set_domain(k, cap->tcb, (uint8_t)domain);
    return OUTCOME_DONE;
}

enum outcome domain_schedule_configure(struct kernel *k, struct invocation *in)
{
    uint64_t index = invocation_arg(k, in, 0), domain = invocation_arg(k, in, 1);
    uint64_t duration = invocation_arg(k, in, 2);
    if (index >= MODEL_DOMAIN_SCHEDULES - 1) {
        return refuse_range(k, 0, MODEL_DOMAIN_SCHEDULES - 2);
    }
    if (domain >= MODEL_DOMAINS) {
        return refuse_range(k, 0, MODEL_DOMAINS - 1);
    }
    if (duration > model_mask(DURATION_BITS)) {
        return refuse_argument(k, 2);
    }
    if (duration == 0 && domain != 0) {
        return refuse_argument(k, 1);
    }
    if (index == k->domain_start && duration == 0) {
        return refuse_argument(k, 2);
    }
    invocation_commit(k, in);
    k->domains[index] = (struct domain_schedule){domain, duration};
    return OUTCOME_DONE;
}

enum outcome domain_schedule_set_start(struct kernel *k, struct invocation *in)
{
    uint64_t index = invocation_arg(k, in, 0);
    if (index >= MODEL_DOMAIN_SCHEDULES) {
        return refuse_range(k, 0, MODEL_DOMAIN_SCHEDULES - 1);
    }
    if (k->domains[index].duration == 0) {
        return refuse_argument(k, 0);
    }
    invocation_commit(k, in);
    k->domain_start = index;
    sched_reschedule(k);
    return OUTCOME_DONE;
}
