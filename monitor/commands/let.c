/* SPDX-License-Identifier: BSD-2-Clause */
/* `let` and `print`: the user's variables, and values of expressions. */
#include "monitor/commands/commands.h"
#include "monitor/shell/scope.h"
#include "monitor/shell/shell.h"
#include "arch/lib/str.h"

static const struct column variable_columns[] = {
    {"name", FIELD_NAME, 0},
    {"value", FIELD_TEXT, 0},
};
static const struct record_type variable_type = {"variable", variable_columns, 2, RECORD_TABLE};

static const struct column value_columns[] = {
    {"text", FIELD_TEXT, 0},
    {"value", FIELD_WORD, 0},
};
static const struct record_type value_type = {"value", value_columns, 2, RECORD_MESSAGE};

static void list(struct command_call *call)
{
    char text[LIMIT_VALUE_BYTES];

    for (unsigned i = 0; i < LIMIT_VARS; i++) {
        const struct var *var = vars_at(&call->shell->vars, i);
        struct expr_value value;
        if (!var || vars_get(&call->shell->vars, var->name, &value) != ERR_OK)
            continue;
        expr_print(&value, text, sizeof(text));
        const struct field fields[] = {{.text = var->name}, {.text = text}};
        record_emit(call->out, &variable_type, fields);
    }
}

static enum err fail_eval(struct command_call *call, enum err e, const char *text)
{
    struct shell *shell = call->shell;
    unsigned column = call->args[0].column + (unsigned)(text - call->args[0].raw);

    error_begin(&shell->failure, e);
    error_set_text(&shell->failure, ERROR_COMMAND, shell->command);
    error_set_word(&shell->failure, ERROR_COLUMN, column + shell->expr.column + 1u);
    error_say(&shell->failure, "%s (column %u)", shell->expr.reason,
              column + shell->expr.column + 1u);
    if (shell->expr.missing_variable)
        scope_say_near(shell, &shell->failure, shell->expr.missing);
    return shell_fail(shell, e, &shell->failure);
}

/* `NAME = EXPRESSION`; returns where the expression begins, NULL if it is no such thing. */
static const char *split(const char *text, char *name)
{
    size_t len = 0;

    while (lex_is_identifier(text[len]))
        len++;
    if (len == 0 || len >= LIMIT_NAME_BYTES || !lex_is_identifier_start(text[0]))
        return NULL;
    memcpy(name, text, len);
    name[len] = '\0';
    while (lex_is_space(text[len]))
        len++;
    if (text[len] != '=')
        return NULL;
    len++;
    while (lex_is_space(text[len]))
        len++;
    return text + len;
}

/* A bare name that stands for a word is meant as one: let type = TCBObject. A quoted text and
 * $error stay what they are. */
static void prefer_word(struct expr_value *value, const char *source)
{
    char name[LIMIT_VALUE_BYTES];
    bool bare = lex_is_identifier_start(source[0]);

    if (value->is_word || !value->text || value->len >= sizeof(name))
        return;
    fmt_print(name, sizeof(name), "%.*s", (int)value->len, value->text);
    value->is_word = bare && scope_bare_name(NULL, name, &value->word);
    if (value->is_word)
        value->text = NULL;
}

static enum err run_let(struct command_call *call)
{
    struct shell *shell = call->shell;
    char name[LIMIT_NAME_BYTES];
    struct expr_scope scope = scope_of(shell);
    struct expr_value value;

    if (call->arg_count == 0) {
        list(call);
        return ERR_OK;
    }
    const char *text = split(call->args[0].raw, name);
    if (!text)
        return command_fail(call, ERR_SYNTAX, "name",
                            "let wants NAME = EXPRESSION, the name of letters, digits and _ and "
                            "shorter than %u characters",
                            LIMIT_NAME_BYTES);
    if (strcmp(name, "error") == 0)
        return command_fail(call, ERR_REFUSED, "name", "$error is the shell's own");
    if (*text == '\0') {
        enum err e = vars_remove(&shell->vars, name);
        return e ? command_fail(call, e, "name", "there is no variable $%s", name) : ERR_OK;
    }
    enum err e = expr_eval(&shell->expr, &scope, text, &value);
    if (e)
        return fail_eval(call, e, text);
    prefer_word(&value, text);
    e = vars_set(&shell->vars, name, &value);
    if (e == ERR_FULL)
        return command_fail(call, e, "name", "there are %u variables already", LIMIT_VARS);
    if (e)
        return command_fail(call, e, "value", "a text of a variable has at most %u bytes",
                            LIMIT_VALUE_BYTES - 1);
    return ERR_OK;
}

static enum err run_print(struct command_call *call)
{
    struct shell *shell = call->shell;
    struct expr_scope scope = scope_of(shell);
    struct expr_value value;
    char text[LIMIT_EXPR_TEXT_BYTES];

    if (call->arg_count == 0)
        return command_fail(call, ERR_ARGUMENT, "expression", "an expression is missing");
    const char *source = call->args[0].raw;
    enum err e = expr_eval(&shell->expr, &scope, source, &value);
    if (e)
        return fail_eval(call, e, source);
    if (value.text)
        fmt_print(text, sizeof(text), "%.*s", (int)value.len, value.text);
    else
        fmt_print(text, sizeof(text), "0x%llx  %llu", (unsigned long long)value.word,
                  (unsigned long long)value.word);
    struct record_out out = *call->out; /* the record before stays what $name means */
    out.memory = NULL;
    const struct field fields[] = {{.text = text}, {.word = value.word, .absent = !value.is_word}};
    record_emit(&out, &value_type, fields);
    return ERR_OK;
}

const struct command command_let = {
    .name = "let",
    .usage = "let [NAME = [EXPRESSION]]",
    .summary = "Set a variable, remove it (let NAME =), or list all",
    .help =
        "Weakest first: || or   && and   ! not   == != < <= > >=   |  ^  &  << >>  + -  * / %\n"
        "then ~ and - before a value, and ( ). Numbers: 12 0x1f 0b101 0o17 1_000 4k 2M 1G 'a'.\n"
        "Texts: \"...\" '...' and bare names; names of the kernel's enumerations are numbers\n"
        "where one is wanted. Arithmetic is exact: what does not fit a word is an error.\n"
        "$NAME is a variable, an object's capability, or a field of the record before; $error\n"
        "is none, or the name of the last error.",
    .run = run_let,
    .group = GROUP_SHELL,
    .flags = COMMAND_RAW | COMMAND_KEEPS,
};

const struct command command_print = {
    .name = "print",
    .usage = "print EXPRESSION",
    .summary = "Show a value; a line that begins like one does the same",
    .run = run_print,
    .group = GROUP_SHELL,
    .flags = COMMAND_RAW | COMMAND_KEEPS,
};
