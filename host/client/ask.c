/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asking the target. See ask.h.
 */
#include "host/client/ask.h"

#include <string.h>

struct answer {
    json_t *records; /* the answer, or NULL */
    void (*text)(void *context, const char *line);
    void *context;
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
    if (!is_answer(record))
        a->others->record(a->others->context, record);
    else if (a->records)
        json_array_append(a->records, record);
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

static void hear_text(void *context, const char *line)
{
    const struct answer *a = context;
    if (a->text)
        a->text(a->context, line);
}

static enum target_result ask(struct target *t, const char *line, int timeout_ms, struct answer *a)
{
    struct target_listener others = t->listener;
    a->others = &others;
    t->listener = (struct target_listener){
        .context = a,
        .boot = ignore_line,
        .banner = ignore_line,
        .note = ignore_line,
        .text = hear_text,
        .kernel = hear_kernel,
        .aside = hear_aside,
        .said = hear_said,
        .record = hear_record,
    };
    t->own = true;
    enum target_result result = target_run(t, line, timeout_ms);
    t->own = false;
    t->listener = others;
    return result;
}

enum target_result ask_target(struct target *t, const char *line, int timeout_ms, json_t *records)
{
    return ask(t, line, timeout_ms, &(struct answer){.records = records});
}

enum target_result ask_target_text(struct target *t, const char *line, int timeout_ms,
                                   void (*text)(void *context, const char *line), void *context)
{
    return ask(t, line, timeout_ms, &(struct answer){.text = text, .context = context});
}
