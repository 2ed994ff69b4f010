/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Serial lines: buffers and the reading and writing of their file descriptors. How a line is
 * connected is in serial_open.c. See serial.h.
 */
#include "host/sim/machine/serial_line.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

/* Ctrl-] ends the simulation where the line is a person's terminal. */
#define END_BYTE 0x1d

#define PTY_PATIENCE_MS 100

bool serial_get(struct serial *s, uint8_t *byte)
{
    if (s->in_at == s->in_len) {
        return false;
    }
    *byte = s->in[s->in_at++];
    if (s->in_at == s->in_len) {
        s->in_at = s->in_len = 0;
    }
    return true;
}

bool serial_has_input(const struct serial *s)
{
    return s->in_at < s->in_len;
}

bool serial_has_output(const struct serial *s)
{
    return s->out_len > 0;
}

static void hang_up(struct serial *s)
{
    if (s->listen_fd >= 0) {
        close(s->in_fd);
        s->in_fd = s->out_fd = -1;
    } else {
        s->ended = true;
    }
}

/* Whether somebody has a pseudo-terminal's other side open cannot be seen: there the wait ends. */
static bool wait_writable(const struct serial *s)
{
    struct pollfd fd = {.fd = s->out_fd, .events = POLLOUT};

    return poll(&fd, 1, s->is_pty ? PTY_PATIENCE_MS : -1) != 0;
}

void serial_flush(struct serial *s)
{
    size_t at = 0;

    if (s->memory || s->out_fd < 0) {
        return; /* kept: in memory for a test, or until a client comes */
    }
    while (at < s->out_len) {
        ssize_t n = write(s->out_fd, s->out + at, s->out_len - at);
        if (n > 0) {
            at += (size_t)n;
        } else if (n < 0 && (errno == EINTR || (errno == EAGAIN && wait_writable(s)))) {
            continue;
        } else {
            break; /* nobody reads any more: the rest is lost, as on a wire */
        }
    }
    s->out_len = 0;
}

static void put_memory(struct serial *s)
{
    size_t cap = s->out_cap * 2;
    uint8_t *out = realloc(s->out, cap);

    if (out) {
        s->out = out;
        s->out_cap = cap;
    } else {
        s->out_len = 0;
    }
}

void serial_put(struct serial *s, uint8_t byte)
{
    if (s->out_len == s->out_cap) {
        if (s->memory) {
            put_memory(s);
        } else if (s->out_fd >= 0) {
            serial_flush(s);
        } else { /* the oldest half goes */
            memmove(s->out, s->out + s->out_cap / 2, s->out_cap / 2);
            s->out_len = s->out_cap / 2;
        }
    }
    s->out[s->out_len++] = byte;
}

unsigned serial_poll_want(const struct serial *s, struct pollfd *out)
{
    if (s->memory || s->ended || s->in_at < s->in_len) {
        return 0;
    }
    out->fd = s->in_fd >= 0 ? s->in_fd : s->listen_fd;
    out->events = POLLIN;
    out->revents = 0;
    return 1;
}

static void accept_client(struct serial *s)
{
    int fd = accept4(s->listen_fd, NULL, NULL, SOCK_CLOEXEC);

    if (fd >= 0) {
        s->in_fd = s->out_fd = fd;
        serial_flush(s);
    }
}

void serial_poll_ready(struct serial *s)
{
    if (s->in_fd < 0) {
        accept_client(s);
        return;
    }
    ssize_t n = read(s->in_fd, s->in, sizeof s->in);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
        return;
    }
    if (n <= 0) {
        if (n < 0 && errno == EIO && s->is_pty) {
            s->idle_pty = true; /* nobody has the other side open */
            return;
        }
        hang_up(s);
        return;
    }
    s->idle_pty = false;
    s->in_at = 0;
    s->in_len = (size_t)n;
    if (s->is_terminal && memchr(s->in, END_BYTE, s->in_len)) {
        s->wants_end = true;
    }
}

bool serial_is_open(const struct serial *s)
{
    return !s->ended && !s->memory;
}

bool serial_wants_end(const struct serial *s)
{
    return s->wants_end;
}

const char *serial_name(const struct serial *s)
{
    return s->name;
}

void serial_feed(struct serial *s, const void *bytes, size_t len_bytes)
{
    size_t left = s->in_len - s->in_at;

    memmove(s->in, s->in + s->in_at, left);
    s->in_at = 0;
    s->in_len = left;
    if (len_bytes > sizeof s->in - left) {
        len_bytes = sizeof s->in - left;
    }
    memcpy(s->in + left, bytes, len_bytes);
    s->in_len += len_bytes;
}

const char *serial_text(struct serial *s, size_t *len_bytes)
{
    *len_bytes = s->out_len;
    return (const char *)s->out;
}

void serial_close(struct serial *s)
{
    if (!s) {
        return;
    }
    serial_flush(s);
    if (s->is_terminal) {
        tcsetattr(s->in_fd, TCSADRAIN, &s->saved);
    }
    if (s->in_fd > STDERR_FILENO) {
        close(s->in_fd);
    }
    if (s->peer_fd >= 0) {
        close(s->peer_fd);
    }
    if (s->listen_fd >= 0) {
        close(s->listen_fd);
    }
    if (s->socket_path[0]) {
        unlink(s->socket_path);
    }
    free(s->out);
    free(s);
}
