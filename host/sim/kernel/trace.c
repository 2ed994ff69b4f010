/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text of the trace.
 */
#include "host/sim/kernel/trace.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "host/sim/kernel/fault.h"
#include "host/sim/kernel/ipc.h"

enum { WORDS_SHOWN = 8 };

static const char *const kind_names[CAP_KIND_COUNT] = {
    [CAP_NULL] = "empty slot",
    [CAP_UNTYPED] = "Untyped",
    [CAP_ENDPOINT] = "Endpoint",
    [CAP_NOTIFICATION] = "Notification",
    [CAP_REPLY] = "Reply",
    [CAP_CNODE] = "CNode",
    [CAP_TCB] = "TCB",
    [CAP_IRQ_CONTROL] = "IRQControl",
    [CAP_IRQ_HANDLER] = "IRQHandler",
    [CAP_ZOMBIE] = "zombie",
    [CAP_DOMAIN] = "DomainSet",
    [CAP_FRAME] = "Frame",
    [CAP_PAGE_TABLE] = "PageTable",
    [CAP_PAGE_DIRECTORY] = "PageDirectory",
    [CAP_PDPT] = "PDPT",
    [CAP_VSPACE] = "VSpace",
    [CAP_ASID_CONTROL] = "ASIDControl",
    [CAP_ASID_POOL] = "ASIDPool",
    [CAP_IO_PORT] = "IOPort",
    [CAP_IO_PORT_CONTROL] = "IOPortControl",
    [CAP_SGI_SIGNAL] = "SGISignal",
};

static const char *const refusal_names[REFUSAL_COUNT] = {
    [REFUSAL_NONE] = "ok",
    [REFUSAL_INVALID_ARGUMENT] = "InvalidArgument",
    [REFUSAL_INVALID_CAPABILITY] = "InvalidCapability",
    [REFUSAL_ILLEGAL_OPERATION] = "IllegalOperation",
    [REFUSAL_RANGE] = "RangeError",
    [REFUSAL_ALIGNMENT] = "AlignmentError",
    [REFUSAL_FAILED_LOOKUP] = "FailedLookup",
    [REFUSAL_TRUNCATED] = "TruncatedMessage",
    [REFUSAL_DELETE_FIRST] = "DeleteFirst",
    [REFUSAL_REVOKE_FIRST] = "RevokeFirst",
    [REFUSAL_NO_MEMORY] = "NotEnoughMemory",
};

__attribute__((format(printf, 2, 3))) static void add(struct kernel *k, const char *format, ...)
{
    va_list args;
    if (!k->trace || k->trace_used >= sizeof k->trace_text) {
        return;
    }
    va_start(args, format);
    int length = vsnprintf(k->trace_text + k->trace_used, sizeof k->trace_text - k->trace_used,
                           format, args);
    va_end(args);
    k->trace_used += length > 0 ? (size_t)length : 0;
}

void trace_begin(struct kernel *k, const struct cpu_event *event)
{
    k->trace_used = 0;
    if (event->kind == CPU_EVENT_INTERRUPT) {
        add(k, "interrupt %" PRIu64, event->number);
    } else if (event->kind != CPU_EVENT_TICK) {
        add(k, "%s: ", k->current->name);
    }
}

void trace_end(struct kernel *k)
{
    if (k->trace && k->trace_used > 0) {
        k->trace(k->trace_context, k->trace_text);
    }
    k->trace_used = 0;
}

void trace_syscall(struct kernel *k, const char *name, const uint64_t *cptr)
{
    add(k, "%s", name);
    if (cptr) {
        add(k, " 0x%" PRIx64, *cptr);
    }
}

void trace_invocation(struct kernel *k, const struct invocation *in)
{
    if (!k->trace) {
        return;
    }
    bool message = in->cap.kind == CAP_ENDPOINT || in->cap.kind == CAP_REPLY;
    add(k, " %s", kind_names[in->cap.kind]);
    if (message || in->method == SIM_METHOD_NONE) {
        add(k, " label 0x%" PRIx64 " (", in->label);
    } else {
        add(k, " %s(", sim_abi_method_name(in->method));
    }
    for (unsigned i = 0; i < in->length && i < WORDS_SHOWN; i++) {
        add(k, "%s0x%" PRIx64, i ? ", " : "", invocation_arg(k, in, i));
    }
    add(k, in->length > WORDS_SHOWN ? ", ...)" : ")");
    for (unsigned i = 0; invocation_extra(k, i); i++) {
        add(k, "%s%s", i ? ", " : " with ", kind_names[invocation_extra(k, i)->cap.kind]);
    }
}

void trace_outcome(struct kernel *k, enum outcome outcome)
{
    if (outcome == OUTCOME_REFUSED) {
        add(k, " = %s", refusal_names[k->refusal.kind]);
    } else if (outcome == OUTCOME_DONE) {
        add(k, " = ok");
    }
}

void trace_fault(struct kernel *k, const struct fault *fault)
{
    char text[96];
    if (k->trace) {
        fault_describe(fault, text, sizeof text);
        add(k, "%s%s", k->trace_used ? "" : " ", text);
    }
}
