/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commands and scripts on a target, without a prompt or at one: from -c, from a file, from standard
 * input, typed. The language is script_walk.c's; here it gets a target and a place to print.
 */
#ifndef CLIENT_SCRIPT_H
#define CLIENT_SCRIPT_H

#include <stdbool.h>

#include "host/client/options.h"
#include "host/client/output.h"
#include "host/client/script_walk.h"
#include "host/client/target.h"

/* Exit statuses, of DESIGN.md. */
enum { STATUS_OK = 0, STATUS_FAILED = 1, STATUS_LOST = 2, STATUS_USAGE = 64 };

struct script {
    struct target *target;
    struct output *out;
    const char *device;           /* where the target was said to be; NULL: nowhere in particular */
    int timeout_ms;               /* of one command; 0: none */
    int status;                   /* so far */
    bool interactive;             /* Ctrl-C ends a command, but not the session */
    bool interrupted;             /* by Ctrl-C or a signal: run no more */
    bool halted;                  /* the same, for what runs now: clean-up is done all the same */
    bool running;                 /* a command of the script runs on the target */
    bool ended;                   /* the target ended as it was told */
    struct target_listener shown; /* who else hears the target */
    struct script_walk walk;
    bool stirred;                      /* what happened may have changed the components */
    void (*waiting)(struct script *s); /* again and again while a command runs; NULL: nobody asks */
    /* A command of the client's own: true if it was one, with its outcome in `*held`. NULL: there
     * are none. */
    bool (*own_command)(struct script *s, const char *text, bool *held);
    /* Hears of tests, beside the output; NULL: nobody. */
    void (*test_begin)(void *context, const char *name);
    void (*test_end)(void *context, const struct script_result *result);
    void *test_context;
};

void script_init(struct script *s, struct target *target, struct output *out);
void script_free(struct script *s);

/* Runs what was given or typed; several lines in it are several commands. */
void script_run_command(struct script *s, const char *text);

/* Runs a script up to its first failure; "-" is standard input. True if it held. */
bool script_run_file(struct script *s, const char *path);

/* Runs the commands of a stream as they come, on also after one that failed. */
void script_run_stream(struct script *s, FILE *file, const char *name);

/* Runs all of -c and --script in order, and returns the status. */
int script_run_jobs(struct script *s, const struct job *jobs, size_t count);

#endif
