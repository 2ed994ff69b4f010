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
#include "monitor/shell/limits.h"

enum field_kind {
    FIELD_TEXT,    /* left aligned; width from the column */
    FIELD_NAME,    /* text, an identifier */
    FIELD_WORD,    /* machine word in hexadecimal */
    FIELD_ADDRESS, /* the same; masked in golden transcripts */
    FIELD_COUNT,   /* decimal number */
    FIELD_SIZE,    /* bytes; people see 4 KiB, JSON a number */
    FIELD_BITS,    /* small decimal number: size or depth in bits */
    FIELD_BOOL,
    FIELD_BYTES, /* hexadecimal dump of `len` bytes at `bytes` */
    FIELD_WORDS, /* list of `len` words at `words`; readable one by one as $NAME0, $NAME1 */
    FIELD_KIND_COUNT
};

struct column {
    const char *name; /* must live for ever: memory of the record points to it */
    uint8_t kind;
    uint8_t width; /* of text; 0: from the kind */
};

/* How people see it; JSON is always one object a line. */
enum record_layout {
    RECORD_TABLE,   /* one row, under a header */
    RECORD_LIST,    /* one "name  value" line a field, absent fields left out */
    RECORD_MESSAGE, /* the field `text` alone */
    RECORD_ERROR,   /* the same after "error: "; JSON has no "record" member */
};

/* One shape of record: "untyped", "capability", "error". */
struct record_type {
    const char *name;
    const struct column *columns;
    uint8_t column_count;
    uint8_t layout; /* enum record_layout */
};

struct field {
    union {
        uint64_t word;
        const char *text; /* NULL prints as "-" and is left out in JSON */
        const void *bytes;
        const uint64_t *words;
    };
    uint32_t len; /* FIELD_BYTES, FIELD_WORDS */
    bool absent;  /* a number that is not there: "-", left out in JSON */
};

/* The last record's fields. Texts that do not fit the pool are not remembered. */
struct record_value {
    const char *name;
    uint8_t kind;
    uint16_t len;   /* of text, or words */
    uint64_t word;  /* numbers */
    uint16_t start; /* of text in `text`, of words in `words` */
};

struct record_memory {
    uint8_t count;
    uint16_t text_used, words_used;
    struct record_value values[LIMIT_FIELDS];
    uint64_t words[LIMIT_MESSAGE_WORDS];
    char text[LIMIT_FIELD_TEXT_BYTES];
};

/* Where the records of one command go. */
struct record_out {
    fmt_sink sink;
    void *context;
    bool json;         /* JSON lines instead of text */
    bool marked;       /* client: a JSON line begins with the byte RS, 0x1e (RFC 7464) */
    uint8_t word_bits; /* the widths of words follow it */
    const struct record_type *header; /* whose rows went before; set to NULL by record_begin */
    uint32_t rows;                    /* since record_begin */
    struct record_memory *memory;     /* may be NULL */
};

/* A new command's records follow. `forget` empties the memory. */
void record_begin(struct record_out *out, bool forget);

/* Emits one row. The table header is printed when the type changes. `fields` has column_count
 * entries. */
void record_emit(struct record_out *out, const struct record_type *type,
                 const struct field *fields);

/* A line of text for people that is a record {"record": "text", "text": ...} for programs. */
void record_text(struct record_out *out, const char *text);

/* Tells the client, before the first of very many rows, how many there will be. */
void record_announce(const struct record_out *out, uint64_t rows);

/* A field of the last record: `$name`, or an element of a list of words, `$name0`. `*text` is NULL
 * for numbers. */
enum err record_recall(const struct record_memory *memory, const char *name, uint64_t *word,
                       const char **text);

/* A JSON string with its quotes. Bytes that are no UTF-8 become U+FFFD. */
void record_json_string(fmt_sink sink, void *context, const char *text);

#endif
