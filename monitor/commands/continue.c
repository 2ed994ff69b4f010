/* SPDX-License-Identifier: BSD-2-Clause */
/* `continue`, `until` and `detach`: letting threads run. */
#include "arch/lib/str.h"
#include "monitor/commands/commands.h"
#include "monitor/commands/debug_common.h"

static bool has_breaks(uint32_t pid)
{
    for (unsigned i = 0; i < DEBUG_SHELL_BREAKS; i++)
        if (debug_shell_break_at(i) && debug_shell_break_at(i)->pid == pid)
            return true;
    return false;
}

static enum err run_and_tell(struct command_call *call, struct gdb_id id)
{
    struct debug_happening what;
    enum err e = debug_common_run(call, id, ENGINE_CONTINUE, &what);

    if (!e)
        debug_common_emit(call, &what);
    return e;
}

static enum err run_continue(struct command_call *call)
{
    static const char *const choices[] = {"wait", "nowait", NULL};
    unsigned choice = 2;
    struct gdb_id id;
    enum err e = debug_common_thread(call, 0, true, &id);

    if (!e)
        e = arg_choice(call, 1, "how", choices, true, &choice);
    if (!e)
        e = arg_end(call);
    if (e)
        return e;
    if (choice == 0 || (choice == 2 && has_breaks(id.pid)))
        return run_and_tell(call, id);
    e = debug_shell_run_on(id);
    return e ? debug_common_fail(call, e, "going on") : ERR_OK;
}

static enum err run_until(struct command_call *call)
{
    struct debug_shell_break until = {.type = GDB_BREAK_SOFTWARE};
    const char *why = NULL;
    struct gdb_id id;
    enum err e = debug_common_thread(call, 0, false, &id);

    if (!e)
        e = arg_word(call, 1, "address", 0, UINT64_MAX, false, &until.addr);
    if (!e)
        e = arg_end(call);
    if (e)
        return e;
    until.pid = id.pid;
    until.tid = id.tid;
    e = debug_shell_break_set(&until, &why);
    if (e == ERR_FAULT)
        return command_fail(call, e, "address", "there is no code at 0x%llx",
                            (unsigned long long)until.addr);
    return e ? debug_common_fail(call, e, "stopping there") : run_and_tell(call, id);
}

static enum err run_detach(struct command_call *call)
{
    struct component *component;
    enum err e = debug_common_component(call, 0, &component);

    if (!e)
        e = arg_end(call);
    if (e)
        return e;
    e = debug_shell_release(component->pid);
    if (e == ERR_NOT_FOUND)
        return command_fail(call, e, "component", "the shell does not debug '%s'", component->name);
    return e ? debug_common_fail(call, e, "letting go") : ERR_OK;
}

const struct command command_continue = {
    .name = "continue",
    .usage = "continue COMPONENT[.NUMBER] [wait|nowait]",
    .summary = "Let a thread run on, or all threads of a component",
    .help = "Where the component has breakpoints of the shell, it waits until one is met or\n"
            "something else stops a thread; Ctrl-C stops the threads. Else they run on and the\n"
            "prompt comes back; what happens later is told when it happens.",
    .run = run_continue,
    .complete = debug_common_offer,
    .group = GROUP_COMPONENTS,
};

const struct command command_until = {
    .name = "until",
    .usage = "until THREAD ADDRESS",
    .summary = "Let a thread run until it comes to an address",
    .run = run_until,
    .complete = debug_common_offer,
    .group = GROUP_COMPONENTS,
};

const struct command command_detach = {
    .name = "detach",
    .usage = "detach COMPONENT",
    .summary = "Let go of a component: the shell's breakpoints go, its threads run",
    .help = "Afterwards gdb can have it.",
    .run = run_detach,
    .complete = debug_common_offer,
    .group = GROUP_COMPONENTS,
};
