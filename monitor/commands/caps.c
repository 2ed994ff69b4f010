/* SPDX-License-Identifier: BSD-2-Clause */
/* `caps`: what is in the monitor's capability space. Neighbours of one kind make one row. */
#include "monitor/commands/commands.h"
#include "monitor/commands/common.h"

#include "arch/lib/fmt.h"
#include "arch/lib/str.h"
#include "monitor/core/cspace.h"
#include "monitor/core/kinds.h"

struct row {
    uint64_t first, last;
    struct kind_answer answer;
    const struct object *object;
};

static void emit(struct command_call *call, const struct row *row)
{
    static const struct column columns[] = {
        {"first", FIELD_WORD, 7}, {"last", FIELD_WORD, 7},     {"count", FIELD_COUNT, 0},
        {"kind", FIELD_NAME, 18}, {"known_by", FIELD_NAME, 8}, {"name", FIELD_NAME, 18},
        {"owner", FIELD_NAME, 0},
    };
    static const struct record_type type = {"capability", columns, 7, RECORD_TABLE};
    char tag[24];
    const char *kind = kinds_name(row->answer.kind);

    if (!kind && row->answer.told) {
        fmt_print(tag, sizeof tag, "tag %llu", (unsigned long long)row->answer.tag);
        kind = tag;
    }
    const struct field fields[] = {
        {.word = row->first},
        {.word = row->last},
        {.word = row->last - row->first + 1},
        {.text = kind},
        {.text = row->answer.told ? "kernel" : "memory"},
        {.text = row->object ? row->object->name : NULL},
        {.text = row->object ? common_owner(row->object) : NULL},
    };
    record_emit(call->out, &type, fields);
}

static bool continues(const struct row *row, uint64_t slot, const struct kind_answer *answer,
                      const struct object *object)
{
    return row->last + 1 == slot && !row->object && !object && row->answer.told == answer->told &&
           row->answer.kind == answer->kind && row->answer.tag == answer->tag;
}

static enum err list_all(struct command_call *call, const char *pattern)
{
    const struct slots *slots = cspace_slots();
    struct row row = {0};
    bool open = false;

    for (uint32_t slot = slots_next(slots, 0); slot; slot = slots_next(slots, slot)) {
        const struct object *object;
        struct kind_answer answer;
        const char *kind;

        if (command_interrupted(call))
            return ERR_INTERRUPTED;
        if (!kinds_identify(slot, &answer))
            continue;
        object = objects_find_slot(slot);
        kind = kinds_name(answer.kind);
        if (pattern && !(kind && str_matches(kind, pattern)) &&
            !(object && str_matches(object->name, pattern)))
            continue;
        if (open && continues(&row, slot, &answer, object)) {
            row.last = slot;
            continue;
        }
        if (open)
            emit(call, &row);
        row = (struct row){slot, slot, answer, object};
        open = true;
    }
    if (open)
        emit(call, &row);
    return ERR_OK;
}

static enum err run(struct command_call *call)
{
    const struct arg *arg = arg_find(call, 0, "pattern");
    struct row row = {0};
    enum err e = arg_end(call);

    if (e)
        return e;
    if (!arg || !arg->is_word)
        return list_all(call, arg ? arg->text : NULL);
    if (!kinds_identify(arg->word, &row.answer))
        return command_fail(call, ERR_NOT_FOUND, "pattern", "nothing is known to be in slot 0x%llx",
                            (unsigned long long)arg->word);
    row.first = row.last = arg->word;
    row.object = objects_find_slot(arg->word);
    emit(call, &row);
    return ERR_OK;
}

const struct command command_caps = {
    .name = "caps",
    .usage = "caps [PATTERN|CAP]",
    .summary = "List the capability space by kind, or tell what one capability is",
    .help =
        "PATTERN fits kinds and names of objects: caps untyped, caps *frame*. Kinds are known by\n"
        "the kernel, where it is a debug build, else by memory: what was put there.",
    .run = run,
    .complete = common_offer_objects,
    .group = GROUP_OBJECTS,
};
