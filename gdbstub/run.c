/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Running, stopping, and the life of inferiors: vCont, c, s, `?`, vRun, vAttach, vKill, D, k, and
 * the modes they depend on. Signals to deliver are taken and dropped: seL4 has none, and a thread
 * that faulted does what faulted again.
 */
#include "gdbstub/stub.h"
#include "arch/lib/str.h"

/* One action of vCont, for the threads its id names. */
struct action {
    char letter; /* c, s, r or t */
    struct gdb_id id;
    uint64_t start, end;
};

static bool action_take(struct gdbstub *s, struct hex_cursor *c, struct action *out)
{
    uint64_t signal;

    *out = (struct action){.id = {STUB_ID_ALL, STUB_ID_ALL}};
    if (hex_left(c) == 0)
        return false;
    out->letter = (char)*c->at++;
    switch (out->letter) {
    case 'C':
    case 'S':
        if (!hex_take_number(c, &signal))
            return false;
        out->letter = out->letter == 'C' ? 'c' : 's';
        break;
    case 'r':
        if (!hex_take_pair(c, ',', &out->start, &out->end))
            return false;
        break;
    case 'c':
    case 's':
    case 't':
        break;
    default:
        return false;
    }
    return !hex_take_char(c, ':') || threads_take_id(s, c, &out->id);
}

static bool action_concerns(const struct action *a, const struct engine_thread *t)
{
    return (a->id.pid == STUB_ID_ALL || a->id.pid == t->id.pid) &&
           (a->id.tid == STUB_ID_ALL || a->id.tid == t->id.tid);
}

static void action_apply(struct gdbstub *s, struct engine_thread *t, const struct action *a)
{
    struct engine *e = &s->engine;

    switch (a->letter) {
    case 'c':
        engine_resume(e, t, ENGINE_CONTINUE, 0, 0);
        return;
    case 's':
        engine_resume(e, t, ENGINE_STEP, 0, 0);
        return;
    case 'r':
        engine_resume(e, t, ENGINE_RANGE, a->start, a->end);
        return;
    default:
        if (t->run == ENGINE_STOPPED)
            return;
        engine_halt(e, t);
        t->report_due = true;
    }
}

/* The first action that names a thread is its own. Threads that step go first, so that those that
 * only continue do not run ahead of them. */
static void actions_apply(struct gdbstub *s, const struct action *actions, unsigned count)
{
    for (int pass = 0; pass < 2; pass++) {
        for (struct engine_thread *t = NULL; (t = stub_thread_next(s, 0, t));) {
            unsigned i = 0;
            while (i < count && !action_concerns(&actions[i], t))
                i++;
            if (i < count && (actions[i].letter == 'c') == (pass == 1))
                action_apply(s, t, &actions[i]);
        }
    }
}

static void threads_sync(struct gdbstub *s)
{
    for (unsigned i = 0; i < GDB_INFERIORS_MAX; i++)
        if (stub_pid_at(s, i))
            engine_sync(&s->engine, stub_pid_at(s, i));
}

/* A Ctrl-C that came between two steps of gdb's, when nothing ran, counts for the next (gdb manual,
 * "Interrupts"). */
static enum err resume(struct gdbstub *s, const struct action *actions, unsigned count)
{
    threads_sync(s);
    if (s->non_stop) {
        actions_apply(s, actions, count);
        return dispatch_ok(s);
    }
    s->running = true;
    s->deferred = true;
    if (s->interrupt_queued && threads_general(s))
        stops_interrupt(s);
    else
        actions_apply(s, actions, count);
    return ERR_OK;
}

static enum err v_cont(struct gdbstub *s, struct hex_cursor *args)
{
    struct action actions[GDB_ACTIONS_MAX];
    unsigned count = 0;

    proxy_keep_actions(s, args);
    while (hex_take_char(args, ';')) {
        if (count == GDB_ACTIONS_MAX)
            return ERR_FULL;
        if (!action_take(s, args, &actions[count++]))
            return ERR_SYNTAX;
    }
    if (count == 0 || hex_left(args))
        return ERR_SYNTAX;
    return resume(s, actions, count);
}

/* `j`: the last vCont again, for a proxy; see also PACKET_AGAIN_BYTE. */
static enum err v_cont_again(struct gdbstub *s, struct hex_cursor *args)
{
    struct hex_cursor actions = {s->proxy.again, s->proxy.again + s->proxy.again_len};

    (void)args;
    return s->proxy.again_len ? v_cont(s, &actions) : ERR_UNSUPPORTED;
}

static enum err v_cont_query(struct gdbstub *s, struct hex_cursor *args)
{
    (void)args;
    packet_add_text(&s->tx, "vCont;c;C;s;S;t;r");
    return ERR_OK;
}

/* c, s and their kin: for the thread of Hc, or from an address. */
static enum err legacy(struct gdbstub *s, struct hex_cursor *args, char letter, bool signal)
{
    struct engine_thread *t = stub_thread(s, s->control);
    struct action a = {.letter = letter, .id = {STUB_ID_ALL, STUB_ID_ALL}};
    uint64_t number;

    if (!t)
        t = threads_general(s);
    if (signal &&
        (!hex_take_number(args, &number) || (hex_left(args) && !hex_take_char(args, ';'))))
        return ERR_SYNTAX;
    if (!t)
        return ERR_NOT_FOUND;
    if (hex_left(args)) {
        if (!hex_take_number(args, &number) || hex_left(args))
            return ERR_SYNTAX;
        enum err err = engine_pc_set(&s->engine, t, number);
        if (err != ERR_OK)
            return err;
    }
    if (letter == 's')
        a.id = t->id;
    return resume(s, &a, 1);
}

static enum err legacy_continue(struct gdbstub *s, struct hex_cursor *args)
{
    return legacy(s, args, 'c', false);
}

static enum err legacy_continue_signal(struct gdbstub *s, struct hex_cursor *args)
{
    return legacy(s, args, 'c', true);
}

static enum err legacy_step(struct gdbstub *s, struct hex_cursor *args)
{
    return legacy(s, args, 's', false);
}

static enum err legacy_step_signal(struct gdbstub *s, struct hex_cursor *args)
{
    return legacy(s, args, 's', true);
}

/* --- inferiors -------------------------------------------------------------------------------- */

void run_attach_default(struct gdbstub *s)
{
    uint32_t pid = 0;

    for (unsigned i = 0; i < GDB_INFERIORS_MAX; i++)
        if (stub_pid_at(s, i))
            return;
    if (s->config.ops->inferior_default)
        pid = s->config.ops->inferior_default(s->config.target);
    if (pid)
        (void)stub_attach(s, pid, false); /* without one, there is no inferior */
}

static enum err why_stopped(struct gdbstub *s, struct hex_cursor *args)
{
    struct engine_thread *t;

    (void)args;
    run_attach_default(s);
    if (s->non_stop) {
        for (t = NULL; (t = stub_thread_next(s, 0, t));)
            t->report_due = t->run == ENGINE_STOPPED;
        s->notified = true;
        stops_add_next(s);
        return ERR_OK;
    }
    s->running = s->interrupt_queued = false;
    s->due = STUB_DUE_NOTHING;
    stops_halt_all(s);
    t = stops_pick(s, 0);
    if (t)
        stops_add_thread(s, t);
    else
        packet_add_text(&s->tx, "W00");
    return ERR_OK;
}

static enum err v_stopped(struct gdbstub *s, struct hex_cursor *args)
{
    (void)args;
    if (!s->notified)
        return dispatch_ok(s);
    stops_add_next(s);
    return ERR_OK;
}

static enum err v_ctrl_c(struct gdbstub *s, struct hex_cursor *args)
{
    (void)args;
    stops_interrupt(s);
    return dispatch_ok(s);
}

static enum err v_attach(struct gdbstub *s, struct hex_cursor *args)
{
    struct engine_thread *t;
    uint64_t pid;

    if (!hex_take_number(args, &pid) || hex_left(args) || pid == 0 || pid >= UINT32_MAX)
        return ERR_SYNTAX;
    enum err err = stub_attach(s, (uint32_t)pid, false);
    if (err != ERR_OK)
        return err;
    t = stops_pick(s, (uint32_t)pid);
    if (s->non_stop) {
        for (t = NULL; (t = stub_thread_next(s, (uint32_t)pid, t));)
            t->report_due = true;
        return dispatch_ok(s);
    }
    if (!t)
        return ERR_NOT_FOUND;
    stops_add_thread(s, t);
    return ERR_OK;
}

/* vRun;file;argument;...: each hexadecimal, the file may be empty. */
static enum err command_take(struct hex_cursor *args, char *to, size_t cap)
{
    size_t len = 0;

    to[0] = 0;
    while (hex_take_char(args, ';')) {
        const uint8_t *end = args->at;
        while (end < args->end && *end != ';')
            end++;
        struct hex_cursor part = {args->at, end};
        if (len > 0 && len < cap - 1)
            to[len++] = ' ';
        if (!hex_take_text(&part, to + len, cap - len))
            return ERR_SYNTAX;
        len += strlen(to + len);
        args->at = end;
    }
    return hex_left(args) ? ERR_SYNTAX : ERR_OK;
}

/* The shell does it; gdb waits for the reply. */
static enum err life_begin(struct gdbstub *s, enum stub_life_kind kind, uint32_t pid)
{
    s->life = (struct stub_life){.kind = (uint8_t)kind, .pid = pid};
    s->deferred = true;
    return ERR_OK;
}

static void life_done(struct gdbstub *s, enum stub_life_kind kind, enum err err, const char *why)
{
    if (s->life.kind != kind)
        return;
    s->life.result = (uint8_t)err;
    s->life.why = why;
    s->life.done = true;
}

static enum err life_refused(struct gdbstub *s, enum err err)
{
    if (err == ERR_BUSY)
        s->why = "the shell runs another command";
    return err;
}

static enum err v_run(struct gdbstub *s, struct hex_cursor *args)
{
    char command[GDB_TEXT_BYTES];

    if (!s->config.ops->run)
        return ERR_UNSUPPORTED;
    enum err err = command_take(args, command, sizeof command);
    if (err == ERR_OK)
        err = life_refused(s, s->config.ops->run(s->config.target, command));
    return err == ERR_OK ? life_begin(s, STUB_LIFE_RUN, 0) : err;
}

void gdbstub_run_done(struct gdbstub *s, enum err err, uint32_t pid, const char *why)
{
    s->why = NULL;
    if (err == ERR_OK && s->life.kind == STUB_LIFE_RUN) {
        err = stub_attach(s, pid, true);
        why = s->why;
    }
    s->life.pid = pid;
    life_done(s, STUB_LIFE_RUN, err, why);
}

void gdbstub_kill_done(struct gdbstub *s, uint32_t pid, enum err err, const char *why)
{
    if (s->life.pid == pid)
        life_done(s, STUB_LIFE_KILL, err, why);
}

void run_poll(struct gdbstub *s)
{
    struct engine_thread *t;
    enum err err = (enum err)s->life.result;

    if (!s->life.done)
        return;
    s->life.done = false;
    s->why = s->life.why;
    packet_begin(&s->tx, '$');
    t = s->life.kind == STUB_LIFE_RUN ? stops_pick(s, s->life.pid) : NULL;
    if (err == ERR_OK && s->life.kind == STUB_LIFE_RUN && !t)
        err = ERR_NOT_FOUND;
    if (err != ERR_OK)
        dispatch_error(s, err, true);
    else if (t)
        stops_add_thread(s, t);
    else
        (void)dispatch_ok(s);
    s->life.kind = STUB_LIFE_NONE;
    packet_send(&s->tx);
}

static enum err inferior_kill(struct gdbstub *s, uint32_t pid)
{
    if (!stub_inferior(s, pid))
        return ERR_NOT_FOUND;
    if (!s->config.ops->kill)
        return ERR_UNSUPPORTED;
    for (struct engine_thread *t = NULL; (t = stub_thread_next(s, pid, t));)
        engine_halt(&s->engine, t);
    enum err err = life_refused(s, s->config.ops->kill(s->config.target, pid));
    if (err == ERR_OK)
        engine_forget(&s->engine, pid);
    return err;
}

/* What has ended already, and gdb does not know it yet, goes by any way that gdb takes. */
static bool exit_forget(struct gdbstub *s, uint32_t pid)
{
    struct stub_exit *exit = stops_exit_of(s, pid);

    if (exit)
        exit->pid = 0;
    return exit;
}

static enum err v_kill(struct gdbstub *s, struct hex_cursor *args)
{
    uint64_t pid;

    if (!hex_take_number(args, &pid) || hex_left(args) || pid >= UINT32_MAX)
        return ERR_SYNTAX;
    if (exit_forget(s, (uint32_t)pid))
        return dispatch_ok(s);
    enum err err = inferior_kill(s, (uint32_t)pid);
    return err == ERR_OK ? life_begin(s, STUB_LIFE_KILL, (uint32_t)pid) : err;
}

static void session_end(struct gdbstub *s)
{
    s->session = false;
    if (s->config.ops->session_end)
        s->config.ops->session_end(s->config.target);
}

static bool any_attached(const struct gdbstub *s)
{
    for (unsigned i = 0; i < GDB_INFERIORS_MAX; i++)
        if (stub_pid_at(s, i))
            return true;
    return false;
}

static enum err kill_all(struct gdbstub *s, struct hex_cursor *args)
{
    (void)args;
    for (unsigned i = 0; i < GDB_INFERIORS_MAX; i++)
        if (stub_pid_at(s, i))
            (void)inferior_kill(s, stub_pid_at(s, i));
    s->deferred = true; /* k has no reply */
    session_end(s);
    return ERR_OK;
}

static enum err detach(struct gdbstub *s, struct hex_cursor *args)
{
    uint64_t pid = 0;

    if (hex_left(args) && (!hex_take_char(args, ';') || !hex_take_number(args, &pid) ||
                           hex_left(args) || pid == 0 || pid >= UINT32_MAX))
        return ERR_SYNTAX;
    if (pid && !exit_forget(s, (uint32_t)pid) && !stub_inferior(s, (uint32_t)pid))
        return ERR_NOT_FOUND;
    for (unsigned i = 0; i < GDB_INFERIORS_MAX; i++)
        if (!pid || stub_pid_at(s, i) == pid)
            engine_detach(&s->engine, stub_pid_at(s, i));
    if (!any_attached(s) && !s->extended)
        session_end(s);
    return dispatch_ok(s);
}

static enum err extended(struct gdbstub *s, struct hex_cursor *args)
{
    (void)args;
    s->extended = true;
    return dispatch_ok(s);
}

static enum err non_stop(struct gdbstub *s, struct hex_cursor *args)
{
    uint64_t on;

    if (!hex_take_char(args, ':') || !hex_take_number(args, &on) || on > 1)
        return ERR_SYNTAX;
    s->non_stop = on;
    s->notified = false;
    if (!on)
        stops_halt_all(s);
    return dispatch_ok(s);
}

#define RUN_AGAIN                                                                                  \
    {                                                                                              \
        .name = "j", .follow = "", .handle = v_cont_again                                          \
    }

const struct stub_handler run_again = RUN_AGAIN;

static const struct stub_handler rows[] = {
    {.name = "vCont", .follow = ";", .handle = v_cont},
    {.name = "vCont?", .follow = "", .handle = v_cont_query},
    RUN_AGAIN,
    {.name = "c", .handle = legacy_continue},
    {.name = "C", .handle = legacy_continue_signal},
    {.name = "s", .handle = legacy_step},
    {.name = "S", .handle = legacy_step_signal},
    {.name = "?", .follow = "", .handle = why_stopped},
    {.name = "vStopped", .follow = "", .handle = v_stopped},
    {.name = "vCtrlC", .follow = "", .handle = v_ctrl_c},
    {.name = "vAttach;", .handle = v_attach, .text = true},
    {.name = "vRun", .follow = ";", .handle = v_run, .text = true},
    {.name = "vKill;", .handle = v_kill, .text = true},
    {.name = "k", .follow = "", .handle = kill_all},
    {.name = "D", .follow = ";", .handle = detach},
    {.name = "!", .follow = "", .handle = extended},
    {.name = "QNonStop", .follow = ":", .handle = non_stop},
};

const struct stub_group run_group = {rows, sizeof rows / sizeof *rows};
