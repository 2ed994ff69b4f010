/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The prompt. Readline is fed by its callback interface from the one poll loop, and has the
 * terminal only while a line is being typed: while a command runs the terminal is in its normal
 * state.
 */
#include "host/client/interactive.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/readline.h>

#include "host/client/alias.h"
#include "host/client/ask.h"
#include "host/client/comfort.h"
#include "host/client/complete.h"
#include "host/client/history.h"
#include "host/client/kept.h"
#include "host/client/pager.h"
#include "host/client/progress.h"
#include "host/client/script_parse.h"
#include "host/client/session_log.h"
#include "host/client/signals.h"
#include "host/client/status_line.h"
#include "host/client/symbol_commands.h"

#define BLOCK_PROMPT "......> " /* until a block's end */

#define HELP_MS 3000

/* Alt-h, and F1 as terminals send it. */
static const char *const help_keys[] = {"\\eh", "\\eOP", "\\e[11~", "\\e[[A"};

#define TWICE_MS 1000 /* two Ctrl-C at the prompt in this time rebuild the target's shell */

/* Readline's callbacks take no context, so what they need is here. */
static struct {
    struct script *script;
    bool typing;                 /* readline has the terminal */
    bool asking;                 /* a completion is being asked for */
    bool leaving;                /* Ctrl-D */
    bool in_block;               /* lines up to its `end` are typed */
    bool cancelled;              /* by Ctrl-C */
    bool cancel_due;             /* it came while a completion was being asked for */
    char *line;                  /* entered, not yet run */
    struct complete_words words; /* of the completion under way */
    size_t next;                 /* of them */
    int64_t interrupt_ms;        /* when Ctrl-C last came at the prompt */
} ui;

static void take_line(char *line)
{
    rl_callback_handler_remove();
    ui.typing = false;
    ui.line = line;
    ui.leaving = line == NULL;
}

static void begin_typing(void)
{
    rl_callback_handler_install(ui.in_block ? BLOCK_PROMPT : SESSION_PROMPT_TEXT, take_line);
    ui.typing = true;
}

static void end_typing(void)
{
    if (ui.typing)
        rl_callback_handler_remove();
    ui.typing = false;
}

/* Around every print. */
static void hide_line(void)
{
    if (ui.typing) {
        rl_clear_visible_line();
        return;
    }
    status_line_hide();
    pager_hide();
}

static void show_line(void)
{
    if (!ui.typing) {
        pager_show();
        return;
    }
    rl_on_new_line();
    rl_redisplay();
}

/* --- completion ----------------------------------------------------------------------------- */

static char *next_word(const char *text, int state)
{
    (void)text;
    (void)state;
    if (ui.next == ui.words.count)
        return NULL;
    return strdup(ui.words.list[ui.next++]);
}

static void offer(const char *name, const char *text)
{
    if (strncmp(name, text, strlen(text)) == 0)
        complete_add(&ui.words, name);
}

/* Second words of the client's own commands. */
static void offer_second(const char *line, size_t start, const char *text)
{
    size_t from = strspn(line, " \t"), len = strcspn(line + from, " \t");
    if (from + len + strspn(line + from + len, " \t") != start)
        return;
    for (unsigned i = 0; client_command_at(i); i++) {
        const struct client_command *c = client_command_at(i);
        if (strlen(c->name) == len && strncmp(line + from, c->name, len) == 0)
            for (const char *const *word = c->words; word && *word; word++)
                offer(*word, text);
    }
}

/* Words of the client's own that can begin a line. */
static void offer_own(const char *text)
{
    const char *name, *unused;
    for (unsigned i = 0; client_command_at(i); i++)
        if (!client_command_at(i)->is_own)
            offer(client_command_at(i)->name, text);
    for (size_t i = 0; *text && script_keywords[i]; i++)
        offer(script_keywords[i], text);
    for (size_t i = 0; alias_at(i, &name, &unused); i++)
        offer(name, text);
    for (size_t i = 0; (name = script_walk_function(&ui.script->walk, i)) != NULL; i++)
        offer(name, text);
}

static void take_symbol(void *context, const char *word)
{
    (void)context;
    complete_add(&ui.words, word);
}

/* Does a file belong there? */
static bool wants_file(const char *line)
{
    line += strspn(line, " \t");
    size_t len = *line == '!' ? 1 : strcspn(line, " \t");
    for (unsigned i = 0; client_command_at(i); i++) {
        const struct client_command *c = client_command_at(i);
        if (c->takes_file && strlen(c->name) == len && strncmp(line, c->name, len) == 0)
            return true;
    }
    return len == strlen("source") && strncmp(line, "source", len) == 0;
}

static char **complete(const char *text, int start, int end)
{
    rl_attempted_completion_over = 1;
    if (!ui.typing || ui.asking)
        return NULL;
    char *line = strndup(rl_line_buffer, (size_t)end);
    if (!line)
        return NULL;
    bool first = (size_t)start == strspn(line, " \t"), file = wants_file(line);
    ui.asking = true;
    if (!file || strncmp(line + strspn(line, " \t"), "load", 4) == 0)
        complete_ask(&ui.words, ui.script->target, line);
    ui.asking = false;
    ui.cancel_due |= ui.script->target->interrupted; /* the key was pressed in between */
    if (first)
        offer_own(text);
    else
        offer_second(line, (size_t)start, text);
    symbol_commands_offer(text, take_symbol, NULL);
    ui.next = 0;
    free(line);
    /* After NAME= comes its value at once. */
    const char *only = ui.words.count == 1 ? ui.words.list[0] : NULL;
    rl_completion_append_character = only && *only && only[strlen(only) - 1] == '=' ? '\0' : ' ';
    char **matches = ui.words.count ? rl_completion_matches(text, next_word) : NULL;
    complete_free(&ui.words);
    if (!matches && file && !first)
        rl_attempted_completion_over = 0; /* readline's own: files */
    return matches;
}

/* --- help while a line is typed --------------------------------------------------------------- */

static void show_help(void *context, const char *line)
{
    output_say(context, "%s", line);
}

/* The command of the line, or the method that it calls: of words at most up to the cursor's. */
static bool word_of_help(char *word, size_t cap)
{
    static const char *const before[] = {"try", "json", "text", "call", "api", "help"};
    const char *at = rl_line_buffer;
    size_t i = 0;
    do {
        const char *from = at;
        if (!client_command_word(&at, word, (unsigned)cap))
            return i > 0; /* it stands alone: help on itself */
        word[strcspn(word, "!=")] = '\0';
        if (from == at)
            return false;
        for (i = 0; i < sizeof(before) / sizeof(before[0]); i++)
            if (strcmp(word, before[i]) == 0 && at[strspn(at, " \t")])
                break;
    } while (i < sizeof(before) / sizeof(before[0]));
    return word[0] != '\0';
}

/* F1 and Alt-h: above the line, which stays. */
static int inline_help(int count, int key)
{
    struct script *s = ui.script;
    char word[80], command[100];
    (void)count;
    (void)key;
    if (ui.asking || !word_of_help(word, sizeof(word)))
        return 0;
    ui.asking = true;
    if (!comfort_help_own(s, word)) {
        snprintf(command, sizeof(command), "text help %s", word);
        if (ask_target_text(s->target, command, HELP_MS, show_help, s->out) != TARGET_OK)
            output_say(s->out, "there is no help on '%s'", word);
        comfort_help_more(s, command + strlen("text "));
    }
    ui.asking = false;
    return 0;
}

/* --- typing --------------------------------------------------------------------------------- */

/* Ctrl-C while a line is typed: the line goes; twice in a moment, the target's shell begins anew.
 */
static void interrupt_typing(void)
{
    int64_t now = target_clock_ms();
    bool twice = now - ui.interrupt_ms < TWICE_MS;
    ui.interrupt_ms = twice ? 0 : now;
    ui.cancelled = true;
    rl_callback_sigcleanup();
    fputs("^C\n", stdout);
    rl_replace_line("", 1);
    if (ui.in_block)
        return; /* all of it goes */
    rl_on_new_line();
    rl_redisplay();
    if (!twice)
        return;
    target_interrupt(ui.script->target);
    target_interrupt(ui.script->target);
}

static void suspend(void)
{
    bool typing = ui.typing;
    if (typing)
        rl_deprep_terminal();
    status_line_pause();
    signals_suspend();
    status_line_resume();
    if (typing) {
        rl_prep_terminal(1);
        rl_forced_update_display();
    }
}

static void take_signals(void)
{
    for (unsigned n = signals_take_interrupts(); n > 0; n--)
        interrupt_typing();
    if (signals_take_stop())
        suspend();
    if (signals_take_resize()) {
        status_line_redraw();
        rl_resize_terminal();
    }
}

/* Ctrl-L. */
static int clear_screen(int count, int key)
{
    rl_clear_screen(count, key);
    fflush(rl_outstream);
    status_line_redraw();
    return 0;
}

/* The target's shell began anew while nothing ran: greet it again. */
static bool greet_again(struct script *s)
{
    end_typing();
    printf("\n");
    bool ok = target_connect(s->target, false, 0);
    if (ok) {
        output_note(s->out, "the monitor's shell began anew");
        kept_restore(s);
    } else
        output_error(s->out, "%s", s->target->message);
    return ok;
}

/* One line typed, or the end. False if the session is over. */
static bool type_line(struct script *s)
{
    begin_typing();
    while (ui.typing && !signals_ending()) {
        bool alive = target_pump(s->target, -1, STDIN_FILENO);
        take_signals();
        if (ui.cancelled && ui.in_block) {
            end_typing();
            return false;
        }
        if (!alive) {
            end_typing();
            printf("\n");
            target_describe_end(s->target);
            if (target_come_back(s->target, 0)) {
                kept_restore(s);
                begin_typing();
                continue;
            }
            output_error(s->out, "%s", s->target->message);
            s->status = STATUS_LOST;
            return false;
        }
        if (s->target->at_prompt) {
            if (!greet_again(s))
                return false;
            begin_typing();
        }
        if (status_line_rows() && !s->target->restarted)
            status_line_components(s);
        if (target_input_ready(STDIN_FILENO))
            rl_callback_read_char();
        if (ui.cancel_due && ui.typing)
            interrupt_typing();
        ui.cancel_due = false;
    }
    end_typing();
    if (ui.leaving || signals_ending())
        printf("\n");
    return ui.line != NULL && !signals_ending();
}

static int depth_of(const char *text)
{
    int depth = 0;
    for (; *text; text += strcspn(text, "\n"), text += *text == '\n')
        depth += script_parse_depth(text);
    return depth;
}

/* Appends a line to a text; what was there is freed. NULL without memory. */
static char *append_line(char *text, const char *line)
{
    char *both = NULL;
    if (asprintf(&both, "%s%s%s", text ? text : "", text ? "\n" : "", line) < 0)
        both = NULL;
    free(text);
    return both;
}

/* A line, or a whole block of the script language. NULL if the session is over. */
static char *type_block(struct script *s)
{
    char *text = NULL;
    bool over = false;
    do {
        ui.cancelled = false;
        if (!type_line(s)) {
            over = !ui.cancelled;
            free(text);
            text = over ? NULL : strdup("");
            break;
        }
        text = append_line(text, ui.line);
        free(ui.line);
        ui.line = NULL;
        ui.in_block = text && depth_of(text) > 0;
    } while (ui.in_block);
    ui.in_block = false;
    return text;
}

/* --- a session ------------------------------------------------------------------------------ */

static int read_key(void *context)
{
    struct script *s = context;
    char key;
    while (!target_input_ready(STDIN_FILENO)) {
        if (signals_take_interrupts() > 0 || signals_ending())
            return -1;
        if (signals_take_resize()) {
            pager_hide();
            status_line_redraw();
            pager_show();
        }
        if (!target_pump(s->target, 200, STDIN_FILENO))
            break;
    }
    return read(STDIN_FILENO, &key, 1) == 1 ? (unsigned char)key : -1;
}

/* How far the command is, if the target has said how much there is: of its output, or of what it
 * counts itself. */
static void tell_waiting(struct script *s)
{
    static struct progress progress;
    static uint64_t number; /* of the command that it is about */
    static char name[TARGET_COMMAND_BYTES];
    struct target *t = s->target;
    if (signals_take_stop())
        suspend();
    bool is_output = t->rows_expected > 0;
    target_ask_how_far(t);
    if (!is_output && t->link.so_far.total == 0) {
        status_line_tick(s->out);
        return;
    }
    if (number != t->number) {
        snprintf(name, sizeof(name), "%s", t->command[0] ? t->command : "one of them");
        progress_begin(&progress, is_output ? "output" : name,
                       is_output ? "rows" : t->link.so_far.units);
        progress.first = is_output ? 0 : (size_t)t->link.so_far.done;
    }
    number = t->number;
    if (is_output)
        progress_show(&progress, (size_t)t->rows, (size_t)t->rows_expected);
    else
        progress_show(&progress, (size_t)t->link.so_far.done, (size_t)t->link.so_far.total);
}

static void run_text(struct script *s, const char *text)
{
    struct pager_keys keys = {read_key, s};
    char *expanded = alias_expand(text);
    const char *command = expanded ? expanded : text;
    output_command_typed(s->out, text);
    pager_begin(isatty(STDOUT_FILENO));
    status_line_begin(command);
    script_run_command(s, command);
    comfort_help_more(s, command);
    status_line_end();
    pager_end(&keys);
    free(expanded);
}

static bool is_quit(const char *line)
{
    line += strspn(line, " \t");
    size_t len = strcspn(line, " \t");
    return (len == 4 && strncmp(line, "quit", len) == 0) ||
           (len == 4 && strncmp(line, "exit", len) == 0);
}

static void set_up_readline(void)
{
    rl_readline_name = "sel4mon";
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_attempted_completion_function = complete;
    rl_completer_word_break_characters = " \t=|";
    rl_completer_quote_characters = "\"";
    rl_variable_bind("completion-ignore-case", "on");
    rl_bind_key('L' & 0x1f, clear_screen);
    for (size_t i = 0; i < sizeof(help_keys) / sizeof(help_keys[0]); i++)
        rl_bind_keyseq(help_keys[i], inline_help);
}

int interactive_run(struct script *s, bool keep_history)
{
    char *text;
    ui.script = s;
    s->interactive = true;
    s->waiting = tell_waiting;
    s->out->hide = hide_line;
    s->out->show = show_line;
    set_up_readline();
    if (keep_history)
        history_load();
    comfort_run_config(s);
    status_line_open(s);
    s->stirred = true;
    for (;;) {
        s->status = STATUS_OK; /* what failed at the prompt is no failure of the session */
        status_line_components(s);
        text = type_block(s);
        if (!text)
            break;
        bool quit = is_quit(text);
        history_add(text);
        if (!quit)
            run_text(s, text);
        free(text);
        if (quit || s->ended || (s->target->gone && s->status == STATUS_LOST))
            break;
        (void)signals_take_interrupts();
    }
    status_line_close();
    if (s->ended)
        output_note(s->out, "%s", s->target->message);
    if (keep_history && !history_save())
        output_note(s->out, "the history could not be kept: %s", strerror(errno));
    free(ui.line);
    session_log_close();
    alias_forget();
    kept_forget();
    return s->target->gone && !s->ended ? STATUS_LOST : STATUS_OK;
}
