/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine and the world outside: polling the serial lines while the guest runs, waiting for
 * them without using the CPU while it does not, and the signals that end a program.
 */
#include "host/sim/machine/machine_state.h"

#include "host/sim/machine/serial.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

/* Output waits at most about this long for more. */
#define FLUSH_NS 1000000ULL

enum err machine_catch_signals(struct machine *m)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) {
        return ERR_UNSUPPORTED;
    }
    signal(SIGPIPE, SIG_IGN);
    m->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return m->signal_fd >= 0 ? ERR_OK : ERR_UNSUPPORTED;
}

static uint64_t host_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000ULL + (uint64_t)now.tv_nsec;
}

static void flush_all(struct machine *m)
{
    for (unsigned i = 0; i < BOARD_SERIALS_MAX; i++) {
        if (m->board.serials[i]) {
            serial_flush(m->board.serials[i]);
        }
    }
    m->last_flush_ns = host_ns();
}

static bool has_output(const struct machine *m)
{
    for (unsigned i = 0; i < BOARD_SERIALS_MAX; i++) {
        if (m->board.serials[i] && serial_has_output(m->board.serials[i])) {
            return true;
        }
    }
    return false;
}

static void take_signal(struct machine *m)
{
    struct signalfd_siginfo info;

    if (read(m->signal_fd, &info, sizeof info) == sizeof info) {
        m->signal = (int)info.ssi_signo;
        machine_end(m, MACHINE_STATUS_SIGNAL + m->signal, "a signal ended it");
    }
}

/* Waits for any serial line or signal, at most `timeout_ms` (-1: for ever). Returns how many serial
 * lines there were to wait for. */
static unsigned wait_for_input(struct machine *m, int timeout_ms)
{
    struct pollfd fds[BOARD_SERIALS_MAX + 1] = {{.fd = m->signal_fd, .events = POLLIN}};
    struct serial *lines[BOARD_SERIALS_MAX];
    unsigned count = 0;

    for (unsigned i = 0; i < BOARD_SERIALS_MAX; i++) {
        if (m->board.serials[i] && serial_poll_want(m->board.serials[i], &fds[count + 1])) {
            lines[count++] = m->board.serials[i];
        }
    }
    if (timeout_ms < 0 && count == 0) {
        return 0;
    }
    if (poll(fds, count + 1, timeout_ms) > 0) {
        if (fds[0].revents) {
            take_signal(m);
        }
        for (unsigned i = 0; i < count; i++) {
            if (fds[i + 1].revents) {
                serial_poll_ready(lines[i]);
            }
            if (serial_wants_end(lines[i])) {
                machine_end(m, MACHINE_STATUS_SIGNAL + SIGINT, "Ctrl-] was typed");
            }
        }
        board_poll(&m->board);
    }
    return count;
}

void machine_poll(struct machine *m)
{
    wait_for_input(m, 0);
    if (has_output(m) && host_ns() - m->last_flush_ns >= FLUSH_NS) {
        flush_all(m);
    }
}

void machine_idle(struct machine *m)
{
    flush_all(m);
    if (wait_for_input(m, -1) == 0) {
        machine_end(m, MACHINE_STATUS_IDLE,
                    "every thread waits, and there is no input that could come any more");
    }
}
