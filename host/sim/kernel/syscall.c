/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Send, receive, reply and yield, and what a number means that is no system call.
 */
#include "host/sim/kernel/syscall.h"

#include "host/sim/kernel/cspace.h"
#include "host/sim/kernel/delete.h"
#include "host/sim/kernel/endpoint.h"
#include "host/sim/kernel/fault.h"
#include "host/sim/kernel/invoke.h"
#include "host/sim/kernel/ipc.h"
#include "host/sim/kernel/notification.h"
#include "host/sim/kernel/sched.h"
#include "host/sim/kernel/tcb.h"
#include "host/sim/kernel/trace.h"

/* The end of an invocation that the object did not answer itself. */
static void finish_invocation(struct kernel *k, struct invocation *in, enum outcome outcome)
{
    if (outcome == OUTCOME_REFUSED) {
        if (in->is_call) {
            ipc_answer_refusal(k, in->thread);
        }
        return;
    }
    if (in->thread->state == THREAD_RESTART) {
        if (in->is_call) {
            ipc_answer_words(k, in->thread, NULL, 0);
        }
        sched_set_state(k, in->thread, THREAD_RUNNING);
    }
}

static void handle_invocation(struct kernel *k, bool is_call, bool is_blocking)
{
    struct tcb *thread = k->current;
    struct invocation in = {.thread = thread, .is_call = is_call, .is_blocking = is_blocking};
    struct message_info info = ipc_info(k, tcb_reg_read(k, thread, k->facts.reg_info));
    in.cptr = tcb_reg_read(k, thread, k->facts.reg_cap);
    if (cspace_lookup(k, thread, in.cptr, &in.slot) != OUTCOME_DONE) {
        if (is_blocking) {
            fault_handle_cap(k, thread, in.cptr, false);
        }
        return;
    }
    in.buffer = tcb_ipc_buffer(k, thread, false);
    if (ipc_lookup_extra(k, thread, in.buffer, &info) != OUTCOME_DONE) {
        if (is_blocking) {
            fault_handle(k, thread);
        }
        return;
    }
    in.cap = in.slot->cap;
    in.label = info.label;
    in.method = sim_abi_method(k->abi, info.label);
    in.length = info.length;
    if (in.length > k->facts.hw_mrs && !in.buffer) {
        in.length = k->facts.hw_mrs;
    }
    trace_invocation(k, &in);
    enum outcome outcome = invoke(k, &in);
    trace_outcome(k, outcome);
    finish_invocation(k, &in, outcome);
}

static void handle_reply(struct kernel *k)
{
    struct slot *slot = &k->current->slots[TCB_CALLER];
    if (slot->cap.kind == CAP_REPLY && !slot->cap.master) {
        ipc_reply(k, k->current, slot->cap.tcb, slot, slot->cap.rights & RIGHT_GRANT);
    }
}

static void receive_fault(struct kernel *k, uint64_t cptr)
{
    k->lookup = (struct lookup_failure){.kind = LOOKUP_MISSING};
    fault_handle_cap(k, k->current, cptr, true);
}

static void handle_receive(struct kernel *k, bool is_blocking)
{
    struct tcb *thread = k->current;
    uint64_t cptr = tcb_reg_read(k, thread, k->facts.reg_cap);
    struct slot *slot;
    if (cspace_lookup(k, thread, cptr, &slot) != OUTCOME_DONE) {
        fault_handle_cap(k, thread, cptr, true);
        return;
    }
    struct cap cap = slot->cap;
    if (cap.kind == CAP_ENDPOINT && (cap.rights & RIGHT_READ)) {
        delete_one(k, &thread->slots[TCB_CALLER]);
        endpoint_receive(k, thread, &cap, is_blocking);
    } else if (cap.kind == CAP_NOTIFICATION && (cap.rights & RIGHT_READ) &&
               (!cap.notification->bound || cap.notification->bound == thread)) {
        notification_receive(k, thread, cap.notification, is_blocking);
    } else {
        receive_fault(k, cptr);
    }
}

static void handle_unknown(struct kernel *k, uint64_t number)
{
    k->fault = (struct fault){.kind = FAULT_UNKNOWN_SYSCALL, .number = number};
    trace_fault(k, &k->fault);
    fault_handle(k, k->current);
}

static bool handle_ipc(struct kernel *k, enum sim_syscall call)
{
    switch (call) {
    case SIM_SYS_Send:
        handle_invocation(k, false, true);
        return true;
    case SIM_SYS_NBSend:
        handle_invocation(k, false, false);
        return true;
    case SIM_SYS_Call:
        handle_invocation(k, true, true);
        return true;
    case SIM_SYS_Recv:
        handle_receive(k, true);
        return true;
    case SIM_SYS_NBRecv:
        handle_receive(k, false);
        return true;
    case SIM_SYS_Reply:
        handle_reply(k);
        return true;
    case SIM_SYS_ReplyRecv:
        handle_reply(k);
        handle_receive(k, true);
        return true;
    case SIM_SYS_Yield:
        sched_give_way(k);
        return true;
    default:
        return false;
    }
}

void syscall_handle(struct kernel *k)
{
    uint64_t number = tcb_reg_read(k, k->current, k->facts.reg_number);
    enum sim_syscall call = sim_abi_syscall(k->abi, (int64_t)number);
    if (k->trace && call != SIM_SYS_NONE) {
        uint64_t cptr = tcb_reg_read(k, k->current, k->facts.reg_cap);
        trace_syscall(k, sim_abi_syscall_name(call),
                      call == SIM_SYS_Yield || call == SIM_SYS_Reply ? NULL : &cptr);
    }
    if (!handle_ipc(k, call) && !debugcall_handle(k, call)) {
        handle_unknown(k, number);
    }
}
