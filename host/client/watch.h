/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptors that are served beside the target's line, whatever the client is at: the GDB port and
 * its debugger, a second line. Whoever has one adds a row; the poll of target.c asks here. One set,
 * because one process has one poll.
 */
#ifndef CLIENT_WATCH_H
#define CLIENT_WATCH_H

#include <poll.h>

enum { WATCH_MAX = 8 };

struct watch {
    int fd;       /* -1: none now */
    short events; /* of poll */
    void *context;
    void (*ready)(struct watch *w, short revents); /* may change `fd` and `events` */
    /* Called after every poll; milliseconds until it is to be called again, -1: not for time. */
    int (*tick)(struct watch *w); /* optional */
};

/* The row stays the caller's. More than WATCH_MAX are a defect. */
void watch_add(struct watch *w);
void watch_remove(struct watch *w);

/* Fills in what is to be polled, at most WATCH_MAX; how many. Shortens the time to wait. */
unsigned watch_fill(struct pollfd *fds, int *timeout_ms);
/* Serves what is ready. */
void watch_serve(const struct pollfd *fds, unsigned count);

#endif
