/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All files of a suite on one target, in a process of its own. What is shown meanwhile goes to a
 * file without a name, and from there into the results. See suite.h.
 */
#include "host/client/suite.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "host/client/ask.h"
#include "host/client/script.h"
#include "host/client/signals.h"

#define OUTPUT_BYTES 65536 /* of a test, in the report: the last of it */
#define TRIES_MAX    2     /* in a row, for a target that cannot be reached */

struct worker {
    const struct suite_options *o;
    const struct target_spec *spec;
    FILE *to;
    int shown_fd;
    off_t shown;      /* what of it the results so far have */
    const char *file; /* that runs */
    struct target target;
    struct output out;
    struct script script;
    bool interrupted;
    bool open, used, failed; /* the target, by a file before; a test of this file */
    unsigned tries;
    size_t told; /* results of the file */
};

static void tell(struct worker *w, json_t *record)
{
    json_dumpf(record, w->to, JSON_COMPACT | JSON_ENSURE_ASCII);
    putc('\n', w->to);
    fflush(w->to);
    json_decref(record);
}

/* What was shown since the last result: new memory, NULL without any. */
static char *take_output(struct worker *w)
{
    fflush(stdout);
    fflush(stderr);
    off_t end = lseek(w->shown_fd, 0, SEEK_END);
    off_t start = end - w->shown > OUTPUT_BYTES ? end - OUTPUT_BYTES : w->shown;
    size_t len = end > start ? (size_t)(end - start) : 0;
    char *text = calloc(1, len + 1);
    ssize_t got = text ? pread(w->shown_fd, text, len, start) : 0;
    if (text)
        text[got > 0 ? got : 0] = '\0';
    w->shown = end;
    return text;
}

/* A JSON string of bytes that may be no UTF-8. */
static json_t *string_of(const char *text)
{
    json_t *string = json_string(text);
    if (string)
        return string;
    char *clean = strdup(text);
    for (char *c = clean; clean && *c; c++)
        if ((unsigned char)*c >= 0x80)
            *c = '?';
    string = json_string(clean ? clean : "");
    free(clean);
    return string;
}

static void tell_result(struct worker *w, const struct script_result *result)
{
    char *output = take_output(w);
    const char *file = result->file ? result->file : w->file;
    tell(w, json_pack("{s:o, s:o, s:b, s:i, s:f, s:o, s:o}", "file", string_of(file), "name",
                      string_of(result->name), "whole", (int)result->whole_file, "status",
                      (int)result->status, "seconds", (double)result->ms / 1000, "message",
                      string_of(result->message), "output", string_of(output ? output : "")));
    free(output);
    w->told++;
}

static void test_begin(void *context, const char *name)
{
    tell(context, json_pack("{s:o}", "begin", string_of(name)));
}

static void test_end(void *context, const struct script_result *result)
{
    struct worker *w = context;
    w->failed |= result->status >= SCRIPT_WRONG;
    tell_result(w, result);
}

/* A file for which there is but one thing to say. */
static void tell_file(struct worker *w, enum script_status status, const char *message)
{
    const char *slash = strrchr(w->file, '/');
    struct script_result result = {
        .file = w->file,
        .name = slash ? slash + 1 : w->file,
        .whole_file = true,
        .status = status,
        .message = message,
    };
    tell_result(w, &result);
}

static void set_parameters(struct worker *w)
{
    const struct options *p = &w->o->parameters;
    char count[24];
    snprintf(count, sizeof(count), "%zu", p->argument_count);
    (void)script_scope_set(&w->script.walk.global, "count", count);
    for (size_t i = 0; i < p->parameter_count; i++)
        (void)script_scope_set(&w->script.walk.global, p->parameters[i].name,
                               p->parameters[i].value);
}

static void close_target(struct worker *w)
{
    if (!w->open)
        return;
    script_free(&w->script);
    target_close(&w->target);
    w->open = false;
}

static bool open_target(struct worker *w)
{
    output_init(&w->out, false, false);
    struct target_listener listener = output_listener(&w->out);
    int wait_ms = (int)(w->o->wait_s * 1000);
    if (!target_open(&w->target, w->spec->transport, &w->spec->request, &listener, w->o->raw) ||
        !target_connect(&w->target, false, wait_ms)) {
        w->tries++;
        target_close(&w->target);
        return false;
    }
    w->tries = 0;
    w->open = true;
    w->used = false;
    script_init(&w->script, &w->target, &w->out);
    w->script.timeout_ms = (int)(w->o->timeout_s * 1000);
    w->script.walk.limit_ms = (int)(w->o->limit_s * 1000);
    w->script.test_begin = test_begin;
    w->script.test_end = test_end;
    w->script.test_context = w;
    set_parameters(w);
    return true;
}

/* Is one of the words in `list` what the target is, or a feature that it has? */
static bool has_word(const json_t *version, const char *directive, const char *list)
{
    size_t at = 0, start, len;
    bool arch = strcmp(directive, "arch") == 0;
    const char *own = json_string_value(json_object_get(version, "arch"));
    while (script_text_word(list, &at, &start, &len)) {
        char word[64];
        snprintf(word, sizeof(word), "%.*s", (int)len, list + start);
        if (arch && own && strcmp(own, word) == 0)
            return true;
        if (!arch && !json_is_true(json_object_get(version, word)))
            return false;
    }
    return !arch;
}

/* Do the comments at the file's head say that it is for other targets? Then `why` says so. */
static bool is_for_others(struct worker *w, char *why, size_t cap)
{
    static const char *const directives[] = {"arch", "needs"};
    FILE *file = fopen(w->file, "re");
    char line[512];
    bool others = false;
    while (file && !others && fgets(line, sizeof(line), file) && line[0] == '#') {
        const char *text = line + 1 + strspn(line + 1, " \t");
        for (size_t i = 0; i < 2 && !others; i++) {
            size_t len = strlen(directives[i]);
            if (strncmp(text, directives[i], len) != 0 || text[len] != ':')
                continue;
            line[strcspn(line, "\r\n")] = '\0';
            (void)script_value_lookup(&w->script.walk, "version.arch"); /* asks, the first time */
            others = !has_word(w->script.walk.version, directives[i], text + len + 1);
            snprintf(why, cap, "%.200s", text);
        }
    }
    if (file)
        fclose(file);
    return others;
}

/* Takes away what `let` of the files before has left on the target. */
static void forget_variables(struct worker *w)
{
    json_t *records = json_array(), *record;
    char line[128];
    size_t i;
    int limit_ms = w->script.timeout_ms;
    if (ask_target(&w->target, "json let", limit_ms, records) == TARGET_OK) {
        json_array_foreach(records, i, record)
        {
            const char *name = json_string_value(json_object_get(record, "name"));
            json_t *ignored = json_array();
            snprintf(line, sizeof(line), "let %s =", name ? name : "");
            if (name)
                (void)ask_target(&w->target, line, limit_ms, ignored);
            json_decref(ignored);
        }
    }
    json_decref(records);
}

static void run_file(struct worker *w)
{
    char why[256];
    w->told = 0;
    w->failed = false;
    if (!w->open && (w->tries >= TRIES_MAX || !open_target(w))) {
        tell_file(w, SCRIPT_LOST, w->target.message);
        return;
    }
    if (is_for_others(w, why, sizeof(why))) {
        tell_file(w, SCRIPT_SKIPPED, why);
        return;
    }
    if (w->used)
        forget_variables(w);
    w->used = true;
    w->script.status = STATUS_OK;
    bool held = script_run_file(&w->script, w->file);
    if (w->told == 0) /* it could not be read, or is no script */
        tell_file(w, held ? SCRIPT_PASSED : SCRIPT_WRONG, w->script.walk.failure);
    w->interrupted = w->script.interrupted;
    bool gone = w->script.ended || w->script.status == STATUS_LOST;
    if (gone || (w->spec->transport->boots && (w->o->fresh || w->failed || !held)))
        close_target(w);
}

void suite_worker_run(const struct suite_options *o, size_t target, FILE *to)
{
    struct worker *w = calloc(1, sizeof(*w));
    if (!w)
        return;
    w->o = o;
    w->spec = &o->targets[target];
    w->to = to;
    w->shown_fd = memfd_create("shown", MFD_CLOEXEC);
    if (w->shown_fd < 0 || dup2(w->shown_fd, STDOUT_FILENO) < 0 ||
        dup2(w->shown_fd, STDERR_FILENO) < 0 || !freopen("/dev/null", "r", stdin))
        return;
    signals_init();
    for (size_t i = 0; i < o->file_count && !signals_ending() && !w->interrupted; i++) {
        w->file = o->files[i];
        run_file(w);
    }
    close_target(w);
    close(w->shown_fd);
    free(w);
}
