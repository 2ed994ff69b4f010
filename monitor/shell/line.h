/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The line editor: a state machine fed byte by byte over a buffer that it owns. It writes to a
 * sink what the terminal should show, as little as will do, with carriage return, backspace and
 * five VT100 sequences. It knows neither commands nor where bytes come from; the shell asks for
 * completion and runs lines when an event says so.
 *
 * The text is valid UTF-8 without control characters at any time; everything else that arrives is
 * dropped. Every character is taken to be one column wide.
 */
#ifndef MONITOR_SHELL_LINE_H
#define MONITOR_SHELL_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "arch/lib/err.h"
#include "arch/lib/fmt.h"
#include "monitor/shell/history.h"
#include "monitor/shell/limits.h"

enum line_event {
    LINE_NONE,
    LINE_READY,    /* text is a whole line; line_begin starts the next */
    LINE_TOO_LONG, /* a line ended that did not fit; it is gone */
    LINE_TAB,      /* complete the word at the cursor */
    LINE_TAB_TWICE,
    LINE_CANCEL, /* Ctrl-C: the line is gone */
};

enum {
    LINE_SEARCH_BYTES = 48,
    LINE_DROP = 0, /* this byte: nobody typed what stands on the line (line_raw.h) */
};

struct line {
    fmt_sink sink;
    void *context;
    struct history *history;
    const char *prompt;
    uint16_t columns; /* of the terminal */
    bool quiet;       /* no echo, prompt or editing: a program is at the other end */
    bool hidden;      /* between line_hide and line_show */

    char text[LIMIT_LINE_BYTES];
    uint16_t len, cursor; /* bytes */
    uint16_t left;        /* first column that is shown */
    uint16_t shown;       /* where the terminal's cursor is, in columns of the text */
    bool too_long;

    uint8_t state; /* of the receiver of escape sequences */
    uint8_t number, modifier;
    bool after_return; /* a line feed now belongs to the carriage return before */
    uint8_t tabs;      /* in a row */
    char pending[4];   /* an unfinished UTF-8 sequence */
    uint8_t pending_len;

    unsigned age; /* of the history line shown; 0: the new line */
    char draft[LIMIT_LINE_BYTES];
    char killed[LIMIT_LINE_BYTES];
    bool searching;
    char wanted[LINE_SEARCH_BYTES];
};

void line_init(struct line *line, fmt_sink sink, void *context, struct history *history,
               const char *prompt, uint16_t columns);

/* An empty line, with its prompt. */
void line_begin(struct line *line);

/* Takes one byte. After LINE_READY, line->text is the line, terminated. */
enum line_event line_feed(struct line *line, uint8_t byte);

/* Inserts at the cursor; ERR_NO_SPACE changes nothing. */
enum err line_insert(struct line *line, const char *text, size_t len);

/* Puts `text` in the place of what is between byte `from` and the cursor; ERR_NO_SPACE changes
 * nothing. */
enum err line_replace(struct line *line, size_t from, const char *text, size_t len);

/* Takes the line from the screen, so that something else can be printed, and brings it back. */
void line_hide(struct line *line);
void line_show(struct line *line);

#endif
