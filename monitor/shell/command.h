/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a command is: a row of the one command list (monitor/commands/list.c), called with its
 * arguments already lexed and its `$names` and expressions evaluated. Commands never print; they
 * emit records, or fail with one error record that says what was wrong with which argument.
 */
#ifndef MONITOR_SHELL_COMMAND_H
#define MONITOR_SHELL_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "arch/lib/err.h"
#include "monitor/shell/record.h"

struct shell;

/* One argument: `name=value` or a plain value. */
struct arg {
    const char *name;  /* NULL by position */
    const char *text;  /* as written, unquoted; always there */
    bool is_word;      /* `word` holds its value as an expression */
    uint64_t word;
};

struct command_call {
    struct shell *shell;
    struct record_out *out;
    const struct arg *args;
    uint8_t arg_count;
    bool force; /* written with `!`: refusals are overridden */
};

typedef enum err (*command_fn)(struct command_call *call);

/* Completion: offers every fitting word for argument number `index` through `offer`. */
typedef void (*command_offer)(void *context, const char *word);
typedef void (*command_complete)(struct shell *shell, unsigned index, const char *prefix,
                                 command_offer offer, void *context);

struct command {
    const char *name;
    const char *usage;   /* "read ADDRESS [COUNT] [size=1|2|4|8]" */
    const char *summary; /* one line for the list */
    const char *help;    /* a few lines, may be NULL */
    command_fn run;
    command_complete complete; /* may be NULL */
};

/* Readers of arguments. Each finds `name` (or position `index`), and on a wrong value emits the
 * error record that names the argument, its kind and its range. A missing optional argument leaves
 * `*value` as it was. */
enum err arg_word(struct command_call *call, unsigned index, const char *name, uint64_t min,
                  uint64_t max, bool optional, uint64_t *value);
enum err arg_text(struct command_call *call, unsigned index, const char *name, bool optional,
                  const char **value);

/* Emits the error record {"error", "argument", "text", ...} and returns `e`, for `return
 * command_fail(...)`. The text is a sentence of its own. */
enum err command_fail(struct command_call *call, enum err e, const char *argument,
                      const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The same for an error of the kernel, explained from the message it left: `label` is seL4_Error,
 * `words` the message words that follow. `method` may be NULL. */
struct api_method;
enum err command_fail_kernel(struct command_call *call, const struct api_method *method,
                             uint64_t label, const uint64_t *words, unsigned word_count);

/* Has Ctrl-C been pressed? Long loops ask it and end with ERR_INTERRUPTED. */
bool command_interrupted(struct command_call *call);

#endif
