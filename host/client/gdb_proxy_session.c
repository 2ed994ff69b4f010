/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The beginning of a session: what each side can do, acknowledgements, what the stub is known not
 * to have, and where nothing needs to be asked.
 */
#include "host/client/gdb_proxy_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void gdb_document_forget(struct gdb_document *d)
{
    d->known = false;
    d->len = 0;
}

void gdb_session_reset(struct gdb_proxy *p)
{
    p->non_stop = p->vcont_known = false;
    p->again_len = 0;
    p->has_exec_file = p->has_notices = p->has_binary = false;
    p->general[0] = p->general_sent[0] = p->control[0] = p->control_sent[0] = '\0';
    gdb_document_forget(&p->threads);
    gdb_registers_forget(p);
    gdb_kept_reset(p);
    gdb_memory_forget(p, 0);
    gdb_breaks_forget(p, 0);
}

/* --- qSupported ------------------------------------------------------------------------------- */

/* The next of the items between semicolons; false at the end. */
static bool item_next(struct hex_cursor *c, const uint8_t **item, size_t *len)
{
    if (c->at == c->end)
        return false;
    const uint8_t *end = memchr(c->at, ';', hex_left(c));
    *item = c->at;
    *len = (size_t)((end ? end : c->end) - c->at);
    c->at = end ? end + 1 : c->end;
    return true;
}

/* What the stub is told of gdb: only what it asks about. It goes over the line at every start. */
static void features_ask(struct gdb_proxy *p, struct hex_cursor *args)
{
    static const char *const told[] = {"multiprocess+", "error-message+"};
    const uint8_t *item;
    size_t len;

    gdb_text_word(&p->ask, "qSupported:sel4mon.proxy+");
    (void)hex_take_char(args, ':');
    while (item_next(args, &item, &len)) {
        for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
            if (!gdb_is(item, len, told[i]))
                continue;
            gdb_text_word(&p->ask, ";");
            gdb_text_bytes(&p->ask, item, len);
        }
    }
}

/* Features of the stub that are its own affair and the proxy's. */
static bool feature_kept(struct gdb_proxy *p, const uint8_t *item, size_t len)
{
    bool notices = gdb_is(item, len, "sel4mon.proxy+");
    bool exec_file = gdb_is(item, len, "qXfer:exec-file:read+");

    p->has_notices |= notices;
    p->has_exec_file |= exec_file;
    p->has_binary |= gdb_is(item, len, "binary-upload+");
    return notices || exec_file || gdb_is(item, len, "QStartNoAckMode+");
}

/* p->reply becomes what gdb is told, and waits for the rest of the beginning. */
static void supported_done(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    struct hex_cursor c = {reply, reply + len};
    const uint8_t *item;
    size_t item_len;

    gdb_text_clear(&p->reply);
    gdb_text_word(&p->reply, "QStartNoAckMode+");
    while (item_next(&c, &item, &item_len)) {
        if (item_len == 0 || feature_kept(p, item, item_len))
            continue;
        gdb_text_word(&p->reply, ";");
        gdb_text_bytes(&p->reply, item, item_len);
    }
    if (p->has_exec_file || p->config.files->count > 0)
        gdb_text_word(&p->reply, ";qXfer:exec-file:read+");
    if (!p->config.line.reliable) {
        gdb_reply(p);
        return;
    }
    gdb_text_clear(&p->ask);
    gdb_text_word(&p->ask, "QStartNoAckMode");
    p->stage = 1;
}

static void no_ack_done(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    p->no_ack = gdb_is(reply, len, "OK");
    gdb_reply(p);
}

static void supported_then_no_ack(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    supported_done(p, reply, len);
    if (p->stage == 1)
        gdb_ask(p, no_ack_done, false);
}

static void supported(struct gdb_proxy *p, struct hex_cursor *args)
{
    gdb_session_reset(p);
    p->no_ack = false; /* so a session begins at the stub */
    features_ask(p, args);
    gdb_ask(p, supported_then_no_ack, false);
}

/* --- the rest --------------------------------------------------------------------------------- */

static void no_ack(struct gdb_proxy *p, struct hex_cursor *args)
{
    (void)args;
    p->up_no_ack_next = true;
    gdb_reply_word(p, "OK");
}

static void nothing(struct gdb_proxy *p, struct hex_cursor *args)
{
    (void)args;
    gdb_reply_word(p, "");
}

static void files(struct gdb_proxy *p, struct hex_cursor *args)
{
    gdb_files_serve(p->config.files, args, &p->reply);
    gdb_reply(p);
}

static void non_stop_done(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    if (gdb_is(reply, len, "OK"))
        p->non_stop = p->request_len > 0 && p->request[p->request_len - 1] == '1';
    gdb_stopped_forget(p);
    gdb_reply_bytes(p, reply, len);
}

static void non_stop(struct gdb_proxy *p, struct hex_cursor *args)
{
    (void)args;
    if (!gdb_breaks_settled(p))
        return;
    gdb_ask_request(p, non_stop_done, false);
}

/* A command of the shell may change anything but what the target says is text. */
static void command_done(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    gdb_stopped_forget(p);
    gdb_document_forget(&p->threads);
    gdb_reply_bytes(p, reply, len);
}

static void command(struct gdb_proxy *p, struct hex_cursor *args)
{
    (void)args;
    gdb_ask_request(p, command_done, true);
}

/* `maint packet qSel4mon.count`: packets to the stub, bytes to it, bytes from it, all since the
 * port is open; for those who measure the line. */
static void count(struct gdb_proxy *p, struct hex_cursor *args)
{
    char text[80];

    (void)args;
    snprintf(text, sizeof text, "%lu %lu %lu", p->count.packets, p->count.bytes_out,
             p->count.bytes_in);
    gdb_reply_word(p, text);
}

static const struct gdb_row rows[] = {
    {"qSupported", supported}, {"QStartNoAckMode", no_ack}, {"vMustReplyEmpty", nothing},
    {"qTStatus", nothing},     {"qSymbol:", nothing},       {"qOffsets", nothing},
    {"vFile:", files},         {"QNonStop", non_stop},      {"qRcmd,", command},
    {"qSel4mon.count", count},
};

const struct gdb_group gdb_session_group = {rows, sizeof rows / sizeof *rows};
