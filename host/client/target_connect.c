/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finding the shell's prompt on a line, and greeting it. A target that boots with its transport is
 * waited for; on a line to one that may have been up for long, an erased line and a newline ask for
 * the prompt, then a Ctrl-C in case a command still runs from before.
 */
#include "host/client/target.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "host/client/signals.h"
#include "monitor/link/build_identity.h"

#define LINE_SILENCE_MS 3000  /* on a line: nobody is there */
#define BOOT_SILENCE_MS 10000 /* of a target being started */
#define TALK_MS         60000 /* it speaks, but there never is a prompt */
#define NUDGE_MS        1000  /* between the two questions for a prompt */
#define GREETING_MS     3000
#define GARBAGE_LEAST   8    /* bytes that are no text: less may be noise */
#define AGAIN_MS        300  /* between two tries to open a line that has gone */
#define ASK_FIRST_MS    300  /* for a hello to be answered by a target that may not be up */
#define ASK_MS          1000 /* by one that is at its prompt, or speaks in frames */
#define ASK_FRAMED_MS   5000 /* by one that goes on speaking in frames */
#define SHOWN_CHARS     140 /* of a line: as long as the monitor's longest, all must fit a message */
#define STOPPED_MS      300 /* after the monitor said why it cannot run */

/* Takes away what a monitor may have understood of a hello: its bytes may be keys that move the
 * cursor, so to the line's end first. */
#define ERASE "\x05\x15"

/* What is sent to ask for a prompt, first and second time. */
static const char *const nudges[] = {ERASE "\n", "\x03" ERASE "\n"};

static void nudge(struct target *t, unsigned which)
{
    (void)link_send(&t->link, LINK_CONSOLE, nudges[which], strlen(nudges[which]));
}

__attribute__((format(printf, 2, 3))) static void add_message(struct target *t, const char *format,
                                                              ...)
{
    size_t len = strlen(t->message);
    va_list args;
    va_start(args, format);
    vsnprintf(t->message + len, sizeof(t->message) - len, format, args);
    va_end(args);
}

/* The pattern of a wrong baud rate: at a right one, a third and more of what comes is never such.
 */
static bool is_garbage(const struct target *t)
{
    return t->odd >= GARBAGE_LEAST && t->odd * 3 > t->bytes;
}

static void explain_no_prompt(struct target *t, int silence_ms)
{
    t->message[0] = '\0';
    if (t->stopped) {
        add_message(t, "the monitor cannot run there");
    } else if (t->bytes == 0) {
        add_message(t, "%s said nothing for %.3g s%s. %s", t->line.name, silence_ms / 1000.0,
                    t->line.ops->boots ? "" : ", not even when asked by a newline and Ctrl-C",
                    t->line.ops->check);
        return;
    } else if (is_garbage(t)) {
        add_message(t,
                    "what comes from %s is no text (%lu of %lu bytes): most likely the baud rate "
                    "is not the board's; try DEV@9600, DEV@38400, DEV@57600, DEV@115200",
                    t->line.name, t->odd, t->bytes);
        return;
    } else {
        add_message(t, "%s speaks, but no prompt \"%s\" came. Is the monitor running there? %s",
                    t->line.name, SESSION_PROMPT_TEXT, t->line.ops->check);
    }
    add_message(t, "\nIts last lines were:");
    for (unsigned i = 0; i < t->boot_count; i++)
        add_message(t, "\n  %.*s", SHOWN_CHARS, t->boot[i]);
    if (t->session.line_len > 0)
        add_message(t, "\n  ");
    for (size_t i = 0; i < t->session.line_len && i < SHOWN_CHARS; i++) {
        char c = t->session.line[i];
        add_message(t, "%c", c < ' ' || c > '~' ? '?' : c); /* it may be noise */
    }
}

/* Pumps until a prompt is seen, or frames are late in coming; false with a message if neither does.
 */
static bool await_prompt(struct target *t, bool boots, int silence_ms)
{
    bool raw = t->link.state != LINK_FRAMED;
    int64_t start = target_clock_ms();
    int64_t heard = start;
    unsigned long bytes = t->bytes;
    unsigned asked = 0;
    while (!t->at_prompt || is_garbage(t)) {
        if (raw && t->link.state == LINK_FRAMED)
            return true;
        int64_t now = target_clock_ms();
        if (t->bytes != bytes)
            heard = now;
        bytes = t->bytes;
        /* A booting target is only asked once it has spoken and fallen silent. */
        int64_t due = boots || asked > 0 ? NUDGE_MS : 0;
        if (asked < 2 && now - heard >= due * (asked + (boots ? 1 : 0)) &&
            (!boots || t->restarted || bytes > 0))
            nudge(t, asked++);
        if (signals_take_interrupts() > 0 || signals_ending()) {
            t->interrupted = true;
            snprintf(t->message, sizeof(t->message), "interrupted while waiting for the prompt");
            return false;
        }
        if (t->stopped && silence_ms > STOPPED_MS)
            silence_ms = STOPPED_MS;
        bool garbage = is_garbage(t) && now - start > silence_ms;
        if (now - heard > silence_ms || now - start > TALK_MS || garbage) {
            explain_no_prompt(t, silence_ms);
            return false;
        }
        if (!target_pump(t, 50, -1) && (!t->at_prompt || is_garbage(t))) {
            target_describe_end(t);
            add_message(t, " before a prompt came");
            return false;
        }
    }
    return true;
}

/* Switches the shell to the client's form of talk. */
static bool greet(struct target *t)
{
    static const char *const output[] = {"set output text", "set output json"};
    session_greet(&t->session);
    if (target_run(t, "set client on", GREETING_MS) == TARGET_OK &&
        target_run(t, output[t->json], GREETING_MS) == TARGET_OK)
        return true;
    if (!t->gone)
        snprintf(t->message, sizeof(t->message),
                 "%s shows a prompt, but does not answer the client's greeting (`set client on`); "
                 "are monitor and client of the same version?",
                 t->line.name);
    return false;
}

/* Asks the target for frames; true if it has them. Where whole frames come, of a session before,
 * there is a monitor that will answer, however often the line loses that. */
static bool ask_frames(struct target *t, int patience_ms)
{
    int64_t begun = target_clock_ms(), end = begun + patience_ms;
    t->log_len = 0;
    link_hello(&t->link);
    while (t->link.state == LINK_ASKING && target_clock_ms() < end) {
        if (!target_pump(t, 20, -1))
            break;
        if (t->link.frame_ms > begun && t->link.frame_ms - begun < ASK_FRAMED_MS)
            end = t->link.frame_ms + ASK_MS;
    }
    if (t->link.state == LINK_FRAMED)
        return true;
    link_drop(&t->link);
    return false;
}

/* `format` has the place of what is the monitor's, then of what is the client's. */
static void say(struct target *t, const char *format, const char *theirs, const char *ours)
{
    char text[256];
    snprintf(text, sizeof(text), format, theirs, ours);
    t->listener.said(t->listener.context, text);
}

/* What the two ends are, in words if they differ. */
static void compare_versions(struct target *t)
{
    char theirs[64] = "?";
    bool known = link_identity(&t->link, "sel4mon", theirs, sizeof(theirs));
    if (t->link.state != LINK_FRAMED && t->link.other_version)
        say(t,
            "the monitor (sel4mon %s) and this client (%s) have different frames: the line "
            "stays plain, and there is no upload and no debugger on it",
            theirs, SEL4MON_VERSION);
    else if (t->link.state != LINK_FRAMED)
        say(t,
            "the monitor does not answer in frames (an older one?): the line stays plain, and "
            "there is no upload and no debugger on it",
            "", "");
    else if (known && strcmp(theirs, SEL4MON_VERSION) != 0)
        say(t,
            "the monitor is sel4mon %s, this client %s: build both from one checkout if "
            "something does not work",
            theirs, SEL4MON_VERSION);
    else if (link_identity(&t->link, "build", theirs, sizeof(theirs)) &&
             strcmp(theirs, build_identity) != 0)
        say(t,
            "the monitor was built from other sources (build %s) than this client (build %s): "
            "build both from one checkout if something does not work",
            theirs, build_identity);
}

/* Makes the line framed if the target can. On a line to one that is up it is asked at once; one
 * that boots, once it has shown its prompt. */
static bool frame_line(struct target *t, int silence_ms)
{
    bool boots = t->line.ops->boots || t->restarted;
    if (!boots && !t->raw && ask_frames(t, ASK_FIRST_MS))
        return true;
    if (!await_prompt(t, boots, silence_ms))
        return false;
    if (t->link.state != LINK_FRAMED && !t->raw && !ask_frames(t, ASK_MS)) {
        if (is_garbage(t)) {
            explain_no_prompt(t, silence_ms);
            return false;
        }
        compare_versions(t);
        (void)target_type(t, ERASE, strlen(ERASE));
    }
    return true;
}

bool target_connect(struct target *t, bool json, int silence_ms)
{
    t->json = json;
    if (silence_ms == 0)
        silence_ms = t->line.ops->boots ? BOOT_SILENCE_MS : LINE_SILENCE_MS;
    t->session.stage = SESSION_PLAIN;
    t->banner = t->stopped = false;
    t->bytes = t->odd = 0;
    target_forget_boot(t);
    if (t->link.state != LINK_FRAMED && !frame_line(t, silence_ms))
        return false;
    if (t->link.state == LINK_FRAMED) {
        compare_versions(t);
        t->at_prompt = false;
        if (!await_prompt(t, false, silence_ms))
            return false;
    }
    t->restarted = false;
    return greet(t);
}

/* All that was known of the line before is void. */
static void forget_line(struct target *t)
{
    t->gone = false;
    t->wire_at = t->wire_len = 0;
    t->bytes = t->odd = 0;
    t->restarted = t->at_prompt = t->interrupted = false;
    link_drop(&t->link);
    frame_in_init(&t->link.arq.in_frame, FRAME_TO_CLIENT);
    t->session.stage = SESSION_PLAIN;
    t->session.line_len = t->outside.line_len = 0;
}

/* Opens the line and connects; what is wrong is in t->message. */
static bool open_again(struct target *t, const struct transport_ops *ops)
{
    if (!transport_open(&t->line, ops, &t->request)) {
        snprintf(t->message, sizeof(t->message), "%s", t->line.message);
        return false;
    }
    forget_line(t);
    if (target_connect(t, t->json, 0))
        return true;
    transport_close(&t->line);
    t->gone = true;
    return false;
}

bool target_come_back(struct target *t, int patience_ms)
{
    const struct transport_ops *ops = t->line.ops;
    int64_t end = target_clock_ms() + patience_ms;
    char text[256], told[sizeof(t->message)] = "";
    if (ops->boots)
        return false; /* it has ended with its target */
    snprintf(text, sizeof(text), "the line to %.100s was lost; waiting for it to come back%s",
             t->line.name, patience_ms ? "" : " (Ctrl-C ends that)");
    t->listener.said(t->listener.context, text);
    transport_close(&t->line);
    while (!open_again(t, ops)) {
        struct timespec pause = {0, AGAIN_MS * 1000000L};
        if (t->line.message[0] == '\0' && strcmp(told, t->message) != 0) {
            snprintf(told, sizeof(told), "%s", t->message); /* it is there, but does not answer */
            t->listener.said(t->listener.context, told);
        }
        nanosleep(&pause, NULL);
        if ((patience_ms && target_clock_ms() > end) || signals_take_interrupts() > 0 ||
            t->interrupted || signals_ending())
            return false;
    }
    t->listener.said(t->listener.context, "the line is back");
    return true;
}
