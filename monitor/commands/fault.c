/* SPDX-License-Identifier: BSD-2-Clause */
/* `fault`: what stopped a thread, in words, with its registers and its stack. */
#include "arch/lib/str.h"
#include "monitor/commands/commands.h"
#include "monitor/commands/debug_common.h"
#include "monitor/core/fault.h"

enum { STACK_WORDS = 8 };

static void emit_fault(struct command_call *call, struct gdb_id id,
                       const struct component_thread *thread)
{
    static const struct column columns[] = {
        {"thread", FIELD_NAME, 0},     {"cause", FIELD_NAME, 0},  {"pc", FIELD_ADDRESS, 0},
        {"address", FIELD_ADDRESS, 0}, {"words", FIELD_WORDS, 0}, {"text", FIELD_TEXT, 0},
    };
    static const struct record_type type = {"fault", columns, 6, RECORD_LIST};
    char name[DEBUG_NAME_BYTES], text[200];

    debug_common_name(id, name);
    (void)debug_shell_explain(id, text, sizeof text);
    const struct field fields[] = {
        {.text = name},
        {.text = fault_name(thread->fault.label)},
        {.word = thread->fault.ip},
        {.word = thread->fault.address, .absent = !thread->fault.has_address},
        {.words = thread->fault.words, .len = thread->fault.word_count},
        {.text = text},
    };
    record_emit(call->out, &type, fields);
}

static void emit_registers(struct command_call *call, const uint64_t *words)
{
    static const struct column columns[] = {{"register", FIELD_NAME, 10}, {"value", FIELD_WORD, 0}};
    static const struct record_type type = {"register", columns, 2, RECORD_TABLE};

    for (unsigned i = 0; i < arch_gdb->reg_count; i++) {
        const struct gdb_reg *reg = &arch_gdb->regs[i];
        uint64_t value = 0;
        if (reg->bank != GDB_BANK_CONTEXT || !reg->stored_bytes)
            continue;
        (void)gdb_arch_reg_get(reg, words, NULL, (uint8_t *)&value);
        const struct field fields[] = {{.text = reg->name}, {.word = value}};
        record_emit(call->out, &type, fields);
    }
}

static void emit_stack(struct command_call *call, uint32_t pid, uint64_t sp)
{
    static const struct column columns[] = {{"address", FIELD_ADDRESS, 0},
                                            {"words", FIELD_WORDS, 0}};
    static const struct record_type type = {"stack", columns, 2, RECORD_TABLE};
    uint64_t words[STACK_WORDS];
    size_t done;

    (void)debug_shell_read(pid, sp, words, sizeof words, &done);
    for (unsigned i = 0; i + 2 <= done / sizeof words[0]; i += 2) {
        const struct field fields[] = {{.word = sp + 8 * i}, {.words = words + i, .len = 2}};
        record_emit(call->out, &type, fields);
    }
}

static const struct component_thread *find_fault(const struct component *component)
{
    for (unsigned i = 0; i < LIMIT_COMPONENT_THREADS; i++)
        if (component->threads[i].tid && component->threads[i].has_fault)
            return &component->threads[i];
    return NULL;
}

static enum err run(struct command_call *call)
{
    uint64_t words[GDB_CONTEXT_WORDS_MAX];
    const struct component_thread *thread;
    struct component *component;
    struct gdb_id id;
    enum err e = debug_common_thread(call, 0, true, &id);

    if (!e)
        e = arg_end(call);
    if (e)
        return e;
    component = component_by_pid(id.pid);
    thread = id.tid ? component_thread_by_tid(component, id.tid) : find_fault(component);
    if (!thread || !thread->has_fault)
        return command_fail(call, ERR_NOT_FOUND, "thread", "nothing is wrong with %s",
                            call->args[0].text);
    id.tid = thread->tid;
    e = debug_shell_regs_read(id, words, NULL);
    if (e)
        return debug_common_fail(call, e, "reading its registers");
    emit_registers(call, words);
    emit_stack(call, id.pid, words[arch_gdb->sp_word]);
    emit_fault(call, id, thread);
    return ERR_OK;
}

const struct command command_fault = {
    .name = "fault",
    .usage = "fault COMPONENT[.NUMBER]",
    .summary = "Say what stopped a thread, with its registers and the top of its stack",
    .run = run,
    .complete = debug_common_offer,
    .group = GROUP_COMPONENTS,
};
