/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Telling gdb that something stopped: in all-stop mode one stop reply for the packet that resumed,
 * everything else being halted first; in non-stop mode a notification, and one reply for each
 * vStopped (gdb manual, "Notification Packets").
 */
#include "gdbstub/stub.h"

static void on_stopped(void *client, struct engine_thread *t)
{
    struct gdbstub *s = client;

    t->report_due = true;
    if (s->non_stop || !s->running)
        return;
    s->running = false;
    s->due = STUB_DUE_THREAD;
    s->due_id = t->id;
    stops_halt_all(s);
}

static void on_print(void *client, const char *text, size_t len_bytes)
{
    (void)gdbstub_print(client, text, len_bytes); /* what has no room is lost, as on any console */
}

void stops_init_client(struct gdbstub *s)
{
    s->client = (struct engine_client){
        .name = "gdb", .context = s, .stopped = on_stopped, .print = on_print};
}

void stops_halt_all(struct gdbstub *s)
{
    struct engine *e = &s->engine;

    for (unsigned i = 0; i < GDB_INFERIORS_MAX; i++)
        if (stub_pid_at(s, i))
            engine_sync(e, stub_pid_at(s, i));
    for (struct engine_thread *t = NULL; (t = stub_thread_next(s, 0, t));)
        engine_halt(e, t);
}

/* --- stop replies ----------------------------------------------------------------------------- */

static const char *const reason_words[] = {
    [ENGINE_REASON_SIGNAL] = "",
    [ENGINE_REASON_STEP] = "",
    [ENGINE_REASON_BREAK_SOFTWARE] = "swbreak:;",
    [ENGINE_REASON_BREAK_HARDWARE] = "hwbreak:;",
    [ENGINE_REASON_WATCH_WRITE] = "watch:",
    [ENGINE_REASON_WATCH_READ] = "rwatch:",
    [ENGINE_REASON_WATCH_ACCESS] = "awatch:",
};

/* Signal, reason and thread. */
static void why_add(struct gdbstub *s, struct engine_thread *t)
{
    struct packet_tx *tx = &s->tx;
    uint8_t signal = t->report.signal;

    packet_add_text(tx, "T");
    packet_add_hex(tx, &signal, 1);
    packet_add_text(tx, reason_words[t->report.reason]);
    if (t->report.reason >= ENGINE_REASON_WATCH_WRITE) {
        packet_add_number(tx, t->report.address);
        packet_add_text(tx, ";");
    }
    packet_add_text(tx, "thread:");
    threads_add_id(s, t->id);
    packet_add_text(tx, ";");
}

void stops_add_thread(struct gdbstub *s, struct engine_thread *t)
{
    bool stepped = proxy_add_stepped(s, t);

    t->report_due = false;
    if (!stepped)
        why_add(s, t);
    registers_add_expedited(s, t);
    proxy_add_same(s, t->id, stepped);
    if (!s->non_stop)
        s->general = s->control = t->id;
}

void stops_add_exit(struct gdbstub *s, struct stub_exit *exit)
{
    uint8_t code = exit->signal ? exit->signal : exit->status;

    packet_add_text(&s->tx, exit->signal ? "X" : "W");
    packet_add_hex(&s->tx, &code, 1);
    if (s->multiprocess) {
        packet_add_text(&s->tx, ";process:");
        packet_add_number(&s->tx, exit->pid);
    }
    exit->pid = 0;
}

struct engine_thread *stops_pick(struct gdbstub *s, uint32_t pid)
{
    struct engine_thread *first = stub_thread_next(s, pid, NULL);

    for (struct engine_thread *t = NULL; (t = stub_thread_next(s, pid, t));) {
        if (!t->event_present || t->event.kind != GDB_STOP_SIGNAL)
            continue;
        /* It had stopped before anybody looked: a fault. */
        t->event_present = false;
        t->report =
            (struct engine_report){.reason = ENGINE_REASON_SIGNAL, .signal = t->event.signal};
        return t;
    }
    if (first && first->report.signal == GDB_SIGNAL_NONE)
        first->report =
            (struct engine_report){.reason = ENGINE_REASON_SIGNAL, .signal = GDB_SIGTRAP};
    return first;
}

/* --- Ctrl-C ----------------------------------------------------------------------------------- */

static void interrupt_non_stop(struct gdbstub *s)
{
    struct engine *e = &s->engine;

    for (struct engine_thread *t = NULL; (t = stub_thread_next(s, 0, t));) {
        if (t->run == ENGINE_STOPPED)
            continue;
        engine_halt(e, t);
        t->report.signal = GDB_SIGINT;
        t->report_due = true;
    }
}

void stops_interrupt(struct gdbstub *s)
{
    struct engine_thread *t;
    bool shell = s->console.active || s->life.kind;

    if (shell && s->config.ops->console_interrupt)
        s->config.ops->console_interrupt(s->config.target);
    if (s->non_stop)
        interrupt_non_stop(s);
    else if (!s->running)
        s->interrupt_queued = !shell;
    if (s->non_stop || !s->running)
        return;
    stops_halt_all(s);
    s->running = s->interrupt_queued = false;
    t = threads_general(s);
    s->due = t ? STUB_DUE_THREAD : STUB_DUE_NONE_RESUMED;
    if (!t)
        return;
    t->report = (struct engine_report){.reason = ENGINE_REASON_SIGNAL, .signal = GDB_SIGINT};
    s->due_id = t->id;
}

/* --- sending ---------------------------------------------------------------------------------- */

static struct stub_exit *exit_due(struct gdbstub *s)
{
    for (unsigned i = 0; i < GDB_INFERIORS_MAX; i++)
        if (s->exits[i].pid)
            return &s->exits[i];
    return NULL;
}

static struct engine_thread *report_due(struct gdbstub *s)
{
    for (struct engine_thread *t = NULL; (t = stub_thread_next(s, 0, t));)
        if (t->report_due && t->run == ENGINE_STOPPED)
            return t;
    return NULL;
}

/* Adds the next of a non-stop session; false if there is none. */
static bool next_add(struct gdbstub *s)
{
    struct stub_exit *exit = exit_due(s);
    struct engine_thread *t = report_due(s);

    if (exit)
        stops_add_exit(s, exit);
    else if (t)
        stops_add_thread(s, t);
    return exit || t;
}

void stops_add_next(struct gdbstub *s)
{
    if (next_add(s))
        return;
    s->notified = false;
    (void)dispatch_ok(s);
}

static bool is_ours(const struct gdbstub *s, const struct engine_thread *t)
{
    return gdbstub_attached(s, t->id.pid);
}

static bool any_runs(const struct gdbstub *s)
{
    for (unsigned i = 0; i < s->engine.threads_end; i++)
        if (is_ours(s, &s->engine.threads[i]) && s->engine.threads[i].run != ENGINE_STOPPED)
            return true;
    return false;
}

static void poll_all_stop(struct gdbstub *s)
{
    struct stub_exit *exit = exit_due(s);
    struct engine_thread *t = stub_thread(s, s->due_id);

    if (s->running && exit) {
        s->running = false;
        stops_halt_all(s);
        packet_begin(&s->tx, '$');
        stops_add_exit(s, exit);
        packet_send(&s->tx);
        return;
    }
    if (s->running && !any_runs(s)) {
        s->running = false;
        s->due = STUB_DUE_NONE_RESUMED;
    }
    if (s->due == STUB_DUE_NOTHING)
        return;
    packet_begin(&s->tx, '$');
    if (!t)
        t = stub_thread_next(s, 0, NULL); /* that one has ended meanwhile */
    if (s->due == STUB_DUE_THREAD && t)
        stops_add_thread(s, t);
    else
        packet_add_text(&s->tx, "N");
    s->due = STUB_DUE_NOTHING;
    packet_send(&s->tx);
}

void stops_poll(struct gdbstub *s)
{
    if (!s->session)
        return;
    if (!s->non_stop) {
        poll_all_stop(s);
        return;
    }
    if (s->notified || (!exit_due(s) && !report_due(s)))
        return;
    packet_begin(&s->tx, '%');
    packet_add_text(&s->tx, "Stop:");
    s->notified = next_add(s);
    packet_send(&s->tx);
}

struct stub_exit *stops_exit_of(struct gdbstub *s, uint32_t pid)
{
    for (unsigned i = 0; i < GDB_INFERIORS_MAX; i++)
        if (pid && s->exits[i].pid == pid)
            return &s->exits[i];
    return NULL;
}

static bool exit_waits(const struct gdbstub *s)
{
    for (unsigned i = 0; i < GDB_INFERIORS_MAX; i++)
        if (s->exits[i].pid)
            return true;
    return false;
}

bool stops_waiting(const struct gdbstub *s)
{
    if (!s->session)
        return false;
    if (!s->non_stop)
        return s->due != STUB_DUE_NOTHING || (s->running && (exit_waits(s) || !any_runs(s)));
    if (!s->notified && exit_waits(s))
        return true;
    for (unsigned i = 0; i < s->engine.threads_end && !s->notified; i++)
        if (is_ours(s, &s->engine.threads[i]) && s->engine.threads[i].report_due)
            return true;
    return false;
}

void gdbstub_exited(struct gdbstub *s, uint32_t pid, uint8_t status, enum gdb_signal signal)
{
    if (!stub_inferior(s, pid))
        return;
    engine_forget(&s->engine, pid);
    for (unsigned i = 0; i < GDB_INFERIORS_MAX; i++) {
        if (s->exits[i].pid)
            continue;
        s->exits[i] = (struct stub_exit){pid, status, (uint8_t)signal};
        return;
    }
}
