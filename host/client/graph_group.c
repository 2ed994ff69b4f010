/* SPDX-License-Identifier: BSD-2-Clause */
/* Many things of one kind as one node: see graph_group.h. */
#include "host/client/picture.h"

#include "host/client/graph_group.h"

#define NAMES_SHOWN 3

json_t *graph_group(const json_t *records, const char *key)
{
    json_t *groups = json_object(), *record;
    size_t i;

    json_array_foreach(records, i, record)
    {
        const char *value = picture_text(record, key);
        json_t *group = json_object_get(groups, value);

        if (!group) {
            group = json_array();
            json_object_set_new(groups, value, group);
        }
        json_array_append(group, record);
    }
    return groups;
}

const char *graph_group_names(const json_t *records, char *to, size_t cap)
{
    size_t count = json_array_size(records), len = 0;

    to[0] = '\0';
    for (size_t i = 0; i < count && len < cap; i++) {
        const char *name = picture_text(json_array_get(records, i), "name");
        const char *before = i == 0                                      ? ""
                             : i + 1 == count && count > NAMES_SHOWN + 1 ? " ... "
                                                                         : ", ";

        if (i >= NAMES_SHOWN && i + 1 < count)
            continue;
        len += (size_t)snprintf(to + len, cap - len, "%s%s", before, *name ? name : "a table");
    }
    return to;
}

uint64_t graph_group_bytes(const json_t *records)
{
    const json_t *record;
    uint64_t sum = 0;
    size_t i;

    json_array_foreach(records, i, record) sum += picture_word(record, "size");
    return sum;
}
