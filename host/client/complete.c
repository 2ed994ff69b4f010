/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asking the target for completions. See complete.h.
 */
#include "host/client/complete.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMPLETE_MS  1000
#define COMPLETE_MAX 4096 /* words; more help nobody */

struct words {
    char **list;
    size_t count;
    const struct target_listener *others; /* hears what is not an answer */
};

static void add_word(struct words *w, const char *text)
{
    if (w->count == COMPLETE_MAX)
        return;
    char **list = realloc(w->list, (w->count + 2) * sizeof(*list));
    char *copy = strdup(text);
    if (list)
        w->list = list;
    if (!list || !copy) {
        free(copy);
        return;
    }
    w->list[w->count++] = copy;
    w->list[w->count] = NULL;
}

static void hear_record(void *context, json_t *record)
{
    struct words *w = context;
    const char *word = json_string_value(json_object_get(record, "word"));
    if (word)
        add_word(w, word);
    else if (!json_object_get(record, "error"))
        w->others->record(w->others->context, record);
}

static void hear_other(void *context, const char *line)
{
    const struct words *w = context;
    w->others->kernel(w->others->context, line);
}

static void ignore_line(void *context, const char *line)
{
    (void)context;
    (void)line;
}

char **complete_ask(struct target *t, const char *line)
{
    struct target_listener others = t->listener;
    struct words w = {.others = &others};
    size_t cap = strlen(line) + 32;
    char *command = malloc(cap);
    if (!command)
        return NULL;
    snprintf(command, cap, "json complete %s", line);
    t->listener = (struct target_listener){
        .context = &w,
        .boot = ignore_line,
        .banner = ignore_line,
        .note = ignore_line,
        .text = ignore_line,
        .kernel = hear_other,
        .aside = hear_other,
        .said = hear_other,
        .log = hear_other,
        .record = hear_record,
    };
    enum target_result result = target_run(t, command, COMPLETE_MS);
    t->listener = others;
    free(command);
    if (result != TARGET_OK) {
        complete_free(w.list);
        return NULL;
    }
    return w.list;
}

void complete_free(char **words)
{
    for (char **word = words; word && *word; word++)
        free(*word);
    free(words);
}
