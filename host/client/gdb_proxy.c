/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The proxy's two sides: packets of gdb to their handlers, one at a time, packets to the stub and
 * their answers, acknowledgements. See gdb_proxy.h and gdb_proxy_impl.h.
 */
#include "host/client/gdb_proxy_impl.h"

#include <stdlib.h>
#include <string.h>

enum { ACK_MS = 1000, AGAIN_MAX = 5 };

/* PACKET_AGAIN_BYTE of gdbstub/packet.h. */
enum { SAME_AGAIN = 1 };

static const char bye[] = "QSel4mon.bye";
static const char bye_reply[] = "bye";

static const struct gdb_group *const groups[] = {
    &gdb_session_group, &gdb_object_group, &gdb_memory_group, &gdb_break_group, &gdb_run_group};

bool gdb_is(const uint8_t *bytes, size_t len, const char *word)
{
    return strlen(word) == len && memcmp(bytes, word, len) == 0;
}

/* --- to gdb ----------------------------------------------------------------------------------- */

static void up_send(struct gdb_proxy *p, const void *bytes, size_t len)
{
    if (p->connected)
        p->config.send(p->config.context, bytes, len);
}

static void up_packet(struct gdb_proxy *p, char lead, const uint8_t *bytes, size_t len)
{
    p->up_len = gdb_wire_encode(lead, bytes, len, p->up_encoded);
    up_send(p, p->up_encoded, p->up_len);
}

/* Takes the next packet that gdb sent meanwhile. */
static void backlog_next(struct gdb_proxy *p);

void gdb_reply_none(struct gdb_proxy *p)
{
    p->busy = false;
    backlog_next(p);
}

void gdb_reply_bytes(struct gdb_proxy *p, const uint8_t *bytes, size_t len)
{
    if (!p->busy)
        return;
    up_packet(p, '$', bytes, len);
    if (p->up_no_ack_next)
        p->up_no_ack = true;
    p->up_no_ack_next = false;
    gdb_reply_none(p);
}

void gdb_reply_word(struct gdb_proxy *p, const char *word)
{
    gdb_reply_bytes(p, (const uint8_t *)word, strlen(word));
}

void gdb_reply(struct gdb_proxy *p)
{
    if (p->reply.overflow)
        gdb_reply_word(p, "E16");
    else
        gdb_reply_bytes(p, p->reply.bytes, p->reply.len);
}

/* --- to the stub ------------------------------------------------------------------------------ */

static void line_send(struct gdb_proxy *p, const void *bytes, size_t len)
{
    p->count.bytes_out += len;
    p->config.line.send(p->config.line.context, bytes, len);
}

static void interrupt_send(struct gdb_proxy *p)
{
    p->interrupt_due = false;
    line_send(p, "\x03", 1);
}

/* Sends what is in p->asked.encoded. */
static void ask_encoded(struct gdb_proxy *p, gdb_done done, bool talks)
{
    struct gdb_asked *a = &p->asked;

    a->active = true;
    a->acked = false;
    a->talks = talks;
    a->done = done;
    a->since_ms = 0;
    a->again = 0;
    p->count.packets++;
    line_send(p, a->encoded, a->len);
    if (talks && p->interrupt_due)
        interrupt_send(p);
}

static void ask_bytes(struct gdb_proxy *p, const void *bytes, size_t len, gdb_done done, bool talks)
{
    p->asked.len = gdb_wire_encode('$', bytes, len, p->asked.encoded);
    ask_encoded(p, done, talks);
}

void gdb_ask_again(struct gdb_proxy *p, gdb_done done, bool talks)
{
    if (!p->config.line.framed || !p->no_ack) {
        ask_bytes(p, "j", 1, done, talks);
        return;
    }
    p->asked.encoded[0] = SAME_AGAIN;
    p->asked.len = 1;
    ask_encoded(p, done, talks);
}

void gdb_ask(struct gdb_proxy *p, gdb_done done, bool talks)
{
    ask_bytes(p, p->ask.bytes, p->ask.len, done, talks);
}

void gdb_ask_word(struct gdb_proxy *p, const char *word, gdb_done done)
{
    ask_bytes(p, word, strlen(word), done, false);
}

void gdb_ask_request(struct gdb_proxy *p, gdb_done done, bool talks)
{
    ask_bytes(p, p->request, p->request_len, done, talks);
}

void gdb_done_reply(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    gdb_reply_bytes(p, reply, len);
}

void gdb_pass(struct gdb_proxy *p, struct hex_cursor *args)
{
    (void)args;
    gdb_ask_request(p, gdb_done_reply, false);
}

/* --- dispatch --------------------------------------------------------------------------------- */

static const struct gdb_row *row_find(const uint8_t *bytes, size_t len)
{
    const struct gdb_row *best = NULL;

    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
        for (size_t i = 0; i < groups[g]->count; i++) {
            const struct gdb_row *row = &groups[g]->rows[i];
            size_t name = strlen(row->name);
            if (len >= name && memcmp(bytes, row->name, name) == 0 &&
                (!best || name > strlen(best->name)))
                best = row;
        }
    }
    return best;
}

void gdb_again(struct gdb_proxy *p)
{
    const struct gdb_row *row = row_find(p->request, p->request_len);
    struct hex_cursor args = {p->request, p->request + p->request_len};

    gdb_text_clear(&p->reply);
    gdb_text_clear(&p->ask);
    if (row)
        args.at += strlen(row->name);
    (row ? row->handle : gdb_pass)(p, &args);
}

static void request_begin(struct gdb_proxy *p, const uint8_t *bytes, size_t len)
{
    memcpy(p->request, bytes, len);
    p->request_len = len;
    p->busy = true;
    p->stage = 0;
    gdb_again(p);
}

static void backlog_drop(struct gdb_proxy *p)
{
    while (p->backlog) {
        struct gdb_packet *packet = p->backlog;
        p->backlog = packet->next;
        free(packet);
    }
    p->backlog_count = 0;
}

static void backlog_add(struct gdb_proxy *p, const uint8_t *bytes, size_t len)
{
    struct gdb_packet **end = &p->backlog;
    struct gdb_packet *packet = malloc(sizeof *packet + len);

    if (!packet || p->backlog_count == GDB_BACKLOG) {
        free(packet); /* gdb waits for every reply: this is none, and it will be told nothing */
        return;
    }
    while (*end)
        end = &(*end)->next;
    packet->next = NULL;
    packet->len = len;
    memcpy(packet->bytes, bytes, len);
    *end = packet;
    p->backlog_count++;
}

static void backlog_next(struct gdb_proxy *p)
{
    struct gdb_packet *packet = p->backlog;

    if (!packet || p->busy || p->leaving)
        return;
    p->backlog = packet->next;
    p->backlog_count--;
    request_begin(p, packet->bytes, packet->len);
    free(packet);
}

/* --- from gdb --------------------------------------------------------------------------------- */

static void packet_from_gdb(struct gdb_proxy *p)
{
    if (!p->up_no_ack)
        up_send(p, "+", 1);
    if (p->busy || p->leaving)
        backlog_add(p, p->up.bytes, p->up.len);
    else
        request_begin(p, p->up.bytes, p->up.len);
}

static void interrupt_from_gdb(struct gdb_proxy *p)
{
    if (p->leaving)
        return;
    if (p->busy && !(p->asked.active && p->asked.talks))
        p->interrupt_due = true;
    else
        interrupt_send(p);
}

void gdb_proxy_from_gdb(struct gdb_proxy *p, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len && p->connected; i++) {
        switch (gdb_wire_feed(&p->up, bytes[i])) {
        case GDB_WIRE_PACKET:
            packet_from_gdb(p);
            break;
        case GDB_WIRE_MALFORMED:
            if (!p->up_no_ack)
                up_send(p, "+", 1);
            up_packet(p, '$', (const uint8_t *)"E16", 3);
            break;
        case GDB_WIRE_DAMAGED:
            if (!p->up_no_ack)
                up_send(p, "-", 1);
            break;
        case GDB_WIRE_NAK:
            if (!p->up_no_ack)
                up_send(p, p->up_encoded, p->up_len);
            break;
        case GDB_WIRE_INTERRUPT:
            interrupt_from_gdb(p);
            break;
        default:
            break;
        }
    }
}

/* --- from the stub ---------------------------------------------------------------------------- */

/* Output of what runs: `O` and hexadecimal digits; "OK" is none. */
static bool is_output(const uint8_t *bytes, size_t len)
{
    return len >= 1 && bytes[0] == 'O' && !gdb_is(bytes, len, "OK");
}

static void left(struct gdb_proxy *p)
{
    p->leaving = false;
    p->asked.active = false;
    p->no_ack = false;
    backlog_next(p);
}

static void packet_from_stub(struct gdb_proxy *p, const uint8_t *bytes, size_t len)
{
    struct gdb_asked *a = &p->asked;

    if (!p->no_ack)
        line_send(p, "+", 1);
    if (p->leaving) { /* what was under way before is nobody's */
        if (gdb_is(bytes, len, bye_reply) || len == 0)
            left(p);
        return;
    }
    if (!a->active)
        return;
    a->acked = true;
    if (a->talks && is_output(bytes, len)) {
        up_packet(p, '$', bytes, len);
        return;
    }
    a->active = false;
    a->done(p, bytes, len);
}

/* The target tells what no longer holds: `Sel4mon:threads`. */
static void notice_from_stub(struct gdb_proxy *p, const uint8_t *bytes, size_t len)
{
    struct hex_cursor c = {bytes, bytes + len};

    if (hex_take_word(&c, "Sel4mon:"))
        gdb_document_forget(&p->threads);
    else
        up_packet(p, '%', bytes, len);
}

static void again_send(struct gdb_proxy *p)
{
    struct gdb_asked *a = &p->asked;

    if (a->active && !a->acked && a->again < AGAIN_MAX) {
        a->again++;
        line_send(p, a->encoded, a->len);
    }
}

void gdb_proxy_from_line(struct gdb_proxy *p, const uint8_t *bytes, size_t len)
{
    static const char damaged[] = "E.the reply was damaged on the line";

    p->count.bytes_in += len;
    for (size_t i = 0; i < len; i++) {
        switch (gdb_wire_feed(&p->down, bytes[i])) {
        case GDB_WIRE_PACKET:
            packet_from_stub(p, p->down.bytes, p->down.len);
            break;
        case GDB_WIRE_NOTICE:
            notice_from_stub(p, p->down.bytes, p->down.len);
            break;
        case GDB_WIRE_DAMAGED:
        case GDB_WIRE_MALFORMED:
            if (p->no_ack)
                packet_from_stub(p, (const uint8_t *)damaged, sizeof damaged - 1);
            else
                line_send(p, "-", 1);
            break;
        case GDB_WIRE_ACK:
            p->asked.acked = true;
            break;
        case GDB_WIRE_NAK:
            if (!p->no_ack)
                again_send(p);
            break;
        default:
            break;
        }
    }
}

bool gdb_proxy_waits(const struct gdb_proxy *p)
{
    return p->leaving || (p->asked.active && !p->asked.acked && !p->no_ack);
}

void gdb_proxy_tick(struct gdb_proxy *p, int64_t now_ms)
{
    struct gdb_asked *a = &p->asked;

    if (!gdb_proxy_waits(p))
        return;
    if (a->since_ms == 0)
        a->since_ms = now_ms;
    if (now_ms - a->since_ms < ACK_MS)
        return;
    a->since_ms = now_ms;
    if (p->leaving)
        a->acked = false;
    again_send(p);
}

/* --- life ------------------------------------------------------------------------------------- */

void gdb_proxy_attach(struct gdb_proxy *p)
{
    p->connected = true;
    p->up_no_ack = p->up_no_ack_next = p->interrupt_due = p->busy = false;
    p->up_len = 0;
    p->up.state = 0;
    backlog_drop(p);
    gdb_session_reset(p);
}

void gdb_proxy_detach(struct gdb_proxy *p)
{
    if (!p->connected)
        return;
    p->connected = p->busy = p->interrupt_due = false;
    backlog_drop(p);
    gdb_files_close_all(p->config.files);
    gdb_session_reset(p);
    p->leaving = true;
    p->no_ack = false; /* the stub goes back to that */
    gdb_ask_word(p, bye, gdb_done_reply);
}

void gdb_proxy_line_reset(struct gdb_proxy *p)
{
    p->leaving = p->asked.active = p->no_ack = false;
    p->down.state = 0;
    gdb_document_forget(&p->features);
    gdb_document_forget(&p->memory_map);
    gdb_session_reset(p);
    if (p->busy)
        gdb_reply_word(p, "E.the target began anew");
}

struct gdb_proxy *gdb_proxy_new(const struct gdb_proxy_config *config)
{
    struct gdb_proxy *p = calloc(1, sizeof *p);

    if (!p)
        return NULL;
    p->config = *config;
    p->down.runs = true;
    return p;
}

void gdb_proxy_free(struct gdb_proxy *p)
{
    if (!p)
        return;
    backlog_drop(p);
    gdb_session_reset(p);
    free(p->features.bytes);
    free(p->memory_map.bytes);
    free(p->threads.bytes);
    free(p);
}
