/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `sel4mon test`: a process for each target, what they tell gathered into one report. A worker that
 * dies, or shows no life for longer than any test may take, is told and takes nothing down.
 */
#include "host/client/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/client/script.h"
#include "host/client/signals.h"

#define GRACE_MS 60000 /* for a target to start, and for clean-up, beyond a test's limit */

struct job_state {
    pid_t pid; /* 0: not started, or ended */
    int fd;
    bool started;
    char *line; /* what came of the next one */
    size_t len;
    char *running; /* the test that runs, for when the worker dies in it */
    int64_t heard_ms;
};

struct suite {
    const struct suite_options *o;
    struct report report;
    struct job_state *jobs;
    size_t running, interrupts;
    bool progress; /* there is a terminal to show it on */
    int64_t start_ms;
};

static void show_progress(const struct suite *s, const char *what)
{
    if (!s->progress)
        return;
    struct report_counts n = report_count(&s->report);
    fprintf(stderr, "\r\033[K%zu done, %zu failed; %.50s", n.all, n.failed + n.lost, what);
    fflush(stderr);
}

static void end_progress(const struct suite *s)
{
    if (s->progress)
        fputs("\r\033[K", stderr);
}

/* --- what a worker tells -------------------------------------------------------------------- */

static const char *text_of(const json_t *record, const char *name)
{
    const char *text = json_string_value(json_object_get(record, name));
    return text ? text : "";
}

static void take_record(struct suite *s, size_t target, const json_t *record)
{
    struct job_state *job = &s->jobs[target];
    const char *begins = json_string_value(json_object_get(record, "begin"));
    free(job->running);
    job->running = begins ? strdup(begins) : NULL;
    if (begins) {
        show_progress(s, begins);
        return;
    }
    struct report_case c = {
        .target = target,
        .file = (char *)text_of(record, "file"),
        .name = (char *)text_of(record, "name"),
        .whole_file = json_is_true(json_object_get(record, "whole")),
        .status = (enum script_status)json_integer_value(json_object_get(record, "status")),
        .seconds = json_number_value(json_object_get(record, "seconds")),
        .message = (char *)text_of(record, "message"),
        .output = (char *)text_of(record, "output"),
    };
    (void)report_add(&s->report, &c);
    show_progress(s, c.file);
}

static void take_line(struct suite *s, size_t target)
{
    struct job_state *job = &s->jobs[target];
    json_t *record = json_loadb(job->line, job->len, 0, NULL);
    if (record)
        take_record(s, target, record);
    json_decref(record);
    job->len = 0;
}

static bool read_job(struct suite *s, size_t target)
{
    char bytes[4096];
    struct job_state *job = &s->jobs[target];
    ssize_t n = read(job->fd, bytes, sizeof(bytes));
    if (n <= 0)
        return n < 0 && (errno == EAGAIN || errno == EINTR);
    job->heard_ms = target_clock_ms();
    for (ssize_t i = 0; i < n; i++) {
        if (bytes[i] == '\n') {
            take_line(s, target);
            continue;
        }
        if ((job->len & (job->len - 1)) == 0) {
            char *line = realloc(job->line, job->len ? job->len * 2 : 1);
            if (!line)
                return false;
            job->line = line;
        }
        job->line[job->len++] = bytes[i];
    }
    return true;
}

/* --- workers -------------------------------------------------------------------------------- */

static bool start_job(struct suite *s, size_t target)
{
    struct job_state *job = &s->jobs[target];
    int ends[2];
    job->started = true;
    if (pipe2(ends, O_CLOEXEC) < 0)
        return false;
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) {
        FILE *to = fdopen(ends[1], "w");
        close(ends[0]);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (to && getppid() == parent)
            suite_worker_run(s->o, target, to);
        _exit(0);
    }
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return false;
    }
    job->pid = pid;
    job->fd = ends[0];
    job->heard_ms = target_clock_ms();
    s->running++;
    return true;
}

static void add_lost(struct suite *s, size_t target, const char *message)
{
    struct job_state *job = &s->jobs[target];
    struct report_case c = {
        .target = target,
        .file = (char *)"(the run)",
        .name = job->running ? job->running : (char *)"(the run)",
        .whole_file = !job->running,
        .status = SCRIPT_LOST,
        .message = (char *)message,
    };
    (void)report_add(&s->report, &c);
}

/* The worker has closed its pipe, or is ended. */
static void end_job(struct suite *s, size_t target, const char *why)
{
    struct job_state *job = &s->jobs[target];
    char message[200];
    int status = 0;
    if (why)
        kill(job->pid, SIGKILL);
    waitpid(job->pid, &status, 0);
    close(job->fd);
    job->pid = 0;
    s->running--;
    if (!why && WIFSIGNALED(status)) {
        snprintf(message, sizeof(message),
                 "the process for this target was ended by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
        why = message;
    }
    if (why)
        add_lost(s, target, why);
}

/* Ends those that show no life for longer than any test may take. */
static void check_life(struct suite *s)
{
    int64_t now = target_clock_ms();
    double limit_ms = (s->o->limit_s + s->o->timeout_s) * 1000;
    bool limited = s->o->limit_s > 0 && s->o->timeout_s > 0;
    for (size_t i = 0; i < s->o->target_count; i++) {
        const struct job_state *job = &s->jobs[i];
        if (job->pid && limited && (double)(now - job->heard_ms) > limit_ms + GRACE_MS)
            end_job(s, i, "no sign of life; given up");
        else if (job->pid && s->interrupts > 1)
            end_job(s, i, "interrupted");
    }
}

static void start_jobs(struct suite *s)
{
    size_t most = s->o->jobs ? s->o->jobs : s->o->target_count;
    for (size_t i = 0; i < s->o->target_count && s->running < most; i++)
        if (!s->jobs[i].started && !start_job(s, i))
            add_lost(s, i, "no process could be started for this target");
}

/* Waits for something to be told, and takes it. */
static void poll_jobs(struct suite *s)
{
    struct pollfd fds[s->o->target_count + 1];
    for (size_t i = 0; i < s->o->target_count; i++)
        fds[i] = (struct pollfd){.fd = s->jobs[i].pid ? s->jobs[i].fd : -1, .events = POLLIN};
    fds[s->o->target_count] = (struct pollfd){.fd = signals_fd(), .events = POLLIN};
    if (poll(fds, s->o->target_count + 1, 1000) > 0)
        for (size_t i = 0; i < s->o->target_count; i++)
            if (fds[i].revents && !read_job(s, i))
                end_job(s, i, NULL);
    s->interrupts += signals_take_interrupts();
    if (signals_ending())
        s->interrupts = 2;
}

static void run_jobs(struct suite *s)
{
    for (;;) {
        if (s->interrupts == 0)
            start_jobs(s);
        if (s->running == 0)
            break;
        poll_jobs(s);
        check_life(s);
    }
    for (size_t i = 0; i < s->o->target_count; i++)
        if (!s->jobs[i].started)
            add_lost(s, i, "interrupted before it began");
}

/* --- the report ----------------------------------------------------------------------------- */

static bool write_report(const struct suite *s)
{
    FILE *to = s->o->output ? fopen(s->o->output, "we") : stdout;
    if (!to) {
        fprintf(stderr, "sel4mon: cannot write the report %s: %s\n", s->o->output, strerror(errno));
        return false;
    }
    s->o->format(&s->report, to);
    bool ok = fflush(to) == 0 && !ferror(to);
    int e = errno;
    if (s->o->output)
        ok = fclose(to) == 0 && ok;
    if (!ok)
        fprintf(stderr, "sel4mon: the report could not be written%s%s: %s\n",
                s->o->output ? " to " : "", s->o->output ? s->o->output : "", strerror(e));
    if (s->o->output)
        report_write_summary(&s->report, stdout);
    return ok;
}

static int status_of(const struct suite *s, bool written)
{
    struct report_counts n = report_count(&s->report);
    if (n.lost)
        return STATUS_LOST;
    return n.failed || !written || n.all == 0 ? STATUS_FAILED : STATUS_OK;
}

static void free_suite(struct suite *s)
{
    for (size_t i = 0; i < s->o->target_count; i++) {
        free(s->jobs[i].line);
        free(s->jobs[i].running);
    }
    free(s->jobs);
    free((void *)s->report.targets);
    report_free(&s->report);
}

int suite_main(int argc, char **argv)
{
    struct suite_options o;
    struct suite s = {.o = &o};
    enum options_result wanted = suite_options_read(&o, argc, argv);
    if (wanted != OPTIONS_RUN) {
        suite_options_free(&o);
        return wanted == OPTIONS_EXIT ? STATUS_OK : STATUS_USAGE;
    }
    signals_init();
    const char **names = calloc(o.target_count, sizeof(*names));
    s.jobs = calloc(o.target_count, sizeof(*s.jobs));
    s.progress = isatty(STDERR_FILENO);
    s.start_ms = target_clock_ms();
    int status = STATUS_FAILED;
    s.report.targets = names;
    s.report.target_count = o.target_count;
    if (names && s.jobs) {
        for (size_t i = 0; i < o.target_count; i++)
            names[i] = o.targets[i].name;
        run_jobs(&s);
        end_progress(&s);
        report_sort(&s.report);
        s.report.seconds = (double)(target_clock_ms() - s.start_ms) / 1000;
        status = status_of(&s, write_report(&s));
    }
    free_suite(&s);
    suite_options_free(&o);
    return status;
}
