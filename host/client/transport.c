/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The list of transports, and what they share: opening, failing in words, closing.
 */
#include "host/client/transport.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const struct transport_ops *const transport_list[] = {
    &transport_sim, &transport_qemu, &transport_serial, &transport_tcp, &transport_unix, NULL,
};

bool transport_fail(struct transport *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(t->message, sizeof(t->message), format, args);
    va_end(args);
    return false;
}

static void make_nonblocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags >= 0)
        (void)fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

bool transport_open(struct transport *t, const struct transport_ops *ops,
                    const struct transport_request *request)
{
    memset(t, 0, sizeof(*t));
    t->ops = ops;
    t->fd = -1;
    t->err_fd = -1;
    if (!ops->open(t, request))
        return false;
    make_nonblocking(t->fd);
    if (t->err_fd >= 0)
        make_nonblocking(t->err_fd);
    return true;
}

void transport_close(struct transport *t)
{
    if (t->ops && t->fd >= 0)
        t->ops->close(t);
    t->fd = -1;
}
