/* SPDX-License-Identifier: BSD-2-Clause */
/* `call`: every invocation and system call of the table, by name. */
#include "monitor/commands/commands.h"
#include "monitor/shell/method.h"
#include "monitor/shell/shell.h"
#include "monitor/shell/value.h"
#include "arch/lib/str.h"

static enum err fail_method(struct command_call *call, const struct arg *arg, enum err e)
{
    struct error_info *info = &call->shell->failure;
    struct near near;

    error_begin(info, e);
    error_set_text(info, ERROR_COMMAND, "call");
    error_set_text(info, ERROR_ARGUMENT, "method");
    error_set_word(info, ERROR_COLUMN, arg->column + 1u);
    error_say(info,
              e == ERR_AMBIGUOUS ? "'%.40s' fits more than one method"
                                 : "the kernel has no method '%.40s'",
              arg->text);
    near_begin(&near, arg->text);
    method_offer_near(arg->text, &near);
    error_say_near(info, &near);
    return shell_fail(call->shell, e, info);
}

static enum err run(struct command_call *call)
{
    const struct api_method *method;

    if (call->arg_count == 0 || call->args[0].name)
        return command_fail(call, ERR_ARGUMENT, "method", "the method's name is missing");
    enum err e = method_find(call->args[0].text, &method);
    if (e)
        return fail_method(call, &call->args[0], e);
    call->shell->command = method->name;
    return invoke_call(call, method, 1);
}

static void offer_values(struct shell *shell, const struct api_param *param, command_offer offer,
                         void *context)
{
    const struct shell_env *env = shell->env;
    const char *name;

    if (param->kind == API_ENUM || param->kind == API_FLAGS || param->kind == API_OBJECT) {
        const struct api_enum *members = &api_enums[param->type];
        for (unsigned i = 0; i < members->count; i++)
            offer(context, members->values[i].name);
    } else if (param->kind == API_BOOL) {
        offer(context, "true");
        offer(context, "false");
    } else if (param->kind == API_CAP || param->kind == API_CAPS) {
        for (unsigned i = 0; (name = env->object_name(env->context, i)) != NULL; i++)
            offer(context, name);
    }
}

static void offer_param(const struct api_param *param, command_offer offer, void *context)
{
    char name[LIMIT_NAME_BYTES];

    fmt_print(name, sizeof(name), "%s=", method_param_name(param));
    offer(context, name);
}

static void offer_fields(const struct api_param *param, command_offer offer, void *context)
{
    char name[LIMIT_NAME_BYTES];
    const struct api_struct *type = &api_structs[param->type];

    for (unsigned i = 0; i < type->count; i++) {
        fmt_print(name, sizeof(name), "%s=", type->fields[i]);
        offer(context, name);
    }
}

/* After `key=` the values of that parameter; else those of the parameter at this position, and
 * the names of all. */
static void complete(struct shell *shell, unsigned index, const char *prefix, command_offer offer,
                     void *context)
{
    const struct api_method *method = shell->invoke.method;

    if (index == 0)
        method_offer(prefix, offer, context);
    for (unsigned i = 0; index > 0 && method && i < method->param_count; i++) {
        const struct api_param *param = &method->params[i];
        const char *name = method_param_name(param);
        bool keyed = shell->key[0] != '\0';
        if (keyed ? str_compare_nocase(shell->key, name) == 0 : i + 1 == index)
            offer_values(shell, param, offer, context);
        if (!keyed && (prefix[0] || i + 1 >= index))
            offer_param(param, offer, context);
        if (!keyed && (param->kind == API_REGISTERS || param->kind == API_STRUCT))
            offer_fields(param, offer, context);
    }
}

const struct command command_call = {
    .name = "call",
    .usage = "call METHOD ARGUMENT...",
    .summary = "Call a method of the kernel: call TCB_Suspend $tcb0",
    .help = "Arguments go by position or as NAME=VALUE; `api METHOD` shows them. By kind:\n"
            "  numbers        any expression; capabilities also by an object's name\n"
            "  enumerations   members by name, flags joined with |: Read|Write\n"
            "  rights         letters of r w g p, or - for none\n"
            "  registers      {pc=0x1000, sp=$top}, pc=0x1000,sp=$top, or [1, 2, 3] in order;\n"
            "                 registers after the last one given are not written\n"
            "  message        [1, 2] words, [$ep] capabilities, label=7\n"
            "Results can be read afterwards: $badge, $mr0, $rip. After an error: $error, $min.\n"
            "Calls that can block end with Ctrl-C. The method's name alone does as well.",
    .run = run,
    .complete = complete,
    .group = GROUP_API,
};
