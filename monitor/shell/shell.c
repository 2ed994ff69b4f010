/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The shell as a whole: bytes go to the line editor, its lines to dispatch.c, and what commands
 * emit to the line. Also the protocol of client mode, and getting up again after a fault.
 */
#include "monitor/shell/shell.h"
#include "arch/lib/str.h"

enum { DEFAULT_COLUMNS = 80 };

static const char prompt[] = "sel4mon> ";

/* Everything that the shell prints goes through here. A terminal wants CR LF. */
static void sink(void *context, const char *text, size_t len)
{
    struct shell *shell = context;
    const struct shell_env *env = shell->env;
    size_t start = 0;

    if (len == 0)
        return;
    shell->mid_line = text[len - 1] != '\n';
    for (size_t i = 0; i < len && !shell->client; i++) {
        if (text[i] != '\n')
            continue;
        if (i > start)
            env->write(env->context, text + start, i - start);
        env->write(env->context, "\r\n", 2);
        start = i + 1;
    }
    if (start < len)
        env->write(env->context, text + start, len - start);
}

void shell_init(struct shell *shell, const struct shell_env *env,
                const struct command *const *commands, unsigned count)
{
    memset(shell, 0, sizeof(*shell));
    shell->env = env;
    shell->commands = commands;
    shell->command_count = count;
    shell->out = (struct record_out){
        .sink = sink,
        .context = shell,
        .word_bits = api_identity.word_bits,
        .memory = &shell->memory,
    };
    str_copy(shell->error, sizeof(shell->error), "none");
    line_init(&shell->line, sink, shell, &shell->history, prompt, DEFAULT_COLUMNS);
}

void shell_start(struct shell *shell)
{
    line_begin(&shell->line);
}

enum err shell_fail(struct shell *shell, enum err e, struct error_info *info)
{
    bool json = shell->out.json;

    if (shell->mid_line)
        sink(shell, "\n", 1);
    /* A client wants to tell errors from output in either rendering. */
    shell->out.json = json || shell->client;
    record_emit(&shell->out, &error_record, info->fields);
    shell->out.json = json;
    str_copy(shell->error, sizeof(shell->error), info->fields[ERROR_NAME].text);
    shell->told = true;
    return e;
}

void shell_set_client(struct shell *shell, bool on)
{
    shell->client = on;
    shell->line.quiet = on;
    shell->out.marked = on;
}

void shell_set_json(struct shell *shell, bool on)
{
    shell->json = on;
}

static enum err run_line(struct shell *shell)
{
    const struct shell_env *env = shell->env;

    shell->running = true;
    if (env->command_begin)
        env->command_begin(env->context);
    enum err e = dispatch_line(shell, shell->run);
    if (env->command_end)
        env->command_end(env->context);
    shell->running = false;
    return e;
}

static enum err fail_too_long(struct shell *shell)
{
    shell->out.json = shell->json;
    error_begin(&shell->failure, ERR_NO_SPACE);
    error_set_word(&shell->failure, ERROR_MAX, LIMIT_LINE_BYTES - 1);
    error_say(&shell->failure, "the line is longer than %u bytes, and was not run",
              LIMIT_LINE_BYTES - 1);
    return shell_fail(shell, ERR_NO_SPACE, &shell->failure);
}

enum err shell_run_line(struct shell *shell, const char *text)
{
    if (!str_copy(shell->run, sizeof(shell->run), text))
        return fail_too_long(shell);
    return run_line(shell);
}

static void take_back(struct shell *shell)
{
    if (!shell->lent)
        return;
    shell->lent = false;
    shell->out = shell->own.out;
    shell->json = shell->own.json;
    shell->client = shell->own.client;
    memcpy(shell->error, shell->own.error, sizeof(shell->error));
}

enum err shell_run_for(struct shell *shell, const char *text, fmt_sink to, void *context)
{
    shell->own.out = shell->out;
    shell->own.json = shell->json;
    shell->own.client = shell->client;
    memcpy(shell->own.error, shell->error, sizeof(shell->error));
    shell->lent = true;
    shell->out.sink = to;
    shell->out.context = context;
    shell->out.memory = NULL;
    shell->out.marked = shell->json = shell->client = false;
    enum err e = shell_run_line(shell, text);
    take_back(shell);
    return e;
}

/* What the client asks on its own account is none of the operator's commands: $error and the fields
 * of the record before stay. */
static void begin_aside(struct shell *shell)
{
    shell->aside = true;
    memcpy(shell->own.error, shell->error, sizeof(shell->error));
    shell->out.memory = NULL;
}

static void end_aside(struct shell *shell)
{
    if (!shell->aside)
        return;
    shell->aside = false;
    memcpy(shell->error, shell->own.error, sizeof(shell->error));
    shell->out.memory = &shell->memory;
}

/* "@N " before the command, or "@N? " for one aside; what does not look so is part of the command.
 */
static const char *take_number(struct shell *shell, const char *text)
{
    uint64_t number;
    size_t len;

    shell->number = 0;
    if (text[0] != '@' || expr_number(text + 1, &number, &len) != ERR_OK)
        return text;
    bool aside = text[1 + len] == '?';
    len += 1 + (size_t)aside;
    if (text[len] != ' ' && text[len] != '\0')
        return text;
    shell->number = number;
    if (aside)
        begin_aside(shell);
    text += len;
    return *text ? text + 1 : text; /* columns count from the command */
}

static void emit_done(struct shell *shell, bool failed)
{
    if (shell->mid_line)
        sink(shell, "\n", 1);
    fmt_to(sink, shell,
           "\x1e{\"done\":%llu,\"status\":\"%s\",\"error\":", (unsigned long long)shell->number,
           failed ? "failed" : "ok");
    record_json_string(sink, shell, failed ? shell->error : "none");
    fmt_to(sink, shell, "}\n");
}

static void end_line(struct shell *shell, bool was_client, enum err e)
{
    if (shell->client || was_client)
        emit_done(shell, e != ERR_OK);
    line_begin(&shell->line);
}

static void take_line(struct shell *shell, bool too_long)
{
    bool was_client = shell->client;
    const char *text = shell->line.text;
    enum err e;

    shell->number = 0;
    if (was_client)
        text = take_number(shell, text);
    if (too_long) {
        e = fail_too_long(shell);
    } else {
        str_copy(shell->run, sizeof(shell->run), text);
        e = run_line(shell);
    }
    end_line(shell, was_client, e);
    end_aside(shell);
}

void shell_input(struct shell *shell, uint8_t byte)
{
    enum line_event event = line_feed(&shell->line, byte);

    switch (event) {
    case LINE_READY:
    case LINE_TOO_LONG:
        take_line(shell, event == LINE_TOO_LONG);
        break;
    case LINE_TAB:
    case LINE_TAB_TWICE:
        complete_line(shell, event == LINE_TAB_TWICE);
        break;
    case LINE_CANCEL:
        line_begin(&shell->line);
        break;
    case LINE_NONE:
        break;
    }
}

void shell_recover(struct shell *shell, const struct shell_fault *fault)
{
    struct error_info *info = &shell->failure;
    bool lent = shell->lent, running = shell->running && !lent, trying = shell->trying;

    take_back(shell);
    end_aside(shell);
    shell->out.json = shell->json;
    error_begin(info, fault->error);
    error_set_text(info, ERROR_COMMAND, shell->command);
    error_set_text(info, ERROR_CAUSE, fault->cause);
    if (fault->text)
        error_say(info, "%s", fault->text);
    else
        error_say(info, "%s was ended: %s", shell->command ? shell->command : "the shell",
                  err_text(fault->error));
    if (fault->has_address) {
        error_set_word(info, ERROR_ADDRESS, fault->address);
        error_say(info, ", at address 0x%llx", (unsigned long long)fault->address);
    }
    if (fault->has_pc) {
        error_set_word(info, ERROR_PC, fault->pc);
        error_say(info, ", by the instruction at 0x%llx", (unsigned long long)fault->pc);
    }
    shell_fail(shell, fault->error, info);
    if ((running || lent) && shell->env->command_end)
        shell->env->command_end(shell->env->context);
    shell->running = false;
    shell->command = NULL;
    shell->trying = false;
    if (running)
        end_line(shell, shell->client, trying ? ERR_OK : fault->error);
    else
        line_begin(&shell->line);
}

void shell_notice(struct shell *shell, const char *text)
{
    bool typing = !shell->running && !shell->client;

    if (typing)
        line_hide(&shell->line);
    else if (shell->mid_line)
        sink(shell, "\n", 1);
    struct record_out out = shell->out;
    out.memory = NULL; /* a notice is no result of a command */
    out.json = shell->json || shell->client;
    record_text(&out, text);
    if (typing)
        line_show(&shell->line);
}
