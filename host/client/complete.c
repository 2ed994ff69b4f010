/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asking the target for completions. See complete.h.
 */
#include "host/client/complete.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/client/ask.h"

#define KEEP_FIRST   0x80
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

/* Of each word a byte that tells how much to keep of the one before, and the rest. */
static void add_packed(struct complete_words *w, const char *line)
{
    while ((unsigned char)*line >= KEEP_FIRST) {
        const char *before = w->count ? w->list[w->count - 1] : "";
        size_t keep = (unsigned char)*line++ - KEEP_FIRST, len = 0;
        char word[256];
        while (line[len] && (unsigned char)line[len] < KEEP_FIRST)
            len++;
        if (keep > strlen(before))
            return;
        snprintf(word, sizeof(word), "%.*s%.*s", (int)keep, before, (int)len, line);
        complete_add(w, word);
        line += len;
    }
}

/* A line of the table: its head, "=" if the words are packed (monitor/commands/complete.c), or a
 * word. */
static void take_word(void *context, const char *line)
{
    struct complete_words *w = context;
    if (!w->heard) {
        w->heard = true;
        w->packed = strcmp(line, "=") == 0;
    } else if (w->packed) {
        add_packed(w, line);
    } else {
        complete_add(w, line);
    }
}

/* What was last answered: a second Tab wants the same once more. */
static struct {
    char *line;
    uint64_t number; /* of the target's command: no other has run since */
    struct complete_words words;
} last;

static void ask(struct target *t, const char *line)
{
    size_t cap = strlen(line) + 32;
    char *command = malloc(cap);
    complete_free(&last.words);
    free(last.line);
    last.line = strdup(line);
    if (command && last.line) {
        snprintf(command, cap, "text complete %s", line);
        if (ask_target_text(t, command, COMPLETE_MS, take_word, &last.words) != TARGET_OK) {
            complete_free(&last.words);
            free(last.line);
            last.line = NULL;
        }
    }
    free(command);
    last.number = t->last_number;
}

void complete_ask(struct complete_words *w, struct target *t, const char *line)
{
    if (!last.line || strcmp(last.line, line) != 0 || last.number != t->last_number)
        ask(t, line);
    for (size_t i = 0; i < last.words.count; i++)
        complete_add(w, last.words.list[i]);
}

void complete_free(struct complete_words *w)
{
    for (size_t i = 0; i < w->count; i++)
        free(w->list[i]);
    free(w->list);
    *w = (struct complete_words){0};
}
