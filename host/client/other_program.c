/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Starting a program with the terminal, and if it wants with the line. While it runs Ctrl-C is its
 * own. See other_program.h.
 */
#include "host/client/other_program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "host/client/signals.h"
#include "host/client/status_line.h"

#define LINE_FD  3
#define LEAVE_MS 2000 /* for the target to be at a plain prompt */
#define PUMP_MS  20

static void set_blocking(int fd, bool blocking)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags >= 0)
        (void)fcntl(fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
}

/* In the child; never returns. */
static void run_child(const struct script *s, const char *command, bool line)
{
    const struct target *t = s->target;
    signal(SIGPIPE, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    signal(SIGTSTP, SIG_DFL);
    setenv("SEL4MON_TARGET", t->line.name, 1);
    setenv("SEL4MON_DEVICE", s->device ? s->device : "", 1);
    if (line) {
        setenv("SEL4MON_LINE", "3", 1);
        if (t->line.fd == LINE_FD)
            (void)fcntl(LINE_FD, F_SETFD, 0);
        else if (dup2(t->line.fd, LINE_FD) < 0)
            _exit(126);
    }
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

/* Frames end, and the shell is at its plain prompt: what any program would find. */
static void leave_line(struct script *s)
{
    struct target *t = s->target;
    int64_t end = target_clock_ms() + LEAVE_MS;
    t->at_prompt = false;
    if (t->link.state == LINK_FRAMED)
        target_leave(t); /* the monitor itself ends the client's form of talk */
    else
        (void)target_run(t, "set client off", LEAVE_MS);
    while (!t->at_prompt && target_clock_ms() < end && target_pump(t, PUMP_MS, -1))
        continue;
}

static bool take_line_back(struct script *s)
{
    script_walk_forget(&s->walk);
    if (target_connect(s->target, s->out->json, 0))
        return true;
    output_error(s->out, "%s", s->target->message);
    s->status = STATUS_LOST;
    return false;
}

static bool say_end(struct script *s, int status)
{
    if (WIFSIGNALED(status))
        output_error(s->out, "ended by signal %d (%s)", WTERMSIG(status),
                     strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) != 0)
        output_error(s->out, "ended with status %d", WEXITSTATUS(status));
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Runs it to its end; the terminal is left as it was found. Returns errno if it cannot start. */
static int run_to_end(const struct script *s, const char *command, bool line, int *status)
{
    struct termios before;
    bool on_terminal = tcgetattr(STDIN_FILENO, &before) == 0;
    pid_t pid = fork();
    if (pid == 0)
        run_child(s, command, line);
    int e = pid < 0 ? errno : 0;
    while (pid > 0 && waitpid(pid, status, 0) < 0 && errno == EINTR)
        (void)signals_take_interrupts();
    if (on_terminal)
        (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
    (void)signals_take_interrupts();
    return e;
}

bool other_program_run(struct script *s, const char *command, bool line)
{
    int status = 0;
    if (*command == '\0') {
        output_error(s->out, "which command?");
        return false;
    }
    status_line_pause();
    fflush(stdout);
    if (line) {
        leave_line(s);
        set_blocking(s->target->line.fd, true);
    }
    int e = run_to_end(s, command, line, &status);
    status_line_resume();
    if (line) {
        set_blocking(s->target->line.fd, false);
        if (!take_line_back(s))
            return false;
    }
    if (e) {
        output_error(s->out, "cannot start it: %s", strerror(e));
        return false;
    }
    return say_end(s, status);
}
