/* SPDX-License-Identifier: BSD-2-Clause */
/* `api`: what the kernel's interface has, by pattern, and one method in full. */
#include "monitor/commands/api.h"
#include "monitor/commands/commands.h"
#include "monitor/shell/marshal.h"
#include "monitor/shell/method.h"
#include "monitor/shell/shell.h"
#include "monitor/shell/value.h"
#include "arch/lib/str.h"

enum { USAGE_BYTES = 160, SHORT_BYTES = 40 };

static const struct column list_columns[] = {
    {"method", FIELD_NAME, 28},
    {"doc", FIELD_TEXT, 0},
};
static const struct record_type list_type = {"method", list_columns, 2, RECORD_TABLE};

static const struct column method_columns[] = {
    {"method", FIELD_NAME, 0}, {"doc", FIELD_TEXT, 0},     {"usage", FIELD_TEXT, 0},
    {"label", FIELD_COUNT, 0}, {"syscall", FIELD_TEXT, 0}, {"length", FIELD_COUNT, 0},
    {"caps", FIELD_COUNT, 0},  {"blocks", FIELD_BOOL, 0},  {"danger", FIELD_TEXT, 0},
    {"errors", FIELD_TEXT, 0},
};
static const struct record_type method_type = {"api", method_columns, 10, RECORD_LIST};

static const struct column param_columns[] = {
    {"parameter", FIELD_NAME, 16}, {"kind", FIELD_NAME, 16},   {"max", FIELD_WORD, 0},
    {"optional", FIELD_BOOL, 0},   {"travels", FIELD_TEXT, 0},
};
static const struct record_type param_type = {"parameter", param_columns, 5, RECORD_TABLE};

static const struct column result_columns[] = {
    {"result", FIELD_NAME, 16},
    {"kind", FIELD_NAME, 16},
    {"travels", FIELD_TEXT, 0},
};
static const struct record_type result_type = {"result", result_columns, 3, RECORD_TABLE};

static const struct column member_columns[] = {
    {"enumeration", FIELD_NAME, 16},
    {"member", FIELD_NAME, 28},
    {"value", FIELD_WORD, 0},
};
static const struct record_type member_type = {"member", member_columns, 3, RECORD_TABLE};

static void print_where(const struct api_param *param, char *to, size_t cap)
{
    static const char *const places[API_WHERE_COUNT] = {
        [API_AT_CAP] = "capability register",
        [API_AT_EXTRA_CAP] = "capability %u",
        [API_AT_MESSAGE] = "word %u",
        [API_AT_INFO] = "message info register",
        [API_AT_REPLY] = "reply register",
        [API_AT_DEST] = "destination register",
        [API_AT_BUFFER] = "IPC buffer",
        [API_AT_COUNT] = "word %u",
        [API_AT_LABEL] = "label",
    };
    size_t len = fmt_print(to, cap, places[param->where], param->index);
    bool part =
        param->where == API_AT_MESSAGE && param->width > 0 && param->width < api_identity.word_bits;

    if (value_is_list(param) && param->where == API_AT_MESSAGE)
        fmt_print(to + len, cap - len, " and on");
    else if (part)
        fmt_print(to + len, cap - len, ", bits %u to %u", param->shift,
                  param->shift + param->width - 1u);
}

static void print_usage(const struct api_method *method, char *to, size_t cap)
{
    size_t len = fmt_print(to, cap, "%s", method->name);

    for (unsigned i = 0; i < method->param_count && len < cap; i++)
        len += fmt_print(to + len, cap - len, method->params[i].optional ? " [%s]" : " %s",
                         method_param_name(&method->params[i]));
}

static void print_errors(const struct api_method *method, char *to, size_t cap)
{
    size_t len = 0;

    for (unsigned i = 0; i < api_errors.count && len < cap; i++) {
        uint64_t number = api_errors.values[i].value;
        if (number < 16 && (method->errors & 1u << number))
            len += fmt_print(to + len, cap - len, len ? ", %s" : "%s", api_errors.values[i].name);
    }
}

static void show_head(struct command_call *call, const struct api_method *method)
{
    char usage[USAGE_BYTES], errors[USAGE_BYTES] = "", number[SHORT_BYTES];

    print_usage(method, usage, sizeof(usage));
    print_errors(method, errors, sizeof(errors));
    fmt_print(number, sizeof(number), "%d", method->number);
    const struct field fields[] = {
        {.text = method->name},
        {.text = method->doc},
        {.text = usage},
        {.word = (uint64_t)method->number, .absent = method->is_syscall},
        {.text = method->is_syscall ? number : NULL},
        {.word = method->length, .absent = method->is_syscall},
        {.word = method->extra_caps, .absent = method->is_syscall},
        {.word = (method->flags & API_BLOCKS) != 0},
        {.text = method->danger},
        {.text = errors[0] ? errors : NULL},
    };
    record_emit(call->out, &method_type, fields);
}

static void show_params(struct command_call *call, const struct api_method *method)
{
    char where[SHORT_BYTES];

    for (unsigned i = 0; i < method->param_count; i++) {
        const struct api_param *param = &method->params[i];
        bool number = !value_is_list(param) && param->kind != API_STRING;
        print_where(param, where, sizeof(where));
        const struct field fields[] = {
            {.text = method_param_name(param)},
            {.text = value_kind(param)},
            {.word = marshal_max(param), .absent = !number},
            {.word = param->optional},
            {.text = where},
        };
        record_emit(call->out, &param_type, fields);
    }
    for (unsigned i = 0; i < method->result_count; i++) {
        const struct api_param *result = &method->results[i];
        print_where(result, where, sizeof(where));
        const struct field fields[] = {
            {.text = result->name}, {.text = value_kind(result)}, {.text = where}};
        record_emit(call->out, &result_type, fields);
    }
}

static void show_members(struct command_call *call, const struct api_param *param)
{
    if (param->kind == API_REGISTERS || param->kind == API_STRUCT) {
        const struct api_struct *type = &api_structs[param->type];
        for (unsigned i = 0; i < type->count; i++) {
            const struct field fields[] = {
                {.text = type->name}, {.text = type->fields[i]}, {.word = i}};
            record_emit(call->out, &member_type, fields);
        }
    }
    if (param->kind != API_ENUM && param->kind != API_FLAGS && param->kind != API_OBJECT)
        return;
    const struct api_enum *members = &api_enums[param->type];
    for (unsigned i = 0; i < members->count; i++) {
        const struct field fields[] = {{.text = members->name},
                                       {.text = members->values[i].name},
                                       {.word = members->values[i].value}};
        record_emit(call->out, &member_type, fields);
    }
}

void api_show_method(struct command_call *call, const struct api_method *method)
{
    show_head(call, method);
    show_params(call, method);
    for (unsigned i = 0; i < method->param_count; i++)
        show_members(call, &method->params[i]);
    for (unsigned i = 0; i < method->result_count; i++)
        show_members(call, &method->results[i]);
}

static unsigned show_list(struct command_call *call, const char *pattern,
                          const struct api_method **one)
{
    unsigned count = 0;

    for (unsigned pass = 0; pass < 2; pass++) {
        for (unsigned i = 0; i < api_method_count; i++) {
            const struct api_method *method = &api_methods[i];
            const struct field fields[] = {{.text = method->name}, {.text = method->doc}};
            if (!str_matches(method->name, pattern))
                continue;
            *one = method;
            if (pass == 0)
                count++;
            else
                record_emit(call->out, &list_type, fields);
        }
        if (count < 2)
            break;
    }
    return count;
}

/* `tcb.susp` means the same as tcb_susp. */
static void underscores(const char *from, char *to, size_t cap)
{
    str_copy(to, cap, str_starts_nocase(from, "seL4_") ? from + 5 : from);
    for (; *to; to++)
        *to = *to == '.' ? '_' : *to;
}

static enum err run(struct command_call *call)
{
    const char *pattern = "*";
    char name[LIMIT_METHOD_BYTES];
    const struct api_method *method;
    enum err e = arg_text(call, 0, "pattern", true, &pattern);

    if (!e)
        e = arg_end(call);
    if (e)
        return e;
    if (method_find_whole(pattern, &method) == ERR_OK) {
        api_show_method(call, method);
        return ERR_OK;
    }
    underscores(pattern, name, sizeof(name));
    unsigned count = show_list(call, name, &method);
    if (count == 1)
        api_show_method(call, method);
    if (count > 0)
        return ERR_OK;
    struct error_info *info = &call->shell->failure;
    struct near near;
    error_begin(info, ERR_NOT_FOUND);
    error_set_text(info, ERROR_COMMAND, "api");
    error_set_text(info, ERROR_ARGUMENT, "pattern");
    error_say(info, "no method fits '%.40s'", pattern);
    near_begin(&near, pattern);
    method_offer_near(pattern, &near);
    error_say_near(info, &near);
    return shell_fail(call->shell, ERR_NOT_FOUND, info);
}

static void complete(struct shell *shell, unsigned index, const char *prefix, command_offer offer,
                     void *context)
{
    (void)shell;
    if (index == 0)
        method_offer(prefix, offer, context);
}

const struct command command_api = {
    .name = "api",
    .usage = "api [PATTERN | METHOD]",
    .summary = "List the kernel's methods, or explain one",
    .help = "A pattern may have * and ?; without them it is a part of the name. One that fits a\n"
            "single method explains it: parameters, their kinds, and where they travel.",
    .run = run,
    .complete = complete,
    .group = GROUP_API,
};
