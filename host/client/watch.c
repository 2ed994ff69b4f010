/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors beside the target's line; see the header. */
#include "host/client/watch.h"

#include <assert.h>
#include <stddef.h>

static struct watch *list[WATCH_MAX];

void watch_add(struct watch *w)
{
    for (unsigned i = 0; i < WATCH_MAX; i++) {
        if (list[i])
            continue;
        list[i] = w;
        return;
    }
    assert(!"WATCH_MAX is too small");
}

void watch_remove(struct watch *w)
{
    for (unsigned i = 0; i < WATCH_MAX; i++)
        if (list[i] == w)
            list[i] = NULL;
}

unsigned watch_fill(struct pollfd *fds, int *timeout_ms)
{
    for (unsigned i = 0; i < WATCH_MAX; i++) {
        int wait = list[i] && list[i]->tick ? list[i]->tick(list[i]) : -1;
        if (wait >= 0 && (*timeout_ms < 0 || wait < *timeout_ms))
            *timeout_ms = wait;
        fds[i] = (struct pollfd){.fd = list[i] ? list[i]->fd : -1,
                                 .events = list[i] ? list[i]->events : 0};
    }
    return WATCH_MAX;
}

void watch_serve(const struct pollfd *fds, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (list[i] && fds[i].revents && list[i]->fd == fds[i].fd)
            list[i]->ready(list[i], fds[i].revents);
}
