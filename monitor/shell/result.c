/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Results of a call as one record: its columns are made from the table's row, by kind. A register
 * set is one column a register, a received message badge, label, lengths and its words.
 */
#include "monitor/shell/invoke.h"
#include "monitor/shell/method.h"
#include "monitor/shell/shell.h"
#include "arch/lib/str.h"

enum { TABLE_COLUMNS_MAX = 5, RANGE_ERROR = 4 /* seL4_RangeError */, SMALL_NUMBER = 4096 };

static const uint8_t field_kinds[API_KIND_COUNT] = {
    [API_WORD] = FIELD_WORD,      [API_BOOL] = FIELD_BOOL,       [API_CAP] = FIELD_WORD,
    [API_SLOT] = FIELD_WORD,      [API_DEPTH] = FIELD_BITS,      [API_BADGE] = FIELD_WORD,
    [API_RIGHTS] = FIELD_WORD,    [API_ENUM] = FIELD_NAME,       [API_FLAGS] = FIELD_WORD,
    [API_OBJECT] = FIELD_NAME,    [API_VADDR] = FIELD_ADDRESS,   [API_PADDR] = FIELD_ADDRESS,
    [API_SIZE_BITS] = FIELD_BITS, [API_SIZE] = FIELD_COUNT,      [API_PRIORITY] = FIELD_COUNT,
    [API_TIME] = FIELD_COUNT,     [API_IRQ] = FIELD_COUNT,       [API_PORT] = FIELD_WORD,
    [API_CHAR] = FIELD_WORD,      [API_REGISTERS] = FIELD_WORDS, [API_STRUCT] = FIELD_WORDS,
    [API_WORDS] = FIELD_WORDS,    [API_CAPS] = FIELD_WORDS,      [API_ERROR] = FIELD_NAME,
};

static void add(struct invoke *invoke, const char *name, uint8_t kind, struct field field)
{
    if (invoke->field_count == LIMIT_FIELDS)
        return;
    invoke->columns[invoke->field_count] = (struct column){.name = name, .kind = kind};
    invoke->fields[invoke->field_count++] = field;
}

static const char *member_name(const struct api_enum *members, uint64_t value)
{
    for (unsigned i = 0; i < members->count; i++) {
        if (members->values[i].value == value)
            return members->values[i].name;
    }
    return NULL;
}

static void add_scalar(struct invoke *invoke, const struct api_param *param, uint64_t word)
{
    uint8_t kind = field_kinds[param->kind];
    struct field field = {.word = word};

    if (kind == FIELD_NAME) {
        const struct api_enum *members =
            param->kind == API_ERROR ? &api_errors : &api_enums[param->type];
        const char *name = member_name(members, word);
        if (name)
            field = (struct field){.text = name};
        else
            kind = FIELD_WORD;
    }
    add(invoke, param->name, kind, field);
}

static void add_fields(struct invoke *invoke, const struct api_struct *type,
                       const struct marshal_value *value)
{
    for (unsigned i = 0; i < type->count && i < value->count; i++)
        add(invoke, type->fields[i], FIELD_WORD, (struct field){.word = value->words[i]});
}

static void add_result(struct invoke *invoke, const struct api_param *param,
                       const struct marshal_value *value)
{
    switch (param->kind) {
    case API_REGISTERS:
    case API_STRUCT:
        add_fields(invoke, &api_structs[param->type], value);
        break;
    case API_MSGINFO:
        add(invoke, "label", FIELD_WORD, (struct field){.word = marshal_info_label(value->word)});
        add(invoke, "length", FIELD_COUNT,
            (struct field){.word = marshal_info_length(value->word)});
        add(invoke, "caps", FIELD_COUNT, (struct field){.word = marshal_info_caps(value->word)});
        break;
    case API_WORDS:
        add(invoke, "mr", FIELD_WORDS, (struct field){.words = value->words, .len = value->count});
        break;
    case API_CAPS: /* their number is in the message info, and where they went is the receiver's */
        break;
    default:
        add_scalar(invoke, param, value->word);
    }
}

/* Of a register set only as many words as were asked for came back. */
static void limit_registers(struct invoke *invoke)
{
    const struct api_method *method = invoke->method;

    for (unsigned i = 0; i < method->param_count; i++) {
        if (method->params[i].where != API_AT_COUNT)
            continue;
        for (unsigned j = 0; j < method->result_count; j++) {
            if (method->results[j].kind == API_REGISTERS &&
                invoke->results[j].count > invoke->values[i].word)
                invoke->results[j].count = (uint16_t)invoke->values[i].word;
        }
    }
}

/* Words that did not come back are left from an earlier call: they must not look like results. */
static void clear_rest(struct marshal_frame *frame)
{
    unsigned length = marshal_info_length(frame->trap.info);

    for (unsigned i = length > api_identity.hw_mrs ? length : api_identity.hw_mrs;
         i < LIMIT_MESSAGE_WORDS; i++)
        frame->words[i] = 0;
}

/* The kernel does not say which argument is out of range: the one that is, if no other is. */
static void name_outside(const struct invoke *invoke, struct error_info *info)
{
    uint64_t min = invoke->frame.words[0], max = invoke->frame.words[1];
    const struct api_method *method = invoke->method;
    int found = -1;

    for (unsigned i = 0; i < method->param_count; i++) {
        const struct marshal_value *value = &invoke->values[i];
        if (method->params[i].where != API_AT_MESSAGE || value->words ||
            (value->word >= min && value->word <= max))
            continue;
        if (found >= 0)
            return;
        found = (int)i;
    }
    if (found < 0)
        return;
    error_set_text(info, ERROR_ARGUMENT, method_param_name(&method->params[found]));
    uint64_t word = invoke->values[found].word;
    error_say(info, word < SMALL_NUMBER ? "; %s is %llu" : "; %s is 0x%llx",
              method_param_name(&method->params[found]), (unsigned long long)word);
}

static enum err fail_kernel(struct command_call *call, uint64_t label)
{
    const struct invoke *invoke = &call->shell->invoke;
    struct error_info *info = &call->shell->failure;

    error_explain_kernel(info, invoke->method, label, invoke->frame.words,
                         marshal_info_length(invoke->frame.trap.info));
    if (label == RANGE_ERROR)
        name_outside(invoke, info);
    return shell_fail(call->shell, ERR_KERNEL, info);
}

enum err invoke_report(struct command_call *call)
{
    struct invoke *invoke = &call->shell->invoke;
    const struct api_method *method = invoke->method;
    uint64_t info = invoke->frame.trap.info;

    if (!(method->flags & API_NO_ERROR) && marshal_info_label(info) != 0)
        return fail_kernel(call, marshal_info_label(info));
    clear_rest(&invoke->frame);
    marshal_unpack(method, &invoke->frame, invoke->results);
    limit_registers(invoke);
    invoke->field_count = 0;
    for (unsigned i = 0; i < method->result_count; i++)
        add_result(invoke, &method->results[i], &invoke->results[i]);
    if (invoke->field_count == 0)
        return ERR_OK;
    const struct record_type type = {
        .name = method->name,
        .columns = invoke->columns,
        .column_count = invoke->field_count,
        .layout = invoke->field_count > TABLE_COLUMNS_MAX ? RECORD_LIST : RECORD_TABLE,
    };
    record_emit(call->out, &type, invoke->fields);
    call->out->header = NULL;
    return ERR_OK;
}
