/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records: the only way in which commands print results. A record is a row of named fields with
 * kinds; it is rendered as a text table whose widths follow from the kinds, or as one JSON object a
 * line. Words and addresses are "0x..." strings in JSON, counts are numbers. No I/O here: text goes
 * to a sink. The fields of the last record stay readable for expressions (`$max`).
 */
#ifndef MONITOR_SHELL_RECORD_H
#define MONITOR_SHELL_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/lib/err.h"
#include "arch/lib/fmt.h"

enum field_kind {
    FIELD_TEXT,    /* left aligned; width from the column */
    FIELD_NAME,    /* text, an identifier */
    FIELD_WORD,    /* machine word in hexadecimal */
    FIELD_ADDRESS, /* the same; masked in golden transcripts */
    FIELD_COUNT,   /* decimal number */
    FIELD_SIZE,    /* bytes; people see 4 KiB, JSON a number */
    FIELD_BITS,    /* small decimal number: size or depth in bits */
    FIELD_BOOL,
    FIELD_BYTES,   /* hexadecimal dump of `len` bytes */
};

struct column {
    const char *name;
    uint8_t kind;
    uint8_t width; /* of text; 0: from the kind */
};

/* One shape of record: "untyped", "capability", "error". */
struct record_type {
    const char *name;
    const struct column *columns;
    uint8_t column_count;
};

struct field {
    union {
        uint64_t word;
        const char *text; /* NULL prints as "-" and is left out in JSON */
    };
    uint32_t len; /* FIELD_BYTES only */
    bool absent;  /* a number that is not there: "-", left out in JSON */
};

struct record_out; /* where records of one command go; in the shell's state */

/* Emits one row. The table header is printed when the type changes. `fields` has column_count
 * entries. */
void record_emit(struct record_out *out, const struct record_type *type,
                 const struct field *fields);

#endif
