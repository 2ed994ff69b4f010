/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a line to commands run: prefixes like `try` taken off, the command found, its arguments
 * evaluated, its outcome kept for $error. A name that is no command may be a method of the kernel,
 * and a line that begins like a value is printed.
 */
#include "monitor/shell/method.h"
#include "monitor/shell/scope.h"
#include "monitor/shell/shell.h"
#include "arch/lib/str.h"

/* One command of a line as it is being prepared. */
struct step {
    struct shell *shell;
    const char *line;
    unsigned prefixes; /* enum command_flag */
    const struct command *command;
    const struct api_method *method; /* given in place of a command; or NULL */
    uint8_t arg_count;
};

static enum err fail(struct shell *shell, enum err e, unsigned column, const char *reason)
{
    error_begin(&shell->failure, e);
    error_set_text(&shell->failure, ERROR_COMMAND, shell->command);
    error_set_word(&shell->failure, ERROR_COLUMN, column + 1u);
    error_say(&shell->failure, "%s (column %u)", reason, column + 1u);
    return shell_fail(shell, e, &shell->failure);
}

enum err shell_find_command(const struct shell *shell, const char *name, const struct command **out)
{
    unsigned count = 0;

    for (unsigned i = 0; i < shell->command_count; i++) {
        const struct command *command = shell->commands[i];
        if (!str_starts_nocase(command->name, name))
            continue;
        *out = command;
        if (strlen(command->name) == strlen(name))
            return ERR_OK;
        count++;
    }
    return count == 0 || name[0] == '\0' ? ERR_NOT_FOUND : count == 1 ? ERR_OK : ERR_AMBIGUOUS;
}

void shell_offer_near(const struct shell *shell, enum err e, const char *name, struct near *near)
{
    near_begin(near, name);
    for (unsigned i = 0; i < shell->command_count; i++) {
        const char *known = shell->commands[i]->name;
        if (e == ERR_AMBIGUOUS && str_starts_nocase(known, name))
            near_add(near, known);
        else if (e != ERR_AMBIGUOUS)
            near_offer(near, known);
    }
    if (method_has_parts(name) || (!near->names[0] && strlen(name) > 3))
        method_offer_near(name, near);
}

static enum err fail_unknown(struct step *step, enum err e)
{
    struct shell *shell = step->shell;
    const char *name = shell->lexed.name;
    struct near near;

    error_begin(&shell->failure, e);
    error_set_word(&shell->failure, ERROR_COLUMN, shell->lexed.column + 1u);
    error_say(&shell->failure,
              e == ERR_AMBIGUOUS ? "'%.40s' fits more than one command"
                                 : "there is no command '%.40s'",
              name);
    shell_offer_near(shell, e, name, &near);
    error_say_near(&shell->failure, &near);
    return shell_fail(shell, e, &shell->failure);
}

static bool starts_value(char c)
{
    return c && !lex_is_identifier_start(c);
}

static enum err find_by_name(struct step *step, const char *name)
{
    struct shell *shell = step->shell;
    bool parts = method_has_parts(name);
    enum err e = parts ? ERR_NOT_FOUND : shell_find_command(shell, name, &step->command);

    if (e == ERR_OK)
        return ERR_OK;
    if (e == ERR_AMBIGUOUS)
        return fail_unknown(step, e);
    e = parts ? method_find(name, &step->method) : method_find_whole(name, &step->method);
    if (e)
        return fail_unknown(step, e);
    e = shell_find_command(shell, "call", &step->command);
    return e ? fail_unknown(step, e) : ERR_OK;
}

/* A command for which quotes and parentheses mean nothing, so that they need not close. */
static bool takes_anything(const struct step *step)
{
    const struct command *command;

    return shell_find_command(step->shell, step->shell->lexed.name, &command) == ERR_OK &&
           (command->flags & COMMAND_RAW_LINE);
}

/* Finds the command at `at`, past any prefixes. step->command is NULL for an empty command. */
static enum err find(struct step *step, size_t at)
{
    struct shell *shell = step->shell;
    struct lex_error bad;

    for (;;) {
        step->command = NULL;
        step->method = NULL;
        enum err e = lex_name(step->line, at, &shell->lexed, &bad);
        if (e && !takes_anything(step))
            return fail(shell, e, e == ERR_SYNTAX ? bad.column : 0,
                        e == ERR_SYNTAX ? bad.reason : err_text(e));
        const char *name = shell->lexed.name;
        char first = step->line[shell->lexed.column];
        if (name[0] == '\0' && (first == '\0' || first == ';' || first == '#')) {
            return step->prefixes
                       ? fail(shell, ERR_SYNTAX, shell->lexed.column, "a command is missing here")
                       : ERR_OK;
        }
        if (name[0] == '\0' || starts_value(name[0])) {
            shell->lexed.rest = shell->lexed.column;
            e = shell_find_command(shell, "print", &step->command);
        } else {
            e = find_by_name(step, name);
        }
        if (e || !(step->command->flags & COMMAND_PREFIX))
            return e;
        step->prefixes |= step->command->flags & COMMAND_PREFIX;
        at = shell->lexed.rest;
    }
}

/* Arguments. */

/* Keeps a text past the record it comes from; in what the words have left of their pool. */
static const char *keep(struct shell *shell, const char *text, size_t len)
{
    struct lex_command *lexed = &shell->lexed;

    if (len + 1 > sizeof(lexed->pool) - lexed->used)
        return NULL;
    char *to = lexed->pool + lexed->used;
    memcpy(to, text, len);
    to[len] = '\0';
    lexed->used = (uint16_t)(lexed->used + len + 1);
    return to;
}

static enum err fail_variable(struct shell *shell, const struct arg *arg)
{
    const struct expr *expr = &shell->expr;

    error_begin(&shell->failure, ERR_NOT_FOUND);
    error_set_text(&shell->failure, ERROR_COMMAND, shell->command);
    error_set_text(&shell->failure, ERROR_ARGUMENT, arg->name);
    error_set_word(&shell->failure, ERROR_COLUMN, arg->column + expr->column + 1u);
    error_say(&shell->failure, "%s", expr->reason);
    scope_say_near(shell, &shell->failure, expr->missing);
    return shell_fail(shell, ERR_NOT_FOUND, &shell->failure);
}

/* A word's value as an expression, where it is one. What is none stays a text: a command that
 * wants a number says why it is none. */
static enum err evaluate(struct shell *shell, struct arg *arg)
{
    struct expr_scope scope = scope_of(shell);
    struct expr_value value;
    char number[24];

    if (arg->is_quoted || arg->raw[0] == '\0')
        return ERR_OK;
    if (expr_eval(&shell->expr, &scope, arg->raw, &value) != ERR_OK)
        return shell->expr.missing_variable ? fail_variable(shell, arg) : ERR_OK;
    arg->is_word = value.is_word;
    arg->word = value.word;
    if (arg->raw[0] != '(' && !strchr(arg->raw, '$'))
        return ERR_OK;
    if (!value.text) {
        expr_print(&value, number, sizeof(number));
        value.text = number;
        value.len = (uint16_t)strlen(number);
    }
    arg->text = keep(shell, value.text, value.len);
    return arg->text ? ERR_OK
                     : fail(shell, ERR_NO_SPACE, arg->column, "the arguments are too long");
}

static enum err prepare_words(struct step *step)
{
    struct shell *shell = step->shell;
    struct lex_error bad = {0, ""};
    enum err e = lex_words(step->line, &shell->lexed, &bad);

    if (e)
        return fail(shell, e, bad.column, bad.reason);
    if (step->method) {
        const char *name = step->method->name;
        shell->args[step->arg_count++] = (struct arg){.text = name, .raw = name, .whole = name};
    }
    for (unsigned i = 0; i < shell->lexed.word_count; i++) {
        const struct lex_word *word = &shell->lexed.words[i];
        struct arg *arg = &shell->args[step->arg_count++];
        *arg = (struct arg){
            .name = word->name,
            .text = word->text,
            .raw = word->raw,
            .whole = word->whole,
            .is_quoted = word->quoted,
            .column = word->column,
        };
        e = evaluate(shell, arg);
        if (e)
            return e;
    }
    return ERR_OK;
}

/* All that follows the name as one argument. */
static enum err prepare_raw(struct step *step)
{
    struct shell *shell = step->shell;
    struct lex_command *lexed = &shell->lexed;
    bool whole_line = step->command->flags & COMMAND_RAW_LINE;
    size_t end = whole_line ? strlen(step->line) : lexed->rest_end;
    size_t len = end > lexed->rest ? end - lexed->rest : 0;

    while (!whole_line && len > 0 && lex_is_space(step->line[lexed->rest + len - 1]))
        len--;
    if (whole_line)
        lexed->next = (uint16_t)end;
    if (len == 0)
        return ERR_OK;
    const char *text = keep(shell, step->line + lexed->rest, len);
    if (!text)
        return fail(shell, ERR_NO_SPACE, lexed->rest, "the line is too long");
    shell->args[0] = (struct arg){.text = text, .raw = text, .whole = text, .column = lexed->rest};
    step->arg_count = 1;
    return ERR_OK;
}

static enum err run(struct step *step)
{
    struct shell *shell = step->shell;
    bool keeps = step->command->flags & COMMAND_KEEPS;
    struct command_call call = {
        .shell = shell,
        .out = &shell->out,
        .args = shell->args,
        .arg_count = step->arg_count,
        .force = shell->lexed.force,
    };

    record_begin(&shell->out, !keeps);
    if (!keeps)
        str_copy(shell->error, sizeof(shell->error), "none");
    enum err e = step->command->run(&call);
    if (e && !shell->told)
        command_fail(&call, e, NULL, "%s: %s", step->command->name, err_text(e));
    return e;
}

static enum err run_step(struct step *step)
{
    struct shell *shell = step->shell;
    bool raw = step->command->flags & (COMMAND_RAW | COMMAND_RAW_LINE);
    enum err e;

    shell->command = step->method ? step->method->name : step->command->name;
    if (step->prefixes & COMMAND_JSON)
        shell->out.json = true;
    if (step->prefixes & COMMAND_TEXT)
        shell->out.json = false;
    e = raw ? prepare_raw(step) : prepare_words(step);
    return e ? e : run(step);
}

/* One command at `at`; `*next` is where the line goes on. */
static enum err run_at(struct shell *shell, const char *line, size_t at, size_t *next)
{
    struct step step = {.shell = shell, .line = line};

    shell->told = false;
    shell->trying = false;
    shell->command = NULL;
    shell->out.json = shell->json;
    enum err e = find(&step, at);
    if (!e && !step.command) {
        *next = shell->lexed.next;
        return ERR_OK;
    }
    shell->trying = step.prefixes & COMMAND_TRY;
    if (!e)
        e = run_step(&step);
    *next = shell->lexed.next;
    shell->command = NULL;
    shell->out.json = shell->json;
    return shell->trying && e != ERR_INTERRUPTED ? ERR_OK : e;
}

enum err dispatch_line(struct shell *shell, const char *text)
{
    size_t len = strlen(text), at = 0;
    enum err e = ERR_OK;

    while (!e && at < len) {
        e = run_at(shell, text, at, &at);
        if (!e && at < len && shell->env->interrupted(shell->env->context))
            e = fail(shell, ERR_INTERRUPTED, (unsigned)at, "interrupted");
    }
    return e;
}
