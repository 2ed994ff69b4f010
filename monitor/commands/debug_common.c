/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the commands over threads: see debug_common.h. */
#include "monitor/commands/debug_common.h"

#include "arch/lib/str.h"
#include "monitor/commands/common.h"
#include "monitor/shell/expr.h"

/* --- names ------------------------------------------------------------------------------------ */

static enum err find_component(struct command_call *call, const char *name, struct component **out)
{
    *out = component_by_name(name);
    if (*out)
        return ERR_OK;
    return command_fail(call, ERR_NOT_FOUND, "thread", "there is no component '%s'", name);
}

static enum err find_thread(struct command_call *call, const struct component *component,
                            const char *number, struct gdb_id *out)
{
    uint64_t tid;
    size_t len;

    if (expr_number(number, &tid, &len) != ERR_OK || number[len] || tid == 0 || tid > UINT32_MAX)
        return command_fail(call, ERR_SYNTAX, "thread", "'%s' is no number of a thread", number);
    if (!component_thread_by_tid((struct component *)component, (uint32_t)tid))
        return command_fail(call, ERR_NOT_FOUND, "thread", "'%s' has no thread %s", component->name,
                            number);
    *out = (struct gdb_id){component->pid, (uint32_t)tid};
    return ERR_OK;
}

static uint32_t first_tid(const struct component *component)
{
    uint32_t first = 0;

    for (unsigned i = 0; i < LIMIT_COMPONENT_THREADS; i++) {
        uint32_t tid = component->threads[i].tid;
        if (tid && (!first || tid < first))
            first = tid;
    }
    return first;
}

enum err debug_common_thread(struct command_call *call, unsigned index, bool all,
                             struct gdb_id *out)
{
    char name[PACKAGE_NAME_BYTES];
    struct component *component;
    const char *text, *dot;
    enum err e = arg_text(call, index, "thread", false, &text);
    size_t len;

    if (e)
        return e;
    dot = strchr(text, '.');
    len = dot ? (size_t)(dot - text) : strlen(text);
    if (len >= sizeof name)
        return command_fail(call, ERR_NOT_FOUND, "thread", "there is no component '%s'", text);
    memcpy(name, text, len);
    name[len] = '\0';
    e = find_component(call, name, &component);
    if (e)
        return e;
    if (dot)
        return find_thread(call, component, dot + 1, out);
    *out = (struct gdb_id){component->pid, all ? 0 : first_tid(component)};
    return ERR_OK;
}

enum err debug_common_component(struct command_call *call, unsigned index, struct component **out)
{
    const char *name;
    enum err e = arg_text(call, index, "component", false, &name);

    return e ? e : find_component(call, name, out);
}

void debug_common_name(struct gdb_id id, char to[DEBUG_NAME_BYTES])
{
    const struct component *component = component_by_pid(id.pid);

    fmt_print(to, DEBUG_NAME_BYTES, id.tid ? "%s.%u" : "%s", component ? component->name : "?",
              id.tid);
}

void debug_common_offer(struct shell *shell, unsigned index, const char *prefix,
                        command_offer offer, void *context)
{
    char name[DEBUG_NAME_BYTES];

    (void)shell;
    for (unsigned i = 0; index == 0 && i < LIMIT_COMPONENTS; i++) {
        const struct component *component = component_at(i);
        if (!component)
            continue;
        offer(context, component->name);
        for (unsigned t = 0; strchr(prefix, '.') && t < LIMIT_COMPONENT_THREADS; t++) {
            if (!component->threads[t].tid)
                continue;
            debug_common_name((struct gdb_id){component->pid, component->threads[t].tid}, name);
            offer(context, name);
        }
    }
}

/* --- errors ----------------------------------------------------------------------------------- */

enum err debug_common_fail(struct command_call *call, enum err e, const char *doing)
{
    if (e == ERR_INTERRUPTED)
        return e;
    if (e == ERR_BUSY)
        return command_fail(call, e, "thread", "gdb has this component; it lets go with `detach`");
    if (e == ERR_REFUSED)
        return command_fail(call, e, "thread", "the component has ended");
    if (e == ERR_NOT_FOUND)
        return command_fail(call, e, "thread",
                            "the component did not tell of this thread, or it is gone: "
                            "its faults go elsewhere, so nothing can stop it");
    return common_fail(call, e, "thread", doing);
}

/* --- what happened ---------------------------------------------------------------------------- */

static const char *const events[] = {
    [DEBUG_EVENT_NONE] = "interrupted", [DEBUG_EVENT_STEP] = "step",
    [DEBUG_EVENT_BREAK] = "breakpoint", [DEBUG_EVENT_WATCH] = "watchpoint",
    [DEBUG_EVENT_FAULT] = "fault",      [DEBUG_EVENT_EXIT] = "exit",
    [DEBUG_EVENT_GONE] = "gone",
};

static void say(const struct debug_happening *what, const char *name, char *to, size_t cap)
{
    unsigned long long pc = what->pc;

    if (what->event == DEBUG_EVENT_EXIT)
        fmt_print(to, cap, "%s ended with status %u", name, what->status);
    else if (what->event == DEBUG_EVENT_GONE)
        fmt_print(to, cap, "%s was taken away", name);
    else if (what->event == DEBUG_EVENT_BREAK && what->number)
        fmt_print(to, cap, "%s is at breakpoint %u, 0x%llx", name, what->number, pc);
    else if (what->event == DEBUG_EVENT_WATCH)
        fmt_print(to, cap, "%s is at 0x%llx, after watchpoint %u: 0x%llx became 0x%llx", name, pc,
                  what->number, (unsigned long long)what->before, (unsigned long long)what->value);
    else if (what->event == DEBUG_EVENT_NONE)
        fmt_print(to, cap, "%s is stopped", name);
    else
        fmt_print(to, cap, "%s is at 0x%llx", name, pc);
}

void debug_common_emit(struct command_call *call, const struct debug_happening *what)
{
    static const struct column columns[] = {
        {"thread", FIELD_NAME, 0},  {"event", FIELD_NAME, 0},   {"pc", FIELD_ADDRESS, 0},
        {"number", FIELD_COUNT, 0}, {"address", FIELD_WORD, 0}, {"before", FIELD_WORD, 0},
        {"value", FIELD_WORD, 0},   {"status", FIELD_COUNT, 0}, {"text", FIELD_TEXT, 0},
    };
    static const struct record_type type = {"stop", columns, 9, RECORD_MESSAGE};
    char name[DEBUG_NAME_BYTES], text[200];
    bool over = what->event == DEBUG_EVENT_EXIT || what->event == DEBUG_EVENT_GONE;
    bool watch = what->event == DEBUG_EVENT_WATCH;

    debug_common_name(what->id, name);
    say(what, name, text, sizeof text);
    if (what->event == DEBUG_EVENT_FAULT)
        (void)debug_shell_explain(what->id, text, sizeof text);
    const struct field fields[] = {
        {.text = name},
        {.text = events[what->event]},
        {.word = what->pc, .absent = over || !what->pc},
        {.word = what->number, .absent = what->number == 0},
        {.word = what->address, .absent = !watch},
        {.word = what->before, .absent = !watch},
        {.word = what->value, .absent = !watch},
        {.word = what->status, .absent = what->event != DEBUG_EVENT_EXIT},
        {.text = text},
    };
    record_emit(call->out, &type, fields);
}

enum err debug_common_run(struct command_call *call, struct gdb_id id, enum engine_action action,
                          struct debug_happening *out)
{
    enum err e = debug_shell_go(id, action);

    if (e)
        return debug_common_fail(call, e, "going on");
    e = debug_shell_wait(id, out);
    if (e == ERR_INTERRUPTED) {
        uint64_t words[GDB_CONTEXT_WORDS_MAX];
        out->id = id;
        if (id.tid && debug_shell_regs_read(id, words, NULL) == ERR_OK)
            out->pc = words[arch_gdb->pc_word];
        debug_common_emit(call, out);
    }
    return e;
}

enum err debug_common_halted(struct command_call *call, struct gdb_id id, uint64_t *words)
{
    enum err e = debug_shell_halt(id);

    if (!e)
        e = debug_shell_regs_read(id, words, NULL);
    return e ? debug_common_fail(call, e, "reading its registers") : ERR_OK;
}
