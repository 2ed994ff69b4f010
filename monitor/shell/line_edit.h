/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the parts of the line editor share: the text with its cursor, and what the terminal shows of
 * it (line_show.c); what keys do (line_keys.c); the receiver that makes keys of bytes (line.c).
 */
#ifndef MONITOR_SHELL_LINE_EDIT_H
#define MONITOR_SHELL_LINE_EDIT_H

#include "monitor/shell/line.h"

enum {
    LINE_COLUMNS_LEAST = 20, /* of a terminal; narrower ones are taken to have as many */
    LINE_SEARCH_COLUMNS = 10 /* (find '') */
};

static inline bool line_is_continuation(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* To the terminal, unless nobody looks. */
void line_put(struct line *line, const char *text, size_t len);
void line_put_text(struct line *line, const char *text);
void line_bell(struct line *line);

/* The byte where the character before or after `at` begins, or the word. */
unsigned line_before(const struct line *line, unsigned at);
unsigned line_after(const struct line *line, unsigned at);
unsigned line_word_before(const struct line *line, unsigned at);
unsigned line_word_after(const struct line *line, unsigned at);

/* Takes bytes out, to where Ctrl-Y finds them if they are to be kept. */
void line_erase(struct line *line, unsigned from, unsigned to, bool keep);

/* Another text, the cursor at its end; does not show it. */
void line_set(struct line *line, const char *text);

/* Shows the whole line; what changed from byte `from` on; the cursor. */
void line_show_all(struct line *line);
void line_show_change(struct line *line, unsigned from, bool shrunk);
void line_show_cursor(struct line *line);

/* A control byte; the byte after ESC; the last of a sequence, its number and modifier in `line`. */
void line_press_control(struct line *line, uint8_t byte);
void line_press_escape(struct line *line, uint8_t byte);
void line_press_sequence(struct line *line, char final);

/* Takes what belongs to a search; false: the search is over and the byte is a key as usual. */
bool line_search_feed(struct line *line, uint8_t byte);

#endif
