/* SPDX-License-Identifier: BSD-2-Clause */
/* `delete`: gives an object back, with all copies of its capability and its memory. */
#include "monitor/commands/commands.h"
#include "monitor/commands/common.h"

#include "monitor/core/cspace.h"
#include "monitor/core/kinds.h"

static void emit(struct command_call *call, const char *name, uint64_t slot)
{
    static const struct column columns[] = {{"name", FIELD_NAME, 0}, {"cap", FIELD_WORD, 0}};
    static const struct record_type type = {"deleted", columns, 2, RECORD_TABLE};
    const struct field fields[] = {{.text = name}, {.word = slot}};

    record_emit(call->out, &type, fields);
}

/* A capability that a call by name put into a slot of nobody's. */
static bool is_foreign(const struct arg *arg)
{
    const struct slot_note *note =
        arg->is_word && !arg->is_quoted ? slots_note(cspace_slots(), arg->word) : NULL;

    return note && !(note->state & SLOT_USED) && kinds_is_filled(arg->word);
}

static enum err delete_foreign(struct command_call *call, seL4_CPtr slot)
{
    enum err e = cspace_delete(slot);

    if (e)
        return common_fail(call, e, "object", "cannot delete it");
    slots_note(cspace_slots(), slot)->state = 0;
    emit(call, NULL, slot);
    return ERR_OK;
}

static enum err delete_one(struct command_call *call, const struct arg *arg)
{
    char name[LIMIT_OBJECT_NAME_BYTES];
    struct object *object;
    seL4_CPtr slot;
    enum err e;

    if (arg && is_foreign(arg))
        return delete_foreign(call, arg->word);
    e = common_object(call, arg, &object);
    if (!e)
        e = common_refuse_own(call, object);
    if (e)
        return e;
    for (unsigned i = 0; i < sizeof name; i++)
        name[i] = object->name[i];
    slot = object->slot;
    e = objects_delete(object);
    if (e)
        return common_fail(call, e, "object", "cannot delete it");
    emit(call, name, slot);
    return ERR_OK;
}

static enum err run(struct command_call *call)
{
    enum err e = delete_one(call, arg_find(call, 0, "object"));

    for (unsigned i = 1; !e && i < call->arg_count; i++)
        e = delete_one(call, arg_find(call, i, NULL));
    return e ? e : arg_end(call);
}

const struct command command_delete = {
    .name = "delete",
    .usage = "delete OBJECT...",
    .summary = "Delete objects, with all copies, and give their memory back",
    .run = run,
    .complete = common_offer_objects,
    .group = GROUP_OBJECTS,
};
