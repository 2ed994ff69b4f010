/* SPDX-License-Identifier: BSD-2-Clause */
/* `revoke`: takes away all that was derived from an object's capability, and leaves the object. */
#include "monitor/commands/commands.h"
#include "monitor/commands/common.h"

#include "monitor/core/cspace.h"

static enum err run(struct command_call *call)
{
    static const struct column columns[] = {{"name", FIELD_NAME, 0}, {"cap", FIELD_WORD, 0}};
    static const struct record_type type = {"revoked", columns, 2, RECORD_TABLE};
    struct object *object;
    enum err e = common_object(call, arg_find(call, 0, "object"), &object);

    if (!e)
        e = arg_end(call);
    if (!e)
        e = common_refuse_own(call, object);
    if (e)
        return e;
    e = cspace_revoke(object->slot);
    if (e)
        return common_fail(call, e, "object", "cannot revoke it");
    const struct field fields[] = {{.text = object->name}, {.word = object->slot}};
    record_emit(call->out, &type, fields);
    return ERR_OK;
}

const struct command command_revoke = {
    .name = "revoke",
    .usage = "revoke OBJECT",
    .summary = "Delete all that was derived from an object's capability",
    .run = run,
    .complete = common_offer_objects,
    .group = GROUP_OBJECTS,
};
