/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nothing lost, nothing twice, nothing out of order on a line that loses and damages bytes. Both
 * ends run this machine over frame.h. Data frames are numbered, all channels together, at most
 * ARQ_WINDOW on their way; acknowledgements ride on data frames, or in state frames, which say
 * exactly what came and what is to be sent again. The target has no clock: the client polls when
 * its time is over, and since the line keeps the order, the answer to a poll tells for certain what
 * was lost before it. Either polls after frames that it sent again, and on a bad line when its
 * window is full: no later frame would show the loss of those. Pure; no I/O, no clock, no
 * allocation.
 *
 * Body of a data frame: FRAME_FIRST | channel, number, acknowledgement, payload. Of a control
 * frame: FRAME_FIRST, enum arq_op, its own fields; not numbered, may be lost.
 */
#ifndef MONITOR_LINK_ARQ_H
#define MONITOR_LINK_ARQ_H

#include "monitor/link/frame.h"

enum arq_channel {
    ARQ_CONTROL,
    ARQ_CONSOLE, /* what is typed; what the shell says in text */
    ARQ_GDB,     /* the remote protocol, both ways */
    ARQ_RECORDS, /* the shell's records, to the client: lines that begin with their mark */
    ARQ_BULK,    /* uploads */
    ARQ_LOG,     /* text of components and notices: lines "PID TEXT\n" */
    ARQ_SIGNAL,  /* Ctrl-C: passes whatever the console's room is */
    ARQ_CHANNELS,
};

enum {
    ARQ_VERSION = 2, /* of all that is in this file and frame.h */
    ARQ_PAYLOAD_MAX = 256,
    ARQ_WINDOW = 16,
    ARQ_ACK_AFTER = 4, /* frames received: then an acknowledgement is due by itself */
    ARQ_IDENTITY_MAX = 200,
};

enum arq_op {
    ARQ_HELLO = 1, /* client: version, session[4], identity: begin anew */
    ARQ_WELCOME,   /* target: version, session[4], room of each channel [2] each, identity */
    ARQ_STATE,     /* see arq.c */
    ARQ_BYE,       /* client: back to the plain terminal */
    ARQ_NOBODY,    /* target: a frame came, but there is no session */
    ARQ_HOW_FAR,   /* client: how far is the command that runs? */
    ARQ_SO_FAR,    /* target: done[8], total[8], units: only if the command knows */
};

/* Where ARQ_SO_FAR's body has what; numbers begin with the lowest byte. */
enum { SO_FAR_DONE = 2, SO_FAR_TOTAL = 10, SO_FAR_UNITS = 18, SO_FAR_UNITS_MAX = 12 };

struct arq_slot {
    uint8_t state; /* enum arq_slot_state */
    uint8_t channel;
    bool again;   /* out: sent more than once, */
    uint8_t poll; /* the last time after this poll of ours */
    uint16_t len;
    uint8_t bytes[ARQ_PAYLOAD_MAX];
};

struct arq_count {
    uint32_t sent, resent, received, bad, twice;
};

struct arq {
    bool is_target;
    void *context;
    /* What came, in order. */
    void (*deliver)(void *context, enum arq_channel channel, const uint8_t *bytes, size_t len);

    uint8_t first, next; /* numbers: oldest one not acknowledged, next new one */
    uint8_t tried;       /* beyond the last one that was sent at least once */
    struct arq_slot out[ARQ_WINDOW];

    uint8_t expected; /* number of the next frame to deliver */
    uint8_t highest;  /* beyond the last one seen */
    uint8_t unacknowledged;
    struct arq_slot in[ARQ_WINDOW];

    bool state_due, poll_due;
    bool tail_due;      /* nothing may follow what is sent now and show that it was lost: a poll */
    uint8_t bad_frames; /* to come, until the line counts as a good one again */
    uint8_t ask_from, ask_upto; /* to be sent again by the other side, in the next state frame */
    uint8_t poll, echo;         /* last poll sent, last one received */
    uint8_t answered;           /* last poll that came back */
    /* To the target, by channel: bytes sent in all, and up to where there is room. */
    uint16_t used[ARQ_CHANNELS], room[ARQ_CHANNELS];
    uint16_t told[ARQ_CHANNELS]; /* on the target: the room that the client knows of */

    struct frame_in in_frame;
    uint8_t wire[FRAME_WIRE_MAX];
    uint16_t wire_len, wire_at;
    struct arq_count count;
};

void arq_init(struct arq *arq, bool is_target,
              void (*deliver)(void *, enum arq_channel, const uint8_t *, size_t), void *context);
/* Numbers begin anew; the receiver of frames and bytes half sent stay. */
void arq_restart(struct arq *arq);

/* Can another data frame be queued? */
bool arq_has_slot(const struct arq *arq);
/* Queues one data frame: len_bytes from 1 to ARQ_PAYLOAD_MAX. Only while arq_has_slot. */
void arq_queue(struct arq *arq, enum arq_channel channel, const uint8_t *bytes, size_t len_bytes);
/* On the client: bytes that the target has room for. */
size_t arq_room(const struct arq *arq, enum arq_channel channel);
/* On the target: it now takes bytes up to `limit`, counted from the session's start. */
void arq_set_room(struct arq *arq, enum arq_channel channel, uint16_t limit);

/* Has all that was queued been acknowledged? Been sent, at least? */
bool arq_is_clear(const struct arq *arq);
bool arq_is_sent(const struct arq *arq);

/* Bytes for the line, of one frame and up to `cap` of them; 0: nothing to send now. */
size_t arq_take(struct arq *arq, uint8_t *to, size_t cap);

/* A data or state frame's body, as frame_feed found it; others are the owner's and return false. */
bool arq_receive(struct arq *arq, const uint8_t *body, size_t len_bytes);

/* Sends a control frame of the owner's before all else; only while nothing of another is on its
 * way (arq_can_control). */
bool arq_can_control(const struct arq *arq);
void arq_control(struct arq *arq, const uint8_t *body, size_t len_bytes);

/* On the client: asks the target what it has; it answers in any case. */
void arq_poll(struct arq *arq);

/* An acknowledgement shall go now, not with the next data. */
void arq_acknowledge(struct arq *arq);

#endif
