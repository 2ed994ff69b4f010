/* SPDX-License-Identifier: BSD-2-Clause */
/* `leaks`: compares what is in use with what somebody owns. */
#include "monitor/commands/commands.h"

#include "monitor/core/cspace.h"
#include "monitor/core/memory.h"
#include "monitor/core/objects.h"
#include "monitor/core/recover.h"

static unsigned count_objects(enum object_owner owner)
{
    unsigned count = 0;

    for (unsigned i = 0; i < objects_end(); i++) {
        const struct object *object = objects_at(i);

        count += object && !object->is_fixed && object->owner == owner;
    }
    return count;
}

static enum err run(struct command_call *call)
{
    static const struct column columns[] = {
        {"leaked", FIELD_COUNT, 0},      {"slots", FIELD_COUNT, 0},
        {"pieces", FIELD_COUNT, 0},      {"windows", FIELD_COUNT, 0},
        {"foreign", FIELD_COUNT, 0},     {"objects", FIELD_COUNT, 0},
        {"own_objects", FIELD_COUNT, 0}, {"free_slots", FIELD_COUNT, 0},
        {"spent", FIELD_SIZE, 0},
    };
    static const struct record_type type = {"leaks", columns, 9, RECORD_LIST};
    struct recover_count count;
    unsigned leaked;
    enum err e = arg_end(call);

    if (e)
        return e;
    recover_sweep(false, &count);
    leaked = count.slots + count.pieces + count.windows + count.components + count.foreign;
    const struct field fields[] = {
        {.word = leaked},
        {.word = count.slots},
        {.word = count.pieces},
        {.word = count.windows},
        {.word = count.foreign},
        {.word = count_objects(OBJECT_OPERATOR)},
        {.word = count_objects(OBJECT_MONITOR)},
        {.word = cspace_slots()->free_count},
        {.word = memory_spent_bytes()},
    };
    record_emit(call->out, &type, fields);
    return ERR_OK;
}

const struct command command_leaks = {
    .name = "leaks",
    .usage = "leaks",
    .summary = "Count what is in use but nobody's: $leaked is 0 if all is well",
    .help =
        "slots, pieces (of memory), windows: of the monitor's own account. foreign: slots that a\n"
        "call by name filled without an object's name; `delete CAP` empties them.",
    .run = run,
    .group = GROUP_OBJECTS,
};
