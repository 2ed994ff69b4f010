/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The shell: bytes in, records out. The monitor's shell thread loops on shell_input; everything
 * that the shell keeps is in one struct of fixed size. A command that faults or is cut short ends
 * in shell_recover, on the same struct.
 */

/*
 * At a terminal it edits lines and prompts. In client mode (`set client on`) it neither echoes nor
 * prompts: a line is run, its records come as lines "RS JSON LF", and exactly one line
 * RS {"done":N,"status":"ok"|"failed","error":NAME} LF ends it, N from a leading "@N " (else 0).
 */
#ifndef MONITOR_SHELL_SHELL_H
#define MONITOR_SHELL_SHELL_H

#include "monitor/shell/command.h"
#include "monitor/shell/env.h"
#include "monitor/shell/errors.h"
#include "monitor/shell/expr.h"
#include "monitor/shell/invoke.h"
#include "monitor/shell/lex.h"
#include "monitor/shell/line.h"
#include "monitor/shell/near.h"
#include "monitor/shell/record.h"
#include "monitor/shell/vars.h"

struct shell {
    const struct shell_env *env;
    const struct command *const *commands;
    unsigned command_count;

    struct line line;
    struct history history;
    struct vars vars;
    bool json;     /* `set output json` */
    bool client;   /* `set client on` */
    bool mid_line; /* the last byte written was not a line end */

    struct record_out out;
    bool lent;  /* to shell_run_for; `own` is how it was */
    bool aside; /* runs a command of the client's own: $error and the record before stay */
    struct {
        struct record_out out;
        bool json, client;
        char error[LIMIT_NAME_BYTES];
    } own;
    struct record_memory memory;
    char error[LIMIT_NAME_BYTES]; /* $error: "none" or the name of the last error */
    struct error_info failure;
    bool told; /* the running command has emitted its error record */

    /* The line that runs. */
    char run[LIMIT_LINE_BYTES];
    uint64_t number;     /* that the client gave it */
    bool running;        /* a line is being run */
    bool trying;         /* `try` goes before the command that runs */
    const char *command; /* that runs; NULL between commands */
    struct lex_command lexed;
    struct arg args[LIMIT_ARGS + 1];
    struct expr expr;
    struct invoke invoke;
    char key[LIMIT_NAME_BYTES]; /* of `key=word`, while the word is completed; or "" */
};

/* `env` and `commands` must live as long as the shell. */
void shell_init(struct shell *shell, const struct shell_env *env,
                const struct command *const *commands, unsigned count);

/* Prints the first prompt. */
void shell_start(struct shell *shell);

/* One byte from the line. Returns when what it began has ended. */
void shell_input(struct shell *shell, uint8_t byte);

/* Runs the commands of `text`, without prompt or done-record. The first that fails ends it, and
 * its error is returned. */
enum err shell_run_line(struct shell *shell, const char *text);

/* Runs a line on behalf of somebody else, to whom its output goes as text; what the operator's last
 * command left stays as it was. */
enum err shell_run_for(struct shell *shell, const char *text, fmt_sink sink, void *context);

/* What ended a command from outside. */
struct shell_fault {
    enum err error;    /* ERR_FAULT, ERR_INTERRUPTED */
    const char *cause; /* "VMFault"; NULL if none */
    const char *text;  /* a sentence, NULL for the usual one */
    bool has_address, has_pc;
    uint64_t address, pc;
};

/* After the thread was taken out of a command: the error record of that command, the end of its
 * line, and the prompt. Also when no command ran. */
void shell_recover(struct shell *shell, const struct shell_fault *fault);

/* A line of text that belongs to no command, on the shell's own thread: the line being typed is
 * taken away and brought back. In client mode a record. */
void shell_notice(struct shell *shell, const char *text);

/* Emits an error record and makes it $error. Returns `e`. */
enum err shell_fail(struct shell *shell, enum err e, struct error_info *info);

/* The settings of `set`. */
void shell_set_client(struct shell *shell, bool on);
void shell_set_json(struct shell *shell, bool on);

/* The row of that name: the whole name, or a prefix that fits no other. */
enum err shell_find_command(const struct shell *shell, const char *name,
                            const struct command **out);

/* The commands and methods that are near to a wrong name, or that an ambiguous one fits; `e` is
 * what shell_find_command said. */
void shell_offer_near(const struct shell *shell, enum err e, const char *name, struct near *near);

/* Runs one lexed line (dispatch.c). */
enum err dispatch_line(struct shell *shell, const char *text);

/* Completion of the word that ends at `text[len]` (complete.c): offers the words that could stand
 * in its place, and tells where it begins. */
size_t complete_word(struct shell *shell, const char *text, size_t len, command_offer offer,
                     void *context);

/* What Tab does: completes the line as far as it can, or with `list` shows the candidates. */
void complete_line(struct shell *shell, bool list);

#endif
