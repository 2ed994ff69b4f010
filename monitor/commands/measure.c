/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `measure`: the same null invocation again and again, by name or by its generated stub, for
 * scripts/bench, which times it from outside (the target has no clock that every board lets it
 * read). By name is what `call` does between resolved words and result: packing, checks of the
 * trap, the trap itself, unpacking.
 */
#include "monitor/commands/commands.h"

#include <sel4/sel4.h>

#include "monitor/shell/invoke.h"
#include "monitor/shell/method.h"
#include "monitor/shell/shell.h"

enum { INTERVAL = 1024 }; /* calls between two looks for Ctrl-C */

static uint64_t call_by_name(struct command_call *call)
{
    struct invoke *invoke = &call->shell->invoke;

    if (marshal_pack(invoke->method, invoke->values, &invoke->frame) || invoke_run(call))
        return seL4_InvalidArgument;
    marshal_unpack(invoke->method, &invoke->frame, invoke->results);
    return marshal_info_label(invoke->frame.trap.info);
}

static uint64_t call_stub(struct command_call *call)
{
    const struct marshal_value *values = call->shell->invoke.values;

    return seL4_TCB_SetTLSBase((seL4_CPtr)values[0].word, (seL4_Word)values[1].word);
}

static enum err repeat(struct command_call *call, uint64_t (*one)(struct command_call *),
                       uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        if (one(call) != seL4_NoError)
            return command_fail(call, ERR_KERNEL, "tcb", "the kernel refused call %llu",
                                (unsigned long long)i + 1);
        if (i % INTERVAL)
            continue;
        command_so_far(call, i, count, "calls");
        if (command_interrupted(call))
            return command_fail(call, ERR_INTERRUPTED, NULL, "interrupted");
    }
    return ERR_OK;
}

/* Binds and checks as `call` does, once. */
static enum err prepare(struct command_call *call)
{
    struct invoke *invoke = &call->shell->invoke;
    const struct api_method *method;
    enum err e = method_find_whole("TCB_SetTLSBase", &method);

    if (!e)
        e = invoke_bind(call, method, 2);
    if (!e)
        e = marshal_pack(method, invoke->values, &invoke->frame);
    return e ? e : invoke_check(call);
}

static enum err run(struct command_call *call)
{
    static const char *const ways[] = {"name", "stub", NULL};
    static uint64_t (*const functions[])(struct command_call *) = {call_by_name, call_stub};
    static const struct column columns[] = {{"way", FIELD_NAME, 0}, {"calls", FIELD_COUNT, 0}};
    static const struct record_type type = {"measure", columns, 2, RECORD_LIST};
    uint64_t count = 0;
    unsigned way = 0;
    enum err e = arg_choice(call, 0, "way", ways, false, &way);

    if (!e)
        e = arg_word(call, 1, "count", 1, 100000000, false, &count);
    if (!e)
        e = prepare(call);
    if (!e)
        e = repeat(call, functions[way], count);
    if (e)
        return e;
    const struct field fields[] = {{.text = ways[way]}, {.word = count}};
    record_emit(call->out, &type, fields);
    return ERR_OK;
}

const struct command command_measure = {
    .name = "measure",
    .usage = "measure name|stub COUNT TCB ADDRESS",
    .summary = "Repeat TCB_SetTLSBase, by name or by its stub, to be timed",
    .help = "scripts/bench measures what a call by name costs beside the generated stub. TCB is a\n"
            "thread of yours that does not run: new TCB t; measure name 100000 $t 0",
    .run = run,
    .group = GROUP_API,
};
