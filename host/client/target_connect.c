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

#include "host/client/signals.h"

#define LINE_SILENCE_MS 3000  /* on a line: nobody is there */
#define BOOT_SILENCE_MS 10000 /* of a target being started */
#define TALK_MS         60000 /* it speaks, but there never is a prompt */
#define NUDGE_MS        1000  /* between the two questions for a prompt */
#define GREETING_MS     3000
#define ASK_FIRST_MS    300  /* for a hello to be answered by a target that may not be up */
#define ASK_MS          1000 /* by one that is at its prompt */
#define SHOWN_CHARS     140 /* of a line: as long as the monitor's longest, all must fit a message */
#define STOPPED_MS      300 /* after the monitor said why it cannot run */

/* Takes away what an older monitor may have understood of a hello. */
#define ERASE "\x15"

/* What is sent to ask for a prompt, first and second time. */
static const char *const nudges[] = {"\x15\n", "\x03\x15\n"};

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
    } else {
        add_message(t, "%s speaks, but no prompt \"%s\" came. Is the monitor running there? %s",
                    t->line.name, SESSION_PROMPT_TEXT, t->line.ops->check);
    }
    add_message(t, "\nIts last lines were:");
    for (unsigned i = 0; i < t->boot_count; i++)
        add_message(t, "\n  %.*s", SHOWN_CHARS, t->boot[i]);
    if (t->session.line_len > 0)
        add_message(t, "\n  %.*s",
                    (int)(t->session.line_len > SHOWN_CHARS ? SHOWN_CHARS : t->session.line_len),
                    t->session.line);
}

/* Pumps until a prompt is seen; false with a message if none comes. */
static bool await_prompt(struct target *t, bool boots, int silence_ms)
{
    int64_t start = target_clock_ms();
    int64_t heard = start;
    unsigned long bytes = t->bytes;
    unsigned asked = 0;
    while (!t->at_prompt) {
        int64_t now = target_clock_ms();
        if (t->bytes != bytes)
            heard = now;
        bytes = t->bytes;
        /* A booting target is only asked once it has spoken and fallen silent. */
        int64_t due = boots || asked > 0 ? NUDGE_MS : 0;
        if (asked < 2 && now - heard >= due * (asked + (boots ? 1 : 0)) && (!boots || bytes > 0))
            nudge(t, asked++);
        if (signals_take_interrupts() > 0 || signals_ending()) {
            snprintf(t->message, sizeof(t->message), "interrupted while waiting for the prompt");
            return false;
        }
        if (t->stopped && silence_ms > STOPPED_MS)
            silence_ms = STOPPED_MS;
        if (now - heard > silence_ms || now - start > TALK_MS) {
            explain_no_prompt(t, silence_ms);
            return false;
        }
        if (!target_pump(t, 50, -1) && !t->at_prompt) {
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

/* Asks the target for frames; true if it has them. */
static bool ask_frames(struct target *t, int patience_ms)
{
    int64_t end = target_clock_ms() + patience_ms;
    link_hello(&t->link);
    while (t->link.state == LINK_ASKING && target_clock_ms() < end)
        if (!target_pump(t, 20, -1))
            break;
    if (t->link.state == LINK_FRAMED)
        return true;
    link_drop(&t->link);
    return false;
}

static void say(struct target *t, const char *format, const char *theirs)
{
    char text[256];
    snprintf(text, sizeof(text), format, theirs, SEL4MON_VERSION);
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
            theirs);
    else if (t->link.state != LINK_FRAMED)
        say(t,
            "the monitor does not answer in frames (an older one?): the line stays plain, and "
            "there is no upload and no debugger on it",
            theirs);
    else if (known && strcmp(theirs, SEL4MON_VERSION) != 0)
        say(t,
            "the monitor is sel4mon %s, this client %s: build both from one checkout if "
            "something does not work",
            theirs);
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
    if (!t->raw && !ask_frames(t, ASK_MS)) {
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
