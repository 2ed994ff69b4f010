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
#include <unistd.h>

#include "host/client/signals.h"

#define LINE_SILENCE_MS 3000  /* on a line: nobody is there */
#define BOOT_SILENCE_MS 10000 /* of a target being started */
#define TALK_MS         60000 /* it speaks, but there never is a prompt */
#define NUDGE_MS        1000  /* between the two questions for a prompt */
#define GREETING_MS     3000
#define SHOWN_CHARS     140 /* of a line: as long as the monitor's longest, all must fit a message */
#define STOPPED_MS      300 /* after the monitor said why it cannot run */

/* What is sent to ask for a prompt, first and second time. */
static const char *const nudges[] = {"\x15\n", "\x03\x15\n"};

static void nudge(struct target *t, unsigned which)
{
    ssize_t ignored = write(t->line.fd, nudges[which], strlen(nudges[which]));
    (void)ignored;
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
static bool await_prompt(struct target *t, int silence_ms)
{
    int64_t start = target_clock_ms();
    int64_t heard = start;
    unsigned long bytes = t->bytes;
    unsigned asked = 0;
    bool boots = t->line.ops->boots;
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

bool target_connect(struct target *t, bool json, int silence_ms)
{
    t->json = json;
    if (silence_ms == 0)
        silence_ms = t->line.ops->boots ? BOOT_SILENCE_MS : LINE_SILENCE_MS;
    t->session.stage = SESSION_PLAIN;
    t->banner = t->stopped = false;
    return await_prompt(t, silence_ms) && greet(t);
}
