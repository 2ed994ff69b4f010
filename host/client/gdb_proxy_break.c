/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Z and z. By default gdb takes all breakpoints away at each stop and sets them again when it goes
 * on. In all-stop mode, while nothing runs, taking one away can wait until something is to run; if
 * it is set again before, neither needs telling. Reads do not show planted instructions anyway.
 */
#include "host/client/gdb_proxy_impl.h"

#include <stdio.h>
#include <string.h>

/* The length of `type,addr,kind` at the start of a packet's arguments; 0 if it is malformed. */
static size_t key_len(struct hex_cursor c)
{
    const uint8_t *start = c.at;
    uint64_t type, addr, kind;

    if (!hex_take_number(&c, &type) || !hex_take_char(&c, ',') ||
        !hex_take_pair(&c, ',', &addr, &kind))
        return 0;
    return (size_t)(c.at - start);
}

/* The row of a breakpoint of the inferior that gdb means. */
static struct gdb_break *row_find(struct gdb_proxy *p, uint32_t pid, struct hex_cursor key)
{
    for (unsigned i = 0; i < GDB_BREAKS; i++) {
        struct gdb_break *b = &p->breaks[i];
        if (b->pid == pid && pid && b->key == hex_left(&key) + 1 &&
            memcmp(b->text + 1, key.at, hex_left(&key)) == 0)
            return b;
    }
    return NULL;
}

static struct gdb_break *row_of_request(struct gdb_proxy *p)
{
    struct hex_cursor c = {p->request + 1, p->request + p->request_len};

    c.end = c.at + key_len(c);
    return c.at == c.end ? NULL : row_find(p, gdb_general_pid(p), c);
}

static struct gdb_break *row_free(struct gdb_proxy *p)
{
    for (unsigned i = 0; i < GDB_BREAKS; i++)
        if (p->breaks[i].pid == 0)
            return &p->breaks[i];
    return NULL;
}

/* --- setting ---------------------------------------------------------------------------------- */

static void insert_done(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    struct hex_cursor c = {p->request + 1, p->request + p->request_len};
    struct gdb_break *b = row_of_request(p);

    if (b)
        b->pid = 0;
    else
        b = row_free(p);
    if (b && gdb_is(reply, len, "OK") && p->request_len <= sizeof b->text && !p->non_stop) {
        *b = (struct gdb_break){
            .pid = gdb_general_pid(p), .len = p->request_len, .key = key_len(c) + 1};
        memcpy(b->text, p->request, b->len);
    }
    gdb_reply_bytes(p, reply, len);
}

static void insert(struct gdb_proxy *p, struct hex_cursor *args)
{
    struct gdb_break *b = row_of_request(p);

    (void)args;
    if (b && b->lifted && b->len == p->request_len && memcmp(b->text, p->request, b->len) == 0) {
        b->lifted = false;
        gdb_reply_word(p, "OK");
        return;
    }
    if (gdb_general_ready(p))
        gdb_ask_request(p, insert_done, false);
}

/* --- taking away ------------------------------------------------------------------------------ */

static void remove_done(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    struct gdb_break *b = row_of_request(p);

    if (b)
        b->pid = 0;
    gdb_reply_bytes(p, reply, len);
}

static void take_away(struct gdb_proxy *p, struct hex_cursor *args)
{
    struct gdb_break *b = row_of_request(p);

    (void)args;
    if (b && !p->non_stop) {
        b->lifted = true;
        gdb_reply_word(p, "OK");
        return;
    }
    if (gdb_general_ready(p))
        gdb_ask_request(p, remove_done, false);
}

/* Does any register in the last stop reply hold the breakpoint's address, as the PC does there? */
static bool is_at_stop(const struct gdb_proxy *p, const struct gdb_break *b)
{
    struct hex_cursor c = {b->text + 1, b->text + b->key};
    char value[17] = "";
    uint64_t type, addr;

    if (!hex_take_pair(&c, ',', &type, &addr))
        return true;
    for (unsigned i = 0; i < 8; i++)
        snprintf(value + 2 * i, 3, "%02x", (unsigned)(addr >> 8 * i & 0xff));
    return memmem(p->stop, p->stop_len, value, 16) != NULL;
}

static struct gdb_break *lifted_next(struct gdb_proxy *p)
{
    for (unsigned i = 0; i < GDB_BREAKS; i++)
        if (p->breaks[i].pid && p->breaks[i].lifted &&
            (!p->stepping || is_at_stop(p, &p->breaks[i])))
            return &p->breaks[i];
    return NULL;
}

static void settle_done(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    struct gdb_break *b = lifted_next(p);

    (void)reply; /* whatever it is, asking again would not make it better */
    (void)len;
    if (b)
        b->pid = 0;
    gdb_again(p);
}

static void settle_switched(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    struct gdb_break *b = lifted_next(p);

    if (!b || !gdb_is(reply, len, "OK")) { /* the inferior has gone, and its breakpoints with it */
        if (b)
            b->pid = 0;
        gdb_again(p);
        return;
    }
    gdb_text_clear(&p->ask);
    gdb_text_word(&p->ask, "z");
    gdb_text_bytes(&p->ask, b->text + 1, b->key - 1);
    gdb_ask(p, settle_done, false);
}

bool gdb_breaks_settled(struct gdb_proxy *p)
{
    struct gdb_break *b = lifted_next(p);
    char thread[GDB_THREAD_TEXT];
    struct hex_cursor c = {(const uint8_t *)p->general_sent,
                           (const uint8_t *)p->general_sent + strlen(p->general_sent)};
    uint64_t pid;

    if (!b)
        return true;
    if (hex_take_char(&c, 'p') && hex_take_number(&c, &pid) && pid == b->pid) {
        settle_switched(p, (const uint8_t *)"OK", 2);
        return false;
    }
    snprintf(thread, sizeof thread, "p%x.0", (unsigned)b->pid);
    gdb_general_switch(p, thread, settle_switched);
    return false;
}

void gdb_breaks_forget(struct gdb_proxy *p, uint32_t pid)
{
    for (unsigned i = 0; i < GDB_BREAKS; i++)
        if (pid == 0 || p->breaks[i].pid == pid)
            p->breaks[i].pid = 0;
}

static const struct gdb_row rows[] = {
    {"Z", insert},
    {"z", take_away},
};

const struct gdb_group gdb_break_group = {rows, sizeof rows / sizeof *rows};
