/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A session: bytes in, bytes out, acknowledgements, and the work in between. See gdbstub.h.
 */
#include "gdbstub/stub.h"
#include "arch/lib/str.h"

_Static_assert(sizeof(struct gdbstub) <= 65536, "the stub keeps within 64 KiB");

enum { PACKET_BYTES_LEAST = 256 };

void gdbstub_init(struct gdbstub *s, const struct gdbstub_config *config)
{
    memset(s, 0, sizeof *s);
    s->config = *config;
    if (config->packet_bytes == 0 || config->packet_bytes > GDB_PACKET_BYTES)
        s->config.packet_bytes = GDB_PACKET_BYTES;
    if (s->config.packet_bytes < PACKET_BYTES_LEAST)
        s->config.packet_bytes = PACKET_BYTES_LEAST;
    if (config->user_top == 0)
        s->config.user_top = config->arch->user_top;
    engine_init(&s->engine, config->arch, config->ops, config->target);
    stops_init_client(s);
}

/* Back to how a debugger finds it; inferiors stay attached. */
static void session_reset(struct gdbstub *s)
{
    s->no_ack = s->non_stop = s->extended = s->multiprocess = s->error_text = false;
    s->running = s->deferred = s->notified = s->no_ack_next = s->interrupt_queued = false;
    s->due = STUB_DUE_NOTHING;
    s->general = s->control = (struct gdb_id){0, 0};
    s->ack_count = 0;
    memset(s->exits, 0, sizeof s->exits);
    memset(&s->job, 0, sizeof s->job);
    memset(&s->life, 0, sizeof s->life);
    s->console.len = 0;
    memset(&s->proxy, 0, sizeof s->proxy);
    s->tx.send = PACKET_FREE;
    for (unsigned i = 0; i < GDB_INFERIORS_MAX; i++)
        engine_break_clear_all(&s->engine, stub_pid_at(s, i));
}

void gdbstub_disconnect(struct gdbstub *s)
{
    for (unsigned i = 0; i < GDB_INFERIORS_MAX; i++)
        engine_detach(&s->engine, stub_pid_at(s, i));
    session_reset(s);
    s->rx.state = PACKET_IDLE;
    if (s->console.active && s->config.ops->console_interrupt)
        s->config.ops->console_interrupt(s->config.target);
    s->session = false;
    if (s->config.ops->session_end)
        s->config.ops->session_end(s->config.target);
}

static void ack_add(struct gdbstub *s, char ack)
{
    if (!s->no_ack && s->ack_count < sizeof s->acks)
        s->acks[s->ack_count++] = ack;
}

/* gdb begins every connection with it, and then expects acknowledgements. */
static bool begins_session(const struct packet_rx *rx)
{
    struct hex_cursor c = {rx->bytes, rx->bytes + rx->len};

    return hex_take_word(&c, "qSupported");
}

static void packet_complete(struct gdbstub *s, bool malformed)
{
    if (!malformed && begins_session(&s->rx))
        session_reset(s);
    s->session = true;
    ack_add(s, '+');
    packet_begin(&s->tx, '$');
    if (malformed) {
        dispatch_error(s, ERR_FORMAT, false);
        packet_send(&s->tx);
        return;
    }
    dispatch_packet(s, s->rx.bytes, s->rx.len);
}

/* With acknowledgements bytes get lost, and this one could be anything. */
static void again_complete(struct gdbstub *s)
{
    struct hex_cursor none = {NULL, NULL};

    if (!s->no_ack || !s->proxy.active)
        return;
    packet_begin(&s->tx, '$');
    dispatch_row(s, &run_again, &none);
}

static void byte_take(struct gdbstub *s, uint8_t byte)
{
    switch (packet_feed(&s->rx, byte)) {
    case PACKET_COMPLETE:
        packet_complete(s, false);
        break;
    case PACKET_MALFORMED:
        packet_complete(s, true);
        break;
    case PACKET_DAMAGED:
        ack_add(s, '-');
        break;
    case PACKET_ACK:
        if (s->tx.send == PACKET_SENT)
            s->tx.send = PACKET_FREE;
        break;
    case PACKET_NAK:
        packet_again(&s->tx);
        break;
    case PACKET_INTERRUPT:
        stops_interrupt(s);
        break;
    case PACKET_AGAIN:
        again_complete(s);
        break;
    default:
        break;
    }
}

/* A packet that begins or ends tells that gdb has the reply before it, or no use for it. While that
 * is still on its way, or acknowledgements are, the byte waits. */
static bool byte_waits(struct gdbstub *s, uint8_t byte)
{
    bool last =
        s->rx.state == PACKET_SUM_LOW || (s->rx.state == PACKET_IDLE && byte == PACKET_AGAIN_BYTE);

    if ((byte == '$' || last) && s->tx.send == PACKET_SENT)
        s->tx.send = PACKET_FREE;
    return last && (s->tx.send != PACKET_FREE || s->ack_count == sizeof s->acks);
}

size_t gdbstub_feed(struct gdbstub *s, const uint8_t *bytes, size_t len_bytes)
{
    size_t used = 0;

    while (used < len_bytes && !byte_waits(s, bytes[used]))
        byte_take(s, bytes[used++]);
    return used;
}

static size_t acks_take(struct gdbstub *s, uint8_t *to, size_t cap)
{
    size_t len = s->ack_count < cap ? s->ack_count : cap;

    memcpy(to, s->acks, len);
    s->ack_count -= (uint8_t)len;
    memmove(s->acks, s->acks + len, s->ack_count);
    return len;
}

/* Nothing of the packet is on the line yet. */
static bool at_start(const struct packet_tx *tx)
{
    return tx->send != PACKET_SENDING || (tx->at == 0 && tx->piece_at == 0 && !tx->closed);
}

size_t gdbstub_take(struct gdbstub *s, uint8_t *to, size_t cap)
{
    size_t len = at_start(&s->tx) ? acks_take(s, to, cap) : 0;

    len += packet_take(&s->tx, to + len, cap - len);
    if (s->tx.send == PACKET_SENT && (s->no_ack || s->tx.lead == '%'))
        s->tx.send = PACKET_FREE;
    if (s->no_ack_next && s->tx.send != PACKET_SENDING) {
        s->no_ack_next = false;
        s->no_ack = true;
        s->tx.send = PACKET_FREE;
    }
    return len;
}

void gdbstub_poll(struct gdbstub *s)
{
    engine_poll(&s->engine);
    if (s->tx.send == PACKET_FREE)
        memory_poll(s);
    if (s->tx.send == PACKET_FREE)
        monitor_poll(s);
    if (s->tx.send == PACKET_FREE)
        run_poll(s);
    if (s->tx.send == PACKET_FREE)
        proxy_poll(s);
    if (s->tx.send == PACKET_FREE)
        stops_poll(s);
}

bool gdbstub_busy(const struct gdbstub *s)
{
    if (s->tx.send == PACKET_FREE && (s->job.kind || s->console.len || s->console.done ||
                                      s->life.done || stops_waiting(s) || proxy_waiting(s)))
        return true;
    return engine_has_work(&s->engine);
}

bool gdbstub_event(struct gdbstub *s, struct gdb_id id, const struct gdb_stop *stop)
{
    return engine_event(&s->engine, id, stop);
}

void gdbstub_threads_changed(struct gdbstub *s, uint32_t pid)
{
    if (engine_inferior(&s->engine, pid))
        engine_sync(&s->engine, pid);
}

bool gdbstub_attached(const struct gdbstub *s, uint32_t pid)
{
    for (unsigned i = 0; i < GDB_INFERIORS_MAX; i++)
        if (pid && stub_pid_at(s, i) == pid)
            return true;
    return false;
}

struct engine *gdbstub_engine(struct gdbstub *s)
{
    return &s->engine;
}

/* --- the inferiors of this debugger ----------------------------------------------------------- */

struct engine_inferior *stub_inferior(struct gdbstub *s, uint32_t pid)
{
    struct engine_inferior *inferior = engine_inferior(&s->engine, pid);

    return inferior && inferior->client == &s->client ? inferior : NULL;
}

struct engine_thread *stub_thread(struct gdbstub *s, struct gdb_id id)
{
    return stub_inferior(s, id.pid) ? engine_thread(&s->engine, id) : NULL;
}

struct engine_thread *stub_thread_next(struct gdbstub *s, uint32_t pid,
                                       const struct engine_thread *after)
{
    return engine_thread_next(&s->engine, &s->client, pid, after);
}

uint32_t stub_pid_at(const struct gdbstub *s, unsigned row)
{
    const struct engine_inferior *inferior = &s->engine.inferiors[row];

    return inferior->client == &s->client ? inferior->pid : 0;
}

enum err stub_attach(struct gdbstub *s, uint32_t pid, bool created)
{
    enum err err = engine_attach(&s->engine, pid, created, &s->client);

    if (err == ERR_BUSY)
        s->why = "another debugger has it: the shell, until its breakpoints there are deleted and "
                 "all of its threads run";
    return err;
}
