/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The debugger in the monitor: see debug.h. Events of components on their way to the engine, and
 * the stub on the line.
 */
#include "monitor/core/debug_core.h"

#include "arch/lib/str.h"
#include "monitor/core/component_table.h"

struct debug debug;

/* A raw line has 512 bytes at most in a packet: the kernel prints in between, and then less has to
 * come again. */
enum { PACKET_BYTES = 4096 };

_Static_assert((int)GDB_INFERIORS_MAX >= (int)LIMIT_COMPONENTS,
               "a debugger can have all components");
_Static_assert(sizeof(seL4_UserContext) <= GDB_CONTEXT_WORDS_MAX * sizeof(uint64_t), "fits");

void debug_init(seL4_CPtr fault_ep)
{
    gdbstub_init(&debug.stub, &(struct gdbstub_config){.arch = arch_gdb,
                                                       .ops = &debug_target_ops,
                                                       .target = &debug,
                                                       .packet_bytes = PACKET_BYTES});
    debug.engine = gdbstub_engine(&debug.stub);
    debug_break_prepare(fault_ep);
}

/* --- finding ---------------------------------------------------------------------------------- */

struct debug_component *debug_component(const struct component *component)
{
    return &debug.components[component_table_number(component)];
}

struct debug_thread *debug_thread(const struct component *component,
                                  const struct component_thread *thread)
{
    struct debug_thread *row = &debug_component(component)->threads[thread - component->threads];

    if (row->tid != thread->tid)
        *row = (struct debug_thread){.tid = thread->tid};
    return row;
}

enum err debug_find(struct gdb_id id, struct component **component,
                    struct component_thread **thread)
{
    *component = component_by_pid(id.pid);
    *thread = *component ? component_thread_by_tid(*component, id.tid) : NULL;
    return *thread ? ERR_OK : ERR_NOT_FOUND;
}

const struct engine_client *debug_client(const struct component *component)
{
    const struct engine_inferior *inferior = engine_inferior(debug.engine, component->pid);

    return inferior ? inferior->client : NULL;
}

/* --- events ----------------------------------------------------------------------------------- */

static void tell_fault(struct component *component, struct component_thread *thread)
{
    struct gdb_id id = {component->pid, thread->tid};
    struct gdb_stop stop;

    debug_thread_tell(component, thread, &stop);
    (void)gdbstub_event(&debug.stub, id, &stop);
}

static void tell_component(struct component *component)
{
    struct debug_component *state = debug_component(component);

    if (state->changed) {
        state->changed = false;
        for (unsigned i = 0; i < LIMIT_COMPONENT_THREADS; i++)
            if (component_is_debugged(&component->threads[i]))
                debug_break_arm(component, &component->threads[i]);
        gdbstub_threads_changed(&debug.stub, component->pid);
    }
    if (state->ended) {
        state->ended = false;
        debug_shell_exited(component);
        gdbstub_exited(&debug.stub, component->pid, component->exit_status, GDB_SIGNAL_NONE);
    }
    for (unsigned i = 0; i < LIMIT_COMPONENT_THREADS; i++)
        if (component->threads[i].tid && state->threads[i].waits)
            tell_fault(component, &component->threads[i]);
}

/* The engine may stop threads while it is told of one, and so find faults of others. */
static void tell_all(void)
{
    while (debug.something) {
        debug.something = false;
        for (unsigned i = 0; i < LIMIT_COMPONENTS; i++)
            if (component_at(i))
                tell_component(component_at(i));
    }
}

void debug_woke(void)
{
    debug_thread_forget_registers();
}

void debug_enter(void)
{
    debug.depth++;
}

void debug_leave(void)
{
    if (debug.depth == 1)
        tell_all();
    debug.depth--;
}

static void note_event(void)
{
    debug.something = true;
    if (debug.depth)
        return;
    debug_enter();
    debug_leave();
}

bool debug_fault(struct component *component, struct component_thread *thread)
{
    struct debug_thread *row = debug_thread(component, thread);

    if (!debug_client(component) && !row->injected)
        return false;
    row->waits = true;
    if (!row->injected)
        note_event();
    return true;
}

void debug_exited(struct component *component)
{
    debug_component(component)->ended = true;
    note_event();
}

void debug_threads_changed(struct component *component)
{
    debug_component(component)->changed = true;
    note_event();
}

void debug_forget(struct component *component)
{
    debug_enter();
    debug_shell_exited(component);
    gdbstub_exited(&debug.stub, component->pid, 0, GDB_SIGKILL);
    memset(debug_component(component), 0, sizeof *debug_component(component));
    debug_leave();
}

/* --- the operator's start and stop ------------------------------------------------------------ */

static enum err for_threads(struct component *component,
                            void (*fn)(struct engine *e, struct engine_thread *t))
{
    const struct engine_client *client = debug_client(component);

    if (client != &debug_shell_client)
        return client ? ERR_BUSY : ERR_UNSUPPORTED;
    debug_enter();
    for (struct engine_thread *t = NULL;
         (t = engine_thread_next(debug.engine, client, component->pid, t));)
        fn(debug.engine, t);
    debug_leave();
    return ERR_OK;
}

static void go(struct engine *e, struct engine_thread *t)
{
    engine_resume_past(e, t, ENGINE_CONTINUE, false);
}

enum err debug_start(struct component *component)
{
    return for_threads(component, go);
}

enum err debug_stop(struct component *component)
{
    return for_threads(component, engine_halt);
}

/* --- the line --------------------------------------------------------------------------------- */

size_t debug_feed(const uint8_t *bytes, size_t len_bytes)
{
    size_t used;

    debug_enter();
    used = gdbstub_feed(&debug.stub, bytes, len_bytes);
    debug_leave();
    return used;
}

size_t debug_take(uint8_t *to, size_t cap)
{
    return gdbstub_take(&debug.stub, to, cap);
}

void debug_poll(void)
{
    debug_enter();
    gdbstub_poll(&debug.stub);
    debug_gdb_poll();
    debug_shell_poll();
    debug_leave();
}

bool debug_busy(void)
{
    return debug.something || gdbstub_busy(&debug.stub);
}

void debug_disconnect(void)
{
    debug_enter();
    gdbstub_disconnect(&debug.stub);
    debug_leave();
}

bool debug_has_session(void)
{
    return debug.stub.session;
}
