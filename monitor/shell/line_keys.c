/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What keys do: the cursor, taking out and putting back, the history and searching in it; the
 * tables of keys are at the end. See line_edit.h.
 */
#include "monitor/shell/line_edit.h"

#include "arch/lib/str.h"
#include "monitor/shell/lex.h"

/* Columns of the search's prompt and of the least of the text that was found. */
enum { SEARCH_ROOM = LINE_SEARCH_COLUMNS + LINE_COLUMNS_LEAST / 2 + 1 };

static void key_home(struct line *line)
{
    line->cursor = 0;
    line_show_cursor(line);
}

static void key_end(struct line *line)
{
    line->cursor = line->len;
    line_show_cursor(line);
}

static void key_left(struct line *line)
{
    line->cursor = (uint16_t)line_before(line, line->cursor);
    line_show_cursor(line);
}

static void key_right(struct line *line)
{
    line->cursor = (uint16_t)line_after(line, line->cursor);
    line_show_cursor(line);
}

static void key_word_left(struct line *line)
{
    line->cursor = (uint16_t)line_word_before(line, line->cursor);
    line_show_cursor(line);
}

static void key_word_right(struct line *line)
{
    line->cursor = (uint16_t)line_word_after(line, line->cursor);
    line_show_cursor(line);
}

static void key_backspace(struct line *line)
{
    line_erase(line, line_before(line, line->cursor), line->cursor, false);
}

static void key_delete(struct line *line)
{
    line_erase(line, line->cursor, line_after(line, line->cursor), false);
}

static void key_kill_end(struct line *line)
{
    line_erase(line, line->cursor, line->len, true);
}

static void key_kill_start(struct line *line)
{
    line_erase(line, 0, line->cursor, true);
}

/* Ctrl-W goes back to white space, Alt-Backspace to the start of a name, as in readline. */
static void key_kill_word(struct line *line)
{
    unsigned from = line->cursor;

    while (from > 0 && lex_is_space(line->text[from - 1]))
        from--;
    while (from > 0 && !lex_is_space(line->text[from - 1]))
        from--;
    line_erase(line, from, line->cursor, true);
}

static void key_kill_name(struct line *line)
{
    line_erase(line, line_word_before(line, line->cursor), line->cursor, true);
}

static void key_kill_next(struct line *line)
{
    line_erase(line, line->cursor, line_word_after(line, line->cursor), true);
}

static void key_yank(struct line *line)
{
    if (line_insert(line, line->killed, strlen(line->killed)) != ERR_OK)
        line_bell(line);
}

static void key_transpose(struct line *line)
{
    char swapped[8];
    unsigned second = line->cursor == line->len ? line_before(line, line->cursor) : line->cursor;
    unsigned first = line_before(line, second), end = line_after(line, second);

    if (first == second || second == end)
        return;
    memcpy(swapped, line->text + second, end - second);
    memcpy(swapped + (end - second), line->text + first, second - first);
    memcpy(line->text + first, swapped, end - first);
    line->cursor = (uint16_t)end;
    line_show_change(line, first, false);
}

static void key_clear(struct line *line)
{
    line_put_text(line, "\x1b[H\x1b[2J");
    line_show_all(line);
}

static void show_history(struct line *line, unsigned age)
{
    const char *text = age == 0 ? line->draft : history_get(line->history, age);

    if (!text) {
        line_bell(line);
        return;
    }
    if (line->age == 0)
        str_copy(line->draft, sizeof(line->draft), line->text);
    line->age = age;
    line_set(line, text);
    line_show_all(line);
}

static void key_older(struct line *line)
{
    show_history(line, line->age + 1);
}

static void key_newer(struct line *line)
{
    if (line->age > 0)
        show_history(line, line->age - 1);
    else
        line_bell(line);
}

/* Searching back through the history. */

static bool contains(const char *text, const char *wanted)
{
    for (; *text; text++) {
        if (strncmp(text, wanted, strlen(wanted)) == 0)
            return true;
    }
    return wanted[0] == '\0';
}

static void search_from(struct line *line, unsigned age)
{
    for (const char *text; (text = history_get(line->history, age)) != NULL; age++) {
        if (contains(text, line->wanted)) {
            line->age = age;
            line_set(line, text);
            line_show_all(line);
            return;
        }
    }
    line_bell(line);
    line_show_all(line);
}

static void key_search(struct line *line)
{
    if (line->searching) {
        search_from(line, line->age + 1);
        return;
    }
    if (line->age == 0)
        str_copy(line->draft, sizeof(line->draft), line->text);
    line->searching = true;
    line->wanted[0] = '\0';
    line_show_all(line);
}

static void search_end(struct line *line)
{
    line->searching = false;
    line_show_all(line);
}

bool line_search_feed(struct line *line, uint8_t byte)
{
    size_t len = strlen(line->wanted);
    bool room = len + 1 < sizeof(line->wanted) && len + SEARCH_ROOM < line->columns;

    if (byte == 0x12) {
        key_search(line);
    } else if ((byte == 0x7f || byte == '\b') && len > 0) {
        line->wanted[len - 1] = '\0';
        search_from(line, 1);
    } else if (byte == 0x07) {
        line->age = 0;
        line_set(line, line->draft);
        search_end(line);
    } else if (byte >= 0x20 && byte < 0x7f && !room) {
        line_bell(line);
    } else if (byte >= 0x20 && byte < 0x7f) {
        line->wanted[len] = (char)byte;
        line->wanted[len + 1] = '\0';
        search_from(line, line->age > 0 ? line->age : 1);
    } else {
        search_end(line);
        return false;
    }
    return true;
}

/* Keys by what arrives: control bytes, the letter after ESC, and sequences ESC [ or ESC O. */

typedef void (*key_handler)(struct line *line);

struct key_row {
    uint8_t byte;
    key_handler handler;
};

struct sequence_row {
    char final;
    uint8_t number; /* 0: any without a number */
    key_handler plain, with_modifier;
};

static const struct key_row control_keys[] = {
    {0x01, key_home},       {0x02, key_left},      {0x04, key_delete},   {0x05, key_end},
    {0x06, key_right},      {0x08, key_backspace}, {0x0b, key_kill_end}, {0x0c, key_clear},
    {0x0e, key_newer},      {0x10, key_older},     {0x12, key_search},   {0x14, key_transpose},
    {0x15, key_kill_start}, {0x17, key_kill_word}, {0x19, key_yank},     {0x7f, key_backspace},
};

static const struct key_row escape_keys[] = {
    {'b', key_word_left},  {'f', key_word_right}, {'d', key_kill_next},
    {0x7f, key_kill_name}, {0x08, key_kill_name},
};

static const struct sequence_row sequence_keys[] = {
    {'A', 0, key_older, key_older},      {'B', 0, key_newer, key_newer},
    {'C', 0, key_right, key_word_right}, {'D', 0, key_left, key_word_left},
    {'H', 0, key_home, key_home},        {'F', 0, key_end, key_end},
    {'~', 1, key_home, key_home},        {'~', 7, key_home, key_home},
    {'~', 4, key_end, key_end},          {'~', 8, key_end, key_end},
    {'~', 3, key_delete, key_kill_next},
};

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void press(struct line *line, const struct key_row *rows, size_t count, uint8_t byte)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].byte == byte)
            rows[i].handler(line);
    }
}

void line_press_control(struct line *line, uint8_t byte)
{
    press(line, control_keys, COUNT(control_keys), byte);
}

void line_press_escape(struct line *line, uint8_t byte)
{
    press(line, escape_keys, COUNT(escape_keys), byte);
}

void line_press_sequence(struct line *line, char final)
{
    unsigned number = final == '~' ? line->number : 0;

    for (size_t i = 0; i < COUNT(sequence_keys); i++) {
        const struct sequence_row *row = &sequence_keys[i];
        if (row->final == final && row->number == number) {
            (line->modifier > 1 ? row->with_modifier : row->plain)(line);
            return;
        }
    }
}
