/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The error record: what went wrong, as fields for programs and as one sentence for people. Also
 * the kernel's errors put into words from the message that it left. Pure: filled here, emitted by
 * the shell.
 */
#ifndef MONITOR_SHELL_ERRORS_H
#define MONITOR_SHELL_ERRORS_H

#include <stdarg.h>

#include "arch/lib/err.h"
#include "monitor/shell/env.h"
#include "monitor/shell/near.h"
#include "monitor/shell/record.h"
#include "syscalls/include/sel4mon/api_table.h"

enum error_field {
    ERROR_NAME,     /* "RangeError" of the kernel, "NOT_FOUND" of ours */
    ERROR_TEXT,     /* the sentence */
    ERROR_COMMAND,  /* command or method that failed */
    ERROR_ARGUMENT, /* parameter that was wrong */
    ERROR_KIND,     /* its kind, "word", "capability" */
    ERROR_NEAR,     /* the nearest name */
    ERROR_COLUMN,   /* in the line, from 1 */
    ERROR_LABEL,    /* the kernel's number of the error */
    ERROR_NUMBER,   /* which argument or capability, as the kernel counts */
    ERROR_MIN,
    ERROR_MAX,
    ERROR_SIDE,       /* of a failed lookup: "source" or "destination" */
    ERROR_LOOKUP,     /* kind of a failed lookup, "MissingCapability" */
    ERROR_BITS_LEFT,  /* of the address when the lookup failed */
    ERROR_BITS_FOUND, /* that the slot or guard there would have taken */
    ERROR_GUARD_FOUND,
    ERROR_LENGTH,    /* message words that the call has */
    ERROR_AVAILABLE, /* bytes left in the untyped */
    ERROR_LEFT,      /* of a comparison that does not hold */
    ERROR_RIGHT,
    ERROR_CAUSE,   /* of a fault: "VMFault" */
    ERROR_ADDRESS, /* of a fault */
    ERROR_PC,
    ERROR_FIELD_COUNT
};

enum { ERROR_SHORT_BYTES = 72 };

struct error_info {
    struct field fields[ERROR_FIELD_COUNT];
    char text[LIMIT_SENTENCE_BYTES];
    char near[LIMIT_NAME_BYTES * 2];
    char left[ERROR_SHORT_BYTES], right[ERROR_SHORT_BYTES];
};

extern const struct record_type error_record;

void error_begin(struct error_info *info, enum err e);
void error_set_word(struct error_info *info, enum error_field field, uint64_t word);
/* `text` must live until the record is emitted. */
void error_set_text(struct error_info *info, enum error_field field, const char *text);

/* Appends to the sentence; what does not fit is cut and ends in "...". */
void error_say(struct error_info *info, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void error_vsay(struct error_info *info, const char *format, va_list args);

/* Appends "; did you mean A, B or C?" and sets ERROR_NEAR, if anything came near. */
void error_say_near(struct error_info *info, const struct near *near);

/* The kernel's error `label` with the message words that follow, for a call of `method` (may be
 * NULL). Words that the message does not have are 0. */
void error_explain_kernel(struct error_info *info, const struct api_method *method, uint64_t label,
                          const uint64_t *words, unsigned word_count);

/* A call that the kernel answered with a fault of the caller. */
void error_explain_fault(struct error_info *info, const char *method,
                         const struct env_fault *fault);

#endif
