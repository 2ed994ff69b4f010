/* SPDX-License-Identifier: BSD-2-Clause */
/* gdb as part of the client; see the header. Starting gdb is in gdb_start.c. */
#include "host/client/gdb_client.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/client/signals.h"

enum { WRITE_MS = 5000 };

/* --- the second line -------------------------------------------------------------------------- */

static void line_lose(struct gdb_client *g)
{
    g->line_lost = true;
    g->line_watch.fd = -1;
    gdb_port_line_reset(&g->port);
}

static void line_ready(struct watch *w, short revents)
{
    struct gdb_client *g = w->context;
    uint8_t bytes[16384];

    (void)revents;
    ssize_t n = read(w->fd, bytes, sizeof bytes);
    if (n > 0)
        gdb_port_from_line(&g->port, bytes, (size_t)n);
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        line_lose(g);
}

/* The stub takes a packet as fast as the line does, and sends nothing meanwhile that would not wait
 * in the line's buffers. */
static void line_send(void *context, const uint8_t *bytes, size_t len)
{
    struct gdb_client *g = context;

    while (len > 0 && !g->line_lost) {
        ssize_t n = write(g->line.fd, bytes, len);
        struct pollfd fd = {.fd = g->line.fd, .events = POLLOUT};
        if (n > 0) {
            bytes += n;
            len -= (size_t)n;
        } else if ((errno != EAGAIN && errno != EINTR) || poll(&fd, 1, WRITE_MS) == 0) {
            line_lose(g);
        }
    }
}

static const struct transport_ops *ops_of(const char **where)
{
    static const struct {
        const char *prefix;
        const struct transport_ops *ops;
    } kinds[] = {{"tcp:", &transport_tcp}, {"unix:", &transport_unix}};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t len = strlen(kinds[i].prefix);
        if (strncmp(*where, kinds[i].prefix, len) != 0)
            continue;
        *where += len;
        return kinds[i].ops;
    }
    return &transport_serial;
}

static bool line_open(struct gdb_client *g, const char *where)
{
    const struct transport_ops *ops = ops_of(&where);
    struct transport_request request = {.where = where};

    if (!transport_open(&g->line, ops, &request)) {
        snprintf(g->message, sizeof g->message, "%s", g->line.message);
        return false;
    }
    g->line_watch =
        (struct watch){.fd = g->line.fd, .events = POLLIN, .context = g, .ready = line_ready};
    watch_add(&g->line_watch);
    return true;
}

/* --- the target's frames ---------------------------------------------------------------------- */

static void link_heard(void *context, const uint8_t *bytes, size_t len)
{
    struct gdb_client *g = context;
    gdb_port_from_line(&g->port, bytes, len);
}

/* Frames wait in the link's queue until the client's poll writes them. */
static void link_carry(void *context, const uint8_t *bytes, size_t len)
{
    struct gdb_client *g = context;
    (void)link_send(g->link, LINK_GDB, bytes, len);
}

/* Does the target still know of the session that the debugger had there? */
static int link_watch(struct watch *w)
{
    struct gdb_client *g = w->context;
    bool framed = g->link->state == LINK_FRAMED;

    if (framed == g->framed && memcmp(g->session, g->link->session, sizeof g->session) == 0)
        return -1;
    g->framed = framed;
    memcpy(g->session, g->link->session, sizeof g->session);
    gdb_port_line_reset(&g->port);
    return -1;
}

static bool link_open(struct gdb_client *g, struct link *link)
{
    if (!link || link->state != LINK_FRAMED) {
        snprintf(g->message, sizeof g->message,
                 "the line to the target is raw, and the GDB port needs its frames; a gdb can use "
                 "such a line with no client (target remote DEVICE)");
        return false;
    }
    g->link = link;
    g->framed = true;
    memcpy(g->session, link->session, sizeof g->session);
    link_listen(link, LINK_GDB, link_heard, g);
    g->line_watch = (struct watch){.fd = -1, .context = g, .tick = link_watch};
    watch_add(&g->line_watch);
    return true;
}

/* --- life ------------------------------------------------------------------------------------- */

static void lines_close(struct gdb_client *g)
{
    watch_remove(&g->line_watch);
    if (g->link)
        link_listen(g->link, LINK_GDB, NULL, NULL);
    else
        transport_close(&g->line);
}

bool gdb_client_open(struct gdb_client *g, const struct gdb_client_config *config,
                     struct gdb_files *files)
{
    struct gdb_line line = {.context = g, .send = line_send};

    memset(g, 0, sizeof *g);
    g->files = files;
    if (config->serial ? !line_open(g, config->serial) : !link_open(g, config->link))
        return false;
    /* A serial line loses bytes now and then; a socket does not, nor do frames. */
    line.reliable = g->link || g->line.ops != &transport_serial;
    line.framed = g->link != NULL;
    if (g->link)
        line.send = link_carry;
    g->open = gdb_port_open(&g->port, (uint16_t)config->port, &line, files, g->message,
                            sizeof g->message);
    if (!g->open)
        lines_close(g);
    return g->open;
}

void gdb_client_close(struct gdb_client *g)
{
    if (!g->open)
        return;
    gdb_port_close(&g->port);
    lines_close(g);
    g->open = false;
}

bool gdb_client_serve_once(struct gdb_client *g, int timeout_ms, int input)
{
    struct pollfd fds[WATCH_MAX + 2];
    unsigned count = watch_fill(fds, &timeout_ms);
    char bytes[256];

    fds[count] = (struct pollfd){.fd = input, .events = POLLIN};
    fds[count + 1] = (struct pollfd){.fd = signals_fd(), .events = POLLIN};
    int n = poll(fds, count + 2, timeout_ms);
    if (n > 0)
        watch_serve(fds, count);
    if (n > 0 && fds[count].revents && read(input, bytes, sizeof bytes) <= 0)
        return false;
    return !g->line_lost && !signals_ending() && signals_take_interrupts() == 0;
}
