/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * qRcmd: `monitor X` is the shell's command X. Its output, and what breakpoints print, wait in a
 * small buffer and go as O packets when the line is free and gdb can take them.
 */
#include "gdbstub/stub.h"
#include "arch/lib/str.h"

static enum err command(struct gdbstub *s, struct hex_cursor *args)
{
    char text[GDB_TEXT_BYTES];

    if (!s->config.ops->console)
        return ERR_UNSUPPORTED;
    if (!hex_take_text(args, text, sizeof text))
        return ERR_SYNTAX;
    s->console.active = true;
    s->console.done = false;
    s->deferred = true;
    enum err err = s->config.ops->console(s->config.target, text);
    if (err == ERR_OK)
        return ERR_OK;
    if (!s->error_text) { /* gdb shows no text with an error here, unless it said that it does */
        const char *why = err == ERR_BUSY ? "the shell runs another command" : err_text(err);
        (void)monitor_keep(s, why, strlen(why));
        (void)monitor_keep(s, "\n", 1);
    }
    gdbstub_console_done(s, err);
    return ERR_OK;
}

size_t monitor_keep(struct gdbstub *s, const char *text, size_t len_bytes)
{
    struct stub_console *c = &s->console;
    size_t room = sizeof c->text - c->len, len = len_bytes < room ? len_bytes : room;

    memcpy(c->text + c->len, text, len);
    c->len += (uint16_t)len;
    return len;
}

size_t gdbstub_console_write(struct gdbstub *s, const char *text, size_t len_bytes)
{
    /* After gdb has gone, the rest of a command's output goes nowhere. */
    return s->console.active && s->session ? monitor_keep(s, text, len_bytes) : len_bytes;
}

void gdbstub_console_done(struct gdbstub *s, enum err result)
{
    if (!s->console.active)
        return;
    if (!s->session) {
        s->console.active = false;
        return;
    }
    s->console.done = true;
    s->console.result = (uint8_t)result;
}

size_t gdbstub_print(struct gdbstub *s, const char *text, size_t len_bytes)
{
    return s->running ? monitor_keep(s, text, len_bytes) : 0;
}

static void output_send(struct gdbstub *s)
{
    struct stub_console *c = &s->console;
    size_t most = (s->config.packet_bytes - 1u) / 2, len = c->len < most ? c->len : most;

    packet_begin(&s->tx, '$');
    packet_add_text(&s->tx, "O");
    packet_add_hex(&s->tx, c->text, len);
    c->len -= (uint16_t)len;
    memmove(c->text, c->text + len, c->len);
    packet_send(&s->tx);
}

void monitor_poll(struct gdbstub *s)
{
    struct stub_console *c = &s->console;

    if (c->len && s->session) {
        output_send(s);
        return;
    }
    if (!c->done)
        return;
    c->active = c->done = false;
    packet_begin(&s->tx, '$');
    if (c->result == ERR_OK)
        (void)dispatch_ok(s);
    else
        dispatch_error(s, (enum err)c->result, false);
    packet_send(&s->tx);
}

static const struct stub_handler rows[] = {
    {.name = "qRcmd,", .handle = command},
};

const struct stub_group monitor_group = {rows, sizeof rows / sizeof *rows};
