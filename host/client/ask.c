/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asking the target. See ask.h.
 */
#include "host/client/ask.h"

#include <string.h>

struct answer {
    json_t *records;
    const struct target_listener *others; /* hears what is not an answer */
};

/* Not a notice, which comes at any moment: those are texts. */
static bool is_answer(const json_t *record)
{
    const char *type = json_string_value(json_object_get(record, "record"));
    if (json_object_get(record, "error") || json_object_get(record, "word"))
        return true;
    return type && strcmp(type, "text") != 0;
}

static void hear_record(void *context, json_t *record)
{
    struct answer *a = context;
    if (is_answer(record))
        json_array_append(a->records, record);
    else
        a->others->record(a->others->context, record);
}

static void hear_kernel(void *context, const char *line)
{
    const struct answer *a = context;
    a->others->kernel(a->others->context, line);
}

static void hear_aside(void *context, const char *line)
{
    const struct answer *a = context;
    a->others->aside(a->others->context, line);
}

static void hear_said(void *context, const char *line)
{
    const struct answer *a = context;
    a->others->said(a->others->context, line);
}

static void ignore_line(void *context, const char *line)
{
    (void)context;
    (void)line;
}

enum target_result ask_target(struct target *t, const char *line, int timeout_ms, json_t *records)
{
    struct target_listener others = t->listener;
    struct answer a = {.records = records, .others = &others};
    t->listener = (struct target_listener){
        .context = &a,
        .boot = ignore_line,
        .banner = ignore_line,
        .note = ignore_line,
        .text = ignore_line,
        .kernel = hear_kernel,
        .aside = hear_aside,
        .said = hear_said,
        .record = hear_record,
    };
    enum target_result result = target_run(t, line, timeout_ms);
    t->listener = others;
    return result;
}
