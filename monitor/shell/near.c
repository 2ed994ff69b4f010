/* SPDX-License-Identifier: BSD-2-Clause */
/* Suggestions. A name that contains the wanted one whole counts as near, whatever its length. */
#include "monitor/shell/near.h"
#include "monitor/shell/limits.h"
#include "arch/lib/fmt.h"
#include "arch/lib/str.h"

enum { CONTAINED_DISTANCE = 2, CONTAINED_LEAST = 3, STARTS_LEAST = 5 };

void near_begin(struct near *near, const char *wanted)
{
    *near = (struct near){.wanted = wanted};
}

static unsigned limit_for(size_t len)
{
    return len < 3 ? 2 : len < 9 ? 3 : 4;
}

/* The distance to the start of a longer name, one more for being only its start. */
static unsigned distance_to_start(const char *wanted, const char *name, size_t len, unsigned limit)
{
    char start[LIMIT_METHOD_BYTES];
    unsigned least = limit;

    for (unsigned more = 0; more < 2; more++) {
        fmt_print(start, sizeof(start), "%.*s", (int)(len + more), name);
        unsigned distance = 1 + str_distance(wanted, start, limit);
        least = distance < least ? distance : least;
    }
    return least;
}

static unsigned distance_of(const struct near *near, const char *name)
{
    size_t len = strlen(near->wanted);
    unsigned limit = limit_for(len), distance = str_distance(near->wanted, name, limit);

    if (len >= STARTS_LEAST && strlen(name) > len + 1) {
        unsigned start = distance_to_start(near->wanted, name, len, limit);
        distance = start < distance ? start : distance;
    }
    if (len >= CONTAINED_LEAST && distance > CONTAINED_DISTANCE && !strchr(near->wanted, '*') &&
        !strchr(near->wanted, '?') && str_matches(name, near->wanted))
        return CONTAINED_DISTANCE;
    return distance < limit ? distance : UINT8_MAX;
}

static void keep(struct near *near, const char *name, unsigned distance)
{
    for (unsigned i = 0; i < NEAR_MAX; i++) {
        if (near->names[i] && strcmp(near->names[i], name) == 0)
            return;
        if (near->names[i] && near->distances[i] <= distance)
            continue;
        for (unsigned j = NEAR_MAX - 1; j > i; j--) {
            near->names[j] = near->names[j - 1];
            near->distances[j] = near->distances[j - 1];
        }
        near->names[i] = name;
        near->distances[i] = (uint8_t)distance;
        return;
    }
}

void near_offer(struct near *near, const char *name)
{
    unsigned distance = distance_of(near, name);

    if (distance != UINT8_MAX)
        keep(near, name, distance);
}

void near_add(struct near *near, const char *name)
{
    keep(near, name, 0);
}

size_t near_print(const struct near *near, char *to, size_t cap)
{
    static const char *const joints[NEAR_MAX][NEAR_MAX] = {
        {"did you mean "}, {"did you mean ", " or "}, {"did you mean ", ", ", " or "}};
    unsigned count = 0;
    size_t len = 0;

    if (cap > 0)
        to[0] = '\0';
    while (count < NEAR_MAX && near->names[count])
        count++;
    for (unsigned i = 0; i < count; i++)
        len += fmt_print(to + (len < cap ? len : cap), len < cap ? cap - len : 0, "%s%s",
                         joints[count - 1][i], near->names[i]);
    if (count > 0)
        len += fmt_print(to + (len < cap ? len : cap), len < cap ? cap - len : 0, "?");
    return len;
}
