/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The longer texts after `api NAME`. See reference.h.
 */
#include "host/client/reference.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME_BYTES 96
#define LINE_BYTES 2048
#define WIDTH      100 /* of a line before it is broken */

/* Where the file may be, seen from the program's folder. */
static const char *const places[] = {"reference.json", "../../reference.json",
                                     "../share/sel4mon/reference.json"};

static json_t *load_file(void)
{
    char self[PATH_MAX], path[PATH_MAX + 64];
    const char *given = getenv("SEL4MON_REFERENCE");
    if (given)
        return json_load_file(given, 0, NULL);
    ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
    if (len <= 0)
        return NULL;
    self[len] = '\0';
    *strrchr(self, '/') = '\0';
    json_t *file = NULL;
    for (size_t i = 0; !file && i < sizeof(places) / sizeof(places[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", self, places[i]);
        file = json_load_file(path, 0, NULL);
    }
    return file;
}

/* The name after `api`, as the shell takes names: any case, '.' for '_', "seL4_" or not. False if
 * the line is another command, or asks for more than a name. */
static bool name_of(const char *command, char *name)
{
    char verb[8];
    int at = 0;
    size_t len = 0;
    if (sscanf(command, "%7s %n", verb, &at) != 1 || strcmp(verb, "api") != 0 || at == 0)
        return false;
    command += at;
    if (strncasecmp(command, "seL4_", 5) == 0)
        command += 5;
    for (; isalnum((unsigned char)*command) || *command == '_' || *command == '.'; command++) {
        if (len == NAME_BYTES - 1)
            return false;
        name[len++] = *command == '.' ? '_' : (char)tolower((unsigned char)*command);
    }
    name[len] = '\0';
    return len > 0 && command[strspn(command, " \t")] == '\0';
}

/* The method of that name, or the only one that begins so. */
static const char *find_method(json_t *methods, const char *name, json_t **entry)
{
    const char *key, *found = NULL;
    json_t *value;
    unsigned count = 0;
    json_object_foreach(methods, key, value)
    {
        if (strncasecmp(key, name, strlen(name)) != 0)
            continue;
        found = key;
        *entry = value;
        if (strlen(key) == strlen(name))
            return key;
        count++;
    }
    return count == 1 ? found : NULL;
}

/* One text, broken at blanks, each line indented; `label` stands before the first. */
static void show_text(const struct target_listener *to, const char *label, int indent,
                      const char *text)
{
    char line[LINE_BYTES];
    size_t room = (size_t)(WIDTH - indent);
    while (*text) {
        size_t len = strlen(text);
        if (len > room) {
            for (len = room; len > 0 && text[len] != ' '; len--)
                ;
            len = len == 0 ? room : len;
        }
        snprintf(line, sizeof(line), "%-*s%.*s", indent, label, (int)len, text);
        to->text(to->context, line);
        label = "";
        text += len;
        text += strspn(text, " ");
    }
}

static void show_part(const struct target_listener *to, const char *title, const json_t *part)
{
    const char *key;
    json_t *value;
    char label[NAME_BYTES];
    int indent = 0;
    if (json_object_size(part) == 0)
        return;
    json_object_foreach((json_t *)part, key, value) if ((int)strlen(key) > indent) indent =
        (int)strlen(key);
    to->text(to->context, title);
    json_object_foreach((json_t *)part, key, value)
    {
        snprintf(label, sizeof(label), "  %s", key);
        show_text(to, label, indent + 4, json_string_value(value) ? json_string_value(value) : "");
    }
}

void reference_show(struct output *o, const char *command)
{
    static const struct {
        const char *key, *title;
    } parts[] = {{"parameters", "Parameters:"}, {"results", "Results:"}, {"errors", "Errors:"}};
    static json_t *file; /* kept: read once in a session */
    static bool tried;
    char name[NAME_BYTES];
    json_t *entry = NULL;
    if (o->json || !name_of(command, name))
        return;
    if (!tried)
        file = load_file();
    tried = true;
    if (!file || !find_method(json_object_get(file, "methods"), name, &entry))
        return;
    const struct target_listener to = output_listener(o);
    const char *text = json_string_value(json_object_get(entry, "text"));
    to.text(to.context, "");
    show_text(&to, "", 0, text ? text : "");
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        show_part(&to, parts[i].title, json_object_get(entry, parts[i].key));
}
