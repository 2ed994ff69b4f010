/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A target behind a socket: a terminal server, or the serial line of a simulator or QEMU that
 * somebody else started.
 */
#include "host/client/transport.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void close_socket(struct transport *t)
{
    close(t->fd);
}

/* "HOST:PORT" or "[V6]:PORT" into its two halves; false if it is neither. */
static bool split_address(const char *where, char *host, size_t host_cap, char *port,
                          size_t port_cap)
{
    const char *colon = strrchr(where, ':');
    if (!colon || colon[1] == '\0')
        return false;
    const char *start = where;
    const char *end = colon;
    if (*start == '[' && end > start && end[-1] == ']') {
        start++;
        end--;
    } else if (memchr(start, ':', (size_t)(end - start))) {
        return false;
    }
    const char *name = end == start ? "127.0.0.1" : start;
    int len = end == start ? (int)strlen(name) : (int)(end - start);
    return (size_t)snprintf(host, host_cap, "%.*s", len, name) < host_cap &&
           (size_t)snprintf(port, port_cap, "%s", colon + 1) < port_cap;
}

/* Tries each address in turn; the descriptor, or -1 with errno of the last. */
static int connect_any(const struct addrinfo *list)
{
    int e = ENOENT;
    for (const struct addrinfo *a = list; a; a = a->ai_next) {
        int fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
        if (fd < 0) {
            e = errno;
            continue;
        }
        if (connect(fd, a->ai_addr, a->ai_addrlen) == 0)
            return fd;
        e = errno;
        close(fd);
    }
    errno = e;
    return -1;
}

static bool open_tcp(struct transport *t, const struct transport_request *request)
{
    char host[256], port[32];
    if (!split_address(request->where, host, sizeof(host), port, sizeof(port)))
        return transport_fail(t, "%s is not HOST:PORT (write an IPv6 address in brackets)",
                              request->where);
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list;
    int e = getaddrinfo(host, port, &hints, &list);
    if (e != 0)
        return transport_fail(t, "cannot find %s: %s", request->where, gai_strerror(e));
    t->fd = connect_any(list);
    e = errno;
    freeaddrinfo(list);
    if (t->fd < 0)
        return transport_fail(t, "cannot connect to %s: %s%s", request->where, strerror(e),
                              e == ECONNREFUSED ? "; is anything listening there?" : "");
    int on = 1;
    (void)setsockopt(t->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    snprintf(t->name, sizeof(t->name), "%s", request->where);
    return true;
}

static bool open_unix(struct transport *t, const struct transport_request *request)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t len = strlen(request->where);
    if (len == 0 || len >= sizeof(address.sun_path))
        return transport_fail(t, "the path of a socket has 1 to %zu characters, this one %zu",
                              sizeof(address.sun_path) - 1, len);
    memcpy(address.sun_path, request->where, len);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
        int e = errno;
        if (fd >= 0)
            close(fd);
        return transport_fail(t, "cannot connect to %s: %s%s", request->where, strerror(e),
                              e == ECONNREFUSED ? "; is anything listening there?" : "");
    }
    t->fd = fd;
    snprintf(t->name, sizeof(t->name), "%s", request->where);
    return true;
}

const struct transport_ops transport_tcp = {
    .option = "tcp",
    .argument = "HOST:PORT",
    .summary = "connect to a serial line behind a TCP port",
    .check = "Is the other end the serial line of a booted monitor, and does nobody else hold it?",
    .open = open_tcp,
    .close = close_socket,
};

const struct transport_ops transport_unix = {
    .option = "unix",
    .argument = "PATH",
    .summary = "connect to a serial line behind a Unix socket",
    .check = "Is the other end the serial line of a booted monitor, and does nobody else hold it?",
    .open = open_unix,
    .close = close_socket,
};
