/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the records that pictures are made of: see picture.h. */
#include "host/client/picture.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The arrays of a picture, for what is done to all of them. */
static json_t **array_at(struct picture *p, unsigned number)
{
    json_t **const arrays[] = {&p->untypeds, &p->pieces,  &p->objects, &p->components,
                               &p->held,     &p->regions, &p->threads, &p->scheduler};

    return number < sizeof(arrays) / sizeof(arrays[0]) ? arrays[number] : NULL;
}

bool picture_init(struct picture *p)
{
    bool whole = true;

    for (unsigned i = 0; array_at(p, i); i++)
        whole = (*array_at(p, i) = json_array()) != NULL && whole;
    return whole;
}

void picture_free(struct picture *p)
{
    for (unsigned i = 0; array_at(p, i); i++)
        json_decref(*array_at(p, i));
}

const char *picture_text(const json_t *record, const char *name)
{
    const char *text = json_string_value(json_object_get(record, name));

    return text ? text : "";
}

uint64_t picture_word(const json_t *record, const char *name)
{
    const json_t *value = json_object_get(record, name);

    if (json_is_integer(value))
        return (uint64_t)json_integer_value(value);
    return json_is_string(value) ? strtoull(json_string_value(value), NULL, 0) : 0;
}

const json_t *picture_find(const json_t *array, const char *name, const char *text)
{
    const json_t *record;
    size_t i;

    json_array_foreach(array, i, record)
    {
        if (strcmp(picture_text(record, name), text) == 0)
            return record;
    }
    return NULL;
}

const char *picture_size(uint64_t bytes, char *to, size_t cap)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    unsigned unit = 0;
    uint64_t rest = 0;

    while (bytes >= 1024 && unit < 6) {
        rest = bytes % 1024;
        bytes /= 1024;
        unit++;
    }
    if (rest * 10 / 1024 && bytes < 100)
        snprintf(to, cap, "%" PRIu64 ".%" PRIu64 " %s", bytes, rest * 10 / 1024, units[unit]);
    else
        snprintf(to, cap, "%" PRIu64 " %s", bytes, units[unit]);
    return to;
}

/* The kernel's words for a state, and those of the simulator, in ours. */
static const struct {
    const char *theirs, *ours;
} states[] = {
    {"blocked on recv", "receiving"},
    {"receiving", "receiving"},
    {"blocked on send", "sending"},
    {"sending", "sending"},
    {"blocked on reply", "awaiting a reply"},
    {"awaiting reply", "awaiting a reply"},
    {"blocked on ntfn", "awaiting a signal"},
    {"awaiting signal", "awaiting a signal"},
    {"inactive", "inactive"},
    {"running VM", "running"},
    {"running", "running"},
    {"restart", "ready"},
    {"idle", "idle"},
};

static void trim(char *text)
{
    size_t len = strlen(text), blanks = strspn(text, " \t");

    while (len > blanks && strchr(" \t", text[len - 1]))
        len--;
    memmove(text, text + blanks, len - blanks);
    text[len - blanks] = '\0';
}

/* Before the address are name and state, after it the priority. */
json_t *picture_scheduler_line(const char *line)
{
    const char *address = strstr(line, "0x");
    unsigned long long ip = 0, priority;
    char name[256];
    size_t len;

    if (!address) /* a kernel prints 0 so */
        address = strstr(line, "\t0\t");
    if (!address || (sscanf(address, "%llx %llu", &ip, &priority) != 2 &&
                     sscanf(address, "\t0 %llu", &priority) != 1))
        return NULL;
    if ((size_t)(address - line) >= sizeof(name))
        return NULL;
    memcpy(name, line, (size_t)(address - line));
    name[address - line] = '\0';
    trim(name);
    len = strlen(name);
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        size_t state_len = strlen(states[i].theirs);

        if (len < state_len || strcmp(name + len - state_len, states[i].theirs) != 0 ||
            (len > state_len && !strchr(" \t", name[len - state_len - 1])))
            continue;
        name[len - state_len] = '\0';
        trim(name);
        return json_pack("{s:s, s:s, s:I, s:I}", "name", name, "state", states[i].ours, "ip",
                         (json_int_t)ip, "priority", (json_int_t)priority);
    }
    return NULL;
}
