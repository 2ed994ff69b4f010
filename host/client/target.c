/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Talking to a target: the poll loop, one command at a time. See target.h; the connecting is in
 * target_connect.c.
 */
#include "host/client/target.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "host/client/kernel_text.h"
#include "host/client/signals.h"
#include "host/client/watch.h"

#define INTERRUPT_GRACE_MS 2000 /* for a command that ran out of time to end by Ctrl-C */
#define SILENCE_MS         3000 /* after two Ctrl-C: nobody is there */
#define IDLE_MS            30   /* a line this quiet may be at a prompt */
#define WRITE_MS           5000 /* a line that takes no byte for so long is lost */
#define LEAVE_MS           200  /* for the goodbye to leave */
#define HOW_FAR_MS         250  /* between two questions how far a command is */
#define ENDING_MS          3000 /* for a target that was told to end */

int64_t target_clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void keep_boot_line(struct target *t, const char *line)
{
    if (*line == '\0')
        return;
    if (t->boot_count == TARGET_BOOT_LINES) {
        free(t->boot[0]);
        memmove(&t->boot[0], &t->boot[1], --t->boot_count * sizeof(t->boot[0]));
    }
    char *copy = strdup(line);
    for (char *c = copy; c && *c; c++)
        if (*c < ' ' || *c > '~')
            *c = '?'; /* it may be shown in a message */
    if (copy)
        t->boot[t->boot_count++] = copy;
}

/* A line of the boot: the monitor's banner, its notes after it, why it cannot run; or others'. */
static void hear_boot(struct target *t, const char *line)
{
    static const char banner[] = "sel4mon ", reason[] = "sel4mon: ", hello[] = "sel4mon=";
    const struct target_listener *to = &t->listener;
    keep_boot_line(t, line);
    to->boot(to->context, line);
    if (strncmp(line, SESSION_PROMPT_TEXT, strlen(SESSION_PROMPT_TEXT)) == 0) {
        t->banner = false; /* a prompt and what was typed at it */
    } else if (strncmp(line, reason, strlen(reason)) == 0) {
        t->stopped = true;
    } else if (strncmp(line, banner, strlen(banner)) == 0) {
        t->banner = true;
        to->banner(to->context, line);
    } else if (strstr(line, hello) || strcmp(line, "^C") == 0) {
        return; /* ours, that came before the monitor could read it and was taken for typed text */
    } else if (t->banner && *line && !kernel_text_is_line(line)) {
        to->note(to->context, line);
    }
}

/* {"rows":N}: so much output is to come. */
static bool is_announcement(struct target *t, const json_t *record)
{
    const json_t *rows = json_object_get(record, "rows");
    if (!json_is_integer(rows) || json_object_size(record) != 1)
        return false;
    t->rows_expected = (uint64_t)json_integer_value(rows);
    t->rows = 0;
    return true;
}

static void hear(void *context, const struct session_event *event)
{
    struct target *t = context;
    const struct target_listener *to = &t->listener;
    switch (event->kind) {
    case SESSION_PROMPT:
        t->at_prompt = true;
        t->banner = false; /* what follows on its line is an echo */
        break;
    case SESSION_BOOT:
        hear_boot(t, event->text);
        break;
    case SESSION_TEXT:
        t->rows++;
        to->text(to->context, event->text);
        break;
    case SESSION_KERNEL:
        to->kernel(to->context, event->text);
        break;
    case SESSION_RECORD:
        t->rows++;
        if (is_announcement(t, event->record))
            break;
        if (t->tap)
            t->tap(t->tap_context, event->record);
        else
            to->record(to->context, event->record);
        break;
    case SESSION_DONE:
        if (event->number == t->number) {
            t->done = true;
            t->ok = event->ok;
        }
        break;
    }
}

/* The monitor's banner outside of frames: the target began anew, and its line is raw. */
static void begin_again(struct target *t)
{
    t->restarted = true;
    link_drop(&t->link);
    session_free(&t->session);
    session_init(&t->session, hear, t);
}

static void hear_outside_event(void *context, const struct session_event *event)
{
    static const char banner[] = "sel4mon ";
    struct target *t = context;
    if (event->kind == SESSION_PROMPT) {
        begin_again(t);
        t->at_prompt = true;
    } else if (event->kind == SESSION_BOOT && strncmp(event->text, banner, strlen(banner)) == 0) {
        begin_again(t);
        hear_boot(t, event->text);
    } else if (event->kind == SESSION_BOOT && t->ending == TARGET_RESTARTS) {
        t->listener.boot(t->listener.context, event->text);
    } else if (event->kind == SESSION_BOOT) {
        t->listener.kernel(t->listener.context, event->text);
    }
}

/* Bytes that stand in no text; a wrong baud rate makes many of them. */
static void count_odd(struct target *t, const unsigned char *bytes, size_t len)
{
    for (size_t i = 0; i < len && t->link.state != LINK_FRAMED; i++)
        t->odd += (bytes[i] < ' ' && !strchr("\t\r\n\b\x07\x1b\x1e", bytes[i])) || bytes[i] > 0x7e;
}

/* A record's mark outside of frames is noise. */
static void hear_outside(void *context, const uint8_t *bytes, size_t len)
{
    struct target *t = context;
    bool framed = t->link.state == LINK_FRAMED;
    t->bytes += len;
    for (size_t i = 0; i < len; i++)
        if (!framed || bytes[i] != SESSION_MARK)
            session_feed(framed ? &t->outside : &t->session, (const char *)bytes + i, 1);
}

static void hear_console(void *context, const uint8_t *bytes, size_t len)
{
    struct target *t = context;
    t->bytes += len;
    session_feed(&t->session, (const char *)bytes, len);
}

/* A line of the log, heard as the record that it is on a raw line. */
static void end_log_line(struct target *t)
{
    t->log[t->log_len] = '\0';
    json_t *text = json_string(t->log);
    for (char *c = t->log; !text && *c; c++)
        *c = (unsigned char)*c < 0x80 ? *c : '?'; /* it was no UTF-8 */
    json_t *record =
        json_pack("{ssso}", "record", "text", "text", text ? text : json_string(t->log));
    t->log_len = 0;
    if (!record)
        return;
    struct session_event event = {.kind = SESSION_RECORD, .record = record};
    hear(t, &event);
    json_decref(record);
}

/* Each line ends in a zero byte. */
static void hear_log(void *context, const uint8_t *bytes, size_t len)
{
    struct target *t = context;
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] == '\0')
            end_log_line(t);
        else if (t->log_len < sizeof(t->log) - 1)
            t->log[t->log_len++] = (char)bytes[i];
    }
}

bool target_open(struct target *t, const struct transport_ops *ops,
                 const struct transport_request *request, const struct target_listener *listener,
                 bool raw)
{
    memset(t, 0, sizeof(*t));
    t->listener = *listener;
    t->raw = raw;
    t->request = *request;
    session_init(&t->session, hear, t);
    session_init(&t->outside, hear_outside_event, t);
    link_init(&t->link);
    link_listen(&t->link, LINK_OUTSIDE, hear_outside, t);
    link_listen(&t->link, LINK_CONSOLE, hear_console, t);
    link_listen(&t->link, LINK_RECORDS, hear_console, t); /* they carry their marks */
    link_listen(&t->link, LINK_LOG, hear_log, t);
    if (transport_open(&t->line, ops, request))
        return true;
    snprintf(t->message, sizeof(t->message), "%s", t->line.message);
    return false;
}

/* Splits what the child wrote on its standard error into lines. */
static void take_aside(struct target *t)
{
    char bytes[4096];
    ssize_t n = read(t->line.err_fd, bytes, sizeof(bytes));
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
        close(t->line.err_fd);
        t->line.err_fd = -1;
    }
    size_t had = t->aside ? strlen(t->aside) : 0;
    size_t got = n > 0 ? (size_t)n : 0;
    char *all = realloc(t->aside, had + got + 1);
    if (!all)
        return;
    memcpy(all + had, bytes, got);
    all[had + got] = '\0';
    char *line = all;
    for (char *end; (end = strchr(line, '\n')); line = end + 1) {
        *end = '\0';
        t->listener.aside(t->listener.context, line);
    }
    if (*line && t->line.err_fd < 0) {
        t->listener.aside(t->listener.context, line);
        *line = '\0';
    }
    memmove(all, line, strlen(line) + 1);
    t->aside = all;
}

/* Reads the line until it has no more for now. */
static void take_line(struct target *t)
{
    char bytes[16384];
    for (int i = 0; i < 16; i++) {
        ssize_t n = read(t->line.fd, bytes, sizeof(bytes));
        if (n > 0) {
            t->came_ms = target_clock_ms();
            count_odd(t, (const unsigned char *)bytes, (size_t)n);
            link_feed(&t->link, (const uint8_t *)bytes, (size_t)n);
            if (t->link.state == LINK_FRAMED)
                t->odd = 0;
        } else {
            if (n == 0 || (errno != EAGAIN && errno != EINTR))
                t->gone = true;
            return;
        }
    }
}

/* Gives the line what it takes now. False: nothing more can be written. */
static bool flush_line(struct target *t)
{
    for (;;) {
        if (t->wire_at == t->wire_len) {
            t->wire_at = 0;
            t->wire_len = link_take(&t->link, t->wire, sizeof(t->wire));
        }
        if (t->wire_len == 0)
            return true;
        ssize_t n = write(t->line.fd, t->wire + t->wire_at, t->wire_len - t->wire_at);
        if (n > 0)
            t->wire_at += (size_t)n;
        else
            return errno == EAGAIN || errno == EINTR;
    }
}

static void take_quiet(struct target *t)
{
    if (target_clock_ms() - t->came_ms < IDLE_MS)
        return;
    session_idle(&t->session);
    if (t->link.nobody)
        begin_again(t);
    t->at_prompt |=
        t->restarted && t->session.line_len == 0 && t->link.state == LINK_RAW && !t->banner;
}

/* How long to wait for the line at most, of what the caller would. */
static int shorten(struct target *t, int timeout_ms)
{
    int64_t now = target_clock_ms();
    int due = link_tick(&t->link, now);
    if (t->session.line_len > 0 && (due < 0 || due > IDLE_MS))
        due = IDLE_MS;
    return due >= 0 && (timeout_ms < 0 || timeout_ms > due) ? due : timeout_ms;
}

bool target_pump(struct target *t, int timeout_ms, int other_fd)
{
    if (t->gone)
        return false;
    timeout_ms = shorten(t, timeout_ms);
    bool writes = flush_line(t);
    struct pollfd fds[4 + WATCH_MAX] = {
        {.fd = t->line.fd, .events = POLLIN},
        {.fd = t->line.err_fd, .events = POLLIN},
        {.fd = signals_fd(), .events = POLLIN},
        {.fd = other_fd, .events = POLLIN},
    };
    if (writes && t->wire_at < t->wire_len)
        fds[0].events |= POLLOUT;
    unsigned others = watch_fill(fds + 4, &timeout_ms);
    int n = eager_poll(&t->wait, fds, 4 + others, timeout_ms);
    if (n == 0)
        take_quiet(t);
    if (n <= 0)
        return true;
    watch_serve(fds + 4, others);
    if (fds[1].revents)
        take_aside(t);
    if (fds[0].revents & ~POLLOUT)
        take_line(t);
    (void)link_tick(&t->link, target_clock_ms());
    if (!flush_line(t) && !t->gone) {
        take_line(t); /* what it said last */
        t->gone = true;
    }
    return !t->gone;
}

bool target_input_ready(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, 0) > 0;
}

bool target_type(struct target *t, const char *bytes, size_t len)
{
    int64_t since = target_clock_ms();
    size_t left = SIZE_MAX;
    if (!link_send(&t->link, LINK_CONSOLE, bytes, len))
        return false;
    while (!t->gone) {
        enum link_channel queue = t->link.state == LINK_FRAMED ? LINK_CONSOLE : LINK_OUTSIDE;
        (void)link_tick(&t->link, target_clock_ms());
        bool writes = flush_line(t);
        size_t now = link_waiting(&t->link, queue) + t->wire_len - t->wire_at;
        if (writes && now == 0)
            return true;
        if (now < left)
            since = target_clock_ms();
        left = now;
        if (target_clock_ms() - since > WRITE_MS)
            return false;
        struct pollfd fd = {.fd = t->line.fd, .events = POLLIN | POLLOUT};
        if (t->wire_at == t->wire_len)
            fd.events = POLLIN;
        (void)poll(&fd, 1, 20);
        if (!writes || fd.revents & ~POLLOUT)
            take_line(t);
        t->gone |= !writes;
    }
    return false;
}

void target_interrupt(struct target *t)
{
    (void)link_send(&t->link, LINK_SIGNAL, "\x03", 1);
    (void)flush_line(t);
}

void target_describe_end(struct target *t)
{
    char how[128];
    while (t->line.err_fd >= 0 && target_clock_ms() > 0) {
        struct pollfd fd = {.fd = t->line.err_fd, .events = POLLIN};
        if (poll(&fd, 1, 200) <= 0)
            break;
        take_aside(t);
    }
    if (transport_child_end(&t->line, how, sizeof(how)))
        snprintf(t->message, sizeof(t->message), "%s %s", t->line.name, how);
    else
        snprintf(t->message, sizeof(t->message), "the line to %s was closed by the other end",
                 t->line.name);
}

/* A line the target's shell can take: no control characters, no line ends. */
static bool check_line(struct target *t, const char *text)
{
    for (const char *c = text; *c; c++) {
        if (((unsigned char)*c >= 0x20 && *c != 0x7f) || *c == '\t')
            continue;
        snprintf(t->message, sizeof(t->message),
                 "the line holds a control character (0x%02x, character %zu), and is not sent",
                 (unsigned char)*c, (size_t)(c - text) + 1);
        return false;
    }
    return true;
}

/* Commands after which the target may well be gone, or come up anew. */
static enum target_ending ending_of(const char *text)
{
    static const struct {
        const char *name;
        size_t least; /* letters that tell it from other commands */
        enum target_ending ending;
    } commands[] = {{"poweroff", 3, TARGET_ENDS}, {"reset", 3, TARGET_RESTARTS}};
    text += strspn(text, " \t");
    size_t len = strcspn(text, " \t!");
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if (len >= commands[i].least && strncmp(text, commands[i].name, len) == 0)
            return commands[i].ending;
    return TARGET_STAYS;
}

/* Numbers are for client mode: the greeting, at a terminal's prompt, has none and ends as 0. */
static bool send_command(struct target *t, const char *text)
{
    size_t cap = strlen(text) + 32;
    char *line = malloc(cap);
    if (!line)
        return false;
    bool greeting = t->session.stage == SESSION_GREETED;
    t->number = greeting ? 0 : ++t->last_number;
    t->done = false;
    t->interrupted = false;
    t->rows = t->rows_expected = t->link.so_far.total = 0;
    snprintf(t->command, sizeof(t->command), "%.*s",
             strchr(text, ';') ? 0 : (int)strcspn(text, " \t"), text);
    t->asked_ms = target_clock_ms();
    t->at_prompt = t->restarted = false;
    int len = greeting ? snprintf(line, cap, "%s\n", text)
                       : snprintf(line, cap, "@%llu%s %s\n", (unsigned long long)t->number,
                                  t->own ? "?" : "", text);
    bool sent = target_type(t, line, (size_t)len);
    free(line);
    return sent;
}

/* What has been waited for, and since when, while a command runs. */
struct wait {
    int64_t deadline_ms; /* 0: none */
    unsigned interrupts;
    unsigned timeouts; /* what was tried since the time was over: a Ctrl-C, then two */
};

/* Ctrl-C and time: false if there is no more use in waiting. */
static bool keep_waiting(struct target *t, struct wait *w)
{
    unsigned pressed = signals_take_interrupts();
    for (unsigned i = 0; i < pressed; i++)
        target_interrupt(t);
    w->interrupts += pressed;
    t->interrupted |= pressed > 0;
    if (pressed > 0 && w->interrupts >= 2)
        w->deadline_ms = target_clock_ms() + SILENCE_MS;
    if (w->deadline_ms == 0 || target_clock_ms() < w->deadline_ms)
        return signals_ending() == 0;
    if (w->timeouts == 2 || w->interrupts >= 2 || t->ending != TARGET_STAYS)
        return false;
    w->timeouts++;
    w->deadline_ms = target_clock_ms() + INTERRUPT_GRACE_MS;
    for (unsigned i = 0; i < w->timeouts; i++)
        target_interrupt(t);
    return true;
}

static enum target_result result_of(struct target *t, const struct wait *w)
{
    if (t->done)
        return w->timeouts ? TARGET_TIMEOUT : t->ok ? TARGET_OK : TARGET_FAILED;
    if (t->at_prompt)
        return TARGET_REBUILT;
    if (t->gone) {
        target_describe_end(t);
        return t->ending != TARGET_STAYS ? TARGET_ENDED : TARGET_LOST;
    }
    if (t->ending == TARGET_RESTARTS)
        return TARGET_REBUILT;
    if (t->ending == TARGET_ENDS) {
        snprintf(t->message, sizeof(t->message), "%s has gone silent, as it was told",
                 t->line.name);
        return TARGET_ENDED;
    }
    snprintf(t->message, sizeof(t->message),
             "%s does not answer, not even to Ctrl-C; reset the target and connect again",
             t->line.name);
    return TARGET_SILENT;
}

void target_ask_how_far(struct target *t)
{
    int64_t now = target_clock_ms();
    if (now - t->asked_ms < HOW_FAR_MS)
        return;
    t->asked_ms = now;
    link_how_far(&t->link);
}

enum target_result target_run(struct target *t, const char *text, int timeout_ms)
{
    struct wait w = {0};
    t->ending = ending_of(text);
    if (!check_line(t, text))
        return TARGET_REFUSED;
    if (t->ending != TARGET_STAYS && (timeout_ms == 0 || timeout_ms > ENDING_MS))
        timeout_ms = ENDING_MS;
    w.deadline_ms = timeout_ms > 0 ? target_clock_ms() + timeout_ms : 0;
    if (!t->gone && !send_command(t, text) && !t->gone) {
        snprintf(t->message, sizeof(t->message), "%s takes no more bytes", t->line.name);
        return TARGET_SILENT;
    }
    while (!t->done && !t->at_prompt && keep_waiting(t, &w)) {
        if (t->listener.waiting)
            t->listener.waiting(t->listener.context);
        if (!target_pump(t, 100, -1))
            break;
        if (t->watch)
            t->watch(t->watch_context);
    }
    return result_of(t, &w);
}

void target_leave(struct target *t)
{
    int64_t end = target_clock_ms() + LEAVE_MS;
    link_bye(&t->link);
    while (flush_line(t) && t->wire_len > 0 && target_clock_ms() < end) {
        struct pollfd fd = {.fd = t->line.fd, .events = POLLOUT};
        (void)poll(&fd, 1, 20);
    }
}

void target_forget_boot(struct target *t)
{
    for (unsigned i = 0; i < t->boot_count; i++)
        free(t->boot[i]);
    t->boot_count = 0;
}

void target_close(struct target *t)
{
    if (!t->gone && t->line.fd >= 0 && t->line.child == 0)
        target_leave(t);
    transport_close(&t->line);
    link_free(&t->link);
    session_free(&t->session);
    session_free(&t->outside);
    target_forget_boot(t);
    free(t->aside);
    t->aside = NULL;
}
