/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client's end of the line: the frames of monitor/link, with the clock and the queues that the
 * target has not. Before the target has answered a hello, or with one that never does, the line is
 * raw: console bytes pass as they are. Does no I/O: target.c reads, writes and tells the time.
 */
#ifndef CLIENT_LINK_H
#define CLIENT_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "monitor/link/arq.h"

enum link_channel {
    LINK_CONSOLE = ARQ_CONSOLE,
    LINK_GDB = ARQ_GDB,
    LINK_RECORDS = ARQ_RECORDS,
    LINK_BULK = ARQ_BULK,
    LINK_LOG = ARQ_LOG,
    LINK_SIGNAL = ARQ_SIGNAL,
    LINK_OUTSIDE = ARQ_CONTROL, /* what comes outside all frames: the kernel's text */
};

typedef void (*link_handler)(void *context, const uint8_t *bytes, size_t len);

enum link_state {
    LINK_RAW,
    LINK_ASKING, /* a hello is on its way */
    LINK_FRAMED,
};

/* Bytes that wait to go into frames. */
struct link_queue {
    uint8_t *bytes;
    size_t start, len, cap;
};

struct link {
    enum link_state state;
    struct arq arq;
    struct link_queue out[ARQ_CHANNELS]; /* [ARQ_CONTROL]: raw bytes */
    struct {
        link_handler handler;
        void *context;
    } heard[ARQ_CHANNELS];
    uint8_t session[4];
    bool hello_due, bye_due, how_far_due;
    bool leaving;                        /* the last frames may still come */
    bool nobody;                         /* the target does not know of the session any more */
    bool other_version;                  /* the target's frames are not ours: `version` */
    uint8_t version;                     /* of the target's frames */
    char identity[ARQ_IDENTITY_MAX + 1]; /* lines NAME=VALUE, from the target */
    struct {
        uint64_t done, total; /* total 0: the target has not said */
        char units[SO_FAR_UNITS_MAX + 1];
    } so_far; /* of the command that runs there */
    int64_t now_ms;
    int64_t frame_ms;              /* when the last whole frame came, of whichever session */
    int64_t heard_ms;              /* when the last frame came */
    int64_t progress_ms;           /* when the target last acknowledged, or nothing waited for it */
    int64_t polled_ms;             /* when the last poll was sent; 0: answered */
    int64_t came_ms;               /* when data came that has not been acknowledged */
    int64_t asked_ms;              /* when the hello was sent */
    int wait_ms, idle_ms, trip_ms; /* until the next poll, both kinds; how long an answer takes */
    unsigned unanswered;           /* polls in a row */
};

void link_init(struct link *link);
void link_free(struct link *link);

/* Who hears a channel. LINK_OUTSIDE gets text outside frames, and in a raw line all that comes. */
void link_listen(struct link *link, enum link_channel channel, link_handler handler, void *context);

/* Begins a session: sends a hello. The state tells when the target has answered. */
void link_hello(struct link *link);
/* The line is raw from now on. */
void link_drop(struct link *link);
/* Tells the target so. */
void link_bye(struct link *link);

/* Asks how far the command is; the answer, if there is one and it is not lost, is in `so_far`. */
void link_how_far(struct link *link);

/* Queues bytes for a channel. On a raw line only the console's and Ctrl-C can be sent: else false.
 */
bool link_send(struct link *link, enum link_channel channel, const void *bytes, size_t len);
/* Drops what waits on a channel. */
void link_forget(struct link *link, enum link_channel channel);
/* Bytes that wait on a channel, not counting what is in frames already. */
size_t link_waiting(const struct link *link, enum link_channel channel);

/* What the line brought. */
void link_feed(struct link *link, const uint8_t *bytes, size_t len);
/* What it shall carry: 0 if nothing now. */
size_t link_take(struct link *link, uint8_t *to, size_t cap);

/* To be called often with the time; returns in how many ms again at the latest, -1: at leisure. */
int link_tick(struct link *link, int64_t now_ms);

/* A value of the target's identity: "sel4mon", "arch", "abi", "kernel"; false if it has none. */
bool link_identity(const struct link *link, const char *name, char *value, size_t cap);

#endif
