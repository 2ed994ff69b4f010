/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packing by `where`: one small function each, in a table. Words of a frame are 64 bits wide also
 * where the machine's are 32; a parameter wider than a word takes two, the low one first.
 */
#include "monitor/shell/marshal.h"
#include "arch/lib/str.h"

enum {
    INFO_CAPS_SHIFT = 7,
    INFO_LABEL_SHIFT = 12,
    INFO_LENGTH_MASK = 0x7f,
    INFO_CAPS_MASK = 3,
    TRAP_WORDS = 4
};

uint64_t marshal_info(uint64_t label, unsigned extra_caps, unsigned length)
{
    return label << INFO_LABEL_SHIFT | (uint64_t)extra_caps << INFO_CAPS_SHIFT | length;
}

uint64_t marshal_info_label(uint64_t info)
{
    return info >> INFO_LABEL_SHIFT;
}

unsigned marshal_info_length(uint64_t info)
{
    unsigned length = info & INFO_LENGTH_MASK;
    return length < LIMIT_MESSAGE_WORDS ? length : LIMIT_MESSAGE_WORDS;
}

unsigned marshal_info_caps(uint64_t info)
{
    return info >> INFO_CAPS_SHIFT & INFO_CAPS_MASK;
}

static uint64_t mask_of(unsigned width)
{
    return width == 0 || width >= 64 ? UINT64_MAX : ((uint64_t)1 << width) - 1;
}

static uint64_t word_mask(void)
{
    return mask_of(api_identity.word_bits);
}

uint64_t marshal_max(const struct api_param *param)
{
    return param->width == 0 ? word_mask() : mask_of(param->width);
}

/* The same as value <= marshal_max(param), in fewer steps. */
static bool fits(const struct api_param *param, uint64_t value)
{
    unsigned width = param->width ? param->width : api_identity.word_bits;

    return width >= 64 || value >> width == 0;
}

static void put_message(struct marshal_frame *frame, const struct api_param *param, uint64_t value)
{
    unsigned word_bits = api_identity.word_bits;

    if (param->width <= word_bits) {
        frame->words[param->index] |= value << param->shift;
        return;
    }
    frame->words[param->index] |= value & word_mask();
    if (param->index + 1u < LIMIT_MESSAGE_WORDS)
        frame->words[param->index + 1u] |= value >> word_bits;
}

static enum err pack_list(struct marshal_frame *frame, const struct api_param *param,
                          const struct marshal_value *value)
{
    bool caps = param->where == API_AT_EXTRA_CAP;
    unsigned room = caps ? LIMIT_MESSAGE_CAPS : LIMIT_MESSAGE_WORDS;
    uint64_t *to = caps ? frame->caps : frame->words;

    if (value->count > room - param->index)
        return ERR_RANGE;
    for (unsigned i = 0; i < value->count; i++) {
        if (value->words[i] > word_mask())
            return ERR_RANGE;
        to[param->index + i] = value->words[i];
    }
    return ERR_OK;
}

static bool is_list(unsigned kind)
{
    return kind == API_REGISTERS || kind == API_STRUCT || kind == API_WORDS || kind == API_CAPS;
}

static enum err pack_one(struct marshal_frame *frame, const struct api_param *param,
                         const struct marshal_value *value)
{
    if (is_list(param->kind))
        return pack_list(frame, param, value);
    if (!fits(param, value->word))
        return ERR_RANGE;
    switch (param->where) {
    case API_AT_CAP:
        frame->trap.cap = (uintptr_t)value->word;
        break;
    case API_AT_EXTRA_CAP:
        frame->caps[param->index] = value->word;
        break;
    case API_AT_INFO:
        frame->trap.info = (uintptr_t)value->word;
        break;
    case API_AT_REPLY:
        frame->trap.reply = (uintptr_t)value->word;
        break;
    case API_AT_DEST:
        frame->trap.dest = (uintptr_t)value->word;
        break;
    case API_AT_BUFFER:
        frame->buffer = value->text;
        break;
    default: /* API_AT_MESSAGE, API_AT_COUNT */
        put_message(frame, param, value->word);
    }
    return ERR_OK;
}

/* Only a message of the user's own can be long; clearing it all would cost more than the call. */
static void begin_frame(const struct api_method *method, struct marshal_frame *frame)
{
    unsigned words = method->flags & API_SENDS ? LIMIT_MESSAGE_WORDS : method->length;

    frame->trap = (struct api_trap){0};
#pragma GCC unroll 4
    for (unsigned i = 0; i < TRAP_WORDS; i++)
        frame->words[i] = 0;
    for (unsigned i = TRAP_WORDS; i < words; i++)
        frame->words[i] = 0;
    for (unsigned i = 0; i < LIMIT_MESSAGE_CAPS; i++)
        frame->caps[i] = 0;
    frame->buffer = NULL;
    frame->bad = 0;
}

enum err marshal_pack(const struct api_method *method, const struct marshal_value *values,
                      struct marshal_frame *frame)
{
    begin_frame(method, frame);
    frame->trap.syscall = method->is_syscall ? method->number : api_identity.sys_call;
    if (!method->is_syscall)
        frame->trap.info =
            (uintptr_t)marshal_info((uint64_t)method->number, method->extra_caps, method->length);
    for (unsigned i = 0; i < method->param_count; i++) {
        if (!values[i].given)
            continue;
        enum err e = pack_one(frame, &method->params[i], &values[i]);
        if (e) {
            frame->bad = (uint8_t)i;
            return e;
        }
    }
    /* Plain system calls have their words in registers, without a message around them. */
#pragma GCC unroll 4
    for (unsigned i = 0; i < TRAP_WORDS; i++)
        frame->trap.mr[i] = (uintptr_t)frame->words[i];
    return ERR_OK;
}

static uint64_t take_message(const struct marshal_frame *frame, const struct api_param *param)
{
    unsigned word_bits = api_identity.word_bits;
    uint64_t value = frame->words[param->index] >> param->shift;

    if (param->width > word_bits && param->index + 1u < LIMIT_MESSAGE_WORDS)
        value |= frame->words[param->index + 1u] << word_bits;
    return value & mask_of(param->width);
}

static void unpack_list(const struct marshal_frame *frame, const struct api_param *param,
                        struct marshal_value *out)
{
    if (param->where == API_AT_EXTRA_CAP) {
        out->words = frame->caps;
        out->count = (uint16_t)marshal_info_caps(frame->trap.info);
        return;
    }
    out->words = frame->words + param->index;
    if (param->kind == API_WORDS)
        out->count = (uint16_t)marshal_info_length(frame->trap.info);
    else
        out->count = api_structs[param->type].count;
}

static uint64_t unpack_scalar(const struct marshal_frame *frame, const struct api_param *param)
{
    switch (param->where) {
    case API_AT_CAP:
        return frame->trap.cap & mask_of(param->width);
    case API_AT_INFO:
        return frame->trap.info;
    case API_AT_LABEL:
        return marshal_info_label(frame->trap.info);
    case API_AT_EXTRA_CAP:
        return frame->caps[param->index];
    default:
        return take_message(frame, param);
    }
}

void marshal_unpack(const struct api_method *method, const struct marshal_frame *frame,
                    struct marshal_value *results)
{
    for (unsigned i = 0; i < method->result_count; i++) {
        const struct api_param *param = &method->results[i];
        results[i] = (struct marshal_value){.given = true};
        if (is_list(param->kind))
            unpack_list(frame, param, &results[i]);
        else
            results[i].word = unpack_scalar(frame, param);
    }
}
