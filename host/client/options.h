/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command line of the client. Reads and checks it; does nothing else.
 */
#ifndef CLIENT_OPTIONS_H
#define CLIENT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "host/client/transport.h"

/* One `-c` or `--script`. */
struct job {
    bool is_script;
    const char *text; /* the command, or the script's path */
};

/* One `--set` or `--arg`: for scripts. */
struct parameter {
    char *name; /* in memory of its own; of --arg the number */
    const char *value;
};

struct options {
    const struct transport_ops *transport;
    struct transport_request request;
    struct job *jobs; /* in the order given */
    size_t job_count;
    bool json, no_history, verbose, raw;
    struct parameter *parameters;
    size_t parameter_count, argument_count;
    bool gdb;                  /* start one */
    const char *gdb_component; /* for which; or NULL */
    int gdb_port;              /* 0: any; negative: not asked for */
    const char *gdb_serial;    /* a second line, for GDB alone; or NULL */
    const char **symbols;      /* ELF files */
    size_t symbol_count;
    double timeout_s; /* of one command; negative: not given */
    double limit_s;   /* of a script or of each test in it; 0: none */
    double wait_s;    /* silence borne before the prompt; 0: by the transport */
};

enum options_result { OPTIONS_RUN, OPTIONS_EXIT, OPTIONS_WRONG };

/* OPTIONS_EXIT: --help or --version was printed. OPTIONS_WRONG: a sentence was printed. */
enum options_result options_read(struct options *o, int argc, char **argv);

/* For `sel4mon test`, which has some of the same options. */
bool options_read_seconds(const char *text, double *value);
enum options_result options_add_setting(struct options *o, const char *text);
enum options_result options_add_argument(struct options *o, const char *value);

void options_free(struct options *o);

#endif
