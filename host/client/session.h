/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client's side of the shell's protocol, as a state machine fed with the line's bytes. Before
 * the greeting the target is a plain terminal: lines of boot text, then a prompt. After it each
 * record is one line, a byte 0x1e and a JSON object; each command ends with a "done" record that
 * carries its number; other lines are the text of tables, or the kernel's own messages, which may
 * stand in the middle of anything and are lifted out. Pure: does no I/O; target.c feeds it.
 */
#ifndef CLIENT_SESSION_H
#define CLIENT_SESSION_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SESSION_PROMPT_TEXT "sel4mon> "
#define SESSION_MARK        '\x1e'
#define SESSION_LINE_BYTES  65536 /* longest line or record; longer ones are cut */
#define SESSION_BROKEN_MAX  40    /* kernel lines that may stand inside a record */

enum session_event_kind {
    SESSION_PROMPT, /* the shell is at a plain prompt: greet it, and call session_greet */
    SESSION_BOOT,   /* a line said before the greeting: text */
    SESSION_TEXT,   /* a line of a command's output: text */
    SESSION_KERNEL, /* a line of the kernel's, or noise: text */
    SESSION_RECORD, /* record, borrowed */
    SESSION_DONE,   /* number, ok; record, borrowed */
};

struct session_event {
    enum session_event_kind kind;
    const char *text;
    json_t *record;
    uint64_t number;
    bool ok;
};

typedef void (*session_handler)(void *context, const struct session_event *event);

enum session_stage { SESSION_PLAIN, SESSION_GREETED, SESSION_CLIENT };

/* What a stray escape sequence or a message of the kernel has been seen of. */
enum session_escape { ESCAPE_NONE, ESCAPE_BEGUN, ESCAPE_INSIDE };

struct session {
    session_handler handler;
    void *context;
    enum session_stage stage;
    enum session_escape escape;
    bool in_kernel; /* bytes go to `kernel` until its line ends */
    size_t line_len, kernel_len;
    char line[SESSION_LINE_BYTES + 1];
    char kernel[2048 + 1];
    /* A record that could not be read, and the lines after it: text of the kernel may have torn it.
     */
    unsigned broken_count;
    char *broken[SESSION_BROKEN_MAX];
};

void session_init(struct session *s, session_handler handler, void *context);
void session_free(struct session *s);

/* Takes what the line brought, and calls the handler for each event in it. */
void session_feed(struct session *s, const char *bytes, size_t len);

/* The line has been quiet for a moment: a prompt standing alone is one, even after the greeting
 * (the shell was rebuilt, or the target started again). */
void session_idle(struct session *s);

/* The greeting is being sent: what comes before the first record is its echo. */
void session_greet(struct session *s);

#endif
