/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asking the target for completions. See complete.h.
 */
#include "host/client/complete.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/client/ask.h"

#define COMPLETE_MS  1000
#define COMPLETE_MAX 4096 /* words; more help nobody */

bool complete_add(struct complete_words *w, const char *text)
{
    if (w->count == COMPLETE_MAX)
        return false;
    char **list = realloc(w->list, (w->count + 2) * sizeof(*list));
    char *copy = strdup(text);
    if (list)
        w->list = list;
    if (!list || !copy) {
        free(copy);
        return false;
    }
    w->list[w->count++] = copy;
    w->list[w->count] = NULL;
    return true;
}

void complete_ask(struct complete_words *w, struct target *t, const char *line)
{
    size_t cap = strlen(line) + 32, i;
    char *command = malloc(cap);
    json_t *records = json_array(), *record;
    if (command && records) {
        snprintf(command, cap, "json complete %s", line);
        if (ask_target(t, command, COMPLETE_MS, records) == TARGET_OK) {
            json_array_foreach(records, i, record)
            {
                const char *word = json_string_value(json_object_get(record, "word"));
                if (word)
                    complete_add(w, word);
            }
        }
    }
    json_decref(records);
    free(command);
}

void complete_free(struct complete_words *w)
{
    for (size_t i = 0; i < w->count; i++)
        free(w->list[i]);
    free(w->list);
    *w = (struct complete_words){0};
}
