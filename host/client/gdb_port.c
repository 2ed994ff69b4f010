/* SPDX-License-Identifier: BSD-2-Clause */
/* The client's GDB port; see the header. */
#include "host/client/gdb_port.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { TICK_MS = 250 };

static struct gdb_port *port_of(struct watch *w)
{
    return w->context;
}

static void debugger_gone(struct gdb_port *port)
{
    if (port->debugger.fd < 0)
        return;
    close(port->debugger.fd);
    port->debugger.fd = -1;
    port->out_len = 0;
    gdb_proxy_detach(port->proxy);
}

/* --- to the debugger -------------------------------------------------------------------------- */

static void out_flush(struct gdb_port *port)
{
    size_t at = 0;

    while (at < port->out_len) {
        ssize_t n = send(port->debugger.fd, port->out + at, port->out_len - at, MSG_NOSIGNAL);
        if (n <= 0)
            break; /* EAGAIN; what else it is, reading will tell */
        at += (size_t)n;
    }
    port->out_len -= at;
    memmove(port->out, port->out + at, port->out_len);
    port->debugger.events = port->out_len ? POLLIN | POLLOUT : POLLIN;
}

static void out_add(void *context, const uint8_t *bytes, size_t len)
{
    struct gdb_port *port = context;

    if (port->debugger.fd < 0)
        return;
    if (port->out_len + len > port->out_cap) {
        size_t cap = 2 * (port->out_len + len);
        uint8_t *grown = realloc(port->out, cap);
        if (!grown)
            return;
        port->out = grown;
        port->out_cap = cap;
    }
    memcpy(port->out + port->out_len, bytes, len);
    port->out_len += len;
    out_flush(port);
}

/* --- from it ---------------------------------------------------------------------------------- */

static void debugger_ready(struct watch *w, short revents)
{
    struct gdb_port *port = port_of(w);
    uint8_t bytes[16384];

    if (revents & POLLOUT)
        out_flush(port);
    if (!(revents & (POLLIN | POLLHUP | POLLERR)))
        return;
    ssize_t n = recv(w->fd, bytes, sizeof bytes, 0);
    if (n > 0)
        gdb_proxy_from_gdb(port->proxy, bytes, (size_t)n);
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        debugger_gone(port);
}

static int debugger_tick(struct watch *w)
{
    struct gdb_port *port = port_of(w);
    struct timespec now;

    if (!gdb_proxy_waits(port->proxy))
        return -1;
    clock_gettime(CLOCK_MONOTONIC, &now);
    gdb_proxy_tick(port->proxy, (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000);
    return TICK_MS;
}

/* --- coming ----------------------------------------------------------------------------------- */

/* gdb shows what answers its vMustReplyEmpty, which is its second packet: the sentence goes there.
 */
static void refused_ready(struct watch *w, short revents)
{
    static const char sentence[] =
        "E.another debugger is connected to this target, and there can be one at a time";
    struct gdb_port *port = port_of(w);
    uint8_t bytes[4096], packet[2 * sizeof sentence + 8];

    (void)revents;
    ssize_t n = recv(w->fd, bytes, sizeof bytes, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        close(w->fd);
        w->fd = -1;
        return;
    }
    for (const uint8_t *at = bytes; (at = memchr(at, '#', (size_t)(bytes + n - at))); at++) {
        bool first = port->refused_packets++ == 0;
        size_t len = gdb_wire_encode('$', sentence, first ? 0 : sizeof sentence - 1, packet + 1);
        packet[0] = '+';
        (void)send(w->fd, packet, len + 1, MSG_NOSIGNAL);
    }
}

static void refuse(struct gdb_port *port, int fd)
{
    if (port->refused.fd >= 0)
        close(port->refused.fd);
    port->refused.fd = fd;
    port->refused_packets = 0;
}

/* A debugger that has gone may not have been noticed yet, and the next is there already. */
static bool debugger_is_there(struct gdb_port *port)
{
    struct pollfd fd = {.fd = port->debugger.fd, .events = POLLIN};

    while (port->debugger.fd >= 0 && poll(&fd, 1, 0) > 0)
        debugger_ready(&port->debugger, fd.revents);
    return port->debugger.fd >= 0;
}

static void listener_ready(struct watch *w, short revents)
{
    struct gdb_port *port = port_of(w);
    int on = 1, fd = accept4(w->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    (void)revents;
    if (fd < 0)
        return;
    if (debugger_is_there(port)) {
        refuse(port, fd);
        return;
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    port->debugger.fd = fd;
    port->debugger.events = POLLIN;
    gdb_proxy_attach(port->proxy);
}

static int listen_loopback(uint16_t *number)
{
    struct sockaddr_in addr = {.sin_family = AF_INET,
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                               .sin_port = htons(*number)};
    socklen_t len = sizeof addr;
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&addr, len) < 0 || listen(fd, 4) < 0 ||
        getsockname(fd, (struct sockaddr *)&addr, &len) < 0) {
        int e = errno;
        close(fd);
        errno = e;
        return -1;
    }
    *number = ntohs(addr.sin_port);
    return fd;
}

bool gdb_port_open(struct gdb_port *port, uint16_t number, const struct gdb_line *line,
                   struct gdb_files *files, char *why, size_t cap)
{
    struct gdb_proxy_config config = {
        .line = *line, .context = port, .send = out_add, .files = files};

    memset(port, 0, sizeof *port);
    port->number = number;
    port->listener = (struct watch){
        .fd = listen_loopback(&port->number), .events = POLLIN, .ready = listener_ready};
    port->debugger =
        (struct watch){.fd = -1, .events = POLLIN, .ready = debugger_ready, .tick = debugger_tick};
    port->refused = (struct watch){.fd = -1, .events = POLLIN, .ready = refused_ready};
    port->listener.context = port->debugger.context = port->refused.context = port;
    if (port->listener.fd < 0) {
        snprintf(why, cap, "cannot open the GDB port %u on this machine: %s", (unsigned)number,
                 strerror(errno));
        return false;
    }
    port->proxy = gdb_proxy_new(&config);
    if (!port->proxy) {
        close(port->listener.fd);
        snprintf(why, cap, "out of memory");
        return false;
    }
    watch_add(&port->listener);
    watch_add(&port->debugger);
    watch_add(&port->refused);
    return true;
}

void gdb_port_from_line(struct gdb_port *port, const uint8_t *bytes, size_t len)
{
    gdb_proxy_from_line(port->proxy, bytes, len);
}

void gdb_port_line_reset(struct gdb_port *port)
{
    gdb_proxy_line_reset(port->proxy);
}

bool gdb_port_in_use(const struct gdb_port *port)
{
    return port->debugger.fd >= 0;
}

void gdb_port_close(struct gdb_port *port)
{
    if (!port->proxy)
        return;
    debugger_gone(port); /* the stub hears of it while the line is there */
    if (port->refused.fd >= 0)
        close(port->refused.fd);
    close(port->listener.fd);
    watch_remove(&port->listener);
    watch_remove(&port->debugger);
    watch_remove(&port->refused);
    gdb_proxy_free(port->proxy);
    free(port->out);
    memset(port, 0, sizeof *port);
}
