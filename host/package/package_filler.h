/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What package_fill.c (the head) and package_rows.c (the lists) have in common: the package that is
 * being made, the place in the file for complaints, numbers and names. Nobody else's.
 */
#ifndef HOST_PACKAGE_PACKAGE_FILLER_H
#define HOST_PACKAGE_PACKAGE_FILLER_H

#include "host/package/package_why.h"
#include "host/package/package_yaml.h"
#include "monitor/link/package.h"

enum { FILLER_PLACE_BYTES = 640 };

/* What is being made, and where in the file we are. */
struct filler {
    const char *path;
    const struct package_text *text;
    struct package_head head;
    struct package_row rows[PACKAGE_ROWS_MAX];
    struct package_why *why;
    char place[FILLER_PLACE_BYTES]; /* "FILE" or "FILE: endpoints, out" */
};

enum number_kind {
    NUMBER_PLAIN,
    NUMBER_SIZE,
    NUMBER_PAGES, /* a size, rounded up to pages */
    NUMBER_BITS,  /* a size or count, rounded up to a power of two; its logarithm; 0 stays 0 */
    NUMBER_COUNT_BITS,
};

#define FILLER_TEXT(base, offset) (*(char *const *)(const void *)((const char *)(base) + (offset)))

/* Reads a text; says what is wrong with it and returns false. */
bool filler_number(struct filler *f, const char *key, const char *text, enum number_kind kind,
                   uint64_t *out);
bool filler_name(struct filler *f, const char *key, const char *name, char to[PACKAGE_NAME_BYTES]);

/* A row that was added; NULL: none of that name. */
const struct package_row *filler_row(const struct filler *f, const char *name);

/* All lists of the file. */
bool filler_add_rows(struct filler *f);

#endif
