/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCB_ReadRegisters, TCB_WriteRegisters and TCB_CopyRegisters. Registers travel in the order of
 * seL4_UserContext, whose first part the kernel calls the frame.
 */
#include "host/sim/kernel/handlers.h"

#include "host/sim/kernel/arch.h"
#include "host/sim/kernel/sched.h"
#include "host/sim/kernel/tcb.h"

enum {
    READ_SUSPEND = 1 << 0,
    WRITE_RESUME = 1 << 0,
    COPY_SUSPEND = 1 << 0,
    COPY_RESUME = 1 << 1,
    COPY_FRAME = 1 << 2,
    COPY_INTEGER = 1 << 3,
};

/* The thread goes on with the registers as they are now. */
static void registers_replaced(struct kernel *k, struct tcb *thread)
{
    if (thread != k->current) {
        k->ops->registers_replaced(k->machine, thread->context);
    } else {
        sched_reschedule(k);
    }
}

enum outcome tcb_read_registers(struct kernel *k, struct invocation *in)
{
    struct tcb *thread = in->cap.tcb;
    uint64_t words[FACTS_REG_NONE];
    uint64_t count = invocation_arg(k, in, 1);
    if (count < 1 || count > k->facts.reg_count) {
        return refuse_range(k, 1, k->facts.reg_count);
    }
    if (thread == in->thread) {
        return refuse(k, REFUSAL_ILLEGAL_OPERATION);
    }
    bool suspend = invocation_arg(k, in, 0) & READ_SUSPEND;
    invocation_commit(k, in);
    if (suspend) {
        sched_suspend(k, thread);
    }
    for (unsigned i = 0; i < count; i++) {
        words[i] = tcb_reg_read(k, thread, i);
    }
    invocation_answer(k, in, words, (unsigned)count);
    return OUTCOME_DONE;
}

enum outcome tcb_write_registers(struct kernel *k, struct invocation *in)
{
    struct tcb *thread = in->cap.tcb;
    bool resume = invocation_arg(k, in, 0) & WRITE_RESUME;
    uint64_t count = invocation_arg(k, in, 1);
    if (in->length - 2 < count) {
        return refuse(k, REFUSAL_TRUNCATED);
    }
    if (thread == in->thread) {
        return refuse(k, REFUSAL_ILLEGAL_OPERATION);
    }
    invocation_commit(k, in);
    for (unsigned i = 0; i < k->facts.reg_count && i < count; i++) {
        uint64_t value = invocation_arg(k, in, i + 2);
        tcb_reg_write(k, thread, i, k->arch->sanitise(k, i, value));
    }
    tcb_set_next_ip(k, thread, thread->fault_ip);
    registers_replaced(k, thread);
    if (resume) {
        sched_restart(k, thread);
    }
    return OUTCOME_DONE;
}

static void copy_range(struct kernel *k, struct tcb *from, struct tcb *to, unsigned first,
                       unsigned end)
{
    for (unsigned i = first; i < end; i++) {
        tcb_reg_write(k, to, i, tcb_reg_read(k, from, i));
    }
}

enum outcome tcb_copy_registers(struct kernel *k, struct invocation *in)
{
    struct tcb *to = in->cap.tcb;
    const struct cap *source = &invocation_extra(k, 0)->cap;
    uint64_t flags = invocation_arg(k, in, 0);
    if (source->kind != CAP_TCB) {
        return refuse_capability(k, 1);
    }
    struct tcb *from = source->tcb;
    invocation_commit(k, in);
    if (flags & COPY_SUSPEND) {
        sched_suspend(k, from);
    }
    if (flags & COPY_RESUME) {
        sched_restart(k, to);
    }
    if (flags & COPY_FRAME) {
        copy_range(k, from, to, 0, k->abi->context_frame_count);
        tcb_set_next_ip(k, to, to->fault_ip);
    }
    if (flags & COPY_INTEGER) {
        copy_range(k, from, to, k->abi->context_frame_count, k->facts.reg_count);
    }
    registers_replaced(k, to);
    return OUTCOME_DONE;
}
