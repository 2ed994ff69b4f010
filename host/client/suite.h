/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `sel4mon test`: a suite of scripts on one or more targets at once, each in a process of its own,
 * so that none can take another one down; what came of it in one report.
 */
#ifndef CLIENT_SUITE_H
#define CLIENT_SUITE_H

#include <sys/types.h>

#include "host/client/options.h"
#include "host/client/report.h"
#include "host/client/target_spec.h"

#define SUITE_LIMIT_S   300 /* of a test, unless something else is said */
#define SUITE_TIMEOUT_S 60  /* of a command */

struct suite_options {
    struct target_spec *targets;
    size_t target_count;
    char **files; /* scripts, in the order in which they are run */
    size_t file_count;
    report_writer format;
    const char *output; /* NULL: standard output */
    size_t jobs;        /* targets at a time; 0: all */
    double limit_s, timeout_s, wait_s;
    bool raw;                  /* no frames */
    bool fresh;                /* each file on a target started anew */
    struct options parameters; /* --set and --arg only */
};

enum options_result suite_options_read(struct suite_options *o, int argc, char **argv);
void suite_options_free(struct suite_options *o);

/* The whole command; returns the exit status. argv[0] is "test". */
int suite_main(int argc, char **argv);

/* Runs all files on one target, and tells `to` in JSON lines: {"begin": NAME} and for each result
 * {"file", "name", "whole", "status", "seconds", "message", "output"}. For a process of its own. */
void suite_worker_run(const struct suite_options *o, size_t target, FILE *to);

#endif
