/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading a target's word. See target_spec.h.
 */
#include "host/client/target_spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/client/script_text.h"

static const struct transport_ops *find_transport(const char *text, size_t len)
{
    for (const struct transport_ops *const *t = transport_list; *t; t++)
        if (strlen((*t)->option) == len && strncmp((*t)->option, text, len) == 0)
            return *t;
    return NULL;
}

/* Splits into spec->words, NULL at the end. */
static bool split(struct target_spec *spec, const char *text)
{
    size_t at = 0, start, len;
    while (script_text_word(text, &at, &start, &len)) {
        char **words = realloc(spec->words, (spec->word_count + 2) * sizeof(*words));
        if (!words)
            return false;
        spec->words = words;
        words[spec->word_count] = script_text_unquote(text + start, len);
        if (!words[spec->word_count++])
            return false;
        words[spec->word_count] = NULL;
    }
    return spec->word_count > 0;
}

static bool fill(struct target_spec *spec, const char *where)
{
    if (spec->transport->takes_args) {
        if (!split(spec, where))
            return false;
        spec->request.where = spec->transport->argument ? spec->words[0] : NULL;
        spec->request.args = spec->words + (spec->transport->argument ? 1 : 0);
        return true;
    }
    spec->words = calloc(2, sizeof(*spec->words));
    if (!spec->words || !(spec->words[0] = strdup(where)))
        return false;
    spec->word_count = 1;
    spec->request.where = spec->words[0];
    spec->request.args = spec->words + 1;
    return *where != '\0';
}

bool target_spec_read(struct target_spec *spec, const char *text, char *message, size_t cap)
{
    memset(spec, 0, sizeof(*spec));
    size_t name = strcspn(text, "=:");
    const char *rest = text[name] == '=' && name > 0 ? text + name + 1 : text;
    size_t len = strcspn(rest, ":");
    spec->transport = rest[len] == ':' ? find_transport(rest, len) : NULL;
    if (!spec->transport) {
        snprintf(message, cap,
                 "%s is no target: sim:IMAGE, qemu:COMMAND, serial:DEV[@BAUD], tcp:HOST:PORT or "
                 "unix:PATH, with NAME= before it if you like",
                 text);
        return false;
    }
    spec->name = rest == text ? strdup(text) : strndup(text, name);
    if (spec->name && fill(spec, rest + len + 1))
        return true;
    snprintf(message, cap, "%s: what is to stand after %s: is missing", text,
             spec->transport->option);
    target_spec_free(spec);
    return false;
}

void target_spec_free(struct target_spec *spec)
{
    for (size_t i = 0; i < spec->word_count; i++)
        free(spec->words[i]);
    free(spec->words);
    free(spec->name);
    memset(spec, 0, sizeof(*spec));
}
