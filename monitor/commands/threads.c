/* SPDX-License-Identifier: BSD-2-Clause */
/* `threads`: the threads of components, what each does and where it is. */
#include "monitor/commands/commands.h"
#include "monitor/commands/debug_common.h"
#include "monitor/core/fault.h"

static const char *state_of(const struct component *component,
                            const struct component_thread *thread)
{
    if (component->state == COMPONENT_LOADED)
        return "new";
    if (component->state == COMPONENT_ENDED)
        return "ended";
    if (thread->found)
        return "found";
    return thread->has_fault ? "fault" : thread->stopped ? "stopped" : "running";
}

static void emit(struct command_call *call, const struct component *component,
                 const struct component_thread *thread)
{
    static const struct column columns[] = {
        {"thread", FIELD_NAME, 16}, {"name", FIELD_NAME, 16},      {"state", FIELD_NAME, 8},
        {"pc", FIELD_ADDRESS, 0},   {"sp", FIELD_ADDRESS, 0},      {"debugger", FIELD_NAME, 8},
        {"fault", FIELD_NAME, 14},  {"address", FIELD_ADDRESS, 0},
    };
    static const struct record_type type = {"thread", columns, 8, RECORD_TABLE};
    struct gdb_id id = {component->pid, thread->tid};
    uint64_t words[GDB_CONTEXT_WORDS_MAX];
    char name[DEBUG_NAME_BYTES];
    bool known = debug_shell_regs_read(id, words, NULL) == ERR_OK;

    debug_common_name(id, name);
    const struct field fields[] = {
        {.text = name},
        {.text = thread->name},
        {.text = state_of(component, thread)},
        {.word = known ? words[arch_gdb->pc_word] : 0, .absent = !known},
        {.word = known ? words[arch_gdb->sp_word] : 0, .absent = !known},
        {.text = debug_shell_holder(component->pid)},
        {.text = thread->has_fault ? fault_name(thread->fault.label) : NULL},
        {.word = thread->fault.address, .absent = !thread->has_fault || !thread->fault.has_address},
    };
    record_emit(call->out, &type, fields);
}

static void emit_all(struct command_call *call, struct component *component)
{
    if (component->state != COMPONENT_ENDED)
        (void)component_find_threads(component); /* if the kernel helps */
    for (unsigned i = 0; i < LIMIT_COMPONENT_THREADS; i++)
        if (component->threads[i].tid)
            emit(call, component, &component->threads[i]);
}

static enum err run(struct command_call *call)
{
    struct component *only = NULL;
    enum err e = call->arg_count ? debug_common_component(call, 0, &only) : ERR_OK;

    if (!e)
        e = arg_end(call);
    for (unsigned i = 0; !e && i < LIMIT_COMPONENTS; i++) {
        struct component *component = component_at(i);
        if (component && (!only || component == only))
            emit_all(call, component);
    }
    return e;
}

const struct command command_threads = {
    .name = "threads",
    .usage = "threads [COMPONENT]",
    .summary = "List the threads of components, what they do and where they are",
    .help =
        "A thread is called COMPONENT.NUMBER; COMPONENT alone is its first. The list has the\n"
        "threads that the monitor made, those that told of themselves, as the runtime's do, and,\n"
        "on a kernel with debug calls, those whose capability lies in the component's own\n"
        "CNode: their state is 'found', and their faults go elsewhere, so nothing stops or\n"
        "steps them. There may be others: no kernel lists what a component made by itself.",
    .run = run,
    .complete = debug_common_offer,
    .group = GROUP_COMPONENTS,
};
