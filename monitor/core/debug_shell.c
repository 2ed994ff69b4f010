/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The shell as a client of the debugging engine: see debug_shell.h. First what the engine tells, on
 * the supervisor's thread, then the orders.
 */
#include "monitor/core/debug_shell.h"

#include "arch/lib/str.h"
#include "monitor/core/console.h"
#include "monitor/core/debug_core.h"
#include "monitor/core/debug_shell_break.h"
#include "monitor/core/ipc.h"
#include "monitor/core/notice.h"
#include "monitor/core/request.h"

/* What the shell waits for. */
static struct {
    struct gdb_id id; /* pid 0: nothing; tid 0: any thread */
    struct debug_happening happening;
    /* A watchpoint that stopped before the access: its thread makes one step, then it is told. */
    struct gdb_id finishing;
    struct engine_report report;
} state;

/* --- what the engine tells -------------------------------------------------------------------- */

static bool is_waited_for(struct gdb_id id)
{
    return state.id.pid == id.pid && (state.id.tid == 0 || state.id.tid == id.tid) &&
           state.happening.event == DEBUG_EVENT_NONE;
}

static void say(const struct debug_happening *what, struct component *component)
{
    char text[LIMIT_NOTICE_BYTES];
    const struct component_thread *thread = component_thread_by_tid(component, what->id.tid);

    switch (what->event) {
    case DEBUG_EVENT_BREAK:
        notice_tell(what->id.pid, "thread %u stopped at breakpoint %u, 0x%llx", what->id.tid,
                    what->number, (unsigned long long)what->pc);
        return;
    case DEBUG_EVENT_WATCH:
        notice_tell(what->id.pid,
                    "thread %u stopped at 0x%llx by watchpoint %u: 0x%llx became 0x%llx",
                    what->id.tid, (unsigned long long)what->pc, what->number,
                    (unsigned long long)what->before, (unsigned long long)what->value);
        return;
    case DEBUG_EVENT_FAULT:
        if (thread) {
            debug_explain(component, thread, text, sizeof text);
            notice_tell(what->id.pid, "%s", text);
        }
        return;
    default:
        return; /* its end is told anyway */
    }
}

static void happened(const struct debug_happening *what)
{
    struct component *component = component_by_pid(what->id.pid);

    if (is_waited_for(what->id)) {
        state.happening = *what;
        ipc_signal(console.shell_debug);
    } else if (component) {
        say(what, component);
    }
}

/* Fills in the breakpoint or watchpoint; false: it is not one to stop for. */
static bool fill_break(struct engine_thread *t, struct debug_happening *what)
{
    const struct debug_shell_break *row;
    bool watch = t->report.reason >= ENGINE_REASON_WATCH_WRITE;

    row = debug_shell_break_hit(t, watch, t->report.address);
    what->event = watch ? DEBUG_EVENT_WATCH : DEBUG_EVENT_BREAK;
    what->address = t->report.address;
    if (!row)
        return !watch;
    what->number = row->tid ? 0 : row->number;
    what->value = row->value;
    what->before = row->before;
    if (row->tid)
        what->event = DEBUG_EVENT_STEP;
    return true;
}

/* The access comes first where a watchpoint stops before it. */
static bool begin_finishing(struct engine_thread *t)
{
    if (t->report.reason < ENGINE_REASON_WATCH_WRITE || !arch_break_registers.before)
        return false;
    state.finishing = t->id;
    state.report = t->report;
    engine_resume_past(debug.engine, t, ENGINE_STEP, true);
    return true;
}

static bool ends_finishing(struct engine_thread *t)
{
    bool ends = state.finishing.pid == t->id.pid && state.finishing.tid == t->id.tid;

    if (!ends)
        return false;
    state.finishing.pid = 0;
    if (t->report.reason != ENGINE_REASON_STEP)
        return false; /* something else happened */
    t->report = state.report;
    return true;
}

static void on_stopped(void *client, struct engine_thread *t)
{
    struct debug_happening what = {.id = t->id, .address = t->report.address};

    (void)client;
    if (!ends_finishing(t) && begin_finishing(t))
        return;
    (void)engine_pc_get(debug.engine, t, &what.pc);
    if (t->report.reason == ENGINE_REASON_SIGNAL) {
        what.event = DEBUG_EVENT_FAULT;
    } else if (t->report.reason == ENGINE_REASON_STEP) {
        what.event = DEBUG_EVENT_STEP;
    } else if (!fill_break(t, &what)) {
        engine_resume_past(debug.engine, t, (enum engine_action)t->action, false);
        return;
    }
    happened(&what);
}

/* Breakpoints of the shell have no bytecode that prints. */
static void on_print(void *client, const char *text, size_t len_bytes)
{
    (void)client, (void)text, (void)len_bytes;
}

static bool on_holds(void *client, const struct engine_break *b, struct engine_thread *t)
{
    (void)client;
    return debug_shell_break_holds(b, t);
}

const struct engine_client debug_shell_client = {
    .name = "shell", .holds = on_holds, .stopped = on_stopped, .print = on_print};

void debug_shell_exited(struct component *component)
{
    struct debug_happening what = {
        .event = component->state == COMPONENT_ENDED ? DEBUG_EVENT_EXIT : DEBUG_EVENT_GONE,
        .id = {component->pid, 0},
        .status = component->exit_status,
    };

    if (state.id.pid == component->pid && state.happening.event == DEBUG_EVENT_NONE) {
        state.happening = what;
        ipc_signal(console.shell_debug);
    }
    if (state.finishing.pid == component->pid)
        state.finishing.pid = 0;
    debug_shell_break_forget(component->pid);
    if (debug_client(component) == &debug_shell_client)
        engine_forget(debug.engine, component->pid);
}

/* --- taking and letting go -------------------------------------------------------------------- */

/* Takes a component without changing what its threads do. */
static enum err take(uint32_t pid)
{
    const struct component *component = component_by_pid(pid);
    bool ran[LIMIT_COMPONENT_THREADS];
    enum err e;

    if (!component)
        return ERR_NOT_FOUND;
    for (unsigned i = 0; i < LIMIT_COMPONENT_THREADS; i++)
        ran[i] = !component->threads[i].stopped && component->state == COMPONENT_ALIVE;
    e = engine_attach(debug.engine, pid, false, &debug_shell_client);
    if (e)
        return e == ERR_EXISTS ? ERR_OK : e;
    for (unsigned i = 0; i < LIMIT_COMPONENT_THREADS; i++) {
        struct gdb_id id = {pid, component->threads[i].tid};
        struct engine_thread *t = id.tid ? engine_thread(debug.engine, id) : NULL;
        if (t && ran[i])
            engine_resume(debug.engine, t, ENGINE_CONTINUE, 0, 0);
    }
    return ERR_OK;
}

static bool all_run(uint32_t pid)
{
    for (struct engine_thread *t = NULL; (t = engine_thread_next(debug.engine, NULL, pid, t));)
        if (t->run == ENGINE_STOPPED)
            return false;
    return true;
}

void debug_shell_poll(void)
{
    for (unsigned i = 0; i < GDB_INFERIORS_MAX; i++) {
        uint32_t pid = debug.engine->inferiors[i].pid;
        if (!pid || debug.engine->inferiors[i].client != &debug_shell_client)
            continue;
        if (state.id.pid == pid || debug_shell_break_any(pid) || !all_run(pid))
            continue;
        engine_detach(debug.engine, pid);
    }
}

/* --- orders, on the supervisor's thread ------------------------------------------------------- */

struct order {
    struct gdb_id id;
    enum engine_action action;
    uint64_t *words;
    const uint64_t *new_words;
    void *fp;
    const void *new_fp;
    void *to;
    uint64_t addr;
    size_t len, *done;
    const char *text;
    struct debug_shell_break *row;
    const char **why;
};

static enum err within(enum err (*fn)(struct order *), struct order *order)
{
    enum err e;

    debug_enter();
    e = fn(order);
    debug_leave();
    return e;
}

static enum err for_threads(struct gdb_id id,
                            void (*fn)(struct engine_thread *, enum engine_action),
                            enum engine_action action)
{
    struct engine_thread *next = NULL;
    bool any = false;

    for (struct engine_thread *t = engine_thread_next(debug.engine, NULL, id.pid, NULL); t;
         t = next) {
        next = engine_thread_next(debug.engine, NULL, id.pid, t);
        if (id.tid && t->id.tid != id.tid)
            continue;
        any = true;
        fn(t, action);
    }
    return any ? ERR_OK : ERR_NOT_FOUND;
}

static void halt_one(struct engine_thread *t, enum engine_action unused)
{
    (void)unused;
    engine_halt(debug.engine, t);
}

static void go_one(struct engine_thread *t, enum engine_action action)
{
    engine_halt(debug.engine, t);
    engine_resume_past(debug.engine, t, action, false);
}

static enum err do_halt(struct order *order)
{
    enum err e = take(order->id.pid);

    return e ? e : for_threads(order->id, halt_one, ENGINE_CONTINUE);
}

static enum err do_go(struct order *order)
{
    enum err e = take(order->id.pid);

    if (e)
        return e;
    state.id = order->id;
    state.happening = (struct debug_happening){.event = DEBUG_EVENT_NONE};
    e = for_threads(order->id, go_one, order->action);
    if (e)
        state.id.pid = 0;
    return e;
}

static enum err do_run_on(struct order *order)
{
    enum err e = take(order->id.pid);

    if (!e)
        e = for_threads(order->id, go_one, ENGINE_CONTINUE);
    debug_shell_poll();
    return e;
}

static enum err do_forget(struct order *order)
{
    (void)order;
    state.id.pid = 0;
    debug_shell_break_end_temporary();
    debug_shell_poll();
    return ERR_OK;
}

static enum err do_release(struct order *order)
{
    const struct component *component = component_by_pid(order->id.pid);

    if (!component || debug_client(component) != &debug_shell_client)
        return component && debug_client(component) ? ERR_BUSY : ERR_NOT_FOUND;
    debug_shell_break_forget(order->id.pid);
    engine_detach(debug.engine, order->id.pid);
    return ERR_OK;
}

static enum err do_regs_read(struct order *order)
{
    enum err e = debug_thread_regs_read(order->id, order->words);

    return e || !order->fp ? e : debug_fp_read(order->id, order->fp);
}

static enum err do_regs_write(struct order *order)
{
    struct engine_thread *t = engine_thread(debug.engine, order->id);
    enum err e = ERR_OK;

    if (order->new_words)
        e = debug_thread_regs_write(order->id, order->new_words);
    if (!e && t)
        t->event_present = false; /* a PC that is set anew makes an old event of no meaning */
    return e || !order->new_fp ? e : debug_fp_write(order->id, order->new_fp);
}

static enum err do_read(struct order *order)
{
    return engine_mem_read(debug.engine, order->id.pid, order->addr, order->to, order->len,
                           order->done);
}

static enum err do_break_set(struct order *order)
{
    enum err e = take(order->row->pid);

    return e ? e : debug_shell_break_add(order->row, order->why);
}

static enum err do_break_delete(struct order *order)
{
    enum err e = debug_shell_break_remove((uint32_t)order->addr);

    debug_shell_poll();
    return e;
}

static enum err do_explain(struct order *order)
{
    struct component *component;
    struct component_thread *thread;
    enum err e = debug_find(order->id, &component, &thread);

    if (!e && thread->has_fault)
        debug_explain(component, thread, order->to, order->len);
    return e;
}

/* --- orders, on the shell's thread ------------------------------------------------------------ */

#define ERRAND(name)                                                                               \
    static enum err errand_##name(void *order)                                                     \
    {                                                                                              \
        return within(do_##name, order);                                                           \
    }
ERRAND(halt)
ERRAND(go)
ERRAND(run_on)
ERRAND(forget)
ERRAND(release)
ERRAND(regs_read)
ERRAND(regs_write)
ERRAND(read)
ERRAND(break_set)
ERRAND(break_delete)
ERRAND(explain)

const char *debug_shell_holder(uint32_t pid)
{
    const struct component *component = component_by_pid(pid);
    const struct engine_client *client = component ? debug_client(component) : NULL;

    return client ? client->name : NULL;
}

enum err debug_shell_halt(struct gdb_id id)
{
    return request_run(errand_halt, &(struct order){.id = id});
}

enum err debug_shell_go(struct gdb_id id, enum engine_action action)
{
    console_forget(CONSOLE_DEBUG);
    return request_run(errand_go, &(struct order){.id = id, .action = action});
}

enum err debug_shell_run_on(struct gdb_id id)
{
    return request_run(errand_run_on, &(struct order){.id = id});
}

enum err debug_shell_wait(struct gdb_id id, struct debug_happening *out)
{
    struct order order = {.id = id};
    enum err e = ERR_OK;

    console_listen();
    while (state.happening.event == DEBUG_EVENT_NONE && !e) {
        console_flush();
        if (console_wait(CONSOLE_DEBUG | CONSOLE_INTERRUPT) & CONSOLE_INTERRUPT)
            e = ERR_INTERRUPTED;
    }
    if (e)
        (void)request_run(errand_halt, &order);
    *out = state.happening;
    (void)request_run(errand_forget, &order);
    return e;
}

enum err debug_shell_release(uint32_t pid)
{
    return request_run(errand_release, &(struct order){.id = {pid, 0}});
}

enum err debug_shell_regs_read(struct gdb_id id, uint64_t *words, void *fp)
{
    return request_run(errand_regs_read, &(struct order){.id = id, .words = words, .fp = fp});
}

enum err debug_shell_regs_write(struct gdb_id id, const uint64_t *words, const void *fp)
{
    return request_run(errand_regs_write,
                       &(struct order){.id = id, .new_words = words, .new_fp = fp});
}

enum err debug_shell_read(uint32_t pid, uint64_t addr, void *to, size_t len_bytes, size_t *done)
{
    *done = 0;
    return request_run(
        errand_read,
        &(struct order){.id = {pid, 0}, .addr = addr, .to = to, .len = len_bytes, .done = done});
}

static size_t code_read(void *context, uint64_t addr, void *to, size_t len_bytes)
{
    size_t done;

    (void)debug_shell_read(*(const uint32_t *)context, addr, to, len_bytes, &done);
    return done;
}

struct gdb_code debug_shell_code(uint32_t *pid)
{
    return (struct gdb_code){code_read, pid};
}

enum err debug_shell_break_set(struct debug_shell_break *row, const char **why)
{
    return request_run(errand_break_set, &(struct order){.row = row, .why = why});
}

enum err debug_shell_break_delete(uint32_t number)
{
    return request_run(errand_break_delete, &(struct order){.addr = number});
}

enum err debug_shell_explain(struct gdb_id id, char *to, size_t cap)
{
    to[0] = '\0';
    return request_run(errand_explain, &(struct order){.id = id, .to = to, .len = cap});
}
