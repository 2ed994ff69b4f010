/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A shell with nothing around it: what it prints is kept, calls are recorded and answered from a
 * canned message. For the unit tests, and for trying the shell by hand (shell_host).
 */
#ifndef TESTS_UNIT_SHELL_FAKE_H
#define TESTS_UNIT_SHELL_FAKE_H

#include "monitor/shell/shell.h"

enum { FAKE_OUTPUT_BYTES = 1 << 16 };

struct shell_fake {
    struct shell shell;
    struct shell_env env;
    void (*also)(const char *text, size_t len); /* output goes here too; may be NULL */
    char output[FAKE_OUTPUT_BYTES];
    size_t len;
    bool interrupted;

    /* The last call, and what answers the next. */
    unsigned calls, drains;
    struct api_trap trap;
    uint64_t words[LIMIT_MESSAGE_WORDS];
    uint64_t caps[LIMIT_MESSAGE_CAPS];
    bool blocking;
    char buffer[1024];
    enum err answer_error;
    uint64_t answer_info, answer_badge;
    uint64_t answer_words[LIMIT_MESSAGE_WORDS];
    const char *kind;   /* that identify tells; NULL: unsupported */
    const char *danger; /* that danger tells */
};

/* The shell's own commands, with a few that misbehave. */
extern const struct command *const fake_commands[];
extern const unsigned fake_command_count;

void fake_init(struct shell_fake *fake);

/* Types text; returns what was printed since the last call. */
const char *fake_type(struct shell_fake *fake, const char *text);
const char *fake_bytes(struct shell_fake *fake, const void *bytes, size_t len);

/* Runs a line without the editor; returns what it printed, as JSON lines. */
const char *fake_run(struct shell_fake *fake, const char *line);

#endif
