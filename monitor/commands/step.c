/* SPDX-License-Identifier: BSD-2-Clause */
/* `step` and `next`: one instruction after the other, into calls or over them. */
#include "monitor/commands/commands.h"
#include "monitor/commands/debug_common.h"

enum { STEPS_MAX = 1 << 20 };

static bool is_step(const struct debug_happening *what)
{
    return what->event == DEBUG_EVENT_STEP;
}

/* After a step into a function: until it has come back. */
static enum err finish_call(struct command_call *call, struct gdb_id id, uint64_t back, uint64_t sp,
                            struct debug_happening *what)
{
    struct debug_shell_break until = {.pid = id.pid, .addr = back, .tid = id.tid, .sp = sp};
    const char *why = NULL;
    enum err e = debug_shell_break_set(&until, &why);

    if (e)
        return debug_common_fail(call, e, "stopping after the call");
    return debug_common_run(call, id, ENGINE_CONTINUE, what);
}

static enum err step_over(struct command_call *call, struct gdb_id id, enum engine_action action,
                          struct debug_happening *what)
{
    uint64_t before[GDB_CONTEXT_WORDS_MAX], after[GDB_CONTEXT_WORDS_MAX], back;
    struct gdb_code code = debug_shell_code(&id.pid);
    enum err e = debug_common_halted(call, id, before);

    if (!e)
        e = debug_common_run(call, id, action, what);
    if (e || !is_step(what))
        return e;
    e = debug_shell_regs_read(id, after, NULL);
    if (e)
        return debug_common_fail(call, e, "reading its registers");
    if (!arch_step_was_call(before, after, &code, &back))
        return ERR_OK;
    return finish_call(call, id, back, before[arch_gdb->sp_word], what);
}

static enum err run(struct command_call *call, bool over)
{
    static const char *const ways[] = {"any", "software", NULL};
    struct debug_happening what = {.event = DEBUG_EVENT_STEP};
    enum engine_action action = ENGINE_STEP;
    unsigned way = 0;
    struct gdb_id id;
    uint64_t count = 1;
    enum err e = debug_common_thread(call, 0, false, &id);

    if (!e)
        e = arg_word(call, 1, "count", 1, STEPS_MAX, true, &count);
    if (!e)
        e = arg_choice(call, 2, "way", ways, true, &way);
    if (!e)
        e = arg_end(call);
    if (way)
        action = ENGINE_STEP_SOFTWARE;
    for (uint64_t done = 0; done < count && !e && is_step(&what); done++) {
        if (command_interrupted(call))
            return ERR_INTERRUPTED;
        command_so_far(call, done, count, "steps");
        e = over ? step_over(call, id, action, &what) : debug_common_run(call, id, action, &what);
    }
    if (!e)
        debug_common_emit(call, &what);
    return e;
}

static enum err run_step(struct command_call *call)
{
    return run(call, false);
}

static enum err run_next(struct command_call *call)
{
    return run(call, true);
}

const struct command command_step = {
    .name = "step",
    .usage = "step THREAD [COUNT [any|software]]",
    .summary = "Let a thread run one instruction, or COUNT of them",
    .help =
        "THREAD is COMPONENT.NUMBER, or COMPONENT for its first thread. It is stopped first if\n"
        "it runs; the component's other threads do what they did. Ctrl-C ends it.\n"
        "The kernel steps where it can, and elsewhere, or with `software`, breakpoints are\n"
        "planted wherever the instruction can lead.",
    .run = run_step,
    .complete = debug_common_offer,
    .group = GROUP_COMPONENTS,
};

const struct command command_next = {
    .name = "next",
    .usage = "next THREAD [COUNT [any|software]]",
    .summary = "Step, but let a function that is called run to its end",
    .run = run_next,
    .complete = debug_common_offer,
    .group = GROUP_COMPONENTS,
};
