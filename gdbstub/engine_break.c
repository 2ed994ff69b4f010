/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of breakpoints and watchpoints, the pool of their bytecode, and watchpoints by stepping
 * for targets without hardware ones: a write is noticed by comparing after each step, up to 8
 * bytes.
 */
#include "gdbstub/agent.h"
#include "gdbstub/engine.h"
#include "arch/lib/str.h"

enum { SOFT_WATCH_BYTES = 8 };

static struct engine_break *break_find(struct engine *e, uint32_t pid, enum gdb_break_type type,
                                       uint64_t addr, uint64_t len_bytes)
{
    for (unsigned i = 0; i < e->breaks_end; i++) {
        struct engine_break *b = &e->breaks[i];
        bool watch = type >= GDB_WATCH_WRITE;
        if (b->pid == pid && b->type == type && b->addr == addr &&
            (!watch || b->len_bytes == len_bytes))
            return b;
    }
    return NULL;
}

static bool is_soft_watch(const struct engine_break *b)
{
    return b->pid && b->type >= GDB_WATCH_WRITE && !b->native;
}

/* Gives a row's bytecode back to the pool; the pool has no holes. */
static void agent_drop(struct engine *e, struct engine_break *b)
{
    size_t end = b->agent_start + b->agent_bytes;

    memmove(e->agent + b->agent_start, e->agent + end, e->agent_used - end);
    e->agent_used -= b->agent_bytes;
    for (unsigned i = 0; i < e->breaks_end; i++)
        if (e->breaks[i].pid && e->breaks[i].agent_start >= end)
            e->breaks[i].agent_start -= b->agent_bytes;
    b->agent_start = b->agent_bytes = 0;
}

static enum err agent_keep(struct engine *e, struct engine_break *b, const uint8_t *agent,
                           size_t agent_bytes)
{
    agent_drop(e, b);
    if (agent_bytes > (size_t)GDB_AGENT_POOL_BYTES - e->agent_used)
        return ERR_FULL;
    b->agent_start = e->agent_used;
    b->agent_bytes = (uint16_t)agent_bytes;
    memcpy(e->agent + b->agent_start, agent, agent_bytes);
    e->agent_used += b->agent_bytes;
    return ERR_OK;
}

static struct engine_break *row_take(struct engine *e)
{
    for (unsigned i = 0; i < GDB_BREAKS_MAX; i++) {
        if (e->breaks[i].pid)
            continue;
        if (i >= e->breaks_end)
            e->breaks_end = (uint16_t)(i + 1);
        return &e->breaks[i];
    }
    return NULL;
}

static void row_free(struct engine *e, struct engine_break *b)
{
    agent_drop(e, b);
    b->pid = 0;
    while (e->breaks_end && !e->breaks[e->breaks_end - 1].pid)
        e->breaks_end--;
}

uint64_t engine_watch_value(struct engine *e, const struct engine_break *b)
{
    size_t len = b->len_bytes < SOFT_WATCH_BYTES ? b->len_bytes : SOFT_WATCH_BYTES, done;
    uint64_t value = 0;

    (void)engine_mem_read(e, b->pid, b->addr, &value, len, &done);
    return value;
}

static enum err planted_set(struct engine *e, struct engine_break *b)
{
    const struct gdb_break_insn *insn = gdb_arch_break(e->arch, (unsigned)b->len_bytes);

    if (!insn || b->len_bytes > 255)
        return ERR_ARGUMENT;
    return engine_site_use(e, b->pid, b->addr, (unsigned)(insn - e->arch->breaks), &b->site);
}

/* Sets it in the target's way if there is one, else in ours. */
static enum err row_set(struct engine *e, struct engine_break *b)
{
    struct engine_inferior *inferior = engine_inferior(e, b->pid);
    enum err err = ERR_UNSUPPORTED;

    if (e->ops->break_set)
        err = e->ops->break_set(e->target, b->pid, b->type, b->addr, b->len_bytes);
    b->native = err == ERR_OK;
    if (err != ERR_UNSUPPORTED)
        return err;
    if (b->type == GDB_BREAK_SOFTWARE)
        return planted_set(e, b);
    if (b->type != GDB_WATCH_WRITE || b->len_bytes == 0 || b->len_bytes > SOFT_WATCH_BYTES)
        return ERR_UNSUPPORTED;
    b->value = engine_watch_value(e, b);
    inferior->soft_watches++;
    return ERR_OK;
}

enum err engine_break_set(struct engine *e, uint32_t pid, enum gdb_break_type type, uint64_t addr,
                          uint64_t len_bytes, const uint8_t *agent, size_t agent_bytes)
{
    struct engine_break *b = break_find(e, pid, type, addr, len_bytes);

    if (!engine_inferior(e, pid))
        return ERR_NOT_FOUND;
    if (b)
        return agent_keep(e, b, agent, agent_bytes);
    b = row_take(e);
    if (!b)
        return ERR_FULL;
    *b = (struct engine_break){
        .addr = addr, .len_bytes = len_bytes, .pid = pid, .type = (uint8_t)type};
    enum err err = agent_keep(e, b, agent, agent_bytes);
    if (err != ERR_OK)
        goto fail;
    err = row_set(e, b);
    if (err != ERR_OK)
        goto fail;
    return ERR_OK;
fail:
    row_free(e, b);
    return err;
}

static enum err row_clear(struct engine *e, struct engine_break *b)
{
    enum err err = ERR_OK;

    if (b->native && !b->lifted)
        err = e->ops->break_clear(e->target, b->pid, b->type, b->addr, b->len_bytes);
    else if (is_soft_watch(b))
        engine_inferior(e, b->pid)->soft_watches--;
    else if (!b->native)
        engine_site_release(e, b->site);
    row_free(e, b);
    return err;
}

enum err engine_break_clear(struct engine *e, uint32_t pid, enum gdb_break_type type, uint64_t addr,
                            uint64_t len_bytes)
{
    struct engine_break *b = break_find(e, pid, type, addr, len_bytes);

    return b && pid ? row_clear(e, b) : ERR_NOT_FOUND;
}

void engine_break_clear_all(struct engine *e, uint32_t pid)
{
    for (unsigned i = 0; pid && i < e->breaks_end; i++)
        if (e->breaks[i].pid == pid)
            (void)row_clear(e, &e->breaks[i]);
}

struct engine_break *engine_break_at(struct engine *e, uint32_t pid, uint64_t addr, bool planted)
{
    for (unsigned i = 0; i < e->breaks_end; i++) {
        struct engine_break *b = &e->breaks[i];
        if (b->pid == pid && b->addr == addr && b->type <= GDB_BREAK_HARDWARE &&
            b->native == !planted)
            return b;
    }
    return NULL;
}

struct engine_break *engine_watch_at(struct engine *e, uint32_t pid, uint64_t addr)
{
    for (unsigned i = 0; i < e->breaks_end; i++) {
        struct engine_break *b = &e->breaks[i];
        if (b->pid == pid && b->type >= GDB_WATCH_WRITE && addr - b->addr < b->len_bytes)
            return b;
    }
    return NULL;
}

struct engine_break *engine_watch_changed(struct engine *e, uint32_t pid)
{
    for (unsigned i = 0; i < e->breaks_end; i++) {
        struct engine_break *b = &e->breaks[i];
        if (b->pid != pid || !is_soft_watch(b))
            continue;
        uint64_t value = engine_watch_value(e, b);
        if (value != b->value) {
            b->value = value;
            return b;
        }
    }
    return NULL;
}

void engine_watch_refresh(struct engine *e, uint32_t pid)
{
    while (engine_watch_changed(e, pid))
        ;
}

/* Conditions are or-ed; a breakpoint with none always holds, and so does one that cannot be
 * computed, because a stop too many is better than one that is missed. Commands run if it holds,
 * and then gdb is not told. */
bool engine_break_reports(struct engine *e, const struct engine_break *b, struct engine_thread *t)
{
    const uint8_t *at = e->agent + b->agent_start, *end = at + b->agent_bytes;
    const struct engine_client *client = engine_inferior(e, b->pid)->client;
    bool conditions = false, holds = false, commands = false;
    uint64_t value;

    for (int pass = 0; pass < 2; pass++) {
        for (const uint8_t *p = at; p < end;) {
            struct engine_agent head;
            memcpy(&head, p, sizeof head);
            size_t len = head.len_low | (size_t)head.len_high << 8;
            p += sizeof head;
            if (pass == 0 && !head.command) {
                conditions = true;
                holds |= agent_run(e, t, p, len, &value) != ERR_OK || value != 0;
            } else if (pass == 1 && head.command) {
                commands = true;
                (void)agent_run(e, t, p, len, &value);
            }
            p += len;
        }
        if (conditions && !holds)
            return false;
    }
    if (b->agent_bytes == 0 && client->holds)
        return client->holds(client->context, b, t);
    return !commands;
}

static bool concerned(const struct engine_break *b, uint32_t pid, uint64_t addr, bool watches)
{
    if (b->pid != pid || !b->native)
        return false;
    return b->type >= GDB_WATCH_WRITE ? watches : b->addr == addr;
}

void engine_break_lift(struct engine *e, uint32_t pid, uint64_t addr, bool watches)
{
    struct engine_site *site = engine_site_at(e, pid, addr);

    if (site)
        engine_site_lift(e, site);
    for (unsigned i = 0; i < e->breaks_end; i++) {
        struct engine_break *b = &e->breaks[i];
        if (!concerned(b, pid, addr, watches) || b->lifted)
            continue;
        (void)e->ops->break_clear(e->target, pid, b->type, b->addr, b->len_bytes);
        b->lifted = true;
    }
}

void engine_break_lower(struct engine *e, uint32_t pid)
{
    for (unsigned i = 0; i < e->sites_end; i++)
        if (e->sites[i].uses && e->sites[i].pid == pid)
            engine_site_lower(e, &e->sites[i]);
    for (unsigned i = 0; i < e->breaks_end; i++) {
        struct engine_break *b = &e->breaks[i];
        if (b->pid != pid || !b->lifted)
            continue;
        (void)e->ops->break_set(e->target, pid, b->type, b->addr, b->len_bytes);
        b->lifted = false;
    }
}
