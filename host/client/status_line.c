/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Telling what runs and what has stopped. See status_line.h. The last row is kept by the terminal's
 * scrolling region (DECSTBM): all else scrolls above it. If the client dies, signals.c ends that.
 */
#include "host/client/status_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "host/client/ask.h"
#include "host/client/signals.h"

#define AFTER_MS      1000 /* a command that is done sooner needs no line */
#define ANSWER_MS     1000
#define SUMMARY_BYTES 400
#define ROWS_LEAST    6 /* of a screen that has one to spare */

static struct {
    bool wanted; /* the operator's */
    bool fixed;  /* the last row is ours */
    bool reverse;
    const char *target;
    unsigned rows, columns;
    char command[60], activity[240];
    int64_t since_ms;
    bool shown;                  /* where the cursor is */
    char summary[SUMMARY_BYTES]; /* of the components */
    char drawn[512];
    char leave[60];
} status = {.wanted = true};

/* --- what it says ----------------------------------------------------------------------------- */

static void describe_activity(char *text, size_t cap)
{
    int64_t ms = target_clock_ms() - status.since_ms;
    if (status.activity[0])
        snprintf(text, cap, "%s", status.activity);
    else if (status.command[0] && ms >= AFTER_MS)
        snprintf(text, cap, "%s runs for %lld s; Ctrl-C ends it", status.command,
                 (long long)(ms / 1000));
    else
        snprintf(text, cap, "ready");
}

/* What goes on at the left, components and the target's name at the right if there is room. */
static void describe_all(char *text, size_t cap)
{
    char left[260];
    describe_activity(left, sizeof(left));
    size_t width = status.columns < cap ? status.columns : cap - 1;
    const char *gap = status.summary[0] ? " | " : "";
    int len = snprintf(text, width + 1, " %s%s%s", left, gap, status.summary);
    size_t name = strlen(status.target);
    if (len > 0 && (size_t)len + name + 3 <= width)
        snprintf(text + len, cap - (size_t)len, "%*s%s ", (int)(width - (size_t)len - name - 1), "",
                 status.target);
}

/* --- the last row ----------------------------------------------------------------------------- */

static void draw(bool always)
{
    char text[sizeof(status.drawn)];
    if (!status.fixed)
        return;
    describe_all(text, sizeof(text));
    if (!always && strcmp(text, status.drawn) == 0)
        return;
    strcpy(status.drawn, text);
    printf("\0337\033[%u;1H%s\033[2K%s%s\0338", status.rows, status.reverse ? "\033[7m" : "", text,
           status.reverse ? "\033[0m" : "");
    fflush(stdout);
}

static bool can_fix(void)
{
    const char *term = getenv("TERM");
    struct winsize size;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || !isatty(STDERR_FILENO) || !term ||
        strcmp(term, "dumb") == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 ||
        size.ws_row < ROWS_LEAST || size.ws_col < 20)
        return false;
    status.rows = size.ws_row;
    status.columns = size.ws_col;
    return true;
}

/* All rows scroll again; not every terminal knows what a region without numbers means. */
static void give_back(char *to, size_t cap)
{
    snprintf(to, cap, "\0337\033[1;%ur\033[r\033[%u;1H\033[2K\0338", status.rows, status.rows);
}

/* The row becomes free by scrolling if the cursor is there. */
static void take_row(void)
{
    printf("\n\033[A\0337\033[1;%ur\0338", status.rows - 1);
    status.fixed = true;
    give_back(status.leave, sizeof(status.leave));
    signals_leave_screen(status.leave);
    draw(true);
}

void status_line_pause(void)
{
    if (!status.fixed)
        return;
    fputs(status.leave, stdout);
    fflush(stdout);
    status.fixed = false;
    signals_leave_screen("");
}

void status_line_resume(void)
{
    if (!status.fixed && status.wanted && status.target && can_fix())
        take_row();
}

void status_line_open(struct script *s)
{
    status.target = s->target->line.name;
    status.reverse = s->out->colour_out;
    status_line_resume();
}

void status_line_close(void)
{
    status_line_pause();
    status.target = NULL;
}

unsigned status_line_rows(void)
{
    return status.fixed ? 1 : 0;
}

/* A terminal of another size has the old line somewhere in between, and no region any more. */
void status_line_redraw(void)
{
    struct winsize size;
    if (!status.fixed || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
        return;
    if (size.ws_row != status.rows || size.ws_col != status.columns) {
        fputs("\0337\033[r\0338\033[J", stdout);
        status.fixed = false;
        signals_leave_screen("");
        status_line_resume();
    }
    draw(true);
}

/* --- commands --------------------------------------------------------------------------------- */

void status_line_begin(const char *command)
{
    snprintf(status.command, sizeof(status.command), "%.*s", (int)strcspn(command, "\n"), command);
    status.since_ms = target_clock_ms();
    status.activity[0] = '\0';
}

void status_line_hide(void)
{
    if (!status.shown)
        return;
    fflush(stdout);
    fputs("\r\033[K", stderr);
    fflush(stderr);
    status.shown = false;
    status.drawn[0] = '\0';
}

void status_line_end(void)
{
    status_line_hide();
    status.command[0] = status.activity[0] = '\0';
    draw(false);
}

/* Where the cursor is, in a terminal that keeps no row for it. */
static void show_here(bool dim)
{
    char text[260];
    if (!isatty(STDERR_FILENO))
        return;
    describe_activity(text, sizeof(text));
    if (status.shown && strcmp(text, status.drawn) == 0)
        return;
    fflush(stdout);
    fprintf(stderr, "\r\033[K%s[%s]%s", dim ? "\033[2m" : "", text, dim ? "\033[0m" : "");
    fflush(stderr);
    strcpy(status.drawn, text);
    status.shown = true;
}

void status_line_tick(const struct output *out)
{
    if (status.fixed)
        draw(false);
    else if (status.command[0] && target_clock_ms() - status.since_ms >= AFTER_MS)
        show_here(out->colour_err);
}

void status_line_activity(const char *text)
{
    snprintf(status.activity, sizeof(status.activity), "%s", text ? text : "");
    if (status.fixed)
        draw(false);
    else if (text)
        show_here(false);
    else
        status_line_hide();
}

/* --- components ------------------------------------------------------------------------------- */

/* "hello alive, crasher stopped" */
static void summarise(char *summary, const json_t *records)
{
    const json_t *record;
    size_t i, len = 0;
    summary[0] = '\0';
    json_array_foreach(records, i, record)
    {
        const char *name = json_string_value(json_object_get(record, "name"));
        const char *state = json_string_value(json_object_get(record, "state"));
        if (name && state && len < SUMMARY_BYTES)
            len += (size_t)snprintf(summary + len, SUMMARY_BYTES - len, "%s%s %s", len ? ", " : "",
                                    name, strcmp(state, "alive") == 0 ? "runs" : state);
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
        if (!status.fixed && strcmp(summary, status.summary) != 0)
            output_note(s->out, "%s", summary[0] ? summary : "no components any more");
        snprintf(status.summary, sizeof(status.summary), "%s", summary);
        draw(false);
    }
    json_decref(records);
}

/* --- set status ------------------------------------------------------------------------------- */

static bool is_status(const char *args)
{
    char word[16];
    return client_command_word(&args, word, sizeof(word)) && strcmp(word, "status") == 0;
}

static bool run_status(struct script *s, const char *args)
{
    char word[16];
    (void)client_command_word(&args, word, sizeof(word));
    if (!client_command_word(&args, word, sizeof(word))) {
        output_say(s->out, "status %s", status.wanted ? "on" : "off");
        return true;
    }
    bool on = strcmp(word, "on") == 0;
    if (!on && strcmp(word, "off") != 0) {
        output_error(s->out, "status is on or off");
        return false;
    }
    status.wanted = on;
    if (on)
        status_line_resume();
    else
        status_line_pause();
    return true;
}

const struct client_command status_line_command = {
    .name = "set",
    .usage = "set status [off | on]",
    .summary = "Keep the last row of the screen for what goes on",
    .words = (const char *const[]){"status", NULL},
    .is_own = is_status,
    .run = run_status,
};
