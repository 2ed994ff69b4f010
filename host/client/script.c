/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Running commands without a prompt. See script.h.
 */
#include "host/client/script.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/client/reference.h"
#include "host/client/signals.h"

static void worsen(struct script *s, int status)
{
    if (status > s->status)
        s->status = status;
}

/* The shell began anew: greet it again. */
static bool greet_again(struct script *s)
{
    if (target_connect(s->target, s->out->json, 0))
        return true;
    output_error(s->out, "%s", s->target->message);
    worsen(s, STATUS_LOST);
    return false;
}

/* Says what came of the command beyond its own output; true if it ended well. */
static bool report(struct script *s, enum target_result result)
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
        output_error(out, "not done after %.3g s; interrupted", s->timeout_ms / 1000.0);
        return false;
    case TARGET_REBUILT:
        if (s->target->ending == TARGET_RESTARTS)
            return greet_again(s);
        output_error(out, "the monitor's shell began anew; its state is gone");
        greet_again(s);
        return false;
    case TARGET_REFUSED:
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

/* Is there still somebody to talk to? Says so if not. */
static bool check_target(struct script *s)
{
    if (!s->ended && s->status != STATUS_LOST)
        return true;
    if (s->ended)
        output_error(s->out, "not run: %s", s->target->message);
    worsen(s, STATUS_LOST);
    return false;
}

bool script_run_line(struct script *s, const char *text, const char *file, unsigned line)
{
    text += strspn(text, " \t");
    if (*text == '\0' || *text == '#')
        return true;
    s->out->command = (struct output_command){.text = text, .file = file, .line = line};
    s->out->error_seen = false;
    bool held = false;
    if (check_target(s)) {
        held = report(s, target_run(s->target, text, s->timeout_ms));
        if (held)
            reference_show(s->out, text);
        s->interrupted = signals_ending() || (!s->interactive && s->target->interrupted);
        output_done(s->out, held ? "ok" : "failed");
    }
    s->out->command.text = NULL;
    s->out->command.file = NULL;
    if (!held)
        worsen(s, STATUS_FAILED);
    return held;
}

/* Reads on until the end of the file or, with `stop`, the first failure. */
static bool run_stream(struct script *s, FILE *file, const char *name, bool stop)
{
    char *text = NULL;
    size_t cap = 0;
    bool held = true;
    ssize_t len;
    for (unsigned line = 1; (len = getline(&text, &cap, file)) >= 0; line++) {
        while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
            text[--len] = '\0';
        if (strlen(text) != (size_t)len)
            text[strlen(text)] = '\x01'; /* a NUL byte: refused as a control character */
        held = script_run_line(s, text, name, line) && held;
        if ((!held && stop) || s->interrupted || s->status == STATUS_LOST)
            break;
    }
    free(text);
    return held;
}

bool script_run_file(struct script *s, const char *path, bool stop)
{
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "re");
    if (!file) {
        output_error(s->out, "cannot read the script %s: %s", path, strerror(errno));
        worsen(s, STATUS_FAILED);
        return false;
    }
    bool held = run_stream(s, file, is_stdin ? "stdin" : path, stop);
    if (ferror(file)) {
        output_error(s->out, "cannot read the script %s: %s", path, strerror(errno));
        worsen(s, STATUS_FAILED);
        held = false;
    }
    if (!is_stdin)
        fclose(file);
    return held;
}

void script_run_command(struct script *s, const char *text)
{
    char *copy = strdup(text);
    char *save;
    if (!copy)
        return;
    for (char *line = strtok_r(copy, "\n", &save); line && s->status != STATUS_LOST;
         line = strtok_r(NULL, "\n", &save))
        script_run_line(s, line, NULL, 0);
    free(copy);
}

int script_run_jobs(struct script *s, const struct job *jobs, size_t count)
{
    for (size_t i = 0; i < count && !s->interrupted && s->status != STATUS_LOST; i++) {
        if (jobs[i].is_script)
            script_run_file(s, jobs[i].text, true);
        else
            script_run_command(s, jobs[i].text);
    }
    return s->status;
}
