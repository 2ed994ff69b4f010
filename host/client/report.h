/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What came of the tests of a suite on several targets, and writing it down: for people, as TAP, as
 * JUnit's XML. Pure but for the stream that is written to.
 */
#ifndef CLIENT_REPORT_H
#define CLIENT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "host/client/script_walk.h"

struct report_case {
    size_t target;
    char *file, *name;
    bool whole_file; /* the name says no more than the file */
    enum script_status status;
    double seconds;
    char *message; /* why it did not pass; "" if there is nothing to say */
    char *output;  /* all that was shown meanwhile */
};

struct report {
    const char *const *targets; /* their names; borrowed */
    size_t target_count;
    struct report_case *cases;
    size_t count;
    double seconds; /* all of it */
};

struct report_counts {
    size_t all, passed, failed, skipped, lost;
};

/* Adds a case, whose texts are copied; false without memory. */
bool report_add(struct report *report, const struct report_case *added);

/* Brings the cases into the order of their targets; within one they stay as they came. */
void report_sort(struct report *report);

struct report_counts report_count(const struct report *report);
/* Those of one target's cases of one file, from `*at` on, which moves past them. */
struct report_counts report_count_file(const struct report *report, size_t at, size_t *end,
                                       double *seconds);

/* Writes one of the formats; what could not be written is seen in ferror(to). */
typedef void (*report_writer)(const struct report *report, FILE *to);

void report_write_text(const struct report *report, FILE *to);
void report_write_tap(const struct report *report, FILE *to);
void report_write_junit(const struct report *report, FILE *to);

/* By its name; NULL if there is no such format. */
report_writer report_format(const char *name);

/* One line: "3 passed, 1 failed, 2 skipped in 1.5 s". */
void report_write_summary(const struct report *report, FILE *to);

void report_free(struct report *report);

#endif
