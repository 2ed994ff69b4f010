/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gdb in the client's terminal. It gets the terminal as a job of its own, so that Ctrl-C and Ctrl-Z
 * are gdb's; the client serves its port meanwhile and takes the terminal back afterwards. gdb's
 * settings stay its defaults, but for the file it is told.
 */
#include "host/client/gdb_client.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { ARGUMENTS = 16, NOT_FOUND = 127 };

struct command {
    const char *argv[ARGUMENTS];
    size_t count;
    char connect[64], exec_file[300], beside[4600];
};

static void add(struct command *c, const char *word)
{
    if (c->count < ARGUMENTS - 1)
        c->argv[c->count++] = word;
}

/* gdb is on another component by now: this one gets an inferior of its own. */
static void beside_make(struct command *c, const struct gdb_start *start,
                        const struct gdb_file *file)
{
    bool plain = file && strpbrk(file->path, " \t\"'\\") == NULL;

    snprintf(c->beside, sizeof c->beside,
             "python w=%u; f=[i.pid for i in gdb.inferiors()]; [gdb.execute(c) for c in "
             "([] if w in f or not any(f) else ['add-inferior%s%s', 'inferior 2']) "
             "+ (['attach '+str(w)] if w and w not in f else [])]",
             start->pid, plain ? " -exec " : "", plain ? file->path : "");
    add(c, "-ex");
    add(c, c->beside);
}

/* SEL4MON_GDB names another gdb than gdb-multiarch. */
static void command_make(struct command *c, const struct gdb_client *g,
                         const struct gdb_start *start)
{
    const char *gdb = getenv("SEL4MON_GDB"), *component = start->component;
    const struct gdb_file *file =
        component ? gdb_files_find(g->files, component, strlen(component)) : NULL;

    memset(c, 0, sizeof *c);
    add(c, gdb && *gdb ? gdb : "gdb-multiarch");
    add(c, "-q");
    if (file && !start->others)
        add(c, file->path);
    snprintf(c->connect, sizeof c->connect, "target extended-remote 127.0.0.1:%u",
             (unsigned)g->port.number);
    add(c, "-ex");
    add(c, c->connect);
    if (!component)
        return;
    if (start->others)
        beside_make(c, start, file);
    snprintf(c->exec_file, sizeof c->exec_file, "set remote exec-file %s",
             file ? file->name : component);
    add(c, "-ex");
    add(c, c->exec_file);
}

/* The terminal's foreground job; from the background this would stop the process. */
static void terminal_give(pid_t job)
{
    void (*before)(int) = signal(SIGTTOU, SIG_IGN);

    if (isatty(STDIN_FILENO))
        (void)tcsetpgrp(STDIN_FILENO, job);
    signal(SIGTTOU, before);
}

static pid_t command_run(const struct command *c)
{
    pid_t child = fork();

    if (child != 0) {
        if (child > 0)
            (void)setpgid(child, child);
        return child;
    }
    (void)setpgid(0, 0);
    terminal_give(getpid());
    execvp(c->argv[0], (char *const *)c->argv);
    _exit(NOT_FOUND);
}

/* Ctrl-Z at gdb stops the client, too, as one job for whoever started it. */
static bool has_ended(pid_t child, int *status)
{
    pid_t what = waitpid(child, status, WNOHANG | WUNTRACED);

    if (what == 0)
        return false;
    if (what < 0 || !WIFSTOPPED(*status))
        return true;
    terminal_give(getpgrp());
    raise(SIGSTOP);
    terminal_give(child);
    kill(-child, SIGCONT);
    return false;
}

int gdb_client_start(struct gdb_client *g, const struct gdb_start *start,
                     bool (*pump)(void *context), void *context)
{
    struct command c;
    int status = 0;

    command_make(&c, g, start);
    pid_t child = command_run(&c);
    if (child < 0) {
        snprintf(g->message, sizeof g->message, "cannot start %s: %s", c.argv[0], strerror(errno));
        return -1;
    }
    terminal_give(child);
    while (!has_ended(child, &status)) {
        if (pump(context))
            continue;
        kill(child, SIGHUP); /* the target is gone */
        waitpid(child, &status, 0);
        break;
    }
    terminal_give(getpgrp());
    if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND) {
        snprintf(g->message, sizeof g->message,
                 "cannot run %s; is it installed? (scripts/setup installs gdb-multiarch)",
                 c.argv[0]);
        return -1;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
