/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The text of the line editor, and what the terminal shows of it. After an edit only the text from
 * the first change on is written again; the whole line only when it scrolls. See line_edit.h.
 */
#include "monitor/shell/line_edit.h"

#include "arch/lib/str.h"
#include "monitor/shell/lex.h"

enum { BACKSPACES_MAX = 3 };

static bool is_seen(const struct line *line)
{
    return !line->quiet && !line->hidden;
}

void line_put(struct line *line, const char *text, size_t len)
{
    if (is_seen(line) && len > 0)
        line->sink(line->context, text, len);
}

void line_put_text(struct line *line, const char *text)
{
    line_put(line, text, strlen(text));
}

void line_bell(struct line *line)
{
    line_put(line, "\a", 1);
}

/* Text positions and columns. */

static unsigned columns_between(const struct line *line, unsigned from, unsigned to)
{
    unsigned columns = 0;

    for (unsigned i = from; i < to; i++)
        columns += !line_is_continuation(line->text[i]);
    return columns;
}

/* The byte where column `column` begins. */
static unsigned byte_of_column(const struct line *line, unsigned column)
{
    unsigned at = 0;

    while (at < line->len && (column > 0 || line_is_continuation(line->text[at]))) {
        if (!line_is_continuation(line->text[at]))
            column--;
        at++;
        while (at < line->len && line_is_continuation(line->text[at]))
            at++;
    }
    return at;
}

unsigned line_before(const struct line *line, unsigned at)
{
    if (at > 0)
        at--;
    while (at > 0 && line_is_continuation(line->text[at]))
        at--;
    return at;
}

unsigned line_after(const struct line *line, unsigned at)
{
    if (at < line->len)
        at++;
    while (at < line->len && line_is_continuation(line->text[at]))
        at++;
    return at;
}

static bool is_word_char(char c)
{
    return lex_is_identifier(c) || (unsigned char)c >= 0x80;
}

unsigned line_word_before(const struct line *line, unsigned at)
{
    while (at > 0 && !is_word_char(line->text[at - 1]))
        at--;
    while (at > 0 && is_word_char(line->text[at - 1]))
        at--;
    return at;
}

unsigned line_word_after(const struct line *line, unsigned at)
{
    while (at < line->len && !is_word_char(line->text[at]))
        at++;
    while (at < line->len && is_word_char(line->text[at]))
        at++;
    return at;
}

/* What is shown. */

static unsigned show_prompt_columns(const struct line *line)
{
    if (line->searching)
        return (unsigned)strlen(line->wanted) + LINE_SEARCH_COLUMNS;
    return (unsigned)strlen(line->prompt);
}

/* Columns that text has; the last one of the terminal stays empty, for the cursor at the end. */
static unsigned show_room(const struct line *line)
{
    unsigned columns = line->columns < LINE_COLUMNS_LEAST ? LINE_COLUMNS_LEAST : line->columns;
    unsigned prompt = show_prompt_columns(line);
    return prompt + LINE_COLUMNS_LEAST / 2 < columns ? columns - prompt - 1
                                                     : LINE_COLUMNS_LEAST / 2;
}

static void show_move(struct line *line, unsigned column)
{
    char text[12];

    if (column < line->shown) {
        unsigned back = line->shown - column;
        if (back <= BACKSPACES_MAX) {
            line_put(line, "\b\b\b", back);
        } else {
            fmt_print(text, sizeof(text), "\x1b[%uD", back);
            line_put_text(line, text);
        }
    } else if (column > line->shown) {
        fmt_print(text, sizeof(text), "\x1b[%uC", column - line->shown);
        line_put_text(line, text);
    }
    line->shown = (uint16_t)column;
}

/* Writes what is visible of the text from column `from` on. */
static void show_from(struct line *line, unsigned from, bool shrunk)
{
    unsigned start = byte_of_column(line, from);
    unsigned end = byte_of_column(line, line->left + show_room(line));

    show_move(line, from);
    line_put(line, line->text + start, end > start ? end - start : 0);
    line->shown = (uint16_t)(from + columns_between(line, start, end > start ? end : start));
    if (shrunk)
        line_put_text(line, "\x1b[K");
}

void line_show_all(struct line *line)
{
    unsigned cursor = columns_between(line, 0, line->cursor), room = show_room(line);

    line->left = (uint16_t)(cursor <= room ? 0 : cursor - room * 2 / 3);
    line_put_text(line, "\r");
    if (line->searching) {
        line_put_text(line, "(find '");
        line_put_text(line, line->wanted);
        line_put_text(line, "') ");
    } else {
        line_put_text(line, line->prompt);
    }
    line->shown = line->left;
    show_from(line, line->left, true);
    show_move(line, cursor);
}

/* `from` is UINT16_MAX if the cursor alone moved. A line that is not seen is shown whole when it
 * is: line_show, line_begin. */
void line_show_change(struct line *line, unsigned from, bool shrunk)
{
    unsigned cursor;

    if (!is_seen(line))
        return;
    cursor = columns_between(line, 0, line->cursor);
    if (cursor < line->left || cursor > line->left + show_room(line)) {
        line_show_all(line);
        return;
    }
    if (from <= line->len) {
        unsigned column = columns_between(line, 0, from);
        show_from(line, column < line->left ? line->left : column, shrunk);
    }
    show_move(line, cursor);
}

void line_show_cursor(struct line *line)
{
    line_show_change(line, UINT16_MAX, false);
}

/* Changes of the text. */

void line_erase(struct line *line, unsigned from, unsigned to, bool keep)
{
    if (from >= to)
        return;
    if (keep) {
        memcpy(line->killed, line->text + from, to - from);
        line->killed[to - from] = '\0';
    }
    memmove(line->text + from, line->text + to, line->len - to + 1u);
    line->len = (uint16_t)(line->len - (to - from));
    line->cursor = (uint16_t)from;
    line_show_change(line, from, true);
}

enum err line_insert(struct line *line, const char *text, size_t len)
{
    unsigned at = line->cursor;

    if (len >= sizeof(line->text) - line->len)
        return ERR_NO_SPACE;
    memmove(line->text + at + len, line->text + at, line->len - at + 1u);
    memcpy(line->text + at, text, len);
    line->len = (uint16_t)(line->len + len);
    line->cursor = (uint16_t)(at + len);
    line_show_change(line, at, false);
    return ERR_OK;
}

enum err line_replace(struct line *line, size_t from, const char *text, size_t len)
{
    size_t old = line->cursor - from;

    if (line->len - old + len >= sizeof(line->text))
        return ERR_NO_SPACE;
    if (old <= len && memcmp(line->text + from, text, old) == 0)
        return line_insert(line, text + old, len - old);
    line_erase(line, (unsigned)from, line->cursor, false);
    return line_insert(line, text, len);
}

void line_set(struct line *line, const char *text)
{
    str_copy(line->text, sizeof(line->text), text);
    line->len = (uint16_t)strlen(line->text);
    line->cursor = line->len;
}
