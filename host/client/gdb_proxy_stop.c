/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stop replies made short by the stub (`same:MASK` in one, see gdbstub/proxy.c): registers that are
 * as they were at the thread's last stop are left out, and small pieces of memory that were read
 * with `qSel4mon.keep` are told to be the same, byte for byte. Such a piece is answered from here
 * once. A step of the thread that stopped last is `t`, its registers, and the mask.
 */
#include "host/client/gdb_proxy_impl.h"

#include <string.h>

/* The next item up to a semicolon; false at the end. */
static bool item_next(struct hex_cursor *c, struct hex_cursor *item)
{
    if (c->at == c->end)
        return false;
    const uint8_t *end = memchr(c->at, ';', hex_left(c));
    *item = (struct hex_cursor){c->at, end ? end : c->end};
    c->at = end ? end + 1 : c->end;
    return true;
}

/* `NUMBER:` of a register; how long it is, 0 if the item is none. */
static size_t register_key(const struct hex_cursor *item)
{
    const uint8_t *at = item->at;

    while (at < item->end && hex_value(*at) >= 0)
        at++;
    return at > item->at && at < item->end && *at == ':' ? (size_t)(at - item->at) + 1 : 0;
}

static bool has_item(const struct gdb_text *text, const uint8_t *key, size_t len)
{
    for (size_t i = 3; i + len <= text->len; i++)
        if (text->bytes[i - 1] == ';' && memcmp(text->bytes + i, key, len) == 0)
            return true;
    return false;
}

static void registers_add_old(struct gdb_proxy *p, struct gdb_text *to)
{
    struct hex_cursor old = {p->told, p->told + p->told_len}, item;

    while (item_next(&old, &item)) {
        size_t key = register_key(&item);
        if (key == 0 || has_item(to, item.at, key))
            continue;
        gdb_text_bytes(to, item.at, hex_left(&item));
        gdb_text_word(to, ";");
    }
}

static void pieces_same(struct gdb_proxy *p, uint64_t mask)
{
    for (unsigned i = 0; i < GDB_KEPT; i++)
        p->kept[i].same = p->kept[i].pid && (mask >> i & 1);
}

/* `T`, the signal, and of a step the thread, which is that of the last stop. The signal has no
 * separator after it. */
static void begin_expanded(struct gdb_proxy *p, struct hex_cursor *c)
{
    struct hex_cursor old = {p->told, p->told + p->told_len}, item, value;

    if (!hex_take_char(c, 't')) {
        gdb_text_bytes(&p->reply, c->at, 3);
        c->at += 3;
        return;
    }
    gdb_text_word(&p->reply, "T05");
    if (hex_left(&old) > 3)
        old.at += 3;
    while (item_next(&old, &item)) {
        value = item;
        if (!hex_take_word(&value, "thread:"))
            continue;
        gdb_text_bytes(&p->reply, item.at, hex_left(&item));
        gdb_text_word(&p->reply, ";");
    }
}

void gdb_stop_expand(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    struct hex_cursor c = {reply, reply + len}, item;
    bool stepped = len > 1 && reply[0] == 't', is_short = stepped;
    uint64_t mask = 0;

    gdb_text_clear(&p->reply);
    if (p->non_stop || (!stepped && (len < 3 || reply[0] != 'T'))) {
        gdb_text_bytes(&p->reply, reply, len);
        return;
    }
    begin_expanded(p, &c);
    while (item_next(&c, &item)) {
        struct hex_cursor value = item;
        bool is_mask = hex_take_word(&value, "same:") || (stepped && c.at == c.end);
        if (is_mask && hex_take_number(&value, &mask)) {
            is_short = true;
            continue;
        }
        gdb_text_bytes(&p->reply, item.at, hex_left(&item));
        gdb_text_word(&p->reply, ";");
    }
    if (is_short) {
        pieces_same(p, mask);
        registers_add_old(p, &p->reply);
    }
    p->told_len = p->reply.len <= sizeof p->told ? p->reply.len : 0;
    memcpy(p->told, p->reply.bytes, p->told_len);
}

/* --- pieces of memory ------------------------------------------------------------------------- */

void gdb_kept_forget(struct gdb_proxy *p)
{
    for (unsigned i = 0; i < GDB_KEPT; i++)
        p->kept[i].same = false;
}

void gdb_kept_reset(struct gdb_proxy *p)
{
    memset(p->kept, 0, sizeof p->kept);
    p->told_len = 0;
}

static void keep_done(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    struct gdb_kept *k = &p->kept[p->kept_next];

    if (len != k->len + 1 || reply[0] != 'b') {
        k->pid = 0; /* the target's own affair: as any other memory */
        gdb_again(p);
        return;
    }
    memcpy(k->bytes, reply + 1, k->len);
    gdb_data_send(p, k->bytes, k->len);
}

bool gdb_kept_read(struct gdb_proxy *p, uint32_t pid, uint64_t addr, uint64_t len)
{
    unsigned i = 0;

    if (p->non_stop || !p->has_notices || !p->has_binary || pid == 0 || p->stop_len == 0 ||
        len < GDB_KEPT_LEAST || len > GDB_KEPT_BYTES || p->stage != 0)
        return false;
    while (i < GDB_KEPT &&
           !(p->kept[i].pid == pid && p->kept[i].addr == addr && p->kept[i].len == len))
        i++;
    if (i < GDB_KEPT && p->kept[i].same) {
        p->kept[i].same = false;
        gdb_data_send(p, p->kept[i].bytes, (size_t)len);
        return true;
    }
    p->kept_next = i < GDB_KEPT ? i : (p->kept_next + 1) % GDB_KEPT;
    p->kept[p->kept_next] = (struct gdb_kept){.pid = pid, .addr = addr, .len = (size_t)len};
    p->stage = 1; /* only once for this packet */
    gdb_text_clear(&p->ask);
    gdb_text_word(&p->ask, "qSel4mon.keep:");
    gdb_text_number(&p->ask, p->kept_next);
    gdb_text_word(&p->ask, ",");
    gdb_text_number(&p->ask, addr);
    gdb_text_word(&p->ask, ",");
    gdb_text_number(&p->ask, len);
    gdb_ask(p, keep_done, false);
    return true;
}
