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

#include "host/client/complete.h"
#include "host/client/history.h"
#include "host/client/signals.h"

#define TWICE_MS 1000 /* two Ctrl-C at the prompt in this time rebuild the target's shell */

/* Readline's callbacks take no context, so what they need is here. */
static struct {
    struct script *script;
    bool typing;                 /* readline has the terminal */
    bool asking;                 /* a completion is being asked for */
    bool leaving;                /* Ctrl-D */
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
    rl_callback_handler_install(SESSION_PROMPT_TEXT, take_line);
    ui.typing = true;
}

static void end_typing(void)
{
    if (ui.typing)
        rl_callback_handler_remove();
    ui.typing = false;
}

/* Around every print while a line is typed. */
static void hide_line(void)
{
    if (ui.typing)
        rl_clear_visible_line();
}

static void show_line(void)
{
    if (!ui.typing)
        return;
    rl_on_new_line();
    rl_redisplay();
}

static char *next_word(const char *text, int state)
{
    (void)text;
    (void)state;
    if (ui.next == ui.words.count)
        return NULL;
    return strdup(ui.words.list[ui.next++]);
}

static char **complete(const char *text, int start, int end)
{
    (void)start;
    rl_attempted_completion_over = 1;
    if (!ui.typing || ui.asking)
        return NULL;
    char *line = strndup(rl_line_buffer, (size_t)end);
    if (!line)
        return NULL;
    ui.asking = true;
    complete_ask(&ui.words, ui.script->target, line);
    ui.asking = false;
    ui.next = 0;
    free(line);
    /* After NAME= comes its value at once. */
    const char *only = ui.words.count == 1 ? ui.words.list[0] : NULL;
    rl_completion_append_character = only && *only && only[strlen(only) - 1] == '=' ? '\0' : ' ';
    char **matches = ui.words.count ? rl_completion_matches(text, next_word) : NULL;
    complete_free(&ui.words);
    return matches;
}

/* Ctrl-C while a line is typed: the line goes; twice in a moment, the target's shell begins anew.
 */
static void interrupt_typing(void)
{
    int64_t now = target_clock_ms();
    bool twice = now - ui.interrupt_ms < TWICE_MS;
    ui.interrupt_ms = twice ? 0 : now;
    rl_callback_sigcleanup();
    fputs("^C\n", stdout);
    rl_replace_line("", 1);
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
    signals_suspend();
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
    if (signals_take_resize())
        rl_resize_terminal();
}

/* The target's shell began anew while nothing ran: greet it again. */
static bool greet_again(struct script *s)
{
    end_typing();
    printf("\n");
    bool ok = target_connect(s->target, false, 0);
    if (ok)
        output_note(s->out, "the monitor's shell began anew");
    else
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
        if (!alive) {
            end_typing();
            printf("\n");
            target_describe_end(s->target);
            output_error(s->out, "%s", s->target->message);
            s->status = STATUS_LOST;
            return false;
        }
        if (s->target->at_prompt) {
            if (!greet_again(s))
                return false;
            begin_typing();
        }
        if (target_input_ready(STDIN_FILENO))
            rl_callback_read_char();
    }
    end_typing();
    if (ui.leaving || signals_ending())
        printf("\n");
    return ui.line != NULL && !signals_ending();
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
}

int interactive_run(struct script *s, bool keep_history)
{
    ui.script = s;
    s->interactive = true;
    s->out->hide = hide_line;
    s->out->show = show_line;
    set_up_readline();
    if (keep_history)
        history_load();
    while (type_line(s)) {
        bool quit = is_quit(ui.line);
        history_add(ui.line);
        if (!quit)
            script_run_command(s, ui.line);
        free(ui.line);
        ui.line = NULL;
        if (quit || s->ended || (s->target->gone && s->status == STATUS_LOST))
            break;
        s->status =
            STATUS_OK; /* a command that failed at the prompt is no failure of the session */
        (void)signals_take_interrupts();
    }
    if (s->ended)
        output_note(s->out, "%s", s->target->message);
    if (keep_history && !history_save())
        output_note(s->out, "the history could not be kept: %s", strerror(errno));
    free(ui.line);
    return s->target->gone && !s->ended ? STATUS_LOST : STATUS_OK;
}
