/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads as gdb names them: H, T, qC, the lists, qThreadExtraInfo, qAttached, qXfer:threads. An id
 * is `p1.2` in the multiprocess form, else the thread's number alone.
 */
#include "gdbstub/stub.h"
#include "arch/lib/str.h"

static bool part_take(struct hex_cursor *c, uint32_t *out)
{
    uint64_t value;

    if (hex_take_word(c, "-1")) {
        *out = STUB_ID_ALL;
        return true;
    }
    if (!hex_take_number(c, &value) || value >= UINT32_MAX)
        return false;
    *out = (uint32_t)value;
    return true;
}

/* The one that is selected, or any. */
static struct engine_thread *threads_any(struct gdbstub *s)
{
    struct engine_thread *t = threads_general(s);

    return t ? t : stub_thread_next(s, 0, NULL);
}

static uint32_t pid_default(struct gdbstub *s)
{
    const struct engine_thread *t = threads_any(s);

    return t ? t->id.pid : STUB_ID_ANY;
}

bool threads_take_id(struct gdbstub *s, struct hex_cursor *c, struct gdb_id *out)
{
    if (!hex_take_char(c, 'p')) {
        out->pid = pid_default(s);
        return part_take(c, &out->tid);
    }
    out->tid = STUB_ID_ALL;
    if (!part_take(c, &out->pid))
        return false;
    return !hex_take_char(c, '.') || part_take(c, &out->tid);
}

void threads_add_id(struct gdbstub *s, struct gdb_id id)
{
    if (s->multiprocess) {
        packet_add_text(&s->tx, "p");
        packet_add_number(&s->tx, id.pid);
        packet_add_text(&s->tx, ".");
    }
    packet_add_number(&s->tx, id.tid);
}

/* The thread that an id names; with any or all in it, the first that fits. */
static struct engine_thread *id_thread(struct gdbstub *s, struct gdb_id id)
{
    bool any_pid = id.pid == STUB_ID_ANY || id.pid == STUB_ID_ALL;

    if (id.tid == STUB_ID_ANY || id.tid == STUB_ID_ALL)
        return stub_thread_next(s, any_pid ? 0 : id.pid, NULL);
    return stub_thread(s, id);
}

struct engine_thread *threads_general(struct gdbstub *s)
{
    struct engine_thread *t = id_thread(s, s->general);

    return t ? t : stub_thread_next(s, s->general.pid, NULL);
}

struct engine_thread *threads_selected(struct gdbstub *s)
{
    return id_thread(s, s->general);
}

static enum err select_thread(struct gdbstub *s, struct hex_cursor *args)
{
    bool general = hex_take_char(args, 'g');
    struct gdb_id id;

    if (!general && !hex_take_char(args, 'c'))
        return ERR_SYNTAX;
    if (!threads_take_id(s, args, &id) || hex_left(args))
        return ERR_SYNTAX;
    if (!general) {
        s->control = id;
        return dispatch_ok(s);
    }
    /* Any: the one that is selected. gdb asks so for the process that it has just attached to. */
    struct engine_thread *t = id.pid == STUB_ID_ANY ? threads_any(s) : id_thread(s, id);
    /* gdb goes on after an error here: what it asks then is of that one, and of no other. */
    s->general = t ? t->id : id;
    return t ? dispatch_ok(s) : ERR_NOT_FOUND;
}

static enum err is_alive(struct gdbstub *s, struct hex_cursor *args)
{
    struct gdb_id id;

    if (!threads_take_id(s, args, &id) || hex_left(args))
        return ERR_SYNTAX;
    engine_sync(&s->engine, id.pid);
    return stub_thread(s, id) ? dispatch_ok(s) : ERR_NOT_FOUND;
}

static enum err current(struct gdbstub *s, struct hex_cursor *args)
{
    struct engine_thread *t = threads_general(s);

    (void)args;
    if (!t)
        return ERR_UNSUPPORTED; /* no thread: the empty reply */
    packet_add_text(&s->tx, "QC");
    threads_add_id(s, t->id);
    return ERR_OK;
}

static void sync_all(struct gdbstub *s)
{
    for (unsigned i = 0; i < GDB_INFERIORS_MAX; i++)
        if (stub_pid_at(s, i))
            engine_sync(&s->engine, stub_pid_at(s, i));
}

/* All at once: the table is small enough for one packet. */
static enum err list_first(struct gdbstub *s, struct hex_cursor *args)
{
    const char *separator = "m";

    (void)args;
    sync_all(s);
    for (struct engine_thread *t = NULL; (t = stub_thread_next(s, 0, t));) {
        packet_add_text(&s->tx, separator);
        threads_add_id(s, t->id);
        separator = ",";
    }
    if (*separator == 'm')
        packet_add_text(&s->tx, "l");
    return ERR_OK;
}

static enum err list_next(struct gdbstub *s, struct hex_cursor *args)
{
    (void)args;
    packet_add_text(&s->tx, "l");
    return ERR_OK;
}

/* The target's own words for a thread. */
static bool name_find(struct gdbstub *s, struct gdb_id id, struct gdb_thread_info *out)
{
    memset(out, 0, sizeof *out);
    if (s->config.ops->thread_next(s->config.target, id.pid, id.tid - 1, out) != ERR_OK ||
        out->tid != id.tid)
        return false;
    out->name[sizeof out->name - 1] = 0;
    return out->name[0] != 0;
}

static enum err extra_info(struct gdbstub *s, struct hex_cursor *args)
{
    struct gdb_thread_info info;
    struct gdb_id id;

    if (!hex_take_char(args, ',') || !threads_take_id(s, args, &id) || hex_left(args))
        return ERR_SYNTAX;
    if (!stub_thread(s, id))
        return ERR_NOT_FOUND;
    if (!name_find(s, id, &info))
        return ERR_UNSUPPORTED;
    packet_add_hex(&s->tx, info.name, strlen(info.name));
    return ERR_OK;
}

static enum err attached(struct gdbstub *s, struct hex_cursor *args)
{
    struct engine_inferior *inferior;
    uint64_t pid = pid_default(s);

    if (hex_take_char(args, ':') && (!hex_take_number(args, &pid) || hex_left(args)))
        return ERR_SYNTAX;
    inferior = pid < UINT32_MAX ? stub_inferior(s, (uint32_t)pid) : NULL;
    if (!inferior)
        return ERR_NOT_FOUND;
    packet_add_text(&s->tx, inferior->created ? "0" : "1");
    return ERR_OK;
}

static void thread_describe(struct describe_window *w, struct gdb_id id)
{
    struct gdb_thread_info info;

    describe_add(w, "<thread id=\"");
    if (w->s->multiprocess) {
        describe_add(w, "p");
        describe_add_number(w, id.pid, 16);
        describe_add(w, ".");
    }
    describe_add_number(w, id.tid, 16);
    if (name_find(w->s, id, &info)) {
        describe_add(w, "\" name=\"");
        describe_add_xml(w, info.name);
    }
    describe_add(w, "\"/>");
}

static enum err list_xml(struct gdbstub *s, struct hex_cursor *args)
{
    struct describe_window w = {.s = s};
    uint64_t len;

    if (!hex_take_char(args, ':') || !hex_take_pair(args, ',', &w.skip, &len) || hex_left(args))
        return ERR_SYNTAX;
    if (w.skip == 0) {
        sync_all(s);
        proxy_threads_told(s);
    }
    w.room = len < s->config.packet_bytes / 2u ? (size_t)len : s->config.packet_bytes / 2u;
    packet_add_text(&s->tx, "l");
    describe_add(&w, "<threads>");
    for (struct engine_thread *t = NULL; (t = stub_thread_next(s, 0, t));)
        thread_describe(&w, t->id);
    describe_add(&w, "</threads>");
    if (w.more)
        s->tx.bytes[0] = 'm';
    return ERR_OK;
}

static const struct stub_handler rows[] = {
    {.name = "H", .handle = select_thread},
    {.name = "T", .handle = is_alive},
    {.name = "qC", .follow = "", .handle = current},
    {.name = "qfThreadInfo", .follow = "", .handle = list_first},
    {.name = "qsThreadInfo", .follow = "", .handle = list_next},
    {.name = "qThreadExtraInfo", .follow = ",", .handle = extra_info},
    {.name = "qAttached", .follow = ":", .handle = attached},
    {.name = "qXfer:threads:read:", .handle = list_xml},
};

const struct stub_group threads_group = {rows, sizeof rows / sizeof *rows};
