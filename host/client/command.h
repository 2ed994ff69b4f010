/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commands of the client's own: one row each, at the end of the file of its handler; the list is in
 * command.c. What is no such command goes to the target. `help` at the prompt lists them after the
 * target's own.
 */
#ifndef CLIENT_COMMAND_H
#define CLIENT_COMMAND_H

#include <stdbool.h>

struct script;

struct client_command {
    const char *name;
    const char *usage;
    const char *summary; /* one line */
    const char *help;    /* more lines; NULL: none */
    /* Is the line the client's, and not the target's command of the same name? `args`: what follows
     * the name, blanks before it passed over. NULL: always. */
    bool (*is_own)(const char *args);
    const char *const *words; /* what Tab offers after it, NULL at the end; NULL: nothing */
    bool takes_file;          /* Tab completes files after it */
    /* True if it held; what went wrong has been said. */
    bool (*run)(struct script *s, const char *args);
};

/* Runs the line if it is one of these, with its outcome in `*held`; else false. */
bool client_command_run(struct script *s, const char *line, bool *held);

/* Rows by number, for lists and completion; NULL after the last. */
const struct client_command *client_command_at(unsigned number);

/* The next word of `*at` (in single or double quotes, or up to a blank) into `word[cap]`, and moves
 * on; false if there is none, or it does not fit. */
bool client_command_word(const char **at, char *word, unsigned cap);

#endif
