/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a serial line is connected. Sockets listen and take one client at a time; what the guest
 * prints before the first one comes is kept for it. A terminal is made raw and put back by
 * serial_close, also when a signal ends the program (machine.c takes those).
 */
#include "host/sim/machine/serial_line.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct serial *serial_line_new(void)
{
    struct serial *s = calloc(1, sizeof *s);

    if (!s) {
        return NULL;
    }
    s->in_fd = s->out_fd = s->listen_fd = s->peer_fd = -1;
    s->out_cap = SERIAL_OUT_BYTES;
    s->out = malloc(s->out_cap);
    if (!s->out) {
        free(s);
        return NULL;
    }
    return s;
}

static enum err open_stdio(struct serial *s, const char *where, char *message, size_t message_bytes)
{
    struct termios raw;

    (void)where;
    (void)message;
    (void)message_bytes;
    s->in_fd = STDIN_FILENO;
    s->out_fd = STDOUT_FILENO;
    if (isatty(s->in_fd) && tcgetattr(s->in_fd, &s->saved) == 0) {
        raw = s->saved;
        cfmakeraw(&raw);
        s->is_terminal = tcsetattr(s->in_fd, TCSADRAIN, &raw) == 0;
    }
    return ERR_OK;
}

static enum err open_pty(struct serial *s, const char *where, char *message, size_t message_bytes)
{
    struct termios raw;

    (void)where;
    s->in_fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (s->in_fd < 0 || grantpt(s->in_fd) != 0 || unlockpt(s->in_fd) != 0 ||
        ptsname_r(s->in_fd, s->name, sizeof s->name) != 0 ||
        (s->peer_fd = open(s->name, O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0) {
        snprintf(message, message_bytes, "no pseudo-terminal: %s", strerror(errno));
        return ERR_NOT_FOUND;
    }
    if (tcgetattr(s->peer_fd, &raw) == 0) {
        cfmakeraw(&raw);
        tcsetattr(s->peer_fd, TCSANOW, &raw);
    }
    s->out_fd = s->in_fd;
    s->is_pty = true;
    /* Output that nobody reads must not stop the machine. */
    fcntl(s->in_fd, F_SETFL, fcntl(s->in_fd, F_GETFL) | O_NONBLOCK);
    return ERR_OK;
}

static int listen_on(const struct addrinfo *list)
{
    int on = 1;

    for (const struct addrinfo *at = list; at; at = at->ai_next) {
        int fd = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol);
        if (fd < 0) {
            continue;
        }
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, 1) == 0) {
            return fd;
        }
        close(fd);
    }
    return -1;
}

/* "PORT", "HOST:PORT", "[ADDRESS]:PORT"; without a host the loopback interface. */
static enum err open_tcp(struct serial *s, const char *where, char *message, size_t message_bytes)
{
    struct addrinfo want = {.ai_socktype = SOCK_STREAM, .ai_flags = 0}, *list = NULL;
    const char *colon = strrchr(where, ':'), *port = colon ? colon + 1 : where;
    char host[256] = "";
    size_t host_len = colon ? (size_t)(colon - where) : 0;
    int error;

    if (host_len >= sizeof host || !port[0]) {
        snprintf(message, message_bytes, "\"%.60s\" is no [HOST:]PORT", where);
        return ERR_ARGUMENT;
    }
    memcpy(host, where, host_len);
    if (host_len > 2 && host[0] == '[' && host[host_len - 1] == ']') {
        memmove(host, host + 1, host_len - 2);
        host[host_len - 2] = '\0';
    }
    error = getaddrinfo(host[0] ? host : NULL, port, &want, &list);
    if (error) {
        snprintf(message, message_bytes, "no address \"%s\": %s", where, gai_strerror(error));
        return ERR_ARGUMENT;
    }
    s->listen_fd = listen_on(list);
    error = errno;
    freeaddrinfo(list);
    if (s->listen_fd < 0) {
        snprintf(message, message_bytes, "cannot listen on \"%s\": %s", where, strerror(error));
        return ERR_BUSY;
    }
    snprintf(s->name, sizeof s->name, "tcp:%.100s", where);
    return ERR_OK;
}

static enum err open_unix(struct serial *s, const char *where, char *message, size_t message_bytes)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (where[0] == '\0' || strlen(where) >= sizeof address.sun_path) {
        snprintf(message, message_bytes, "the path of a socket has 1 to %zu characters",
                 sizeof address.sun_path - 1);
        return ERR_ARGUMENT;
    }
    strcpy(address.sun_path, where);
    s->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s->listen_fd < 0 ||
        bind(s->listen_fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
        listen(s->listen_fd, 1) != 0) {
        snprintf(message, message_bytes, "cannot listen on \"%s\": %s", where, strerror(errno));
        return ERR_BUSY;
    }
    strcpy(s->socket_path, where);
    snprintf(s->name, sizeof s->name, "unix:%.100s", where);
    return ERR_OK;
}

static const struct {
    const char *prefix;
    bool takes_more;
    enum err (*open)(struct serial *s, const char *where, char *message, size_t message_bytes);
} transports[] = {
    {"stdio", false, open_stdio},
    {"pty", false, open_pty},
    {"tcp:", true, open_tcp},
    {"unix:", true, open_unix},
};

enum err serial_open(const char *where, struct serial **out, char *message, size_t message_bytes)
{
    *out = NULL;
    for (size_t i = 0; i < sizeof transports / sizeof transports[0]; i++) {
        size_t len = strlen(transports[i].prefix);
        if (strncmp(where, transports[i].prefix, len) != 0 ||
            (!transports[i].takes_more && where[len] != '\0')) {
            continue;
        }
        struct serial *s = serial_line_new();
        if (!s) {
            snprintf(message, message_bytes, "no memory");
            return ERR_NO_MEMORY;
        }
        enum err error = transports[i].open(s, where + len, message, message_bytes);
        if (error) {
            serial_close(s);
            return error;
        }
        *out = s;
        return ERR_OK;
    }
    snprintf(message, message_bytes, "\"%.60s\" is none of stdio, pty, tcp:[HOST:]PORT, unix:PATH",
             where);
    return ERR_ARGUMENT;
}

enum err serial_open_memory(struct serial **out)
{
    *out = serial_line_new();
    if (!*out) {
        return ERR_NO_MEMORY;
    }
    (*out)->memory = true;
    return ERR_OK;
}
