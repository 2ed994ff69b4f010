/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel does not survive is refused here, with the reason, unless the command was
 * written with `!`. The table's rows say which methods halt always and which need a check; the
 * checks that this file knows let a call through, all others refuse it.
 */
#include "monitor/shell/invoke.h"
#include "monitor/shell/shell.h"
#include "arch/lib/str.h"

/* The reason not to make the call, NULL if there is none. */
typedef const char *(*check_fn)(struct command_call *call);

static uint64_t value_of(const struct invoke *invoke, const char *name)
{
    for (unsigned i = 0; i < invoke->method->param_count; i++) {
        if (strcmp(invoke->method->params[i].name, name) == 0)
            return invoke->values[i].word;
    }
    return 0;
}

static const char *check_is_tcb(struct command_call *call)
{
    const struct shell_env *env = call->shell->env;
    const struct invoke *invoke = &call->shell->invoke;
    const char *object = NULL;

    if (!env->identify || env->identify(env->context, invoke->frame.trap.cap, &object) != ERR_OK)
        return "the kind of this capability cannot be known here, and the kernel halts on one "
               "that is no TCB";
    return strcmp(object, "TCB") == 0 ? NULL : "the capability is no TCB, the kernel would halt";
}

static const char *check_name(struct command_call *call)
{
    const struct marshal_frame *frame = &call->shell->invoke.frame;
    size_t room = LIMIT_MESSAGE_WORDS * (api_identity.word_bits / 8u);

    if (frame->buffer && strlen(frame->buffer) + 1 > room)
        return "the name is too long, the kernel would halt";
    return check_is_tcb(call);
}

static const char *check_breakpoint(struct command_call *call)
{
    if (value_of(&call->shell->invoke, "bp_num") >= api_identity.hw_breakpoints)
        return "there is no breakpoint register of this number, the kernel may halt";
    return NULL;
}

/* Where watchpoints have numbers of their own, one that was never set cannot be read. */
static const char *check_breakpoint_set(struct command_call *call)
{
    bool apart = api_identity.hw_breakpoints > api_identity.breakpoints;
    uint64_t number = value_of(&call->shell->invoke, "bp_num");

    if (apart && number >= api_identity.breakpoints && number < api_identity.hw_breakpoints)
        return "reading a watchpoint that was never set halts the kernel";
    return check_breakpoint(call);
}

static const struct {
    const char *method;
    check_fn check;
} checks[] = {
    {"DebugNameThread", check_name},
    {"DebugGetThreadAffinity", check_is_tcb},
    {"TCB_SetBreakpoint", check_breakpoint},
    {"TCB_UnsetBreakpoint", check_breakpoint},
    {"TCB_GetBreakpoint", check_breakpoint_set},
};

/* A name of api_objects, "null", or "" if the kind cannot be known. */
static const char *kind_of(struct command_call *call, uint64_t cptr)
{
    const struct shell_env *env = call->shell->env;
    const char *kind = NULL;

    if (!env->identify || env->identify(env->context, cptr, &kind) != ERR_OK || !kind)
        return "";
    return kind;
}

static bool is_channel(const char *kind)
{
    static const char *const channels[] = {"Endpoint", "Notification", "Reply"};

    for (unsigned i = 0; i < sizeof(channels) / sizeof(channels[0]); i++) {
        if (strcmp(kind, channels[i]) == 0)
            return true;
    }
    return false;
}

/* To the kernel there is one way of calling: what an endpoint gets is a message, whatever it was
 * meant for, and what an object gets is an invocation, though none that anybody has checked. */
static const char *check_invoked(struct command_call *call)
{
    return is_channel(kind_of(call, call->shell->invoke.frame.trap.cap))
               ? "the capability is a channel, so the call would be a message to whoever waits "
                 "there, and not be done"
               : NULL;
}

static const char *check_sent_to(struct command_call *call)
{
    int dest = -1;
    const struct invoke *invoke = &call->shell->invoke;
    const char *kind;

    for (unsigned i = 0; i < invoke->method->param_count; i++)
        dest = strcmp(invoke->method->params[i].name, "dest") == 0 ? (int)i : dest;
    if (dest < 0)
        return NULL;
    kind = kind_of(call, invoke->values[dest].word);
    return kind[0] && strcmp(kind, "null") != 0 && !is_channel(kind)
               ? "the capability is no channel, so the message would be an invocation by its "
                 "label; call the method by its name"
               : NULL;
}

static const char *check_target(struct command_call *call)
{
    return call->shell->invoke.method->is_syscall ? check_sent_to(call) : check_invoked(call);
}

bool invoke_may_block(struct command_call *call)
{
    const struct api_method *method = call->shell->invoke.method;

    if (method->flags & API_BLOCKS)
        return true;
    return call->force && !method->is_syscall &&
           is_channel(kind_of(call, call->shell->invoke.frame.trap.cap));
}

static const char *reason_against(struct command_call *call)
{
    const struct invoke *invoke = &call->shell->invoke;
    const struct api_method *method = invoke->method;
    const struct shell_env *env = call->shell->env;
    const char *target;

    if (method->flags & API_HALTS)
        return method->danger;
    target = check_target(call);
    if (target)
        return target;
    if (method->flags & API_CHECK) {
        const char *reason = method->danger;
        for (unsigned i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
            if (strcmp(checks[i].method, method->name) == 0)
                reason = checks[i].check(call);
        }
        if (reason)
            return reason;
    }
    if (!env->danger)
        return NULL;
    return env->danger(env->context, method, &invoke->frame.trap, invoke->frame.words,
                       invoke->frame.caps);
}

enum err invoke_check(struct command_call *call)
{
    const char *reason = call->force ? NULL : reason_against(call);

    if (!reason)
        return ERR_OK;
    return command_fail(call, ERR_REFUSED, NULL,
                        "%s is refused: %s (with ! after the command it is "
                        "done all the same)",
                        call->shell->invoke.method->name, reason);
}
