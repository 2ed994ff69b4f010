/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The byte stream to a target: one row of operations for each way to reach one. Whatever it is, it
 * ends as a non-blocking file descriptor that target.c polls, reads and writes; what was started as
 * a child is ended with it. Knows nothing of the shell's protocol.
 */
#ifndef CLIENT_TRANSPORT_H
#define CLIENT_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define TRANSPORT_MESSAGE_BYTES 512

struct transport;

/* What the command line asked for. */
struct transport_request {
    const char *where; /* argument of the option; NULL if it takes none */
    char *const *args; /* what came after `--`, NULL at the end */
};

struct transport_ops {
    const char *option;   /* "sim", without the dashes */
    const char *argument; /* "IMAGE"; NULL if it takes none */
    const char *summary;  /* for --help */
    const char *check;    /* what to look at when the target says nothing: a sentence */
    bool boots;           /* the target starts with the transport: its boot is to be waited for */
    bool takes_args;      /* what comes after `--` means something */
    /* On failure: false, with a sentence in t->message and nothing left open. */
    bool (*open)(struct transport *t, const struct transport_request *request);
    void (*close)(struct transport *t);
};

struct transport {
    const struct transport_ops *ops;
    int fd;
    int err_fd;     /* standard error of a child; -1 without one */
    pid_t child;    /* 0 without one */
    void *handle;   /* of the transport's own library */
    char name[128]; /* for people: "serial port /dev/ttyUSB0 at 115200 baud" */
    char message[TRANSPORT_MESSAGE_BYTES];
};

extern const struct transport_ops transport_sim, transport_qemu, transport_serial, transport_tcp,
    transport_unix;

/* All of them, NULL at the end. */
extern const struct transport_ops *const transport_list[];

/* Opens; false leaves a sentence in t->message. */
bool transport_open(struct transport *t, const struct transport_ops *ops,
                    const struct transport_request *request);

/* Closes the line and ends the child, if there is one. May be called twice. */
void transport_close(struct transport *t);

/* How the child ended, in words ("ended with status 3"); waits a moment for it. False if there is
 * no child or it still runs. */
bool transport_child_end(struct transport *t, char *text, size_t cap);

/* Leaves a formatted sentence in t->message and returns false, for `return transport_fail(...)`. */
bool transport_fail(struct transport *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
