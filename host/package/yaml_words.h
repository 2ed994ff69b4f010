/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What libcyaml says while it reads, made into one sentence of ours: file, line, field, what is
 * wrong and what would be right. The library only has a log of lines for that.
 */
#ifndef HOST_PACKAGE_YAML_WORDS_H
#define HOST_PACKAGE_YAML_WORDS_H

#include "host/package/package_why.h"

#include <cyaml/cyaml.h>

enum { YAML_WORDS_BYTES = 256 };

struct yaml_words {
    const char *path;
    const char *source; /* the file itself */
    size_t source_bytes;
    char first[YAML_WORDS_BYTES]; /* the first complaint; "": none */
    char list[YAML_WORDS_BYTES];  /* the list that it is in; "": none */
    char field[YAML_WORDS_BYTES]; /* the innermost field */
    unsigned entry;               /* of the list, from 1 */
    unsigned line;                /* from 1; 0: not known */
};

/* libcyaml's log function; `context` is a struct yaml_words. */
void yaml_words_note(cyaml_log_t level, void *context, const char *format, va_list arguments);

/* The sentence. `fields` are those of the whole file. */
void yaml_words_say(const struct yaml_words *words, const cyaml_schema_field_t *fields,
                    struct package_why *why);

#endif
