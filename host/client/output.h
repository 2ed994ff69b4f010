/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All that the client prints. Results go to standard output, as text or as one JSON object a line;
 * the kernel's messages, the target's own standard error and the client's notes go to standard
 * error, each marked. While a line is being typed it is hidden and shown again around every print.
 */
#ifndef CLIENT_OUTPUT_H
#define CLIENT_OUTPUT_H

#include <jansson.h>
#include <stdbool.h>

#include "host/client/script_text.h"
#include "host/client/target.h"

/* The command that runs, as context for records and errors. */
struct output_command {
    const char *text; /* NULL: none runs */
    const char *file; /* NULL: not from a script */
    unsigned line, column;
    const char *source;           /* the whole line in the script */
    const struct script_map *map; /* from text to the source; NULL: the same */
};

struct output {
    bool json;
    bool colour_out, colour_err;
    bool interactive; /* somebody reads along: show the monitor's banner */
    bool verbose;     /* show the boot */
    bool error_seen;  /* an error was printed since this was last cleared */
    struct output_command command;
    /* What is added to a line of text that the target told during the command; NULL: none, or the
     * whole line anew, to be freed. */
    char *(*annotate)(const char *command, const char *line);
    void (*heard_error)(void *context, const char *text); /* NULL: nobody wants to know */
    void *heard_context;
    void (*hide)(void); /* take the typed line away; NULL: none is typed */
    void (*show)(void);
};

void output_init(struct output *o, bool json, bool verbose);

/* The listener that prints. */
struct target_listener output_listener(struct output *o);

/* A sentence of the client's own, on standard error. */
void output_note(struct output *o, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A sentence that was asked for, on standard output. */
void output_say(struct output *o, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A line that the client drew, on standard output: it may have colours, the log leaves them out. */
void output_drawn(struct output *o, const char *line);

/* A line was typed: for the log. */
void output_command_typed(struct output *o, const char *line);

/* The same for an error; in a script with its file, line and column, and the line itself. */
void output_error(struct output *o, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* An error at a place in a script, or with `file` NULL in what was typed; column from 1. */
void output_error_at(struct output *o, const char *file, unsigned line, unsigned column,
                     const char *source, const char *text);

/* What came of a test of a script. `why` may be empty. */
void output_test(struct output *o, const char *name, const char *status, const char *why);

/* The end of a command: in JSON a record of its own. */
void output_done(struct output *o, const char *status);

/* Has writing to standard output failed (a closed pipe, a full disk)? */
bool output_failed(const struct output *o);

#endif
