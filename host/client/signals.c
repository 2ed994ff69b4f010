/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signal handlers that only note, and the terminal's settings to return to. See signals.h.
 */
#include "host/client/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static volatile sig_atomic_t interrupts, resized, stopped, ending;
static int wake[2] = {-1, -1};
static struct termios terminal;
static bool has_terminal;
static char leave_screen[64];
static volatile sig_atomic_t leave_len;

static void note_signal(int number)
{
    int e = errno;
    switch (number) {
    case SIGINT:
        interrupts++;
        break;
    case SIGWINCH:
        resized = 1;
        break;
    case SIGTSTP:
        stopped = 1;
        break;
    default:
        ending = number;
        break;
    }
    ssize_t ignored = write(wake[1], "", 1);
    (void)ignored;
    errno = e;
}

static void restore_terminal(void)
{
    if (has_terminal)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal);
}

/* A defect of the client itself: the default action follows, with the terminal sane. */
static void restore_and_die(int number)
{
    ssize_t ignored = write(STDOUT_FILENO, leave_screen, (size_t)leave_len);
    (void)ignored;
    if (has_terminal)
        tcsetattr(STDIN_FILENO, TCSANOW, &terminal);
    signal(number, SIG_DFL);
    raise(number);
}

static void handle(int number, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

void signals_init(void)
{
    static const int noted[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP};
    static const int deadly[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT};
    if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) < 0)
        abort();
    has_terminal = tcgetattr(STDIN_FILENO, &terminal) == 0;
    atexit(restore_terminal);
    for (size_t i = 0; i < sizeof(noted) / sizeof(noted[0]); i++)
        handle(noted[i], note_signal, 0);
    for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++)
        handle(deadly[i], restore_and_die, SA_RESETHAND);
    handle(SIGPIPE, SIG_IGN, 0);
}

void signals_leave_screen(const char *sequence)
{
    leave_len = 0;
    strncpy(leave_screen, sequence, sizeof(leave_screen) - 1);
    leave_len = (sig_atomic_t)strlen(leave_screen);
}

int signals_fd(void)
{
    return wake[0];
}

static void drain_wake(void)
{
    char bytes[64];
    while (read(wake[0], bytes, sizeof(bytes)) > 0)
        continue;
}

unsigned signals_take_interrupts(void)
{
    drain_wake();
    unsigned n = (unsigned)interrupts;
    interrupts = 0;
    return n;
}

bool signals_take_resize(void)
{
    bool was = resized;
    resized = 0;
    return was;
}

bool signals_take_stop(void)
{
    bool was = stopped;
    stopped = 0;
    return was;
}

void signals_suspend(void)
{
    raise(SIGSTOP);
}

int signals_ending(void)
{
    return ending;
}
