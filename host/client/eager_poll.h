/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * poll(2) for a conversation whose next word is expected at once: a debugger and a simulator answer
 * within fractions of a millisecond, and waking a processor that has gone idle takes a good part of
 * that. So while answers come that fast, the first moments of a wait only look, and let others run
 * between two looks. After a wait that was longer the next sleeps at once: a line at rest costs
 * nothing.
 */
#ifndef CLIENT_EAGER_POLL_H
#define CLIENT_EAGER_POLL_H

#include <poll.h>
#include <stdbool.h>

struct eager_poll {
    bool is_quick; /* the last wait was short */
};

/* As poll(2). */
int eager_poll(struct eager_poll *e, struct pollfd *fds, nfds_t count, int timeout_ms);

#endif
