/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Starting and ending a child whose standard input and output are the line (one socket pair), and
 * whose standard error is read apart, so that it cannot tear the line being typed.
 */
#include "host/client/transport_child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define END_WAIT_MS  1000 /* for a child that closed its line to end */
#define TERM_WAIT_MS 500  /* for SIGTERM to do */

static void sleep_ms(long ms)
{
    struct timespec t = {ms / 1000, (ms % 1000) * 1000000};
    nanosleep(&t, NULL);
}

/* In the child: never returns. `report` is closed by a successful exec; else it carries errno. */
static void run_child(char *const *argv, int line, int err, int report, pid_t parent)
{
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == parent && dup2(line, 0) >= 0 && dup2(line, 1) >= 0 && dup2(err, 2) >= 0) {
        signal(SIGPIPE, SIG_DFL);
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        execvp(argv[0], argv);
    }
    int e = errno;
    ssize_t ignored = write(report, &e, sizeof(e));
    (void)ignored;
    _exit(127);
}

static bool fail_start(struct transport *t, const char *program, int e)
{
    t->child = 0;
    if (e == ENOENT)
        return transport_fail(t, "the program %s was not found; is it built or installed?",
                              program);
    return transport_fail(t, "cannot start %s: %s", program, strerror(e));
}

/* Makes the line's socket pair, the pipe of standard error and the pipe that reports a failed exec;
 * false if the system has no room, with nothing left open. */
static bool make_pipes(int line[2], int err[2], int report[2])
{
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, line) < 0)
        return false;
    if (pipe2(err, O_CLOEXEC) == 0) {
        if (pipe2(report, O_CLOEXEC) == 0)
            return true;
        close(err[0]);
        close(err[1]);
    }
    close(line[0]);
    close(line[1]);
    return false;
}

bool transport_child_start(struct transport *t, char *const *argv)
{
    int line[2], err[2], report[2];
    if (!make_pipes(line, err, report))
        return fail_start(t, argv[0], errno);
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0)
        run_child(argv, line[1], err[1], report[1], parent);
    int e = pid < 0 ? errno : 0;
    close(line[1]);
    close(err[1]);
    close(report[1]);
    if (pid > 0 && read(report[0], &e, sizeof(e)) == (ssize_t)sizeof(e))
        waitpid(pid, NULL, 0);
    close(report[0]);
    if (e != 0) {
        close(line[0]);
        close(err[0]);
        return fail_start(t, argv[0], e);
    }
    t->fd = line[0];
    t->err_fd = err[0];
    t->child = pid;
    return true;
}

/* Waits up to `ms`; true once the child is gone, with its status. */
static bool wait_child(struct transport *t, int ms, int *status)
{
    for (int waited = 0;; waited += 5) {
        if (waitpid(t->child, status, WNOHANG) == t->child) {
            t->child = 0;
            return true;
        }
        if (waited >= ms)
            return false;
        sleep_ms(5);
    }
}

bool transport_child_end(struct transport *t, char *text, size_t cap)
{
    int status;
    if (t->child == 0 || !wait_child(t, END_WAIT_MS, &status))
        return false;
    if (WIFSIGNALED(status))
        snprintf(text, cap, "was ended by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else
        snprintf(text, cap, "ended with status %d", WEXITSTATUS(status));
    return true;
}

void transport_child_close(struct transport *t)
{
    int status;
    close(t->fd);
    if (t->child != 0) {
        kill(t->child, SIGTERM);
        if (!wait_child(t, TERM_WAIT_MS, &status)) {
            kill(t->child, SIGKILL);
            waitpid(t->child, &status, 0);
            t->child = 0;
        }
    }
    if (t->err_fd >= 0)
        close(t->err_fd);
    t->err_fd = -1;
}
