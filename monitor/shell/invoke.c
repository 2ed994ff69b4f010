/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Binding arguments to the parameters of a row, and making the call. By position, arguments fill
 * the parameters that no name filled, in order; a bracketed list skips an optional number before
 * the list it is meant for, and message words may follow one by one.
 */
#include "monitor/shell/invoke.h"
#include "monitor/shell/method.h"
#include "monitor/shell/shell.h"
#include "monitor/shell/value.h"
#include "arch/lib/str.h"

struct binding {
    struct command_call *call;
    const struct api_method *method;
    int list; /* the list that the argument before was added to by position; -1 */
};

static int param_by_name(const struct api_method *method, const char *name)
{
    for (unsigned i = 0; i < method->param_count; i++) {
        if (str_compare_nocase(method->params[i].name, name) == 0 ||
            str_compare_nocase(method_param_name(&method->params[i]), name) == 0)
            return (int)i;
    }
    return -1;
}

static int param_of_kind(const struct api_method *method, unsigned kind)
{
    for (unsigned i = 0; i < method->param_count; i++) {
        if (method->params[i].kind == kind)
            return (int)i;
    }
    return -1;
}

/* `pc=1,sp=2` is a register set, and `label=5` a message info, though they look like a name and a
 * value: the parameter that has such a part, or -1. */
static int param_by_part(const struct api_method *method, const char *name)
{
    int info = param_of_kind(method, API_MSGINFO);

    for (unsigned i = 0; i < method->param_count; i++) {
        const struct api_param *param = &method->params[i];
        if (param->kind != API_REGISTERS && param->kind != API_STRUCT)
            continue;
        const struct api_struct *type = &api_structs[param->type];
        for (unsigned j = 0; j < type->count; j++) {
            if (str_compare_nocase(type->fields[j], name) == 0)
                return (int)i;
        }
    }
    return strcmp(name, "label") == 0 || strcmp(name, "length") == 0 ? info : -1;
}

static void begin_error(const struct binding *b, enum err e, const struct arg *arg,
                        const char *name, const char *format)
{
    struct error_info *info = &b->call->shell->failure;

    error_begin(info, e);
    error_set_text(info, ERROR_COMMAND, b->method->name);
    error_set_text(info, ERROR_ARGUMENT, name);
    error_set_word(info, ERROR_COLUMN, arg->column + 1u);
    error_say(info, format, name);
}

static enum err fail_unknown(const struct binding *b, const struct arg *arg)
{
    struct error_info *info = &b->call->shell->failure;
    struct near near;

    begin_error(b, ERR_NOT_FOUND, arg, arg->name, "there is no parameter '%.32s'");
    near_begin(&near, arg->name);
    for (unsigned i = 0; i < b->method->param_count; i++)
        near_offer(&near, method_param_name(&b->method->params[i]));
    if (near.names[0])
        error_say_near(info, &near);
    for (unsigned i = 0; !near.names[0] && i < b->method->param_count; i++)
        error_say(info, i ? ", %s" : "; they are %s", method_param_name(&b->method->params[i]));
    return shell_fail(b->call->shell, ERR_NOT_FOUND, info);
}

static enum err bind_to(const struct binding *b, unsigned index, const struct arg *arg)
{
    struct marshal_value *value = &b->call->shell->invoke.values[index];

    if (value->given) {
        begin_error(b, ERR_EXISTS, arg, method_param_name(&b->method->params[index]),
                    "%s is given twice");
        return shell_fail(b->call->shell, ERR_EXISTS, &b->call->shell->failure);
    }
    return value_read(b->call, &b->method->params[index], arg, value);
}

static enum err bind_named(struct binding *b, const struct arg *arg)
{
    int index = param_by_name(b->method, arg->name);

    if (index >= 0)
        return bind_to(b, (unsigned)index, arg);
    index = param_by_part(b->method, arg->name);
    if (index < 0)
        return fail_unknown(b, arg);
    struct arg whole = {
        .text = arg->whole, .raw = arg->whole, .whole = arg->whole, .column = arg->column};
    return bind_to(b, (unsigned)index, &whole);
}

/* The parameter that the next argument by position is for. */
static int next_param(const struct binding *b, const struct arg *arg)
{
    const struct marshal_value *values = b->call->shell->invoke.values;
    bool bracketed = arg->raw[0] == '[' || arg->raw[0] == '{';

    for (unsigned i = 0; i < b->method->param_count; i++) {
        const struct api_param *param = &b->method->params[i];
        bool skipped = bracketed && param->optional && !value_is_list(param) &&
                       (arg->raw[0] == '[' || param->kind != API_MSGINFO);
        if (!values[i].given && !skipped)
            return (int)i;
    }
    return -1;
}

static bool is_open_list(const struct api_param *param)
{
    return param->kind == API_WORDS || param->kind == API_CAPS;
}

static enum err bind_position(struct binding *b, const struct arg *arg)
{
    struct marshal_value *values = b->call->shell->invoke.values;

    if (b->list >= 0 && arg->raw[0] != '[')
        return value_add(b->call, &b->method->params[b->list], arg, &values[b->list]);
    int index = next_param(b, arg);
    if (index < 0) {
        begin_error(b, ERR_ARGUMENT, arg, arg->whole, "'%.40s' is one argument too many");
        error_set_text(&b->call->shell->failure, ERROR_ARGUMENT, NULL);
        return shell_fail(b->call->shell, ERR_ARGUMENT, &b->call->shell->failure);
    }
    b->list = is_open_list(&b->method->params[index]) ? index : -1;
    return bind_to(b, (unsigned)index, arg);
}

static enum err fail_missing(const struct binding *b, const struct api_param *param)
{
    struct error_info *info = &b->call->shell->failure;

    error_begin(info, ERR_ARGUMENT);
    error_set_text(info, ERROR_COMMAND, b->method->name);
    error_set_text(info, ERROR_ARGUMENT, method_param_name(param));
    error_set_text(info, ERROR_KIND, value_kind(param));
    error_say(info, "%s is missing (%s", method_param_name(param), value_kind(param));
    if (!value_is_list(param) && param->kind != API_STRING) {
        error_set_word(info, ERROR_MIN, 0);
        error_set_word(info, ERROR_MAX, marshal_max(param));
        error_say(info, ", 0 to 0x%llx", (unsigned long long)marshal_max(param));
    }
    error_say(info, "); the parameters are");
    for (unsigned i = 0; i < b->method->param_count; i++)
        error_say(info, b->method->params[i].optional ? " [%s]" : " %s",
                  method_param_name(&b->method->params[i]));
    return shell_fail(b->call->shell, ERR_ARGUMENT, info);
}

/* How many words a register set has: as many as are given, or all that come back. */
static uint64_t register_count(const struct binding *b)
{
    const struct invoke *invoke = &b->call->shell->invoke;

    for (unsigned i = 0; i < b->method->param_count; i++) {
        if (b->method->params[i].kind == API_REGISTERS)
            return invoke->values[i].count;
    }
    for (unsigned i = 0; i < b->method->result_count; i++) {
        if (b->method->results[i].kind == API_REGISTERS)
            return api_structs[b->method->results[i].type].count;
    }
    return 0;
}

static uint64_t info_part(const struct invoke *invoke, unsigned part, uint64_t otherwise)
{
    return invoke->info_given[part] ? invoke->info[part] : otherwise;
}

static uint64_t message_info(const struct binding *b)
{
    const struct invoke *invoke = &b->call->shell->invoke;
    int words = param_of_kind(b->method, API_WORDS), caps = param_of_kind(b->method, API_CAPS);
    uint64_t word_count = words >= 0 ? invoke->values[words].count : 0;
    uint64_t cap_count = caps >= 0 ? invoke->values[caps].count : 0;

    return marshal_info(info_part(invoke, INVOKE_LABEL, 0),
                        (unsigned)info_part(invoke, INVOKE_CAPS, cap_count),
                        (unsigned)info_part(invoke, INVOKE_LENGTH, word_count));
}

static enum err fill_in(const struct binding *b)
{
    struct invoke *invoke = &b->call->shell->invoke;

    for (unsigned i = 0; i < b->method->param_count; i++) {
        const struct api_param *param = &b->method->params[i];
        struct marshal_value *value = &invoke->values[i];
        if (param->where == API_AT_COUNT && !value->given)
            *value = (struct marshal_value){.given = true, .word = register_count(b)};
        else if (param->kind == API_MSGINFO)
            *value = (struct marshal_value){.given = true, .word = message_info(b)};
        else if (!value->given && !param->optional)
            return fail_missing(b, param);
    }
    return ERR_OK;
}

enum err invoke_bind(struct command_call *call, const struct api_method *method, unsigned first)
{
    struct invoke *invoke = &call->shell->invoke;
    struct binding b = {call, method, -1};

    invoke->method = method;
    invoke->lists_used = 0;
    memset(invoke->values, 0, sizeof(invoke->values));
    memset(invoke->info_given, 0, sizeof(invoke->info_given));
    if (method->param_count > LIMIT_PARAMS || method->result_count > LIMIT_PARAMS)
        return command_fail(call, ERR_FULL, NULL, "%s has too many parameters", method->name);
    for (unsigned i = first; i < call->arg_count; i++) {
        const struct arg *arg = &call->args[i];
        enum err e = arg->name ? bind_named(&b, arg) : bind_position(&b, arg);
        if (e)
            return e;
    }
    return fill_in(&b);
}

static enum err fail_packing(struct command_call *call)
{
    const struct invoke *invoke = &call->shell->invoke;
    const struct api_param *param = &invoke->method->params[invoke->frame.bad];

    return command_fail(call, ERR_RANGE, method_param_name(param),
                        "%s (%s): the value does not fit", method_param_name(param),
                        value_kind(param));
}

enum err invoke_run(struct command_call *call)
{
    const struct shell_env *env = call->shell->env;
    struct invoke *invoke = &call->shell->invoke;
    enum err e = ERR_OK;

    if (invoke->frame.buffer) {
        if (!env->put_buffer)
            return ERR_UNSUPPORTED;
        e = env->put_buffer(env->context, invoke->frame.buffer, strlen(invoke->frame.buffer));
    }
    if (e)
        return e;
    return env->call(env->context, &invoke->frame.trap, invoke->frame.words, invoke->frame.caps,
                     invoke_may_block(call));
}

static enum err fail_run(struct command_call *call, enum err e)
{
    const struct shell_env *env = call->shell->env;
    const struct api_method *method = call->shell->invoke.method;
    struct env_fault fault = {0};

    if (e != ERR_FAULT || !env->fault)
        return command_fail(call, e, NULL, "%s: %s", method->name, err_text(e));
    env->fault(env->context, &fault);
    error_explain_fault(&call->shell->failure, method->name, &fault);
    return shell_fail(call->shell, e, &call->shell->failure);
}

enum err invoke_call(struct command_call *call, const struct api_method *method, unsigned first)
{
    const struct shell_env *env = call->shell->env;
    struct invoke *invoke = &call->shell->invoke;
    enum err e = invoke_bind(call, method, first);

    if (e)
        return e;
    if (marshal_pack(method, invoke->values, &invoke->frame) != ERR_OK)
        return fail_packing(call);
    e = invoke_check(call);
    if (e)
        return e;
    env->drain(env->context);
    e = invoke_run(call);
    if (e)
        return fail_run(call, e);
    return invoke_report(call);
}
