/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The operations of script_walk.h with a real target: what a command's end means, what is heard
 * beside its output, what of it all is shown.
 */
#include "host/client/script_ops.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/client/ask.h"
#include "host/client/kept.h"
#include "host/client/progress.h"
#include "host/client/reference.h"
#include "host/client/signals.h"
#include "host/client/symbol_commands.h"

/* For an unplugged adapter to come back, when nobody is there to wait. */
#define PATIENCE_MS 10000

static void worsen(struct script *s, int status)
{
    if (status > s->status)
        s->status = status;
}

/* The shell began anew: greet it again. */
static bool greet_again(struct script *s)
{
    script_walk_forget(&s->walk);
    if (target_connect(s->target, s->out->json, 0)) {
        kept_restore(s);
        return true;
    }
    output_error(s->out, "%s", s->target->message);
    worsen(s, STATUS_LOST);
    return false;
}

bool script_ops_report(struct script *s, enum target_result result, int limit_ms)
{
    struct output *out = s->out;
    switch (result) {
    case TARGET_OK:
        return true;
    case TARGET_FAILED:
        if (!out->error_seen)
            output_error(out, "the command failed");
        return false;
    case TARGET_TIMEOUT:
        output_error(out, "not done after %.3g s; interrupted", limit_ms / 1000.0);
        return false;
    case TARGET_REBUILT:
        if (s->target->ending == TARGET_RESTARTS)
            return greet_again(s);
        output_error(out, "the monitor's shell began anew; its state is gone");
        greet_again(s);
        return false;
    case TARGET_REFUSED:
        if (!out->error_seen)
            output_error(out, "%s", s->target->message);
        return false;
    case TARGET_ENDED:
        s->ended = true;
        return true;
    case TARGET_SILENT:
    case TARGET_LOST:
        output_error(out, "%s", s->target->message);
        worsen(s, STATUS_LOST);
        return false;
    }
    return false;
}

bool script_ops_check(struct script *s)
{
    if (!s->ended && s->status != STATUS_LOST)
        return true;
    if (s->ended)
        output_error(s->out, "not run: %s", s->target->message);
    worsen(s, STATUS_LOST);
    return false;
}

/* The shorter of two times, of which 0 is none. */
static int shorter(int a, int b)
{
    return a == 0 ? b : b == 0 ? a : a < b ? a : b;
}

static void note_interrupt(struct script *s)
{
    if (!signals_ending() && !s->target->interrupted)
        return;
    s->halted = true;
    s->interrupted |= signals_ending() || !s->interactive;
}

/* Commands after which components may be other ones, or in another state. */
static bool is_stirring(const char *text)
{
    static const char *const names[] = {"load",    "start",    "stop", "kill",
                                        "restart", "continue", "reset"};
    size_t len = strcspn(text, " \t;!");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strlen(names[i]) == len && strncmp(text, names[i], len) == 0)
            return true;
    return false;
}

bool script_ops_come_back(struct script *s)
{
    if (!target_come_back(s->target, s->interactive ? 0 : PATIENCE_MS))
        return false;
    script_walk_forget(&s->walk);
    kept_restore(s);
    return true;
}

/* What a command did before the line was lost, nobody knows. */
static enum target_result run_line(struct script *s, const char *text, int limit_ms)
{
    enum target_result result = target_run(s->target, text, limit_ms);
    if (result != TARGET_LOST || !script_ops_come_back(s))
        return result;
    output_error(s->out, "the line was lost while the command ran: what came of it is not known");
    return TARGET_FAILED;
}

static bool run_on_target(struct script *s, const struct script_line *line)
{
    int limit_ms = shorter(s->timeout_ms, line->limit_ms);
    if (!script_ops_check(s))
        return false;
    char why[400], *left = kept_before(s, line->text);
    const char *text = left ? left : line->text;
    char *resolved = symbol_commands_resolve(text, why, sizeof(why));
    if (why[0]) {
        output_error(s->out, "%s", why);
        free(left);
        return false;
    }
    s->running = true;
    bool held = script_ops_report(s, run_line(s, resolved ? resolved : text, limit_ms), limit_ms);
    s->running = false;
    s->stirred |= is_stirring(line->text);
    free(resolved);
    free(left);
    if (held)
        kept_after(s, line->text);
    if (held)
        reference_show(s->out, line->text);
    note_interrupt(s);
    return held;
}

static enum script_sent send_line(void *context, const struct script_line *line)
{
    struct script *s = context;
    bool held = false;
    s->out->command = (struct output_command){
        .text = line->text,
        .file = line->place.file,
        .line = line->place.line,
        .column = line->place.column,
        .source = line->place.source,
        .map = line->map,
    };
    s->out->error_seen = false;
    if (!s->own_command || !s->own_command(s, line->text, &held))
        held = run_on_target(s, line);
    output_done(s->out, held ? "ok" : "failed");
    memset(&s->out->command, 0, sizeof(s->out->command));
    if (!held)
        worsen(s, STATUS_FAILED);
    if (s->status == STATUS_LOST || s->halted)
        return SCRIPT_GONE;
    return held ? SCRIPT_HELD : SCRIPT_FAILED;
}

static enum script_sent ask(void *context, const char *text, int limit_ms, json_t **records)
{
    struct script *s = context;
    *records = json_array();
    if (!script_ops_check(s))
        return SCRIPT_GONE;
    limit_ms = shorter(s->timeout_ms, limit_ms);
    s->running = true;
    enum target_result result = ask_target(s->target, text, limit_ms, *records);
    s->running = false;
    note_interrupt(s);
    if (result == TARGET_OK)
        return SCRIPT_HELD;
    if (json_array_size(*records) == 0)
        script_ops_report(s, result, limit_ms);
    return s->status == STATUS_LOST || s->halted ? SCRIPT_GONE : SCRIPT_FAILED;
}

static bool stopped(void *context)
{
    struct script *s = context;
    if (signals_take_interrupts() > 0 || signals_ending()) {
        s->halted = true;
        s->interrupted |= signals_ending() || !s->interactive;
        output_error(s->out, "interrupted");
    }
    return s->halted || s->status == STATUS_LOST;
}

static bool resume(void *context)
{
    struct script *s = context;
    s->halted = false;
    return s->status != STATUS_LOST && !s->ended && !signals_ending();
}

static bool wait_for_target(void *context, int timeout_ms)
{
    struct script *s = context;
    if (target_pump(s->target, timeout_ms, -1))
        return true;
    if (s->status != STATUS_LOST) {
        target_describe_end(s->target);
        output_error(s->out, "%s", s->target->message);
    }
    worsen(s, STATUS_LOST);
    return false;
}

static int64_t clock_ms(void *context)
{
    (void)context;
    return target_clock_ms();
}

static char *read_file(void *context, const char *path, size_t *len)
{
    (void)context;
    return script_read_file(path, len);
}

/* Of loops and files in each other the outermost is shown. */
static void show_so_far(void *context, const char *what, const char *name, size_t done,
                        size_t total)
{
    static struct progress progress;
    static char shown[80], text[80];
    struct script *s = context;
    const char *slash = strrchr(name, '/');
    snprintf(text, sizeof(text), "%s %.60s", what, slash ? slash + 1 : name);
    if (!s->interactive || (shown[0] && strcmp(shown, text) != 0))
        return;
    if (total == 0) {
        progress_end(&progress);
        shown[0] = '\0';
    } else if (!shown[0]) {
        strcpy(shown, text);
        progress_begin(&progress, shown, strcmp(what, "for") == 0 ? "turns" : "statements");
    } else {
        progress_show(&progress, done, total);
    }
}

static void show_error(void *context, const struct script_place *place, const char *text)
{
    struct script *s = context;
    output_error_at(s->out, place->file, place->line, place->column, place->source, text);
    worsen(s, STATUS_FAILED);
}

static void test_begin(void *context, const char *name)
{
    struct script *s = context;
    if (s->test_begin)
        s->test_begin(s->test_context, name);
}

static void test_end(void *context, const struct script_result *result)
{
    static const char *const words[] = {
        [SCRIPT_PASSED] = "passed",
        [SCRIPT_SKIPPED] = "skipped",
        [SCRIPT_WRONG] = "failed",
        [SCRIPT_LOST] = "not finished",
    };
    struct script *s = context;
    if (result->status == SCRIPT_WRONG)
        worsen(s, STATUS_FAILED);
    if (s->test_end)
        s->test_end(s->test_context, result);
    else if (!result->whole_file || result->status == SCRIPT_SKIPPED)
        output_test(s->out, result->name, words[result->status],
                    result->status == SCRIPT_SKIPPED ? result->message : "");
}

static const struct script_ops ops = {
    .send = send_line,
    .so_far = show_so_far,
    .ask = ask,
    .wait = wait_for_target,
    .stopped = stopped,
    .resume = resume,
    .clock_ms = clock_ms,
    .read_file = read_file,
    .error = show_error,
    .test_begin = test_begin,
    .test_end = test_end,
};

/* --- listening ------------------------------------------------------------------------------ */

/* The kernel's reports of faults, and the sentences in which the monitor tells of those of
 * components, which name the instruction. */
static unsigned kind_of(unsigned kind, const char *text)
{
    static const char *const marks[] = {"fault", "Fault", "user exception",
                                        "by the instruction at 0x"};
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
        if (strstr(text, marks[i]))
            return kind | SCRIPT_HEARS_FAULT;
    return kind;
}

static void hear_boot(void *context, const char *line)
{
    struct script *s = context;
    s->shown.boot(s->shown.context, line);
}

static void hear_banner(void *context, const char *line)
{
    struct script *s = context;
    s->shown.banner(s->shown.context, line);
}

static void hear_note(void *context, const char *line)
{
    struct script *s = context;
    s->shown.note(s->shown.context, line);
}

/* While a command runs this is its own output. */
static void hear_text(void *context, const char *line)
{
    struct script *s = context;
    if (!s->running)
        script_heard_add(&s->walk.heard, kind_of(SCRIPT_HEARS_TEXT, line), line);
    s->shown.text(s->shown.context, line);
}

static void hear_kernel(void *context, const char *line)
{
    struct script *s = context;
    script_heard_add(&s->walk.heard, kind_of(SCRIPT_HEARS_KERNEL, line), line);
    s->shown.kernel(s->shown.context, line);
}

static void hear_aside(void *context, const char *line)
{
    struct script *s = context;
    s->shown.aside(s->shown.context, line);
}

static void hear_said(void *context, const char *line)
{
    struct script *s = context;
    s->shown.said(s->shown.context, line);
}

static void hear_waiting(void *context)
{
    struct script *s = context;
    if (s->waiting)
        s->waiting(s);
}

/* Notices are records with a text; others that come while no command runs count as well. */
static void hear_record(void *context, json_t *record)
{
    struct script *s = context;
    const char *text = json_string_value(json_object_get(record, "text"));
    if (text && !json_object_get(record, "error")) {
        script_heard_add(&s->walk.heard, kind_of(SCRIPT_HEARS_TEXT, text), text);
        s->stirred = true;
    } else if (!s->running) {
        char *dump = json_dumps(record, JSON_COMPACT | JSON_PRESERVE_ORDER);
        if (dump)
            script_heard_add(&s->walk.heard, kind_of(SCRIPT_HEARS_TEXT, dump), dump);
        free(dump);
    }
    s->shown.record(s->shown.context, record);
}

static void note_error(void *context, const char *text)
{
    struct script *s = context;
    script_walk_note(&s->walk, text);
}

void script_ops_attach(struct script *s)
{
    s->shown = s->target->listener;
    s->target->listener = (struct target_listener){
        .context = s,
        .boot = hear_boot,
        .banner = hear_banner,
        .note = hear_note,
        .text = hear_text,
        .kernel = hear_kernel,
        .aside = hear_aside,
        .said = hear_said,
        .record = hear_record,
        .waiting = hear_waiting,
    };
    s->out->heard_error = note_error;
    s->out->heard_context = s;
    script_walk_init(&s->walk, &ops, s);
}
