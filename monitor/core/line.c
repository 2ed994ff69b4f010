/* SPDX-License-Identifier: BSD-2-Clause */
/* The two ways to use the line, and the change between them: see line.h. */
#include "monitor/core/line.h"

#include "arch/lib/str.h"
#include "monitor/core/console.h"
#include "monitor/core/debug.h"
#include "monitor/core/gdb_line.h"
#include "monitor/core/ipc.h"
#include "monitor/core/line_input.h"
#include "monitor/core/line_log.h"
#include "monitor/core/line_raw.h"
#include "monitor/link/arq.h"
#include "monitor/link/build_identity.h"
#include "syscalls/include/sel4mon/api_table.h"

enum {
    CONTROL_C = 3,
    RECORD_MARK = 0x1e, /* as record.h has it */
    /* A plain terminal that wants its prompt back: so many Enter in a row, or more bytes outside
     * any frame than one damaged frame can be. */
    ENTERS_TO_RAW = 3,
    TYPED_TO_RAW = FRAME_WIRE_MAX,
    SESSION_BYTES = 4,
};

/* Where a hello's and a welcome's body has what. */
enum { HELLO_VERSION = 2, HELLO_SESSION = 3, HELLO_IDENTITY = HELLO_SESSION + SESSION_BYTES };

static struct {
    bool started, framed;
    struct line_raw raw;
    struct arq arq;
    struct ring gdb_input;
    uint8_t session[SESSION_BYTES];
    bool welcome_due, nobody_due, so_far_due;
    uint8_t enters;
    uint16_t typed;           /* bytes outside any frame since the last end of one */
    bool binary;              /* among them some that nobody types */
    uint32_t console_written; /* of the rings, when the session began */
    uint32_t gdb_written, bulk_written;
    bool in_record;           /* the shell's text is within a record */
    char log[LINE_LOG_BYTES]; /* a line on its way */
    uint16_t log_len, log_at;
} line;

/* --- what comes ------------------------------------------------------------------------------- */

static void put_gdb(void *context, uint8_t byte)
{
    (void)context;
    (void)ring_put(&line.gdb_input, byte); /* it was asked for room before */
}

static void put_shell(void *context, uint8_t byte)
{
    (void)context;
    line_input_typed(byte);
}

static void gdb_left(void *context)
{
    (void)context;
    line.gdb_input.read = line.gdb_input.written;
    if (!gdb_line_owns())
        debug_disconnect();
}

static void deliver(void *context, enum arq_channel channel, const uint8_t *bytes, size_t len)
{
    (void)context;
    for (size_t i = 0; i < len; i++) {
        if (channel == ARQ_CONSOLE)
            line_input_typed(bytes[i]);
        else if (channel == ARQ_SIGNAL && bytes[i] == CONTROL_C)
            line_input_interrupt();
        else if (channel == ARQ_GDB)
            put_gdb(NULL, bytes[i]);
        else if (channel == ARQ_BULK)
            line_input_bulk(bytes[i]);
    }
}

static void drop_debugger(void)
{
    line.gdb_input.read = line.gdb_input.written;
    if (debug_has_session() && !gdb_line_owns())
        debug_disconnect();
}

static void begin_session(const uint8_t *session)
{
    arq_restart(&line.arq);
    drop_debugger();
    line_raw_init(&line.raw);
    line_input_typed(LINE_RAW_DROP); /* half a line of whoever was here before */
    __builtin_memcpy(line.session, session, SESSION_BYTES);
    line.console_written = console.input.written;
    line.gdb_written = line.gdb_input.written;
    line.bulk_written = console.bulk.written;
    if (line.log_at < line.log_len)
        line.log_at = 0; /* the new client has not its beginning */
    line.in_record = false;
    line.framed = true;
}

/* The plain terminal's line again; the shell is told as a client would tell it. */
static void end_session(void)
{
    static const char plain[] = "\x05\x15set output text\nset client off\n";

    line.framed = false;
    arq_restart(&line.arq);
    drop_debugger();
    line_raw_init(&line.raw);
    for (const char *c = plain; *c; c++)
        line_input_typed((uint8_t)*c);
}

static void take_hello(const uint8_t *body, size_t len)
{
    if (len < HELLO_IDENTITY)
        return;
    line.welcome_due = true;
    if (body[HELLO_VERSION] != ARQ_VERSION)
        return; /* the client says so, from the welcome */
    if (!line.framed || __builtin_memcmp(line.session, body + HELLO_SESSION, SESSION_BYTES) != 0)
        begin_session(body + HELLO_SESSION);
}

static void take_frame(const uint8_t *body, size_t len)
{
    bool is_control = (body[0] & (uint8_t)~FRAME_FIRST_MASK) == ARQ_CONTROL && len >= 2;

    if (is_control && body[1] == ARQ_HELLO)
        take_hello(body, len);
    else if (!line.framed)
        line.nobody_due = true;
    else if (is_control && body[1] == ARQ_BYE)
        end_session();
    else if (is_control && body[1] == ARQ_HOW_FAR)
        line.so_far_due = console.so_far.total != 0;
    else
        (void)arq_receive(&line.arq, body, len);
}

static void forget_stray(void)
{
    line.enters = 0;
    line.typed = 0;
    line.binary = false;
}

/* Bytes that are no frame, while the client has the line: is it a terminal by now? A damaged frame
 * must not pass for one: it is shorter than what counts as typed, or is no text. */
static void take_stray(uint8_t byte)
{
    bool is_enter = byte == '\r' || byte == '\n';

    line.binary |= byte > 0x7e || (byte < ' ' && !is_enter && byte != '\b' && byte != '\t');
    line.enters = is_enter ? (uint8_t)(line.enters + 1) : 0;
    if ((line.enters < ENTERS_TO_RAW || line.binary) && ++line.typed <= TYPED_TO_RAW)
        return;
    forget_stray();
    end_session();
}

static void take_outside(const struct frame_in *in)
{
    for (unsigned i = 0; i < in->outside_len; i++) {
        if (line.framed)
            take_stray(in->outside[i]);
        else
            line_raw_feed(&line.raw, in->outside[i]);
    }
}

void line_take(uint8_t byte)
{
    struct frame_in *in = &line.arq.in_frame;
    bool is_gdb = !line.framed && line.raw.is_gdb;
    enum frame_event event = frame_feed(in, byte);

    if (byte == 0)
        forget_stray();
    if (is_gdb)
        line_raw_feed(&line.raw, byte); /* a packet may hold any byte */
    else if (byte == 0 && !line.framed)
        line_raw_drop(&line.raw);
    if (event == FRAME_GOOD)
        take_frame(in->body, in->body_len);
    else if (event == FRAME_OUTSIDE && !is_gdb)
        take_outside(in);
    else if (event == FRAME_BAD)
        line.arq.count.bad++;
}

bool line_can_take(void)
{
    if (line.framed)
        return true; /* nobody sends more than there is room for */
    return (ring_room(&console.input) > LINE_RAW_KEPT || console.listening) &&
           ring_room(&line.gdb_input) > LINE_RAW_KEPT;
}

/* --- what goes -------------------------------------------------------------------------------- */

static size_t put_text(uint8_t *to, size_t cap, const char *text)
{
    size_t n = 0;

    while (text[n] && n < cap) {
        to[n] = (uint8_t)text[n];
        n++;
    }
    return n;
}

/* Version and build identity, as lines "NAME=VALUE". */
static void send_welcome(void)
{
    uint8_t body[HELLO_IDENTITY + ARQ_IDENTITY_MAX] = {FRAME_FIRST, ARQ_WELCOME, ARQ_VERSION};
    const char *const parts[] = {
        "sel4mon=", SEL4MON_VERSION,   "\narch=",   api_identity.arch,
        "\nabi=",   api_identity.hash, "\nkernel=", api_identity.version,
        "\nbuild=", build_identity,
    };
    size_t len = HELLO_IDENTITY;

    __builtin_memcpy(body + HELLO_SESSION, line.session, SESSION_BYTES);
    for (unsigned i = 0; i < sizeof parts / sizeof parts[0]; i++)
        len += put_text(body + len, sizeof body - len, parts[i]);
    arq_control(&line.arq, body, len);
    line.welcome_due = false;
    line.arq.state_due = true; /* the rooms */
}

static void send_nobody(void)
{
    static const uint8_t body[] = {FRAME_FIRST, ARQ_NOBODY};

    arq_control(&line.arq, body, sizeof body);
    line.nobody_due = false;
}

static void put_word(uint8_t *to, uint64_t word)
{
    for (unsigned i = 0; i < 8; i++)
        to[i] = (uint8_t)(word >> (8 * i));
}

static void send_so_far(void)
{
    uint8_t body[SO_FAR_UNITS + SO_FAR_UNITS_MAX] = {FRAME_FIRST, ARQ_SO_FAR};

    put_word(body + SO_FAR_DONE, console.so_far.done);
    put_word(body + SO_FAR_TOTAL, console.so_far.total);
    arq_control(&line.arq, body,
                SO_FAR_UNITS +
                    put_text(body + SO_FAR_UNITS, SO_FAR_UNITS_MAX, console.so_far.units));
    line.so_far_due = false;
}

static void send_control(void)
{
    if (!arq_can_control(&line.arq))
        return;
    if (line.welcome_due)
        send_welcome();
    else if (line.nobody_due)
        send_nobody();
    else if (line.so_far_due)
        send_so_far();
}

static size_t take_ring(struct ring *ring, uint8_t *to, size_t cap)
{
    size_t n = 0;

    while (n < cap && ring_get(ring, &to[n]))
        n++;
    return n;
}

static uint8_t next_of(const struct ring *ring)
{
    return ring->bytes[ring->read % LIMIT_CONSOLE_BYTES];
}

/* What the shell wrote, of one channel at a time: records, each from its mark to the end of its
 * line, or text. */
static size_t take_shell(uint8_t *to, size_t cap, enum arq_channel *channel)
{
    struct ring *ring = &console.output;
    size_t n = 0;

    while (n < cap && ring_used(ring) > 0) {
        bool is_record = line.in_record || next_of(ring) == RECORD_MARK;
        enum arq_channel goes = is_record ? ARQ_RECORDS : ARQ_CONSOLE;

        if (n > 0 && goes != *channel)
            break;
        *channel = goes;
        (void)ring_get(ring, &to[n]);
        line.in_record = is_record && to[n] != '\n';
        n++;
    }
    return n;
}

/* The next part of the log: a line with its zero byte at the end, in one frame or two. */
static size_t take_log(uint8_t *to, size_t cap)
{
    size_t n;

    if (line.log_at == line.log_len) {
        if (!line_log_take_supervisor(line.log))
            return 0;
        line.log_at = 0;
        line.log_len = (uint16_t)(strlen(line.log) + 1);
    }
    n = line.log_len - line.log_at;
    if (n > cap)
        n = cap;
    memcpy(to, line.log + line.log_at, n);
    line.log_at = (uint16_t)(line.log_at + n);
    return n;
}

/* The next data frame, if there is something to say and all before it has been sent: what waits
 * meanwhile goes together. */
static bool queue_more(void)
{
    uint8_t bytes[ARQ_PAYLOAD_MAX];
    enum arq_channel channel = ARQ_CONSOLE;
    size_t n;

    if (!arq_has_slot(&line.arq))
        return false;
    n = gdb_line_owns() ? 0 : debug_take(bytes, sizeof bytes);
    if (n > 0) {
        arq_queue(&line.arq, ARQ_GDB, bytes, n);
        return true;
    }
    n = take_log(bytes, sizeof bytes);
    if (n > 0) {
        arq_queue(&line.arq, ARQ_LOG, bytes, n);
        return true;
    }
    n = take_shell(bytes, sizeof bytes, &channel);
    if (n > 0)
        arq_queue(&line.arq, channel, bytes, n);
    return n > 0;
}

size_t line_give(uint8_t *to, size_t cap)
{
    size_t n = 0;

    while (n < cap) {
        size_t got;

        send_control();
        got = arq_take(&line.arq, to + n, cap - n);
        if (got == 0 && !(line.framed && queue_more()))
            break;
        n += got;
    }
    if (line.framed)
        return n;
    if (!gdb_line_owns())
        n += debug_take(to + n, cap - n);
    if (!line.raw.is_gdb) /* while a debugger has the raw line, the shell's text waits */
        n += take_ring(&console.output, to + n, cap - n);
    return n;
}

/* --- in between ------------------------------------------------------------------------------- */

static void feed_debugger(void)
{
    struct ring *ring = &line.gdb_input;
    uint8_t bytes[ARQ_PAYLOAD_MAX];

    while (ring_used(ring) > 0) {
        size_t n = 0, used;

        while (n < sizeof bytes && n < ring_used(ring)) {
            bytes[n] = ring->bytes[(ring->read + n) % LIMIT_CONSOLE_BYTES];
            n++;
        }
        used = gdb_line_owns() ? n : debug_feed(bytes, n); /* one debugger at a time */
        ring->read += (uint32_t)used;
        debug_poll();
        if (used == 0)
            break;
    }
}

static void set_rooms(void)
{
    arq_set_room(&line.arq, ARQ_CONSOLE,
                 (uint16_t)(console.input.read + LIMIT_CONSOLE_BYTES - line.console_written));
    arq_set_room(&line.arq, ARQ_GDB,
                 (uint16_t)(line.gdb_input.read + LIMIT_CONSOLE_BYTES - line.gdb_written));
    arq_set_room(&line.arq, ARQ_BULK,
                 (uint16_t)(console.bulk.read + LIMIT_CONSOLE_BYTES - line.bulk_written));
}

void line_serve(void)
{
    feed_debugger();
    if (debug_busy())
        debug_poll();
    if (line.framed)
        set_rooms();
    else if (line.raw.is_gdb && !line_raw_in_packet(&line.raw) && !debug_has_session() &&
             ring_used(&line.gdb_input) == 0)
        line_raw_release(&line.raw);
    line_input_tell();
}

bool line_is_drained(void)
{
    return ring_used(&console.output) == 0 && (!line.framed || arq_is_sent(&line.arq));
}

bool line_is_framed(void)
{
    return line.framed;
}

void line_start(void)
{
    if (!line.started) {
        arq_init(&line.arq, true, deliver, NULL);
        line.raw = (struct line_raw){.to_shell = put_shell, .to_gdb = put_gdb, .left = gdb_left};
        line_raw_init(&line.raw);
    }
    line.started = true;
    frame_in_init(&line.arq.in_frame, FRAME_TO_TARGET);
}
