/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For a proxy of the workstation between gdb and this stub (feature `sel4mon.proxy+`), so that it
 * can keep what does not change: text that nobody can write (`qSel4mon.text:PID`), and the list of
 * threads until a notification tells, before any stop reply, that there are others. Stop replies
 * leave out registers that are as at the thread's last stop, and end in `same:MASK` of the pieces
 * of memory (`qSel4mon.keep:SLOT,ADDR,LENGTH`) that are; of a step of the thread that stopped last
 * all that is said is `t`, such registers, and the mask. `j`, or the one byte
 * PACKET_AGAIN_BYTE, is the last vCont again. And
 * `QSel4mon.bye`: gdb left the proxy without a word.
 */
#include "gdbstub/stub.h"
#include "arch/lib/str.h"

/* Changes with the threads there are; never 0, which stands for "not told". */
static uint32_t threads_sum(const struct gdbstub *s)
{
    uint32_t sum = 0;

    for (unsigned i = 0; i < s->engine.threads_end; i++) {
        const struct gdb_id *id = &s->engine.threads[i].id;
        if (id->pid)
            sum += (id->pid * 2654435761u) ^ (id->tid * 2246822519u + 1);
    }
    return sum | 1;
}

void proxy_threads_told(struct gdbstub *s)
{
    s->proxy.threads_told = threads_sum(s);
}

bool proxy_waiting(const struct gdbstub *s)
{
    return s->proxy.active && s->proxy.threads_told && s->proxy.threads_told != threads_sum(s);
}

void proxy_poll(struct gdbstub *s)
{
    if (!s->session || !proxy_waiting(s))
        return;
    packet_begin(&s->tx, '%');
    packet_add_text(&s->tx, "Sel4mon:threads");
    s->proxy.threads_told = 0;
    packet_send(&s->tx);
}

void proxy_keep_actions(struct gdbstub *s, const struct hex_cursor *args)
{
    size_t len = hex_left(args);

    s->proxy.again_len = s->proxy.active && len <= GDB_AGAIN_BYTES ? len : 0;
    memmove(s->proxy.again, args->at, s->proxy.again_len);
}

/* start,length;... */
static enum err text(struct gdbstub *s, struct hex_cursor *args)
{
    uint64_t pid, start, len, after = 0;
    const char *separator = "";

    if (!hex_take_char(args, ':') || !hex_take_number(args, &pid) || hex_left(args))
        return ERR_SYNTAX;
    if (!s->config.ops->text_next)
        return ERR_UNSUPPORTED;
    if (pid >= UINT32_MAX || !gdbstub_attached(s, (uint32_t)pid))
        return ERR_NOT_FOUND;
    while (packet_room(&s->tx) > 64 && s->config.ops->text_next(s->config.target, (uint32_t)pid,
                                                                after, &start, &len) == ERR_OK) {
        packet_add_text(&s->tx, separator);
        packet_add_number(&s->tx, start);
        packet_add_text(&s->tx, ",");
        packet_add_number(&s->tx, len);
        separator = ";";
        after = start + len;
    }
    return ERR_OK;
}

/* --- what is the same at the next stop -------------------------------------------------------- */

static bool tells_same(const struct gdbstub *s)
{
    return s->proxy.active && !s->non_stop;
}

bool proxy_has_register(struct gdbstub *s, struct gdb_id id, unsigned index, const uint8_t *value)
{
    struct stub_proxy *p = &s->proxy;
    bool same;

    if (!tells_same(s) || index >= GDB_EXPEDITED_MAX)
        return false;
    same = p->registers_of.pid == id.pid && p->registers_of.tid == id.tid &&
           memcmp(p->registers[index], value, GDB_REG_BYTES_MAX) == 0;
    memcpy(p->registers[index], value, GDB_REG_BYTES_MAX);
    return same;
}

static bool is_same(struct gdbstub *s, unsigned slot)
{
    _Alignas(uint64_t) uint8_t now[GDB_KEPT_BYTES];
    size_t len = s->proxy.kept[slot].len, done = 0;

    (void)engine_mem_read(&s->engine, s->proxy.kept[slot].pid, s->proxy.kept[slot].addr, now, len,
                          &done);
    return done == len && memcmp(now, s->proxy.kept[slot].bytes, len) == 0;
}

bool proxy_add_stepped(struct gdbstub *s, const struct engine_thread *t)
{
    const struct gdb_id *last = &s->proxy.registers_of;

    if (!tells_same(s) || t->report.reason != ENGINE_REASON_STEP || last->pid != t->id.pid ||
        last->tid != t->id.tid)
        return false;
    packet_add_text(&s->tx, "t");
    return true;
}

void proxy_add_same(struct gdbstub *s, struct gdb_id id, bool stepped)
{
    uint32_t mask = 0;

    if (!tells_same(s))
        return;
    s->proxy.registers_of = id;
    for (unsigned i = 0; i < GDB_KEPT; i++)
        if (s->proxy.kept[i].pid == id.pid && is_same(s, i))
            mask |= 1u << i;
    if (!stepped)
        packet_add_text(&s->tx, "same:");
    packet_add_number(&s->tx, mask);
    if (!stepped)
        packet_add_text(&s->tx, ";");
}

/* slot,addr,length: reads, as `x` does, and compares at each stop from now on. */
static enum err keep(struct gdbstub *s, struct hex_cursor *args)
{
    const struct engine_thread *t = threads_general(s);
    uint64_t slot, addr, len;
    size_t done = 0;

    if (!hex_take_char(args, ':') || !hex_take_number(args, &slot) || !hex_take_char(args, ',') ||
        !hex_take_pair(args, ',', &addr, &len) || hex_left(args) || slot >= GDB_KEPT || len == 0 ||
        len > GDB_KEPT_BYTES)
        return ERR_SYNTAX;
    if (!t)
        return ERR_NOT_FOUND;
    s->proxy.kept[slot].pid = 0;
    (void)engine_mem_read(&s->engine, t->id.pid, addr, s->proxy.kept[slot].bytes, len, &done);
    if (done < len)
        return ERR_FAULT;
    s->proxy.kept[slot].pid = t->id.pid;
    s->proxy.kept[slot].addr = addr;
    s->proxy.kept[slot].len = (uint32_t)len;
    packet_add_text(&s->tx, "b");
    packet_add(&s->tx, s->proxy.kept[slot].bytes, len);
    return ERR_OK;
}

static enum err bye(struct gdbstub *s, struct hex_cursor *args)
{
    (void)args;
    gdbstub_disconnect(s);
    packet_begin(&s->tx, '$');
    packet_add_text(&s->tx, "bye");
    return ERR_OK;
}

static const struct stub_handler rows[] = {
    {.name = "qSel4mon.text", .follow = ":", .handle = text},
    {.name = "qSel4mon.keep", .follow = ":", .handle = keep},
    {.name = "QSel4mon.bye", .follow = "", .handle = bye},
};

const struct stub_group proxy_group = {rows, sizeof rows / sizeof *rows};
