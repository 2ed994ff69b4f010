/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The shell's protocol seen from the client. See session.h.
 */
#include "host/client/session.h"

#include <stdlib.h>
#include <string.h>

#include "host/client/kernel_text.h"

static void emit(struct session *s, enum session_event_kind kind, const char *text)
{
    struct session_event event = {.kind = kind, .text = text};
    s->handler(s->context, &event);
}

static void emit_record(struct session *s, json_t *record)
{
    struct session_event event = {.kind = SESSION_RECORD, .record = record};
    const json_t *done = json_object_get(record, "done");
    if (json_is_integer(done)) {
        const char *status = json_string_value(json_object_get(record, "status"));
        event.kind = SESSION_DONE;
        event.number = (uint64_t)json_integer_value(done);
        event.ok = status && strcmp(status, "ok") == 0;
    }
    s->handler(s->context, &event);
    json_decref(record);
}

/* Reads one JSON object; bytes that are no UTF-8 become '?'. NULL if it is none. */
static json_t *read_object(const char *text, size_t len)
{
    json_t *record = json_loadb(text, len, 0, NULL);
    if (!record) {
        char *clean = malloc(len + 1);
        if (!clean)
            return NULL;
        for (size_t i = 0; i < len; i++)
            clean[i] = (unsigned char)text[i] < 0x80 ? text[i] : '?';
        record = json_loadb(clean, len, 0, NULL);
        free(clean);
    }
    if (record && !json_is_object(record)) {
        json_decref(record);
        return NULL;
    }
    return record;
}

/* Gives up mending a record: all of it is shown as it came. */
static void abandon_broken(struct session *s)
{
    for (unsigned i = 0; i < s->broken_count; i++) {
        emit(s, SESSION_KERNEL, s->broken[i]);
        free(s->broken[i]);
    }
    s->broken_count = 0;
}

static void keep_broken(struct session *s, const char *line)
{
    if (s->broken_count == SESSION_BROKEN_MAX)
        abandon_broken(s);
    char *copy = strdup(line);
    if (copy)
        s->broken[s->broken_count++] = copy;
}

/* Tries the first `head` bytes of the torn record with `tail` after them. */
static json_t *try_join(const struct session *s, size_t head, const char *tail, size_t tail_len)
{
    char *joined = malloc(head + tail_len);
    if (!joined)
        return NULL;
    memcpy(joined, s->broken[0], head);
    memcpy(joined + head, tail, tail_len);
    json_t *record = json_loadb(joined, head + tail_len, 0, NULL);
    free(joined);
    return record;
}

/* Mends a record that lines of the kernel have torn: `tail` is its last line. Where the kernel's
 * text begins in the first line is known by its look, else every place is tried, last first. */
static bool mend_broken(struct session *s, const char *tail)
{
    size_t len = strlen(s->broken[0]);
    size_t tail_len = strlen(tail);
    if (tail_len == 0 || tail[tail_len - 1] != '}')
        return false;
    size_t head = kernel_text_find(s->broken[0], len);
    json_t *record = try_join(s, head, tail, tail_len);
    for (size_t at = len; !record && head == len && at > 0; at--) {
        record = try_join(s, at, tail, tail_len);
        if (record)
            head = at;
    }
    if (!record)
        return false;
    memmove(s->broken[0], s->broken[0] + head, len - head + 1);
    if (s->broken[0][0] == '\0') {
        free(s->broken[0]);
        s->broken_count--;
        memmove(&s->broken[0], &s->broken[1], s->broken_count * sizeof(s->broken[0]));
    }
    abandon_broken(s);
    emit_record(s, record);
    return true;
}

static void finish_client_line(struct session *s)
{
    if (s->line[0] == SESSION_MARK) {
        abandon_broken(s);
        json_t *record = read_object(s->line + 1, s->line_len - 1);
        if (record)
            emit_record(s, record);
        else
            keep_broken(s, s->line + 1);
    } else if (s->broken_count > 0) {
        if (!mend_broken(s, s->line))
            keep_broken(s, s->line);
    } else {
        emit(s, kernel_text_is_line(s->line) ? SESSION_KERNEL : SESSION_TEXT, s->line);
    }
}

static void finish_line(struct session *s)
{
    s->line[s->line_len] = '\0';
    if (s->stage == SESSION_CLIENT)
        finish_client_line(s);
    else if (s->stage == SESSION_PLAIN)
        emit(s, SESSION_BOOT, s->line);
    s->line_len = 0;
}

static void finish_kernel(struct session *s)
{
    s->kernel[s->kernel_len] = '\0';
    s->in_kernel = false;
    if (s->kernel_len > 0)
        emit(s, SESSION_KERNEL, s->kernel);
    s->kernel_len = 0;
}

/* A record begins: what stood before it on its line is a line of its own. */
static void begin_record(struct session *s)
{
    if (s->in_kernel)
        finish_kernel(s);
    if (s->stage == SESSION_CLIENT && s->line_len > 0)
        finish_line(s);
    s->line_len = 0;
    if (s->stage == SESSION_PLAIN)
        emit(s, SESSION_PROMPT, NULL); /* left in client mode by somebody before */
    else
        s->stage = SESSION_CLIENT;
}

/* Escape sequences are dropped. After the greeting only the kernel sends any: they begin one of its
 * messages, which ends with its line, wherever it stands. True if the byte was part of one. */
static bool take_escape(struct session *s, char c)
{
    switch (s->escape) {
    case ESCAPE_NONE:
        if (c != '\x1b')
            return false;
        s->escape = ESCAPE_BEGUN;
        if (s->stage == SESSION_CLIENT)
            s->in_kernel = true;
        return true;
    case ESCAPE_BEGUN:
        s->escape = c == '[' ? ESCAPE_INSIDE : ESCAPE_NONE;
        return c == '[';
    case ESCAPE_INSIDE:
        if (c >= 0x40 && c <= 0x7e)
            s->escape = ESCAPE_NONE;
        return c != '\n' && c != SESSION_MARK;
    }
    return false;
}

/* A message of the kernel may hold line ends: it lasts until ">>", unless it does not look like
 * one. */
static void take_kernel(struct session *s, char c)
{
    bool open = strncmp(s->kernel, "<<seL4", 6) == 0 && !strstr(s->kernel, ">>");
    if ((c == '\n' && !open) || s->kernel_len == sizeof(s->kernel) - 1) {
        finish_kernel(s);
        if (c == '\n')
            return;
        s->in_kernel = true;
    }
    s->kernel[s->kernel_len++] = c == '\n' ? ' ' : c;
    s->kernel[s->kernel_len] = '\0';
}

static void take_byte(struct session *s, char c)
{
    if (take_escape(s, c))
        return;
    if (c == SESSION_MARK) {
        s->escape = ESCAPE_NONE;
        begin_record(s);
        if (s->stage != SESSION_CLIENT)
            return;
    }
    if (c == '\r' || c == '\0')
        return;
    if (s->in_kernel) {
        take_kernel(s, c);
        return;
    }
    if (c == '\n') {
        finish_line(s);
        return;
    }
    if (s->line_len == SESSION_LINE_BYTES)
        finish_line(s);
    s->line[s->line_len++] = c;
}

/* Does the unfinished line end in a prompt? */
static bool at_prompt(const char *text, size_t text_len)
{
    size_t len = strlen(SESSION_PROMPT_TEXT);
    return text_len >= len && memcmp(text + text_len - len, SESSION_PROMPT_TEXT, len) == 0;
}

void session_init(struct session *s, session_handler handler, void *context)
{
    memset(s, 0, sizeof(*s));
    s->handler = handler;
    s->context = context;
}

void session_free(struct session *s)
{
    for (unsigned i = 0; i < s->broken_count; i++)
        free(s->broken[i]);
    s->broken_count = 0;
}

void session_feed(struct session *s, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        take_byte(s, bytes[i]);
    if (s->stage == SESSION_PLAIN && at_prompt(s->line, s->line_len)) {
        s->line_len = 0;
        emit(s, SESSION_PROMPT, NULL);
    }
}

void session_idle(struct session *s)
{
    /* The prompt of a line editor may begin with an escape sequence, as the kernel's text does. */
    bool alone = s->in_kernel ? at_prompt(s->kernel, s->kernel_len)
                              : s->line_len == strlen(SESSION_PROMPT_TEXT) &&
                                    at_prompt(s->line, s->line_len);
    if (s->stage != SESSION_CLIENT || !alone)
        return;
    s->line_len = 0;
    s->kernel_len = 0;
    s->in_kernel = false;
    s->stage = SESSION_PLAIN;
    emit(s, SESSION_PROMPT, NULL);
}

void session_greet(struct session *s)
{
    s->stage = SESSION_GREETED;
    s->line_len = 0;
}
