/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What commands call: readers of arguments, and failing. Every error of an argument says which one
 * it was, what kind of thing was wanted, and from where to where.
 */
#include "monitor/shell/command.h"
#include "monitor/shell/scope.h"
#include "monitor/shell/shell.h"
#include "arch/lib/str.h"

enum err command_fail(struct command_call *call, enum err e, const char *argument,
                      const char *format, ...)
{
    struct error_info *info = &call->shell->failure;
    va_list args;

    error_begin(info, e);
    error_set_text(info, ERROR_COMMAND, call->shell->command);
    error_set_text(info, ERROR_ARGUMENT, argument);
    va_start(args, format);
    error_vsay(info, format, args);
    va_end(args);
    return shell_fail(call->shell, e, info);
}

enum err command_fail_kernel(struct command_call *call, const struct api_method *method,
                             uint64_t label, const uint64_t *words, unsigned word_count)
{
    struct error_info *info = &call->shell->failure;

    error_explain_kernel(info, method, label, words, word_count);
    if (!method)
        error_set_text(info, ERROR_COMMAND, call->shell->command);
    return shell_fail(call->shell, ERR_KERNEL, info);
}

bool command_interrupted(struct command_call *call)
{
    return call->shell->env->interrupted(call->shell->env->context);
}

void command_so_far(struct command_call *call, uint64_t done, uint64_t total, const char *units)
{
    const struct shell_env *env = call->shell->env;

    if (env->so_far)
        env->so_far(env->context, done, total, units);
}

const struct arg *arg_find(struct command_call *call, unsigned index, const char *name)
{
    unsigned position = 0;

    for (unsigned i = 0; i < call->arg_count; i++) {
        const struct arg *arg = &call->args[i];
        bool found = arg->name ? name && strcmp(arg->name, name) == 0 : position++ == index;
        if (found && !(call->taken & 1u << i)) {
            call->taken |= 1u << i;
            return arg;
        }
    }
    return NULL;
}

static enum err fail_missing(struct command_call *call, const char *name, const char *kind)
{
    struct error_info *info = &call->shell->failure;

    error_begin(info, ERR_ARGUMENT);
    error_set_text(info, ERROR_COMMAND, call->shell->command);
    error_set_text(info, ERROR_ARGUMENT, name);
    error_set_text(info, ERROR_KIND, kind);
    error_say(info, "%s is missing (%s)", name, kind);
    return shell_fail(call->shell, ERR_ARGUMENT, info);
}

static void say_range(struct error_info *info, uint64_t min, uint64_t max)
{
    static const char *const formats[] = {"%llu to %llu", "0x%llx to 0x%llx"};
    const char *format = formats[max >= 0x10000];

    error_set_word(info, ERROR_MIN, min);
    error_set_word(info, ERROR_MAX, max);
    error_say(info, format, (unsigned long long)min, (unsigned long long)max);
}

static enum err check_range(struct command_call *call, const char *name, uint64_t word,
                            uint64_t min, uint64_t max)
{
    struct error_info *info = &call->shell->failure;

    if (word >= min && word <= max)
        return ERR_OK;
    error_begin(info, ERR_RANGE);
    error_set_text(info, ERROR_COMMAND, call->shell->command);
    error_set_text(info, ERROR_ARGUMENT, name);
    error_set_text(info, ERROR_KIND, "number");
    error_say(info, "%s: 0x%llx is out of range, it goes from ", name, (unsigned long long)word);
    say_range(info, min, max);
    return shell_fail(call->shell, ERR_RANGE, info);
}

/* `column` is where `text` stands in the line; the expression counts from there. `range`: least
 * and largest value. */
static enum err eval_at(struct command_call *call, const char *name, const char *text,
                        unsigned column, const uint64_t range[2], uint64_t *value)
{
    struct shell *shell = call->shell;
    struct expr_scope scope = scope_of(shell);
    enum err e = expr_eval_word(&shell->expr, &scope, text, value);

    if (!e)
        return ERR_OK;
    error_begin(&shell->failure, e);
    error_set_text(&shell->failure, ERROR_COMMAND, shell->command);
    error_set_text(&shell->failure, ERROR_ARGUMENT, name);
    error_set_text(&shell->failure, ERROR_KIND, "number");
    error_set_word(&shell->failure, ERROR_COLUMN, column + shell->expr.column + 1u);
    error_say(&shell->failure, "%s: %s; a number is wanted, ", name, shell->expr.reason);
    say_range(&shell->failure, range[0], range[1]);
    return shell_fail(shell, e, &shell->failure);
}

enum err arg_word(struct command_call *call, unsigned index, const char *name, uint64_t min,
                  uint64_t max, bool optional, uint64_t *value)
{
    const struct arg *arg = arg_find(call, index, name);
    uint64_t word;

    if (!arg)
        return optional ? ERR_OK : fail_missing(call, name, "number");
    if (arg->is_word) {
        word = arg->word;
    } else {
        enum err e = eval_at(call, name, arg->raw, arg->column, (uint64_t[]){min, max}, &word);
        if (e)
            return e;
    }
    enum err e = check_range(call, name, word, min, max);
    if (!e)
        *value = word;
    return e;
}

enum err arg_eval(struct command_call *call, const char *name, const char *text, uint64_t min,
                  uint64_t max, uint64_t *value)
{
    unsigned column = 0;
    uint64_t word;

    for (unsigned i = 0; i < call->arg_count; i++) {
        const struct arg *arg = &call->args[i];
        if (text >= arg->raw && text <= arg->raw + strlen(arg->raw))
            column = arg->column + (unsigned)(text - arg->raw);
    }
    enum err e = eval_at(call, name, text, column, (uint64_t[]){min, max}, &word);
    if (!e)
        e = check_range(call, name, word, min, max);
    if (!e)
        *value = word;
    return e;
}

enum err arg_text(struct command_call *call, unsigned index, const char *name, bool optional,
                  const char **value)
{
    const struct arg *arg = arg_find(call, index, name);

    if (!arg)
        return optional ? ERR_OK : fail_missing(call, name, "text");
    *value = arg->text;
    return ERR_OK;
}

static enum err fail_choice(struct command_call *call, const char *name, const char *text,
                            const char *const *choices, enum err e)
{
    struct error_info *info = &call->shell->failure;

    error_begin(info, e);
    error_set_text(info, ERROR_COMMAND, call->shell->command);
    error_set_text(info, ERROR_ARGUMENT, name);
    error_set_text(info, ERROR_KIND, "choice");
    error_say(info, "%s: '%.40s' is not one of", name, text);
    for (; *choices; choices++)
        error_say(info, " %s%s", *choices, choices[1] ? "," : "");
    return shell_fail(call->shell, e, info);
}

enum err arg_choice(struct command_call *call, unsigned index, const char *name,
                    const char *const *choices, bool optional, unsigned *value)
{
    const struct arg *arg = arg_find(call, index, name);
    unsigned fitting = 0, found = 0;

    if (!arg)
        return optional ? ERR_OK : fail_missing(call, name, "choice");
    for (unsigned i = 0; choices[i]; i++) {
        if (!str_starts_nocase(choices[i], arg->text))
            continue;
        found = i;
        fitting++;
        if (strlen(choices[i]) == strlen(arg->text)) {
            fitting = 1;
            break;
        }
    }
    if (fitting != 1 || arg->text[0] == '\0')
        return fail_choice(call, name, arg->text, choices,
                           fitting > 1 ? ERR_AMBIGUOUS : ERR_ARGUMENT);
    *value = found;
    return ERR_OK;
}

enum err arg_end(struct command_call *call)
{
    for (unsigned i = 0; i < call->arg_count; i++) {
        const struct arg *arg = &call->args[i];
        if (call->taken & 1u << i)
            continue;
        error_begin(&call->shell->failure, ERR_ARGUMENT);
        error_set_word(&call->shell->failure, ERROR_COLUMN, arg->column + 1u);
        error_set_text(&call->shell->failure, ERROR_COMMAND, call->shell->command);
        error_say(&call->shell->failure, "'%.40s' is more than %s takes", arg->whole,
                  call->shell->command);
        return shell_fail(call->shell, ERR_ARGUMENT, &call->shell->failure);
    }
    return ERR_OK;
}
