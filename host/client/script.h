/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commands run without a prompt: one at a time, from -c, from a script file or from standard input.
 * What a failure means for those after it is decided here.
 */
#ifndef CLIENT_SCRIPT_H
#define CLIENT_SCRIPT_H

#include <stdbool.h>

#include "host/client/options.h"
#include "host/client/output.h"
#include "host/client/target.h"

/* Exit statuses, of DESIGN.md. */
enum { STATUS_OK = 0, STATUS_FAILED = 1, STATUS_LOST = 2, STATUS_USAGE = 64 };

struct script {
    struct target *target;
    struct output *out;
    int timeout_ms;   /* of one command; 0: none */
    int status;       /* so far */
    bool interactive; /* Ctrl-C ends a command, but not the session */
    bool interrupted; /* by Ctrl-C or a signal: run no more */
    bool ended;       /* the target ended as it was told */
};

/* Runs one command line, with its messages; `file` NULL if it is from no script. True if it held. A
 * comment or an empty line does. Sets s->status. */
bool script_run_line(struct script *s, const char *text, const char *file, unsigned line);

/* Runs a command that was given or typed; several lines in it are several commands. */
void script_run_command(struct script *s, const char *text);

/* Runs a script up to its first failure; `stop` false: on to the end, as for commands of -c. */
bool script_run_file(struct script *s, const char *path, bool stop);

/* Runs all of -c and --script in order, and returns the status. */
int script_run_jobs(struct script *s, const struct job *jobs, size_t count);

#endif
