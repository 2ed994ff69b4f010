/* SPDX-License-Identifier: BSD-2-Clause */
/* The shell's thread: see shell_thread.h. */
#include "monitor/core/shell_thread.h"

#include "arch/lib/fmt.h"
#include "arch/lib/str.h"
#include "monitor/core/call.h"
#include "monitor/core/console.h"
#include "monitor/core/debug_gdb.h"
#include "monitor/core/guard.h"
#include "monitor/core/fault.h"
#include "monitor/core/kinds.h"
#include "monitor/core/line_log.h"
#include "monitor/core/objects.h"
#include "monitor/core/recover.h"
#include "monitor/core/status.h"
#include "monitor/core/thread.h"
#include "monitor/core/worker.h"
#include "monitor/shell/shell.h"

/* So many beginnings without a byte read in between, and the shell's own state is given up. */
enum { RESTARTS_MAX = 3 };

/* A command that has asked for Ctrl-C so often is a long one. */
enum { POLLS_LONG = 10000 };

static struct shell shell;
static unsigned restarts, polls;

/* The thread that made the last call by name. */
static const struct thread *caller;

static void env_write(void *context, const char *text, size_t len_bytes)
{
    (void)context;
    console_write(text, len_bytes);
}

static void env_drain(void *context)
{
    (void)context;
    console_drain();
}

static bool env_interrupted(void *context)
{
    (void)context;
    if (++polls == POLLS_LONG)
        console_listen();
    return console.interrupted;
}

static enum err env_object_lookup(void *context, const char *name, uint64_t *cptr)
{
    const struct object *object = objects_find(name);

    (void)context;
    if (!object)
        return ERR_NOT_FOUND;
    *cptr = object->slot;
    return ERR_OK;
}

static const char *env_object_name(void *context, unsigned number)
{
    (void)context;
    for (unsigned i = 0; i < objects_end(); i++) {
        const struct object *object = objects_at(i);

        if (object && number-- == 0)
            return object->name;
    }
    return NULL;
}

static enum err env_call(void *context, struct api_trap *trap, uint64_t *words,
                         const uint64_t *caps, bool blocking)
{
    struct call call = {trap, words, caps};

    (void)context;
    if (blocking || call_is_workers(trap)) {
        caller = &threads[THREAD_WORKER];
        return worker_call(&call);
    }
    caller = thread_self();
    return call_run(&call);
}

static void env_fault(void *context, struct env_fault *fault)
{
    const struct thread_fault *from = &caller->fault;

    (void)context;
    *fault = (struct env_fault){.cause = fault_name(from->label),
                                .is_cap = from->label == seL4_Fault_CapFault,
                                .has_address = from->has_address,
                                .address = from->address,
                                .words = from->words,
                                .word_count = from->word_count};
}

static enum err env_identify(void *context, uint64_t cptr, const char **object)
{
    struct kind_answer answer;

    (void)context;
    if (!kinds_identify(cptr, &answer)) {
        *object = "null";
        return answer.told ? ERR_OK : ERR_UNSUPPORTED;
    }
    *object = kinds_name(answer.kind);
    return *object ? ERR_OK : ERR_UNSUPPORTED;
}

static enum err env_put_buffer(void *context, const char *text, size_t len_bytes)
{
    seL4_IPCBuffer *buffer = thread_self()->buffer;

    (void)context;
    if (len_bytes >= sizeof buffer->msg)
        return ERR_NO_SPACE;
    memcpy(buffer->msg, text, len_bytes);
    ((char *)buffer->msg)[len_bytes] = '\0';
    return ERR_OK;
}

static const char *env_danger(void *context, const struct api_method *method,
                              const struct api_trap *trap, const uint64_t *words,
                              const uint64_t *caps)
{
    (void)context;
    return guard_danger(method, trap, words, caps);
}

static void env_command_begin(void *context)
{
    (void)context;
    polls = 0;
    console.interrupted = false;
    console_forget(CONSOLE_INTERRUPT);
    console.so_far.total = 0;
    console.command_running = true;
}

static void env_so_far(void *context, uint64_t done, uint64_t total, const char *units)
{
    (void)context;
    console.so_far.units = units;
    console.so_far.done = done;
    console.so_far.total = total;
}

static void env_command_end(void *context)
{
    (void)context;
    console.command_running = false;
    console.listening = false;
    console.so_far.total = 0;
}

static const struct shell_env env = {
    .write = env_write,
    .drain = env_drain,
    .interrupted = env_interrupted,
    .object_lookup = env_object_lookup,
    .object_name = env_object_name,
    .call = env_call,
    .identify = env_identify,
    .put_buffer = env_put_buffer,
    .danger = env_danger,
    .fault = env_fault,
    .command_begin = env_command_begin,
    .command_end = env_command_end,
    .so_far = env_so_far,
};

static void tell_lost_input(void)
{
    char text[64];
    uint32_t lost = console.input_lost;

    if (lost == 0)
        return;
    console.input_lost = 0;
    fmt_print(text, sizeof text, "%u bytes typed during the command were lost", lost);
    shell_notice(&shell, text);
}

void shell_thread_show_notices(void)
{
    char line[LINE_LOG_BYTES];

    while (line_log_take_shell(line))
        shell_notice(&shell, line);
}

_Noreturn static void read_for_ever(void)
{
    for (;;) {
        unsigned came = console_await(CONSOLE_NOTICE | CONSOLE_DEBUG);

        if (came & CONSOLE_NOTICE)
            shell_thread_show_notices();
        if (came & CONSOLE_DEBUG)
            debug_gdb_serve(&shell);
        if (!(came & CONSOLE_INPUT))
            continue;
        restarts = 0;
        shell_input(&shell, console_read());
        tell_lost_input();
    }
}

void shell_thread_run(void *unused)
{
    (void)unused;
    shell_init(&shell, &env, command_list, command_count);
    status_greet(console_write);
    shell_start(&shell);
    read_for_ever();
}

void shell_thread_recover(void *reason)
{
    const struct thread_fault *why = &thread_self()->fault;
    struct shell_fault fault = {.error = (enum err)(uintptr_t)reason};
    struct recover_count count;

    console_reset_waits();
    line_log_reset_shell();
    console.command_running = false;
    (void)worker_restart();
    recover_sweep(true, &count);
    if (++restarts > RESTARTS_MAX)
        shell_init(&shell, &env, command_list, command_count);
    if (fault.error == ERR_FAULT) {
        fault.cause = fault_name(why->label);
        fault.has_pc = true;
        fault.pc = why->ip;
        fault.has_address = why->has_address;
        fault.address = why->address;
    }
    shell_recover(&shell, &fault);
    debug_gdb_recover();
    read_for_ever();
}
