/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * qXfer: documents, fetched from the stub once and as a whole, then served in the pieces gdb asks
 * for. A target description and the memory map stay as long as the target does, the list of threads
 * until something ran. The file of an inferior is one that the client knows.
 */
#include "host/client/gdb_proxy_impl.h"

#include <stdlib.h>
#include <string.h>

enum { DOCUMENT_MAX = 1 << 20, PIECE_BYTES = 0xfff };

static void piece_send(struct gdb_proxy *p, const uint8_t *bytes, size_t all, uint64_t skip,
                       uint64_t want)
{
    size_t have = skip < all ? all - (size_t)skip : 0;
    size_t len = want < have ? (size_t)want : have;

    if (len > GDB_WIRE_BYTES / 2)
        len = GDB_WIRE_BYTES / 2;
    gdb_text_clear(&p->reply);
    gdb_text_word(&p->reply, len < have ? "m" : "l");
    gdb_text_bytes(&p->reply, bytes + (len ? skip : 0), len);
    gdb_reply(p);
}

/* False: no memory, or there is no end to it. */
static bool document_add(struct gdb_document *d, const uint8_t *bytes, size_t len)
{
    if (d->len + len > DOCUMENT_MAX)
        return false;
    if (d->len + len > d->cap) {
        size_t cap = 2 * (d->len + len);
        uint8_t *grown = realloc(d->bytes, cap);
        if (!grown)
            return false;
        d->bytes = grown;
        d->cap = cap;
    }
    if (len > 0)
        memcpy(d->bytes + d->len, bytes, len);
    d->len += len;
    return true;
}

/* Takes a piece; anything but `m` and `l` is gdb's reply as it is. */
static void piece_take(struct gdb_proxy *p, struct gdb_document *d, const uint8_t *reply,
                       size_t len)
{
    if (len == 0 || (reply[0] != 'm' && reply[0] != 'l') || (reply[0] == 'm' && len == 1) ||
        !document_add(d, reply + 1, len - 1)) {
        gdb_document_forget(d);
        gdb_reply_bytes(p, reply, len);
        return;
    }
    d->known = reply[0] == 'l';
    gdb_again(p);
}

static void document_serve(struct gdb_proxy *p, struct hex_cursor *args, struct gdb_document *d,
                           const char *object, gdb_done done)
{
    uint64_t skip, want;

    if (!hex_take_char(args, ':') || !hex_take_pair(args, ',', &skip, &want) || hex_left(args)) {
        gdb_reply_word(p, "E16");
        return;
    }
    if (d->known) {
        piece_send(p, d->bytes, d->len, skip, want);
        return;
    }
    gdb_text_word(&p->ask, object);
    gdb_text_word(&p->ask, ":");
    gdb_text_number(&p->ask, d->len);
    gdb_text_word(&p->ask, ",");
    gdb_text_number(&p->ask, PIECE_BYTES);
    gdb_ask(p, done, false);
}

static void features_done(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    piece_take(p, &p->features, reply, len);
}

static void features(struct gdb_proxy *p, struct hex_cursor *args)
{
    document_serve(p, args, &p->features, "qXfer:features:read:target.xml", features_done);
}

static void memory_map_done(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    piece_take(p, &p->memory_map, reply, len);
}

static void memory_map(struct gdb_proxy *p, struct hex_cursor *args)
{
    document_serve(p, args, &p->memory_map, "qXfer:memory-map:read:", memory_map_done);
}

static void threads_done(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    piece_take(p, &p->threads, reply, len);
    if (p->non_stop && p->threads.known)
        gdb_document_forget(&p->threads); /* they come and go while one looks */
}

static void threads(struct gdb_proxy *p, struct hex_cursor *args)
{
    document_serve(p, args, &p->threads, "qXfer:threads:read:", threads_done);
}

/* --- the file of an inferior ------------------------------------------------------------------ */

static void exec_file_serve(struct gdb_proxy *p, const struct gdb_file *file)
{
    struct hex_cursor c = {p->request, p->request + p->request_len};
    uint64_t pid, skip, want;

    (void)hex_take_word(&c, "qXfer:exec-file:read:");
    (void)hex_take_number(&c, &pid);
    if (!hex_take_char(&c, ':') || !hex_take_pair(&c, ',', &skip, &want) || hex_left(&c))
        gdb_reply_word(p, "E16");
    else if (!file)
        gdb_reply_word(p, "E02");
    else
        piece_send(p, (const uint8_t *)file->path, strlen(file->path), skip, want);
}

/* The stub gives the component's name, or a path. */
static void exec_file_done(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    const struct gdb_file *file;

    if (len < 2 || reply[0] != 'l') {
        exec_file_serve(p, gdb_files_find(p->config.files, NULL, 0));
        return;
    }
    file = gdb_files_find(p->config.files, (const char *)reply + 1, len - 1);
    exec_file_serve(p, file);
}

static void exec_file(struct gdb_proxy *p, struct hex_cursor *args)
{
    const uint8_t *colon = memchr(args->at, ':', hex_left(args));

    if (!p->has_exec_file) {
        exec_file_serve(p, gdb_files_find(p->config.files, NULL, 0));
        return;
    }
    gdb_text_word(&p->ask, "qXfer:exec-file:read:");
    gdb_text_bytes(&p->ask, args->at, colon ? (size_t)(colon - args->at) : 0);
    gdb_text_word(&p->ask, ":0,fff");
    gdb_ask(p, exec_file_done, false);
}

static const struct gdb_row rows[] = {
    {"qXfer:features:read:target.xml", features},
    {"qXfer:memory-map:read:", memory_map},
    {"qXfer:threads:read:", threads},
    {"qXfer:exec-file:read:", exec_file},
};

const struct gdb_group gdb_object_group = {rows, sizeof rows / sizeof *rows};
