/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The engine's inferiors and threads: who is attached, and a thread table that follows the
 * target's. Running and stopping is in engine_run.c.
 */
#include "gdbstub/engine.h"
#include "arch/lib/str.h"

void engine_init(struct engine *e, const struct gdb_arch *arch, const struct gdb_target_ops *ops,
                 void *target)
{
    memset(e, 0, sizeof *e);
    e->arch = arch;
    e->ops = ops;
    e->target = target;
}

struct engine_inferior *engine_inferior(struct engine *e, uint32_t pid)
{
    for (unsigned i = 0; pid && i < GDB_INFERIORS_MAX; i++)
        if (e->inferiors[i].pid == pid)
            return &e->inferiors[i];
    return NULL;
}

struct engine_thread *engine_thread(struct engine *e, struct gdb_id id)
{
    for (unsigned i = 0; id.pid && i < e->threads_end; i++)
        if (e->threads[i].id.pid == id.pid && e->threads[i].id.tid == id.tid)
            return &e->threads[i];
    return NULL;
}

static bool id_below(struct gdb_id a, struct gdb_id b)
{
    return a.pid != b.pid ? a.pid < b.pid : a.tid < b.tid;
}

static bool is_clients(struct engine *e, const struct engine_client *client, uint32_t pid)
{
    struct engine_inferior *inferior = engine_inferior(e, pid);

    return inferior && (!client || inferior->client == client);
}

struct engine_thread *engine_thread_next(struct engine *e, const struct engine_client *client,
                                         uint32_t pid, const struct engine_thread *after)
{
    struct engine_thread *best = NULL;

    for (unsigned i = 0; i < e->threads_end; i++) {
        struct engine_thread *t = &e->threads[i];
        if (!t->id.pid || (pid && t->id.pid != pid))
            continue;
        if (after && !id_below(after->id, t->id))
            continue;
        if (!is_clients(e, client, t->id.pid))
            continue;
        if (!best || id_below(t->id, best->id))
            best = t;
    }
    return best;
}

static void thread_free(struct engine *e, struct engine_thread *t)
{
    struct engine_inferior *inferior = engine_inferior(e, t->id.pid);

    engine_step_release(e, t);
    if (inferior && inferior->over == t) {
        inferior->over = NULL;
        engine_break_lower(e, t->id.pid); /* the held ones go on at the next poll */
    }
    memset(t, 0, sizeof *t);
    while (e->threads_end && !e->threads[e->threads_end - 1].id.pid)
        e->threads_end--;
}

static void thread_see(struct engine *e, struct gdb_id id)
{
    struct engine_thread *t = engine_thread(e, id);

    for (unsigned i = 0; !t && i < GDB_THREADS_MAX; i++) {
        if (e->threads[i].id.pid)
            continue;
        t = &e->threads[i];
        t->id = id;
        t->run = ENGINE_RUNNING;
        if (i >= e->threads_end)
            e->threads_end = (uint16_t)(i + 1);
    }
    if (t)
        t->seen = true;
}

void engine_sync(struct engine *e, uint32_t pid)
{
    struct gdb_thread_info info = {.tid = 0};

    if (!engine_inferior(e, pid))
        return;
    for (unsigned i = 0; i < e->threads_end; i++)
        e->threads[i].seen = false;
    while (e->ops->thread_next(e->target, pid, info.tid, &info) == ERR_OK)
        thread_see(e, (struct gdb_id){pid, info.tid});
    for (unsigned i = 0; i < e->threads_end; i++)
        if (e->threads[i].id.pid == pid && !e->threads[i].seen)
            thread_free(e, &e->threads[i]);
}

enum err engine_attach(struct engine *e, uint32_t pid, bool created,
                       const struct engine_client *client)
{
    struct engine_inferior *inferior = engine_inferior(e, pid);

    if (!pid || inferior)
        return !pid ? ERR_ARGUMENT : inferior->client == client ? ERR_EXISTS : ERR_BUSY;
    for (unsigned i = 0; i < GDB_INFERIORS_MAX && !inferior; i++)
        if (!e->inferiors[i].pid)
            inferior = &e->inferiors[i];
    if (!inferior)
        return ERR_FULL;
    enum err err = e->ops->attach(e->target, pid);
    if (err != ERR_OK)
        return err;
    *inferior = (struct engine_inferior){.pid = pid, .created = created, .client = client};
    engine_sync(e, pid);
    for (struct engine_thread *t = NULL; (t = engine_thread_next(e, NULL, pid, t));) {
        engine_halt(e, t);
        t->report = (struct engine_report){.reason = ENGINE_REASON_SIGNAL};
    }
    return ERR_OK;
}

void engine_forget(struct engine *e, uint32_t pid)
{
    struct engine_inferior *inferior = engine_inferior(e, pid);

    if (!inferior)
        return;
    engine_break_clear_all(e, pid);
    for (unsigned i = 0; i < e->threads_end; i++)
        if (e->threads[i].id.pid == pid)
            thread_free(e, &e->threads[i]);
    memset(inferior, 0, sizeof *inferior);
}

/* Whether going on would only do again what cannot be done. */
static bool is_faulted(const struct engine_thread *t)
{
    unsigned signal = t->report.signal;

    if (t->event_present)
        return t->event.kind == GDB_STOP_SIGNAL;
    return t->report.reason == ENGINE_REASON_SIGNAL && signal > GDB_SIGINT && signal != GDB_SIGTRAP;
}

void engine_detach(struct engine *e, uint32_t pid)
{
    if (!engine_inferior(e, pid))
        return;
    engine_sync(e, pid);
    for (struct engine_thread *t = NULL; (t = engine_thread_next(e, NULL, pid, t));)
        engine_halt(e, t);
    engine_break_clear_all(e, pid);
    for (struct engine_thread *t = NULL; (t = engine_thread_next(e, NULL, pid, t));) {
        if (!is_faulted(t))
            (void)e->ops->resume(e->target, t->id, false);
    }
    engine_forget(e, pid);
    e->ops->detach(e->target, pid);
}
