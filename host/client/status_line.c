/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Telling what runs and what has stopped. See status_line.h.
 */
#include "host/client/status_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/client/ask.h"

#define AFTER_MS      1000 /* a command that is done sooner needs no line */
#define ANSWER_MS     1000
#define SUMMARY_BYTES 400

static struct {
    char command[60];
    int64_t since_ms, shown_s;   /* shown_s: the seconds on the screen; -1: none */
    char summary[SUMMARY_BYTES]; /* of the components, as last printed */
} status = {.shown_s = -1};

void status_line_begin(const char *command)
{
    snprintf(status.command, sizeof(status.command), "%s", command);
    status.since_ms = target_clock_ms();
    status.shown_s = -1;
}

void status_line_hide(void)
{
    if (status.shown_s < 0)
        return;
    fflush(stdout);
    fputs("\r\033[K", stderr);
    fflush(stderr);
    status.shown_s = -1;
}

void status_line_end(void)
{
    status_line_hide();
    status.command[0] = '\0';
}

void status_line_tick(const struct output *out)
{
    int64_t ms = target_clock_ms() - status.since_ms;
    if (!status.command[0] || ms < AFTER_MS || ms / 1000 == status.shown_s ||
        !isatty(STDERR_FILENO))
        return;
    fflush(stdout);
    status.shown_s = ms / 1000;
    fprintf(stderr, "\r\033[K%s[%s runs for %lld s; Ctrl-C ends it]%s",
            out->colour_err ? "\033[2m" : "", status.command, (long long)status.shown_s,
            out->colour_err ? "\033[0m" : "");
    fflush(stderr);
}

static void add(char *to, const char *format, const char *a, const char *b)
{
    size_t len = strlen(to);
    snprintf(to + len, SUMMARY_BYTES - len, format, a, b);
}

/* "hello alive, crasher stopped" */
static void summarise(char *summary, const json_t *records)
{
    const json_t *record;
    size_t i;
    summary[0] = '\0';
    json_array_foreach(records, i, record)
    {
        const char *name = json_string_value(json_object_get(record, "name"));
        const char *state = json_string_value(json_object_get(record, "state"));
        if (name && state) {
            add(summary, summary[0] ? ", %s%s" : "%s%s", "", name);
            add(summary, " %s%s", strcmp(state, "alive") == 0 ? "runs" : state, "");
        }
    }
}

void status_line_components(struct script *s)
{
    char summary[SUMMARY_BYTES];
    if (!s->stirred || s->target->gone || s->target->at_prompt)
        return;
    s->stirred = false;
    json_t *records = json_array();
    if (ask_target(s->target, "json components", ANSWER_MS, records) == TARGET_OK) {
        summarise(summary, records);
        if (strcmp(summary, status.summary) != 0)
            output_note(s->out, "%s", summary[0] ? summary : "no components any more");
        snprintf(status.summary, sizeof(status.summary), "%s", summary);
    }
    json_decref(records);
}
