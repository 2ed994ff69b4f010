/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How threads run and stop: continue, step in hardware or software, step over a range, pass a
 * breakpoint with the others held. An event is first absorbed (program counter set back,
 * breakpoints of its step removed), then decided: reported to the client, or the thread goes on.
 */
#include "gdbstub/engine.h"
#include "arch/lib/str.h"

static void thread_go(struct engine *e, struct engine_thread *t);
static void event_decide(struct engine *e, struct engine_thread *t);

enum err engine_pc_get(struct engine *e, struct engine_thread *t, uint64_t *pc)
{
    uint64_t words[GDB_CONTEXT_WORDS_MAX];
    enum err err = e->ops->regs_read(e->target, t->id, words);

    *pc = err == ERR_OK ? words[e->arch->pc_word] : 0;
    return err;
}

enum err engine_pc_set(struct engine *e, struct engine_thread *t, uint64_t pc)
{
    uint64_t words[GDB_CONTEXT_WORDS_MAX];
    enum err err = e->ops->regs_read(e->target, t->id, words);

    if (err != ERR_OK)
        return err;
    words[e->arch->pc_word] = pc;
    return e->ops->regs_write(e->target, t->id, words);
}

/* --- going ------------------------------------------------------------------------------------ */

/* Leaves an event for the next poll, as if the target had told it. */
static void event_queue(struct engine_thread *t, enum gdb_stop_kind kind, bool own)
{
    t->run = ENGINE_QUEUED;
    t->event_present = true;
    t->event_own = own;
    t->event = (struct gdb_stop){.kind = (uint8_t)kind};
}

static void thread_run(struct engine *e, struct engine_thread *t, bool step)
{
    uint64_t pc;
    enum err err = ERR_UNSUPPORTED;

    t->run = ENGINE_RUNNING;
    if (step && t->action != ENGINE_STEP_SOFTWARE)
        err = e->ops->resume(e->target, t->id, true);
    if (err == ERR_UNSUPPORTED) {
        if (step) {
            engine_step_plant(e, t);
            if (engine_pc_get(e, t, &pc) == ERR_OK && engine_step_stays(e, t, pc)) {
                engine_step_release(e, t);
                event_queue(t, GDB_STOP_STEP, true);
                return;
            }
        }
        err = e->ops->resume(e->target, t->id, false);
    }
    if (err != ERR_OK)
        event_queue(t, GDB_STOP_SIGNAL, false); /* it stays where it is: say so */
}

/* Stops the others of an inferior while one passes a breakpoint. */
static void others_hold(struct engine *e, struct engine_thread *t);

/* Whether the next instruction may stay in the kernel for any time. */
static bool at_syscall(struct engine *e, struct engine_thread *t)
{
    return engine_step_next(e, t).syscall;
}

static void over_begin(struct engine *e, struct engine_inferior *inferior, struct engine_thread *t)
{
    uint64_t pc = 0;

    inferior->over = t;
    inferior->over_free = at_syscall(e, t);
    if (!inferior->over_free)
        others_hold(e, t);
    (void)engine_pc_get(e, t, &pc);
    engine_break_lift(e, t->id.pid, pc, t->over_watch);
    t->over = t->over_watch = false;
}

static void over_end(struct engine *e, struct engine_inferior *inferior)
{
    inferior->over = NULL;
    inferior->over_free = false;
    engine_break_lower(e, inferior->pid);
}

/* Another thread is over a breakpoint, and this one has to wait until it is. One that may stay in
 * the kernel is not waited for: it may be this one that it needs, and meanwhile the others pass the
 * breakpoint, too. */
static bool is_held(const struct engine_inferior *inferior, const struct engine_thread *t)
{
    return inferior->over && inferior->over != t && !inferior->over_free;
}

static void thread_go(struct engine *e, struct engine_thread *t)
{
    struct engine_inferior *inferior = engine_inferior(e, t->id.pid);

    if (is_held(inferior, t)) {
        t->run = ENGINE_HELD;
        return;
    }
    if (t->over || t->over_watch)
        over_begin(e, inferior, t);
    thread_run(e, t, t->action != ENGINE_CONTINUE || inferior->soft_watches || inferior->over == t);
}

/* --- events ----------------------------------------------------------------------------------- */

static bool insn_is(const struct gdb_break_insn *insn, const uint8_t *bytes)
{
    for (unsigned i = 0; i < insn->len_bytes; i++)
        if ((bytes[i] ^ insn->bytes[i]) & ~insn->free_bits[i])
            return false;
    return true;
}

/* A breakpoint instruction that is none of ours: the program's own, or one that was removed while
 * the event was under way, and then the thread just goes on. */
static void foreign_absorb(struct engine *e, struct engine_thread *t, uint64_t pc)
{
    uint8_t bytes[GDB_BREAK_BYTES_MAX];
    size_t done = 0;

    for (unsigned i = 0; i < e->arch->break_count; i++) {
        const struct gdb_break_insn *insn = &e->arch->breaks[i];
        (void)engine_mem_read(e, t->id.pid, pc, bytes, insn->len_bytes, &done);
        if (done == insn->len_bytes && insn_is(insn, bytes)) {
            t->event.kind = GDB_STOP_SIGNAL;
            t->event.signal = GDB_SIGTRAP;
            return;
        }
    }
    (void)engine_pc_set(e, t, pc);
    t->event.kind = GDB_STOP_STEP;
}

static void break_absorb(struct engine *e, struct engine_thread *t)
{
    struct engine_site *site;
    uint64_t pc = 0;

    if (engine_pc_get(e, t, &pc) != ERR_OK)
        return;
    pc -= e->arch->break_back_bytes;
    site = engine_site_at(e, t->id.pid, pc);
    if (!site) {
        foreign_absorb(e, t, pc);
        return;
    }
    if (e->arch->break_back_bytes)
        (void)engine_pc_set(e, t, pc);
    for (unsigned i = 0; i < t->site_count; i++)
        t->event_own |= &e->sites[t->sites[i]] == site;
    if (!engine_break_at(e, t->id.pid, pc, true))
        t->event.kind = GDB_STOP_STEP; /* planted for a step only, its own or another's */
}

/* Takes in what happened: the PC goes back to a planted instruction, the thread's own step ends. */
static void event_absorb(struct engine *e, struct engine_thread *t, const struct gdb_stop *stop)
{
    t->event = *stop;
    t->event_present = true;
    t->event_own = stop->kind == GDB_STOP_STEP;
    if (stop->kind == GDB_STOP_BREAK)
        break_absorb(e, t);
    engine_step_release(e, t);
}

static void others_hold(struct engine *e, struct engine_thread *t)
{
    for (struct engine_thread *o = NULL; (o = engine_thread_next(e, NULL, t->id.pid, o));) {
        struct gdb_stop already = {.kind = GDB_STOP_NONE};
        if (o == t || o->run != ENGINE_RUNNING)
            continue;
        if (e->ops->stop(e->target, o->id, &already) != ERR_OK)
            continue;
        o->run = ENGINE_HELD;
        if (already.kind != GDB_STOP_NONE) {
            event_absorb(e, o, &already);
            o->run = ENGINE_QUEUED;
        } else {
            engine_step_release(e, o);
        }
    }
}

static void thread_report(struct engine *e, struct engine_thread *t, enum engine_reason reason,
                          unsigned signal, uint64_t address)
{
    const struct engine_client *client = engine_inferior(e, t->id.pid)->client;

    t->report = (struct engine_report){
        .reason = (uint8_t)reason, .signal = (uint8_t)signal, .address = address};
    t->run = ENGINE_STOPPED;
    t->over = t->over_watch = false;
    t->retries = 0;
    client->stopped(client->context, t);
}

static enum engine_reason watch_reason(const struct engine_break *b)
{
    return ENGINE_REASON_WATCH_WRITE + (b->type - GDB_WATCH_WRITE);
}

/* --- watched stores that fail
 * --------------------------------------------------------------------- A watchpoint that stops
 * before the access stops a store-exclusive so that it fails, and the loop around it comes back for
 * ever. So the loop's next round is run step by step with nothing watched, its load and store as
 * one, and then it is looked at what was written. */
enum { RETRY_STEPS = 16 };

static void retry_begin(struct engine *e, struct engine_thread *t, const struct engine_break *b)
{
    t->retries = RETRY_STEPS;
    t->retry_break = (uint16_t)(b - e->breaks);
    t->retry_value = engine_watch_value(e, b);
    t->over_watch = true;
    thread_go(e, t);
}

/* True: it was reported, or goes on. */
static bool retry_goes_on(struct engine *e, struct engine_thread *t)
{
    const struct engine_break *b = &e->breaks[t->retry_break];

    if (!t->retries || b->pid != t->id.pid || b->type != GDB_WATCH_WRITE) {
        t->retries = 0;
        return false;
    }
    if (engine_watch_value(e, b) != t->retry_value) {
        thread_report(e, t, watch_reason(b), GDB_SIGTRAP, b->addr);
        return true;
    }
    if (--t->retries == 0)
        return false;
    t->over_watch = true;
    thread_go(e, t);
    return true;
}

/* A step is done: is what was asked for done? */
static void step_done(struct engine *e, struct engine_thread *t)
{
    struct engine_inferior *inferior = engine_inferior(e, t->id.pid);
    struct engine_break *watch = NULL;
    uint64_t pc = 0;

    if (retry_goes_on(e, t))
        return;
    (void)engine_pc_get(e, t, &pc);
    if (inferior->soft_watches)
        watch = engine_watch_changed(e, t->id.pid);
    if (watch)
        thread_report(e, t, watch_reason(watch), GDB_SIGTRAP, watch->addr);
    else if (t->action == ENGINE_STEP || t->action == ENGINE_STEP_SOFTWARE)
        thread_report(e, t, ENGINE_REASON_STEP, GDB_SIGTRAP, pc);
    else if (t->action == ENGINE_RANGE && pc - t->range_start >= t->range_end - t->range_start)
        thread_report(e, t, ENGINE_REASON_STEP, GDB_SIGTRAP, pc);
    else
        thread_go(e, t);
}

static void break_decide(struct engine *e, struct engine_thread *t, bool own)
{
    bool planted = t->event.kind == GDB_STOP_BREAK;
    struct engine_break *b;
    uint64_t pc = 0;

    (void)engine_pc_get(e, t, &pc);
    b = engine_break_at(e, t->id.pid, pc, planted);
    if (b && engine_break_reports(e, b, t)) {
        thread_report(e, t,
                      b->type == GDB_BREAK_SOFTWARE ? ENGINE_REASON_BREAK_SOFTWARE
                                                    : ENGINE_REASON_BREAK_HARDWARE,
                      GDB_SIGTRAP, pc);
        return;
    }
    t->over = b != NULL || engine_site_at(e, t->id.pid, pc);
    if (own)
        step_done(e, t);
    else
        thread_go(e, t);
}

static void event_decide(struct engine *e, struct engine_thread *t)
{
    struct gdb_stop event = t->event;
    bool own = t->event_own;
    struct engine_break *b;
    uint64_t pc = 0;

    t->event_present = false;
    switch (event.kind) {
    case GDB_STOP_BREAK:
    case GDB_STOP_HIT:
        break_decide(e, t, own);
        return;
    case GDB_STOP_STEP:
        if (own) {
            step_done(e, t);
        } else { /* another's step had planted there, and it has to pass */
            t->run = ENGINE_HELD;
            t->parked = true;
            (void)engine_pc_get(e, t, &t->parked_pc);
        }
        return;
    case GDB_STOP_WATCH:
        b = engine_watch_at(e, t->id.pid, event.address);
        if (b && b->type == GDB_WATCH_WRITE && engine_step_next(e, t).exclusive_store) {
            retry_begin(e, t, b);
        } else if (b) {
            thread_report(e, t, watch_reason(b), GDB_SIGTRAP, event.address);
        } else {
            t->over_watch = true;
            thread_go(e, t);
        }
        return;
    default:
        (void)engine_pc_get(e, t, &pc);
        thread_report(e, t, ENGINE_REASON_SIGNAL, event.signal, pc);
        return;
    }
}

bool engine_event(struct engine *e, struct gdb_id id, const struct gdb_stop *stop)
{
    struct engine_inferior *inferior = engine_inferior(e, id.pid);
    struct engine_thread *t = engine_thread(e, id);

    if (!inferior)
        return false;
    if (!t) {
        engine_sync(e, id.pid);
        t = engine_thread(e, id);
    }
    if (!t || t->run == ENGINE_STOPPED)
        return t != NULL;
    event_absorb(e, t, stop);
    t->run = ENGINE_QUEUED;
    if (inferior->over == t)
        over_end(e, inferior);
    if (!is_held(inferior, t))
        event_decide(e, t);
    return true;
}

/* The thread whose step planted this site. */
static const struct engine_thread *site_stepper(const struct engine *e,
                                                const struct engine_site *site)
{
    for (unsigned i = 0; i < e->threads_end; i++)
        for (unsigned j = 0; j < e->threads[i].site_count; j++)
            if (&e->sites[e->threads[i].sites[j]] == site)
                return &e->threads[i];
    return NULL;
}

/* Whether a thread goes on waiting for the end of another's step. Without it, one that comes there
 * often would starve the other; a step that may stay in the kernel is not waited for. */
static bool is_parked(const struct engine *e, const struct engine_thread *t)
{
    const struct engine_site *site =
        t->parked ? engine_site_at((struct engine *)e, t->id.pid, t->parked_pc) : NULL;
    const struct engine_thread *stepper = site ? site_stepper(e, site) : NULL;

    return stepper && !stepper->in_syscall;
}

static void unpark(struct engine *e, struct engine_thread *t)
{
    t->over = t->parked && engine_site_at(e, t->id.pid, t->parked_pc);
    t->parked = false;
}

/* What a poll would do with a thread. */
static bool thread_waits(const struct engine *e, const struct engine_thread *t)
{
    const struct engine_inferior *inferior = engine_inferior((struct engine *)e, t->id.pid);

    if (!inferior || is_held(inferior, t))
        return false;
    return t->run == ENGINE_QUEUED || (t->run == ENGINE_HELD && !is_parked(e, t));
}

bool engine_has_work(const struct engine *e)
{
    for (unsigned i = 0; i < e->threads_end; i++)
        if (thread_waits(e, &e->threads[i]))
            return true;
    return false;
}

void engine_poll(struct engine *e)
{
    for (unsigned i = 0; i < e->threads_end; i++) {
        struct engine_thread *t = &e->threads[i];
        if (!thread_waits(e, t))
            continue;
        if (t->run == ENGINE_QUEUED) {
            struct engine_inferior *inferior = engine_inferior(e, t->id.pid);
            if (inferior->over == t)
                over_end(e, inferior);
            event_decide(e, t);
        } else {
            unpark(e, t);
            thread_go(e, t);
        }
    }
}

/* --- the client's orders ---------------------------------------------------------------------- */

static bool others_run(struct engine *e, const struct engine_thread *t)
{
    for (unsigned i = 0; i < e->threads_end; i++)
        if (e->threads[i].id.pid == t->id.pid && e->threads[i].run != ENGINE_STOPPED)
            return true;
    return false;
}

void engine_resume(struct engine *e, struct engine_thread *t, enum engine_action action,
                   uint64_t range_start, uint64_t range_end)
{
    if (t->run != ENGINE_STOPPED)
        return;
    if (!others_run(e, t))
        engine_watch_refresh(e, t->id.pid); /* the debugger may have written */
    t->action = (uint8_t)action;
    t->range_start = range_start;
    t->range_end = range_end;
    t->report_due = false;
    if (t->event_present)
        t->run = ENGINE_QUEUED;
    else
        thread_go(e, t);
}

void engine_resume_past(struct engine *e, struct engine_thread *t, enum engine_action action,
                        bool access)
{
    uint64_t pc = 0;

    if (t->run != ENGINE_STOPPED)
        return;
    if (!t->event_present && engine_pc_get(e, t, &pc) == ERR_OK) {
        t->over =
            engine_break_at(e, t->id.pid, pc, true) || engine_break_at(e, t->id.pid, pc, false);
        t->over_watch = access;
    }
    engine_resume(e, t, action, 0, 0);
}

/* What happens again when the thread goes on need not be remembered. */
static bool event_repeats(const struct engine_thread *t)
{
    return t->event.kind == GDB_STOP_STEP || t->event.kind == GDB_STOP_BREAK ||
           t->event.kind == GDB_STOP_HIT;
}

void engine_halt(struct engine *e, struct engine_thread *t)
{
    struct engine_inferior *inferior = engine_inferior(e, t->id.pid);
    struct gdb_stop already = {.kind = GDB_STOP_NONE};

    if (t->run == ENGINE_STOPPED)
        return;
    if (t->run == ENGINE_RUNNING) {
        (void)e->ops->stop(e->target, t->id, &already);
        if (already.kind != GDB_STOP_NONE)
            event_absorb(e, t, &already);
        engine_step_release(e, t);
    }
    t->run = ENGINE_STOPPED;
    if (inferior->over == t)
        over_end(e, inferior);
    t->over = t->over_watch = false;
    t->parked = false;
    t->retries = 0;
    if (t->event_present && event_repeats(t))
        t->event_present = false;
    t->report = (struct engine_report){.reason = ENGINE_REASON_SIGNAL};
}
