/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For a proxy of the workstation between gdb and this stub (feature `sel4mon.proxy+`), so that it
 * can keep what does not change: text that nobody can write (`qSel4mon.text:PID`), and the list of
 * threads until a notification tells, before any stop reply, that there are others. And
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
    {.name = "QSel4mon.bye", .follow = "", .handle = bye},
};

const struct stub_group proxy_group = {rows, sizeof rows / sizeof *rows};
