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

#define INTERRUPT_GRACE_MS 2000 /* for a command that ran out of time to end by Ctrl-C */
#define SILENCE_MS         3000 /* after two Ctrl-C: nobody is there */
#define IDLE_MS            30   /* a line this quiet may be at a prompt */
#define WRITE_MS           5000 /* a line that takes no byte for so long is lost */
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
    if (copy)
        t->boot[t->boot_count++] = copy;
}

/* A line of the boot: the monitor's banner, its notes after it, why it cannot run; or others'. */
static void hear_boot(struct target *t, const char *line)
{
    static const char banner[] = "sel4mon ", reason[] = "sel4mon: ";
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
    } else if (t->banner && *line && !kernel_text_is_line(line)) {
        to->note(to->context, line);
    }
}

static void hear(void *context, const struct session_event *event)
{
    struct target *t = context;
    const struct target_listener *to = &t->listener;
    switch (event->kind) {
    case SESSION_PROMPT:
        t->at_prompt = true;
        break;
    case SESSION_BOOT:
        hear_boot(t, event->text);
        break;
    case SESSION_TEXT:
        to->text(to->context, event->text);
        break;
    case SESSION_KERNEL:
        to->kernel(to->context, event->text);
        break;
    case SESSION_RECORD:
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

bool target_open(struct target *t, const struct transport_ops *ops,
                 const struct transport_request *request, const struct target_listener *listener)
{
    memset(t, 0, sizeof(*t));
    t->listener = *listener;
    session_init(&t->session, hear, t);
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
            t->bytes += (unsigned long)n;
            session_feed(&t->session, bytes, (size_t)n);
        } else {
            if (n == 0 || (errno != EAGAIN && errno != EINTR))
                t->gone = true;
            return;
        }
    }
}

bool target_pump(struct target *t, int timeout_ms, int other_fd)
{
    if (t->gone)
        return false;
    struct pollfd fds[4] = {
        {.fd = t->line.fd, .events = POLLIN},
        {.fd = t->line.err_fd, .events = POLLIN},
        {.fd = signals_fd(), .events = POLLIN},
        {.fd = other_fd, .events = POLLIN},
    };
    bool watch_idle = t->session.line_len > 0 && (timeout_ms < 0 || timeout_ms > IDLE_MS);
    int n = poll(fds, 4, watch_idle ? IDLE_MS : timeout_ms);
    if (n == 0)
        session_idle(&t->session);
    if (n <= 0)
        return true;
    if (fds[1].revents)
        take_aside(t);
    if (fds[0].revents)
        take_line(t);
    return !t->gone;
}

bool target_input_ready(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, 0) > 0;
}

/* Writes all of it, reading meanwhile so that neither side waits for the other. */
static bool send_bytes(struct target *t, const char *bytes, size_t len)
{
    int64_t since = target_clock_ms();
    while (len > 0 && !t->gone) {
        ssize_t n = write(t->line.fd, bytes, len);
        if (n > 0) {
            bytes += n;
            len -= (size_t)n;
            since = target_clock_ms();
        } else if (errno == EAGAIN || errno == EINTR) {
            struct pollfd fd = {.fd = t->line.fd, .events = POLLIN | POLLOUT};
            (void)poll(&fd, 1, 100);
            if (fd.revents & (POLLIN | POLLHUP))
                take_line(t);
            if (target_clock_ms() - since > WRITE_MS)
                return false;
        } else {
            take_line(t);
            t->gone = true;
        }
    }
    return len == 0;
}

void target_interrupt(struct target *t)
{
    (void)send_bytes(t, "\x03", 1);
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
    t->at_prompt = false;
    int len = greeting ? snprintf(line, cap, "%s\n", text)
                       : snprintf(line, cap, "@%llu %s\n", (unsigned long long)t->number, text);
    bool sent = send_bytes(t, line, (size_t)len);
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
    while (!t->done && !t->at_prompt && keep_waiting(t, &w))
        if (!target_pump(t, 100, -1))
            break;
    return result_of(t, &w);
}

void target_close(struct target *t)
{
    transport_close(&t->line);
    session_free(&t->session);
    for (unsigned i = 0; i < t->boot_count; i++)
        free(t->boot[i]);
    t->boot_count = 0;
    free(t->aside);
    t->aside = NULL;
}
