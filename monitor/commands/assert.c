/* SPDX-License-Identifier: BSD-2-Clause */
/* `assert`: an expression has to hold; if it does not, the values of both sides are told. */
#include "monitor/commands/commands.h"
#include "monitor/shell/scope.h"
#include "monitor/shell/shell.h"

static enum err fail_false(struct command_call *call, const char *source)
{
    struct error_info *info = &call->shell->failure;
    const struct expr *expr = &call->shell->expr;

    error_begin(info, ERR_ASSERTION);
    error_set_text(info, ERROR_COMMAND, "assert");
    error_say(info, "assertion does not hold: %.160s", source);
    if (expr->compared) {
        expr_print(&expr->left, info->left, sizeof(info->left));
        expr_print(&expr->right, info->right, sizeof(info->right));
        error_set_text(info, ERROR_LEFT, info->left);
        error_set_text(info, ERROR_RIGHT, info->right);
        error_say(info, " (left %s, right %s)", info->left, info->right);
    }
    return shell_fail(call->shell, ERR_ASSERTION, info);
}

static enum err run(struct command_call *call)
{
    struct shell *shell = call->shell;
    struct expr_scope scope = scope_of(shell);
    uint64_t word;

    if (call->arg_count == 0)
        return command_fail(call, ERR_ARGUMENT, "expression", "an expression is missing");
    const char *source = call->args[0].raw;
    enum err e = expr_eval_word(&shell->expr, &scope, source, &word);
    if (!e)
        return word ? ERR_OK : fail_false(call, source);
    unsigned column = call->args[0].column + shell->expr.column + 1u;
    error_begin(&shell->failure, e);
    error_set_text(&shell->failure, ERROR_COMMAND, "assert");
    error_set_word(&shell->failure, ERROR_COLUMN, column);
    error_say(&shell->failure, "%s (column %u)", shell->expr.reason, column);
    if (shell->expr.missing_variable)
        scope_say_near(shell, &shell->failure, shell->expr.missing);
    return shell_fail(shell, e, &shell->failure);
}

const struct command command_assert = {
    .name = "assert",
    .usage = "assert EXPRESSION",
    .summary = "Fail unless an expression holds: assert $error == RangeError",
    .help = "Kept until the next command that is neither assert, let, echo nor print: $error, and\n"
            "the fields of the last record.",
    .run = run,
    .group = GROUP_SHELL,
    .flags = COMMAND_RAW | COMMAND_KEEPS,
};
