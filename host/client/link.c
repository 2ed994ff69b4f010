/* SPDX-License-Identifier: BSD-2-Clause */
/* Sessions, queues and the clock over monitor/link: see link.h. */
#include "host/client/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum {
    ACK_MS = 15,        /* an acknowledgement waits so long for data to ride on */
    WAIT_FIRST_MS = 60, /* before anything is known of the line */
    WAIT_LEAST_MS = 15,
    WAIT_MOST_MS = 1000,
    IDLE_FIRST_MS = 50, /* the target may have said something that was lost */
    HELLO_AGAIN_MS = 200,
    CHUNK_BYTES = 512,
};

enum { HELLO_VERSION = 2, HELLO_SESSION = 3, HELLO_IDENTITY = 7 };

/* --- queues ----------------------------------------------------------------------------------- */

static bool queue_put(struct link_queue *q, const void *bytes, size_t len)
{
    if (q->start > 0 && q->start + q->len + len > q->cap) {
        memmove(q->bytes, q->bytes + q->start, q->len);
        q->start = 0;
    }
    if (q->len + len > q->cap) {
        size_t cap = (q->len + len) * 2;
        uint8_t *grown = realloc(q->bytes, cap);
        if (!grown)
            return false;
        q->bytes = grown;
        q->cap = cap;
    }
    memcpy(q->bytes + q->start + q->len, bytes, len);
    q->len += len;
    return true;
}

static const uint8_t *queue_get(struct link_queue *q, size_t len)
{
    const uint8_t *at = q->bytes + q->start;
    q->start += len;
    q->len -= len;
    if (q->len == 0)
        q->start = 0;
    return at;
}

static void queues_clear(struct link *link)
{
    for (unsigned i = 0; i < ARQ_CHANNELS; i++)
        link->out[i].start = link->out[i].len = 0;
}

/* --- what came -------------------------------------------------------------------------------- */

static void hear(struct link *link, enum link_channel channel, const uint8_t *bytes, size_t len)
{
    if (link->heard[channel].handler)
        link->heard[channel].handler(link->heard[channel].context, bytes, len);
}

static void deliver(void *context, enum arq_channel channel, const uint8_t *bytes, size_t len)
{
    struct link *link = context;
    if (link->came_ms == 0)
        link->came_ms = link->now_ms;
    if (channel < ARQ_CHANNELS)
        hear(link, (enum link_channel)channel, bytes, len);
}

static void begin_session(struct link *link)
{
    arq_restart(&link->arq);
    link->state = LINK_FRAMED;
    link->nobody = false;
    link->heard_ms = link->progress_ms = link->now_ms;
    link->polled_ms = link->came_ms = 0;
    link->wait_ms = WAIT_FIRST_MS;
    link->idle_ms = IDLE_FIRST_MS;
    link->unanswered = 0;
}

static void take_welcome(struct link *link, const uint8_t *body, size_t len)
{
    if (len < HELLO_IDENTITY || memcmp(body + HELLO_SESSION, link->session, 4) != 0 ||
        link->state == LINK_FRAMED)
        return;
    size_t text = len - HELLO_IDENTITY;
    if (text > ARQ_IDENTITY_MAX)
        text = ARQ_IDENTITY_MAX;
    memcpy(link->identity, body + HELLO_IDENTITY, text);
    link->identity[text] = '\0';
    link->hello_due = false;
    link->version = body[HELLO_VERSION];
    link->other_version = link->version != ARQ_VERSION;
    link->state = LINK_RAW;
    if (!link->other_version)
        begin_session(link); /* also if it was given up: the target has begun it */
}

static void note_heard(struct link *link, uint8_t first, uint8_t answered, uint32_t received)
{
    link->heard_ms = link->now_ms;
    if (link->arq.count.received != received)
        link->idle_ms = IDLE_FIRST_MS;
    if (link->arq.first != first)
        link->progress_ms = link->now_ms;
    if (link->arq.answered == answered || link->arq.answered != link->arq.poll)
        return;
    if (link->polled_ms) {
        int trip = (int)(link->now_ms - link->polled_ms);
        link->trip_ms = link->trip_ms ? (link->trip_ms * 3 + trip) / 4 : trip;
    }
    link->wait_ms = link->trip_ms * 3 / 2 + WAIT_LEAST_MS;
    link->polled_ms = 0;
    link->unanswered = 0;
    link->progress_ms = link->now_ms;
}

static void take_so_far(struct link *link, const uint8_t *body, size_t len)
{
    if (len < SO_FAR_UNITS)
        return;
    link->so_far.done = link->so_far.total = 0;
    for (unsigned i = 0; i < 8; i++) {
        link->so_far.done |= (uint64_t)body[SO_FAR_DONE + i] << (8 * i);
        link->so_far.total |= (uint64_t)body[SO_FAR_TOTAL + i] << (8 * i);
    }
    snprintf(link->so_far.units, sizeof(link->so_far.units), "%.*s", (int)(len - SO_FAR_UNITS),
             (const char *)body + SO_FAR_UNITS);
}

static void take_frame(struct link *link, const uint8_t *body, size_t len)
{
    uint8_t first = link->arq.first, answered = link->arq.answered;
    uint32_t received = link->arq.count.received;
    link->frame_ms = link->now_ms;
    bool is_control = (body[0] & (uint8_t)~FRAME_FIRST_MASK) == ARQ_CONTROL && len >= 2;
    if (is_control && body[1] == ARQ_WELCOME) {
        take_welcome(link, body, len);
    } else if (is_control && body[1] == ARQ_NOBODY) {
        link->nobody = link->state == LINK_FRAMED;
    } else if (is_control && body[1] == ARQ_SO_FAR) {
        take_so_far(link, body, len);
    } else if (link->state == LINK_FRAMED) {
        (void)arq_receive(&link->arq, body, len);
        note_heard(link, first, answered, received);
    }
}

void link_feed(struct link *link, const uint8_t *bytes, size_t len)
{
    struct frame_in *in = &link->arq.in_frame;
    for (size_t i = 0; i < len; i++) {
        enum frame_event event = frame_feed(in, bytes[i]);
        if ((link->state == LINK_RAW && !link->leaving) || event == FRAME_OUTSIDE)
            hear(link, LINK_OUTSIDE, bytes + i, 1);
        if (event == FRAME_GOOD)
            take_frame(link, in->body, in->body_len);
        else if (event == FRAME_BAD)
            link->arq.count.bad++;
    }
}

/* --- what goes -------------------------------------------------------------------------------- */

bool link_send(struct link *link, enum link_channel channel, const void *bytes, size_t len)
{
    if (link->state != LINK_FRAMED)
        return (channel == LINK_CONSOLE || channel == LINK_SIGNAL) &&
               queue_put(&link->out[ARQ_CONTROL], bytes, len);
    return queue_put(&link->out[channel], bytes, len);
}

void link_forget(struct link *link, enum link_channel channel)
{
    link->out[channel].start = link->out[channel].len = 0;
}

size_t link_waiting(const struct link *link, enum link_channel channel)
{
    return link->out[channel].len;
}

/* The next data frame; channels that people wait for first. */
static bool queue_frame(struct link *link)
{
    static const enum arq_channel order[] = {ARQ_SIGNAL, ARQ_GDB, ARQ_CONSOLE, ARQ_BULK};
    if (!arq_has_slot(&link->arq))
        return false;
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        struct link_queue *q = &link->out[order[i]];
        size_t room = arq_room(&link->arq, order[i]);
        size_t len = q->len < ARQ_PAYLOAD_MAX ? q->len : ARQ_PAYLOAD_MAX;
        if (len > room)
            len = room;
        if (len == 0)
            continue;
        if (arq_is_clear(&link->arq))
            link->progress_ms = link->now_ms;
        arq_queue(&link->arq, order[i], queue_get(q, len), len);
        return true;
    }
    return false;
}

static void send_control(struct link *link)
{
    static const uint8_t bye[] = {FRAME_FIRST, ARQ_BYE};
    static const uint8_t how_far[] = {FRAME_FIRST, ARQ_HOW_FAR};
    static const char identity[] = "sel4mon=" SEL4MON_VERSION;
    uint8_t hello[HELLO_IDENTITY + sizeof(identity) - 1] = {FRAME_FIRST, ARQ_HELLO, ARQ_VERSION};
    if (!arq_can_control(&link->arq))
        return;
    if (link->bye_due) {
        arq_control(&link->arq, bye, sizeof(bye));
        link->bye_due = false;
    } else if (link->hello_due) {
        memcpy(hello + HELLO_SESSION, link->session, 4);
        memcpy(hello + HELLO_IDENTITY, identity, sizeof(identity) - 1);
        arq_control(&link->arq, hello, sizeof(hello));
        link->hello_due = false;
        link->asked_ms = link->now_ms;
    } else if (link->how_far_due) {
        arq_control(&link->arq, how_far, sizeof(how_far));
        link->how_far_due = false;
    }
}

static size_t take_raw(struct link *link, uint8_t *to, size_t cap)
{
    struct link_queue *q = &link->out[ARQ_CONTROL];
    size_t n = q->len < cap ? q->len : cap;
    if (n > 0)
        memcpy(to, queue_get(q, n), n);
    return n;
}

size_t link_take(struct link *link, uint8_t *to, size_t cap)
{
    size_t n = take_raw(link, to, cap);
    while (n < cap) {
        send_control(link);
        size_t got = arq_take(&link->arq, to + n, cap - n);
        if (got == 0 && !(link->state == LINK_FRAMED && queue_frame(link)))
            break;
        n += got;
    }
    if (link->arq.unacknowledged == 0)
        link->came_ms = 0;
    return n;
}

/* --- sessions --------------------------------------------------------------------------------- */

/* An older monitor reads the hello as typed text: no byte of it may do anything there. */
static bool is_harmless(const uint8_t *session)
{
    static const char identity[] = "sel4mon=" SEL4MON_VERSION;
    uint8_t body[HELLO_IDENTITY + sizeof(identity) - 1] = {FRAME_FIRST, ARQ_HELLO, ARQ_VERSION};
    uint8_t wire[FRAME_WIRE_MAX];
    memcpy(body + HELLO_SESSION, session, 4);
    memcpy(body + HELLO_IDENTITY, identity, sizeof(identity) - 1);
    size_t len = frame_encode(FRAME_TO_TARGET, body, sizeof(body), wire);
    for (size_t i = 1; i + 1 < len; i++)
        if (strchr("\x03\t\n\r\x1b", wire[i]))
            return false;
    return true;
}

void link_hello(struct link *link)
{
    uint32_t number;
    if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number))
        number = (uint32_t)link->now_ms;
    do {
        number = number * 1664525 + 1013904223;
        for (unsigned i = 0; i < 4; i++)
            link->session[i] = (uint8_t)(number >> (8 * i)) | 1;
    } while (!is_harmless(link->session));
    arq_restart(&link->arq);
    queues_clear(link);
    link->state = LINK_ASKING;
    link->nobody = link->other_version = link->leaving = false;
    link->hello_due = true;
    link->asked_ms = link->now_ms;
}

void link_drop(struct link *link)
{
    arq_restart(&link->arq);
    queues_clear(link);
    link->state = LINK_RAW;
    link->hello_due = link->bye_due = link->how_far_due = link->nobody = link->leaving = false;
}

void link_bye(struct link *link)
{
    if (link->state != LINK_FRAMED)
        return;
    link_drop(link);
    link->bye_due = link->leaving = true;
}

void link_how_far(struct link *link)
{
    link->how_far_due = link->state == LINK_FRAMED;
}

/* --- the clock -------------------------------------------------------------------------------- */

static bool is_waiting(const struct link *link)
{
    bool waiting = !arq_is_clear(&link->arq);
    for (unsigned i = ARQ_CONSOLE; i < ARQ_CHANNELS; i++)
        waiting |= link->out[i].len > 0;
    return waiting;
}

static int longer(int ms)
{
    return ms * 2 < WAIT_MOST_MS ? ms * 2 : WAIT_MOST_MS;
}

static void poll_target(struct link *link)
{
    arq_poll(&link->arq);
    if (link->polled_ms)
        link->unanswered++;
    link->polled_ms = link->now_ms;
    link->progress_ms = link->now_ms;
    link->heard_ms = link->now_ms;
}

int link_tick(struct link *link, int64_t now_ms)
{
    link->now_ms = now_ms;
    if (link->state == LINK_ASKING) {
        if (now_ms - link->asked_ms >= HELLO_AGAIN_MS)
            link->hello_due = true;
        return HELLO_AGAIN_MS;
    }
    if (link->state == LINK_RAW)
        return -1;
    int64_t due = link->heard_ms + link->idle_ms;
    if (is_waiting(link)) {
        if (link->progress_ms + link->wait_ms < due)
            due = link->progress_ms + link->wait_ms;
    } else {
        link->progress_ms = now_ms;
    }
    if (now_ms >= due) {
        poll_target(link);
        link->wait_ms = longer(link->wait_ms);
        link->idle_ms = longer(link->idle_ms);
        due = now_ms + (link->wait_ms < link->idle_ms ? link->wait_ms : link->idle_ms);
    }
    if (link->came_ms && now_ms - link->came_ms >= ACK_MS) {
        arq_acknowledge(&link->arq);
        link->came_ms = 0;
    }
    if (link->came_ms && link->came_ms + ACK_MS < due)
        due = link->came_ms + ACK_MS;
    return due > now_ms ? (int)(due - now_ms) : 0;
}

bool link_identity(const struct link *link, const char *name, char *value, size_t cap)
{
    size_t len = strlen(name);
    for (const char *at = link->identity; at && *at; at = strchr(at, '\n')) {
        at += *at == '\n';
        if (strncmp(at, name, len) == 0 && at[len] == '=') {
            snprintf(value, cap, "%.*s", (int)strcspn(at + len + 1, "\n"), at + len + 1);
            return true;
        }
    }
    return false;
}

void link_listen(struct link *link, enum link_channel channel, link_handler handler, void *context)
{
    link->heard[channel].handler = handler;
    link->heard[channel].context = context;
}

void link_init(struct link *link)
{
    memset(link, 0, sizeof(*link));
    arq_init(&link->arq, false, deliver, link);
    link->wait_ms = WAIT_FIRST_MS;
    link->idle_ms = IDLE_FIRST_MS;
}

void link_free(struct link *link)
{
    for (unsigned i = 0; i < ARQ_CHANNELS; i++)
        free(link->out[i].bytes);
    memset(link->out, 0, sizeof(link->out));
}
