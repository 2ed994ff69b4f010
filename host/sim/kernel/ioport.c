/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Invocations of I/O port control and I/O ports. User code reaches ports by these calls alone: the
 * plain kernel never opens them to `in` and `out`.
 */
#include "host/sim/kernel/ioport.h"

#include "host/sim/kernel/cspace.h"
#include "host/sim/kernel/handlers.h"
#include "host/sim/kernel/mdb.h"

static bool range_is_free(const struct kernel *k, unsigned first, unsigned last)
{
    for (unsigned port = first; port <= last; port++) {
        if (k->ports[port / 64] & model_bit(port % 64)) {
            return false;
        }
    }
    return true;
}

static void set_range(struct kernel *k, unsigned first, unsigned last, bool taken)
{
    for (unsigned port = first; port <= last; port++) {
        uint64_t bit = model_bit(port % 64);
        k->ports[port / 64] = taken ? k->ports[port / 64] | bit : k->ports[port / 64] & ~bit;
    }
}

void ioport_free(struct kernel *k, unsigned first, unsigned last)
{
    set_range(k, first, last, false);
}

bool kernel_port_allowed(struct kernel *k, uint16_t port)
{
    (void)k;
    (void)port;
    return false;
}

enum outcome ioport_issue(struct kernel *k, struct invocation *in)
{
    unsigned first = (uint16_t)invocation_arg(k, in, 0), last = (uint16_t)invocation_arg(k, in, 1);
    struct cap cap = {.kind = CAP_IO_PORT, .number = first | last << 16};
    struct slot *to;
    if (last < first) {
        return refuse_argument(k, 1);
    }
    if (!range_is_free(k, first, last)) {
        return refuse(k, REFUSAL_REVOKE_FIRST);
    }
    enum outcome outcome =
        cspace_lookup_slot(k, false, &invocation_extra(k, 0)->cap, invocation_arg(k, in, 2),
                           invocation_arg(k, in, 3), &to);
    if (outcome == OUTCOME_DONE) {
        outcome = mdb_check_empty(k, to);
    }
    if (outcome == OUTCOME_DONE) {
        invocation_commit(k, in);
        set_range(k, first, last, true);
        mdb_insert(k, &cap, in->slot, to);
    }
    return outcome;
}

static unsigned width_of(enum sim_method method)
{
    switch (method) {
    case SIM_METHOD_X86_IOPort_In8:
    case SIM_METHOD_X86_IOPort_Out8:
        return 1;
    case SIM_METHOD_X86_IOPort_In16:
    case SIM_METHOD_X86_IOPort_Out16:
        return 2;
    default:
        return 4;
    }
}

static enum outcome check_port(struct kernel *k, struct invocation *in, unsigned *port,
                               unsigned *width)
{
    *port = (uint16_t)invocation_arg(k, in, 0);
    *width = width_of(in->method);
    if (*port < (in->cap.number & 0xffff) || *port + *width - 1 > in->cap.number >> 16) {
        return refuse(k, REFUSAL_ILLEGAL_OPERATION);
    }
    return OUTCOME_DONE;
}

enum outcome ioport_in(struct kernel *k, struct invocation *in)
{
    unsigned port, width;
    enum outcome outcome = check_port(k, in, &port, &width);
    if (outcome == OUTCOME_DONE) {
        invocation_commit(k, in);
        uint64_t value = k->ops->port_in(k->machine, (uint16_t)port, width);
        invocation_answer(k, in, &value, 1);
    }
    return outcome;
}

enum outcome ioport_out(struct kernel *k, struct invocation *in)
{
    unsigned port, width;
    enum outcome outcome = check_port(k, in, &port, &width);
    if (outcome == OUTCOME_DONE) {
        invocation_commit(k, in);
        uint64_t value = invocation_arg(k, in, 1) & model_mask(8 * width);
        k->ops->port_out(k->machine, (uint16_t)port, width, (uint32_t)value);
    }
    return outcome;
}
