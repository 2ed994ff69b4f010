/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How far something is that takes a while: a bar, the amount, the rate, the time left. Whoever
 * transfers or counts fills one in and shows it now and then; where it is shown is status_line.h's.
 */
#ifndef CLIENT_PROGRESS_H
#define CLIENT_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/client/output.h"

struct progress {
    const char *name;  /* of the transfer or the command */
    const char *units; /* "rows"; NULL: bytes */
    int64_t start_ms;
    int64_t shown_ms;
    size_t first; /* was there from before: of no account for the rate */
    bool shown;
};

void progress_begin(struct progress *p, const char *name, const char *units);

/* Shows it if it is time to: not in the first moment, and not all the time. */
void progress_show(struct progress *p, size_t done, size_t total);

/* Takes it off the screen. */
void progress_end(struct progress *p);

/* "4.7 KiB", "12 rows"; into `to`, and returned. */
const char *progress_amount(char *to, size_t cap, const struct progress *p, double amount);

#endif
