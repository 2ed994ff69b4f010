/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A target that is none, for the interpreter of scripts: what is sent to it is written down; a few
 * commands do something, and expressions are of the form A, A == B, A < B or A + B, of numbers.
 */
#ifndef SCRIPT_FAKE_H
#define SCRIPT_FAKE_H

#include "host/client/script_parse.h"
#include "host/client/script_walk.h"

struct script_fake {
    struct script_walk walk;
    size_t len;
    char said[20000]; /* lines sent, errors and results, one a line */
    int64_t now_ms;
    unsigned asked, sent;
    bool interrupted, gone;
    const char *files[8][2]; /* path and text */
};

void script_fake_init(struct script_fake *fake);
void script_fake_free(struct script_fake *fake);

/* Parses and runs a text as a file named f.smoke. */
bool script_fake_run(struct script_fake *fake, const char *text);

/* The same with any bytes, which may be no script. */
void script_fake_try(struct script_fake *fake, const char *text, size_t len);

#endif
