/* SPDX-License-Identifier: BSD-2-Clause */
/* `caps`: what is in the capability space of the monitor or of a component. Neighbours of one kind
 * make one row. */
#include "monitor/commands/commands.h"
#include "monitor/commands/common.h"

#include "arch/lib/fmt.h"
#include "arch/lib/str.h"
#include "monitor/core/component_look.h"
#include "monitor/core/cspace.h"
#include "monitor/core/kinds.h"

struct row {
    uint64_t first, last;
    struct kind_answer answer;
    const struct object *object;
};

/* The kind's name, or the kernel's number for it. */
static const char *kind_text(const struct kind_answer *answer, char *tag, size_t cap)
{
    const char *kind = kinds_name(answer->kind);

    if (kind || !answer->told)
        return kind;
    fmt_print(tag, cap, "tag %llu", (unsigned long long)answer->tag);
    return tag;
}

static void emit(struct command_call *call, const struct row *row)
{
    static const struct column columns[] = {
        {"first", FIELD_WORD, 7}, {"last", FIELD_WORD, 7},     {"count", FIELD_COUNT, 0},
        {"kind", FIELD_NAME, 18}, {"known_by", FIELD_NAME, 8}, {"name", FIELD_NAME, 18},
        {"owner", FIELD_NAME, 0},
    };
    static const struct record_type type = {"capability", columns, 7, RECORD_TABLE};
    char tag[24];
    const struct field fields[] = {
        {.word = row->first},
        {.word = row->last},
        {.word = row->last - row->first + 1},
        {.text = kind_text(&row->answer, tag, sizeof tag)},
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
    uint64_t looked = 0, all = slots_count(slots);

    for (uint32_t slot = slots_next(slots, 0); slot; slot = slots_next(slots, slot)) {
        const struct object *object;
        struct kind_answer answer;
        const char *kind;

        if (command_interrupted(call))
            return ERR_INTERRUPTED;
        command_so_far(call, looked++, all, "slots");
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

/* --- of a component --------------------------------------------------------------------------- */

struct held {
    seL4_Word first, last;
    struct component_look look;
    const struct component_cap *mapped; /* memory of that name; NULL */
    char name[3 * COMPONENT_CAP_NAME_BYTES];
};

static const char *rights_text(const struct held *held, char *text)
{
    unsigned rights = held->look.given        ? held->look.given->rights
                      : held->look.to_monitor ? PACKAGE_WRITE | PACKAGE_GRANT_REPLY
                                              : 0;
    char *at = text;

    for (unsigned i = 0; i < 4; i++) {
        if (rights >> i & 1)
            *at++ = "rwgp"[i];
    }
    *at = '\0';
    return rights ? text : NULL;
}

static void emit_held(struct command_call *call, const struct held *held)
{
    static const struct column columns[] = {
        {"first", FIELD_WORD, 6},   {"last", FIELD_WORD, 6},     {"count", FIELD_COUNT, 5},
        {"kind", FIELD_NAME, 12},   {"known_by", FIELD_NAME, 8}, {"name", FIELD_NAME, 20},
        {"object", FIELD_NAME, 12}, {"rights", FIELD_NAME, 6},   {"badge", FIELD_WORD, 6},
        {"address", FIELD_WORD, 0}, {"size", FIELD_SIZE, 0},
    };
    static const struct record_type type = {"held", columns, 11, RECORD_TABLE};
    const struct component_look *look = &held->look;
    bool has_badge = look->given && look->given->badge;
    char tag[24], rights[5];
    const struct field fields[] = {
        {.word = held->first},
        {.word = held->last},
        {.word = held->last - held->first + 1},
        {.text = kind_text(&look->answer, tag, sizeof tag)},
        {.text = look->answer.told ? "kernel" : "memory"},
        {.text = held->name[0] ? held->name : NULL},
        {.text = look->to_monitor ? "monitor"
                 : look->object   ? look->object->name
                                  : NULL},
        {.text = rights_text(held, rights)},
        {.word = has_badge ? look->given->badge : 0, .absent = !has_badge},
        {.word = held->mapped ? held->mapped->address : 0,
         .absent = !held->mapped || !held->mapped->address},
        {.word = held->mapped ? held->mapped->size_bytes : 0,
         .absent = !held->mapped || !held->mapped->size_bytes},
    };

    record_emit(call->out, &type, fields);
}

static bool goes_on(const struct held *held, const struct held *next)
{
    const struct kind_answer *a = &held->look.answer, *b = &next->look.answer;

    return held->last + 1 == next->first && strcmp(held->name, next->name) == 0 &&
           !held->look.given && !next->look.given &&
           !held->look.fault_tid == !next->look.fault_tid && a->told == b->told &&
           a->kind == b->kind && a->tag == b->tag;
}

static const struct component_cap *find_mapped(const struct start_block *names, seL4_Word slot)
{
    for (unsigned i = 0; i < names->start.caps_count; i++) {
        if (names->caps[i].slot == slot && names->caps[i].size_bytes)
            return &names->caps[i];
    }
    return NULL;
}

static enum err list_held(struct command_call *call, struct component *component,
                          const struct component_view *view)
{
    static struct start_block names; /* too large for a stack */
    seL4_Word end = (seL4_Word)1 << component->slots.cnode_bits;
    struct held held = {.last = end}, next;
    bool open = false;

    (void)component_look_names(component, &names); /* without names, then */
    for (seL4_Word slot = 1; slot < end; slot++) {
        if (command_interrupted(call))
            return ERR_INTERRUPTED;
        command_so_far(call, slot, end, "slots");
        next = (struct held){.first = slot, .last = slot};
        if (!component_look(view, slot, &next.look))
            continue;
        if (next.look.fault_tid)
            (void)str_copy(next.name, sizeof next.name, "faults");
        else
            (void)component_look_name(&names, slot, next.name, sizeof next.name);
        next.mapped = find_mapped(&names, slot);
        if (open && goes_on(&held, &next)) {
            held.last = slot;
            continue;
        }
        if (open)
            emit_held(call, &held);
        held = next;
        open = true;
    }
    if (open)
        emit_held(call, &held);
    return ERR_OK;
}

static enum err list_component(struct command_call *call, struct component *component)
{
    struct component_view view;
    enum err e = component_view_open(component, &view);

    if (e)
        return common_fail(call, e, "component", "taking a slot");
    e = list_held(call, component, &view);
    component_view_close(&view);
    return e;
}

static enum err run(struct command_call *call)
{
    const struct arg *arg = arg_find(call, 0, "pattern");
    struct row row = {0};
    enum err e = arg_end(call);

    if (e)
        return e;
    if (arg && !arg->is_word && component_by_name(arg->text))
        return list_component(call, component_by_name(arg->text));
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

static void complete(struct shell *shell, unsigned index, const char *prefix, command_offer offer,
                     void *context)
{
    common_offer_objects(shell, index, prefix, offer, context);
    for (unsigned i = 0; index == 0 && i < LIMIT_COMPONENTS; i++) {
        if (component_at(i))
            offer(context, component_at(i)->name);
    }
}

const struct command command_caps = {
    .name = "caps",
    .usage = "caps [PATTERN|CAP|COMPONENT]",
    .summary = "List the capability space by kind, or tell what one capability is",
    .help =
        "PATTERN fits kinds and names of objects: caps untyped, caps *frame*. Kinds are known by\n"
        "the kernel, where it is a debug build, else by memory: what was put there.\n"
        "With a COMPONENT's name: what is in its own CNode now, by the names of its description.\n"
        "Rights: r read or receive, w write or send, g grant, p may be replied to (a call).",
    .run = run,
    .complete = complete,
    .group = GROUP_OBJECTS,
};
