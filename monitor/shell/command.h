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
    const char *name; /* NULL by position */
    const char *text; /* unquoted; the value of a $name or a parenthesis; always there */
    bool is_word;     /* `word` holds its value as an expression */
    bool is_quoted;   /* written in quotes: never a number */
    uint64_t word;
    const char *raw;   /* the value as written, for expressions and lists */
    const char *whole; /* the same with `name=` */
    uint16_t column;   /* of raw in the line, from 0 */
};

struct command_call {
    struct shell *shell;
    struct record_out *out;
    const struct arg *args;
    uint8_t arg_count;
    bool force;     /* written with `!`: refusals are overridden */
    uint32_t taken; /* arguments that a reader has found, by bit; for arg_end */
};

typedef enum err (*command_fn)(struct command_call *call);

/* Completion: offers every fitting word for argument number `index` through `offer`. */
typedef void (*command_offer)(void *context, const char *word);
typedef void (*command_complete)(struct shell *shell, unsigned index, const char *prefix,
                                 command_offer offer, void *context);

enum command_group {
    GROUP_SHELL,      /* the shell itself */
    GROUP_API,        /* the kernel's interface */
    GROUP_OBJECTS,    /* capabilities and objects */
    GROUP_MEMORY,     /* memory and devices */
    GROUP_COMPONENTS, /* components and their threads */
    GROUP_MACHINE,    /* the machine as a whole */
    GROUP_COUNT
};

enum command_flag {
    /* args[0] is all that follows the name, as written; there are no other arguments. */
    COMMAND_RAW = 1 << 0,
    /* The same up to the end of the line: `;`, `#` and quotes mean nothing. */
    COMMAND_RAW_LINE = 1 << 1,
    /* When it succeeds, $error and the fields of the record before stay readable. */
    COMMAND_KEEPS = 1 << 2,
    /* Goes before another command and changes how it runs; `run` is not called. */
    COMMAND_TRY = 1 << 3,
    COMMAND_JSON = 1 << 4,
    COMMAND_TEXT = 1 << 5,
    COMMAND_PREFIX = COMMAND_TRY | COMMAND_JSON | COMMAND_TEXT,
};

struct command {
    const char *name;
    const char *usage;   /* "read ADDRESS [COUNT] [size=1|2|4|8]" */
    const char *summary; /* one line for the list */
    const char *help;    /* a few lines, may be NULL */
    command_fn run;
    command_complete complete; /* may be NULL */
    uint8_t group;             /* enum command_group */
    uint8_t flags;             /* enum command_flag */
};

/* The one list, monitor/commands/list.c. */
extern const struct command *const command_list[];
extern const unsigned command_count;

/* As position of an argument that has to be given by name. */
enum { ARG_NAMED = 255 };

/* Readers of arguments. Each finds `name` (or position `index`, which counts the arguments without
 * a name), and on a wrong value emits the error record that names the argument, its kind and its
 * range. A missing optional argument leaves `*value` as it was. */
enum err arg_word(struct command_call *call, unsigned index, const char *name, uint64_t min,
                  uint64_t max, bool optional, uint64_t *value);
enum err arg_text(struct command_call *call, unsigned index, const char *name, bool optional,
                  const char **value);

/* One of `choices` (which ends with NULL), by name or unique prefix; `*value` is its number. */
enum err arg_choice(struct command_call *call, unsigned index, const char *name,
                    const char *const *choices, bool optional, unsigned *value);

/* The argument itself, NULL if it is not there; marks it as read. */
const struct arg *arg_find(struct command_call *call, unsigned index, const char *name);

/* Evaluates a part of an argument, for commands with a syntax of their own (`phys:ADDRESS`). */
enum err arg_eval(struct command_call *call, const char *name, const char *text, uint64_t min,
                  uint64_t max, uint64_t *value);

/* After the last reader: an argument that none of them has found is an error. */
enum err arg_end(struct command_call *call);

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

/* How far it is, in units ("steps") of at most 12 letters, a literal. It costs next to nothing and
 * shows nothing by itself: a client that waits for the command asks. `read` and `examine` announce
 * their rows instead (record_announce). */
void command_so_far(struct command_call *call, uint64_t done, uint64_t total, const char *units);

#endif
