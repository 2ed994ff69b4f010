/* SPDX-License-Identifier: BSD-2-Clause */
/* Typed text and a debugger's packets on one line: see line_raw.h. */
#include "monitor/core/line_raw.h"

enum line_raw_state {
    RAW_TEXT,   /* or, with the debugger, between packets */
    RAW_PLUS,   /* kept: a leading + */
    RAW_PACKET, /* after $ */
    RAW_SUM,    /* after # */
};

enum { CONTROL_C = 0x03, CONTROL_U = 0x15, ESCAPE = 0x1b };

static bool is_enter(uint8_t byte)
{
    return byte == '\r' || byte == '\n';
}

static int digit_of(uint8_t byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if (byte >= 'a' && byte <= 'f')
        return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F')
        return byte - 'A' + 10;
    return -1;
}

void line_raw_init(struct line_raw *raw)
{
    raw->is_gdb = raw->after_gdb = false;
    raw->at_start = true;
    raw->state = RAW_TEXT;
    raw->kept_len = 0;
}

static void pass_text(struct line_raw *raw, uint8_t byte)
{
    raw->at_start = is_enter(byte) || byte == CONTROL_C || byte == CONTROL_U;
    raw->to_shell(raw->context, byte);
}

/* What was kept is text after all. */
static void pass_kept(struct line_raw *raw)
{
    raw->state = RAW_TEXT;
    for (unsigned i = 0; i < raw->kept_len; i++)
        pass_text(raw, raw->kept[i]);
    raw->kept_len = 0;
}

static void begin_packet(struct line_raw *raw)
{
    raw->state = RAW_PACKET;
    raw->sum = 0;
}

/* One byte of a packet's body. */
static void count_body(struct line_raw *raw, uint8_t byte)
{
    if (byte == '#') {
        raw->state = RAW_SUM;
        raw->digits = 0;
        return;
    }
    raw->sum = (uint8_t)(raw->sum + byte);
}

/* One digit of a packet's checksum: 1 after the last if it is right, -1 if it is wrong. */
static int count_sum(struct line_raw *raw, uint8_t byte)
{
    int digit = digit_of(byte);

    if (digit < 0)
        return -1;
    raw->sum = (uint8_t)(raw->sum - (raw->digits++ ? digit : digit << 4));
    if (raw->digits < 2)
        return 0;
    return raw->sum == 0 ? 1 : -1;
}

static void feed_gdb(struct line_raw *raw, uint8_t byte)
{
    if (raw->state == RAW_TEXT && is_enter(byte)) {
        raw->left(raw->context);
        line_raw_release(raw);
        raw->after_gdb = false;
        pass_text(raw, byte);
        return;
    }
    raw->to_gdb(raw->context, byte);
    if (raw->state == RAW_TEXT) {
        if (byte == '$')
            begin_packet(raw);
    } else if (byte == '$') {
        begin_packet(raw); /* the one before was cut short */
    } else if (raw->state == RAW_PACKET) {
        count_body(raw, byte);
    } else if (count_sum(raw, byte) != 0) {
        raw->state = RAW_TEXT; /* with a wrong sum it is asked for again */
    }
}

static void keep(struct line_raw *raw, uint8_t byte)
{
    raw->kept[raw->kept_len++] = byte;
}

static void give_to_gdb(struct line_raw *raw)
{
    raw->is_gdb = true;
    for (unsigned i = 0; i < raw->kept_len; i++)
        raw->to_gdb(raw->context, raw->kept[i]);
    raw->kept_len = 0;
    raw->state = RAW_TEXT;
}

/* A person who types never gets so far; keys that are no text end the waiting at once. */
static void feed_kept(struct line_raw *raw, uint8_t byte)
{
    int right = 0;

    keep(raw, byte);
    if (byte < ' ' || byte >= 0x7f || raw->kept_len == sizeof raw->kept)
        right = -1;
    else if (raw->state == RAW_PACKET)
        count_body(raw, byte);
    else
        right = count_sum(raw, byte);
    if (right > 0)
        give_to_gdb(raw);
    if (right >= 0)
        return;
    bool damaged = raw->state == RAW_SUM && raw->digits == 2;
    pass_kept(raw);
    raw->at_start |= damaged; /* a debugger sends it again */
}

static void feed_text(struct line_raw *raw, uint8_t byte)
{
    bool late = raw->after_gdb && byte == '+';

    raw->after_gdb = late;
    if (late)
        return;
    if (raw->at_start && (byte == '$' || byte == '+')) {
        keep(raw, byte);
        if (byte == '$')
            begin_packet(raw);
        else
            raw->state = RAW_PLUS;
    } else {
        pass_text(raw, byte);
    }
}

void line_raw_feed(struct line_raw *raw, uint8_t byte)
{
    if (raw->is_gdb) {
        feed_gdb(raw, byte);
    } else if (raw->state == RAW_TEXT) {
        feed_text(raw, byte);
    } else if (raw->state == RAW_PLUS && byte == '$') {
        keep(raw, byte);
        begin_packet(raw);
    } else if (raw->state == RAW_PLUS) {
        pass_kept(raw);
        line_raw_feed(raw, byte);
    } else {
        feed_kept(raw, byte);
    }
}

void line_raw_drop(struct line_raw *raw)
{
    if (raw->is_gdb)
        return;
    raw->state = RAW_TEXT;
    raw->kept_len = 0;
    raw->at_start = true;
    raw->to_shell(raw->context, LINE_RAW_DROP);
}

bool line_raw_in_packet(const struct line_raw *raw)
{
    return raw->is_gdb && raw->state != RAW_TEXT;
}

void line_raw_release(struct line_raw *raw)
{
    raw->is_gdb = false;
    raw->state = RAW_TEXT;
    raw->at_start = true;
    raw->after_gdb = true;
}
