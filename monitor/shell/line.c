/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The editor. Three parts: what is shown (show_*), what keys do (key_*, tables at the end), and
 * the receiver that makes keys of bytes. After an edit only the text from the first change on is
 * written again; the whole line only when it scrolls.
 */
#include "monitor/shell/line.h"
#include "monitor/shell/lex.h"
#include "monitor/shell/utf8.h"
#include "arch/lib/str.h"

enum state { STATE_TEXT, STATE_ESCAPE, STATE_CSI, STATE_SS3 };
enum {
    BACKSPACES_MAX = 3,
    COLUMNS_LEAST = 20,
    PARAM_MAX = 99,
    SEARCH_COLUMNS = 10,                                  /* (find '') */
    SEARCH_ROOM = SEARCH_COLUMNS + COLUMNS_LEAST / 2 + 1, /* and of the text that was found */
};

static bool is_seen(const struct line *line)
{
    return !line->quiet && !line->hidden;
}

static void put(struct line *line, const char *text, size_t len)
{
    if (is_seen(line) && len > 0)
        line->sink(line->context, text, len);
}

static void put_text(struct line *line, const char *text)
{
    put(line, text, strlen(text));
}

static void bell(struct line *line)
{
    put(line, "\a", 1);
}

/* Text positions and columns. */

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

static unsigned columns_between(const struct line *line, unsigned from, unsigned to)
{
    unsigned columns = 0;

    for (unsigned i = from; i < to; i++)
        columns += !is_continuation(line->text[i]);
    return columns;
}

/* The byte where column `column` begins. */
static unsigned byte_of_column(const struct line *line, unsigned column)
{
    unsigned at = 0;

    while (at < line->len && (column > 0 || is_continuation(line->text[at]))) {
        if (!is_continuation(line->text[at]))
            column--;
        at++;
        while (at < line->len && is_continuation(line->text[at]))
            at++;
    }
    return at;
}

static unsigned before(const struct line *line, unsigned at)
{
    if (at > 0)
        at--;
    while (at > 0 && is_continuation(line->text[at]))
        at--;
    return at;
}

static unsigned after(const struct line *line, unsigned at)
{
    if (at < line->len)
        at++;
    while (at < line->len && is_continuation(line->text[at]))
        at++;
    return at;
}

static bool is_word_char(char c)
{
    return lex_is_identifier(c) || (unsigned char)c >= 0x80;
}

static unsigned word_before(const struct line *line, unsigned at)
{
    while (at > 0 && !is_word_char(line->text[at - 1]))
        at--;
    while (at > 0 && is_word_char(line->text[at - 1]))
        at--;
    return at;
}

static unsigned word_after(const struct line *line, unsigned at)
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
        return (unsigned)strlen(line->wanted) + SEARCH_COLUMNS;
    return (unsigned)strlen(line->prompt);
}

/* Columns that text has; the last one of the terminal stays empty, for the cursor at the end. */
static unsigned show_room(const struct line *line)
{
    unsigned columns = line->columns < COLUMNS_LEAST ? COLUMNS_LEAST : line->columns;
    unsigned prompt = show_prompt_columns(line);
    return prompt + COLUMNS_LEAST / 2 < columns ? columns - prompt - 1 : COLUMNS_LEAST / 2;
}

static void show_move(struct line *line, unsigned column)
{
    char text[12];

    if (column < line->shown) {
        unsigned back = line->shown - column;
        if (back <= BACKSPACES_MAX) {
            put(line, "\b\b\b", back);
        } else {
            fmt_print(text, sizeof(text), "\x1b[%uD", back);
            put_text(line, text);
        }
    } else if (column > line->shown) {
        fmt_print(text, sizeof(text), "\x1b[%uC", column - line->shown);
        put_text(line, text);
    }
    line->shown = (uint16_t)column;
}

/* Writes what is visible of the text from column `from` on. */
static void show_from(struct line *line, unsigned from, bool shrunk)
{
    unsigned start = byte_of_column(line, from);
    unsigned end = byte_of_column(line, line->left + show_room(line));

    show_move(line, from);
    put(line, line->text + start, end > start ? end - start : 0);
    line->shown = (uint16_t)(from + columns_between(line, start, end > start ? end : start));
    if (shrunk)
        put_text(line, "\x1b[K");
}

static void show_all(struct line *line)
{
    unsigned cursor = columns_between(line, 0, line->cursor), room = show_room(line);

    line->left = (uint16_t)(cursor <= room ? 0 : cursor - room * 2 / 3);
    put_text(line, "\r");
    if (line->searching) {
        put_text(line, "(find '");
        put_text(line, line->wanted);
        put_text(line, "') ");
    } else {
        put_text(line, line->prompt);
    }
    line->shown = line->left;
    show_from(line, line->left, true);
    show_move(line, cursor);
}

/* After a change of the text from byte `from` on, or of the cursor alone (from == UINT16_MAX). A
 * line that is not seen is shown whole when it is: line_show, line_begin. */
static void show_change(struct line *line, unsigned from, bool shrunk)
{
    unsigned cursor;

    if (!is_seen(line))
        return;
    cursor = columns_between(line, 0, line->cursor);
    if (cursor < line->left || cursor > line->left + show_room(line)) {
        show_all(line);
        return;
    }
    if (from <= line->len) {
        unsigned column = columns_between(line, 0, from);
        show_from(line, column < line->left ? line->left : column, shrunk);
    }
    show_move(line, cursor);
}

static void show_cursor(struct line *line)
{
    show_change(line, UINT16_MAX, false);
}

/* Changes of the text. */

static void erase(struct line *line, unsigned from, unsigned to, bool keep)
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
    show_change(line, from, true);
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
    show_change(line, at, false);
    return ERR_OK;
}

enum err line_replace(struct line *line, size_t from, const char *text, size_t len)
{
    size_t old = line->cursor - from;

    if (line->len - old + len >= sizeof(line->text))
        return ERR_NO_SPACE;
    if (old <= len && memcmp(line->text + from, text, old) == 0)
        return line_insert(line, text + old, len - old);
    erase(line, (unsigned)from, line->cursor, false);
    return line_insert(line, text, len);
}

static void replace(struct line *line, const char *text)
{
    str_copy(line->text, sizeof(line->text), text);
    line->len = (uint16_t)strlen(line->text);
    line->cursor = line->len;
}

static void type(struct line *line, const char *text, size_t len)
{
    if (line->too_long)
        return;
    if (line_insert(line, text, len) != ERR_OK) {
        line->too_long = true;
        bell(line);
    }
}

/* Keys. */

static void key_home(struct line *line)
{
    line->cursor = 0;
    show_cursor(line);
}

static void key_end(struct line *line)
{
    line->cursor = line->len;
    show_cursor(line);
}

static void key_left(struct line *line)
{
    line->cursor = (uint16_t)before(line, line->cursor);
    show_cursor(line);
}

static void key_right(struct line *line)
{
    line->cursor = (uint16_t)after(line, line->cursor);
    show_cursor(line);
}

static void key_word_left(struct line *line)
{
    line->cursor = (uint16_t)word_before(line, line->cursor);
    show_cursor(line);
}

static void key_word_right(struct line *line)
{
    line->cursor = (uint16_t)word_after(line, line->cursor);
    show_cursor(line);
}

static void key_backspace(struct line *line)
{
    erase(line, before(line, line->cursor), line->cursor, false);
}

static void key_delete(struct line *line)
{
    erase(line, line->cursor, after(line, line->cursor), false);
}

static void key_kill_end(struct line *line)
{
    erase(line, line->cursor, line->len, true);
}

static void key_kill_start(struct line *line)
{
    erase(line, 0, line->cursor, true);
}

/* Ctrl-W goes back to white space, Alt-Backspace to the start of a name, as in readline. */
static void key_kill_word(struct line *line)
{
    unsigned from = line->cursor;

    while (from > 0 && lex_is_space(line->text[from - 1]))
        from--;
    while (from > 0 && !lex_is_space(line->text[from - 1]))
        from--;
    erase(line, from, line->cursor, true);
}

static void key_kill_name(struct line *line)
{
    erase(line, word_before(line, line->cursor), line->cursor, true);
}

static void key_kill_next(struct line *line)
{
    erase(line, line->cursor, word_after(line, line->cursor), true);
}

static void key_yank(struct line *line)
{
    if (line_insert(line, line->killed, strlen(line->killed)) != ERR_OK)
        bell(line);
}

static void key_transpose(struct line *line)
{
    char swapped[8];
    unsigned second = line->cursor == line->len ? before(line, line->cursor) : line->cursor;
    unsigned first = before(line, second), end = after(line, second);

    if (first == second || second == end)
        return;
    memcpy(swapped, line->text + second, end - second);
    memcpy(swapped + (end - second), line->text + first, second - first);
    memcpy(line->text + first, swapped, end - first);
    line->cursor = (uint16_t)end;
    show_change(line, first, false);
}

static void key_clear(struct line *line)
{
    put_text(line, "\x1b[H\x1b[2J");
    show_all(line);
}

static void show_history(struct line *line, unsigned age)
{
    const char *text = age == 0 ? line->draft : history_get(line->history, age);

    if (!text) {
        bell(line);
        return;
    }
    if (line->age == 0)
        str_copy(line->draft, sizeof(line->draft), line->text);
    line->age = age;
    replace(line, text);
    show_all(line);
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
        bell(line);
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
            replace(line, text);
            show_all(line);
            return;
        }
    }
    bell(line);
    show_all(line);
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
    show_all(line);
}

static void search_end(struct line *line)
{
    line->searching = false;
    show_all(line);
}

/* Takes what belongs to the search; false: the search is over and the byte is a key as usual. */
static bool search_feed(struct line *line, uint8_t byte)
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
        replace(line, line->draft);
        search_end(line);
    } else if (byte >= 0x20 && byte < 0x7f && !room) {
        bell(line);
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

static void press_sequence(struct line *line, char final)
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

/* ESC [ number ; modifier final. Whatever is not known is read to its end and dropped. */
static void feed_sequence(struct line *line, uint8_t byte)
{
    if (byte >= '0' && byte <= '9') {
        unsigned number = line->number * 10u + (byte - '0');
        line->number = (uint8_t)(number > PARAM_MAX ? PARAM_MAX : number);
    } else if (byte == ';') {
        line->modifier = line->number;
        line->number = 0;
    } else if (byte >= 0x40 && byte < 0x7f) {
        line->state = STATE_TEXT;
        /* the parameter read last is the modifier if there were two */
        if (line->modifier > 0) {
            uint8_t first = line->modifier;
            line->modifier = line->number;
            line->number = first;
        }
        press_sequence(line, (char)byte);
    } else if (byte < 0x20) {
        line->state = STATE_TEXT;
    }
}

static void feed_escape(struct line *line, uint8_t byte)
{
    line->number = 0;
    line->modifier = 0;
    line->state = byte == '[' ? STATE_CSI : byte == 'O' ? STATE_SS3 : STATE_TEXT;
    if (line->state == STATE_TEXT)
        press(line, escape_keys, COUNT(escape_keys), byte);
}

static void feed_text(struct line *line, uint8_t byte)
{
    if (line->pending_len > 0 && !is_continuation((char)byte))
        line->pending_len = 0;
    if (byte < 0x80) {
        char c = (char)byte;
        type(line, &c, 1);
        return;
    }
    if (line->pending_len == 0 && utf8_length_of(byte) < 2)
        return;
    line->pending[line->pending_len++] = (char)byte;
    unsigned len = utf8_length_of((unsigned char)line->pending[0]);
    if (line->pending_len < len)
        return;
    line->pending_len = 0;
    if (utf8_length(line->pending) == len)
        type(line, line->pending, len);
}

static enum line_event end_line(struct line *line)
{
    bool too_long = line->too_long;

    line->text[line->len] = '\0';
    line->cursor = line->len;
    show_cursor(line);
    put(line, "\n", 1);
    line->too_long = false;
    if (too_long)
        return LINE_TOO_LONG;
    if (!line->quiet)
        history_add(line->history, line->text);
    return LINE_READY;
}

static enum line_event feed_control(struct line *line, uint8_t byte)
{
    line->pending_len = 0;
    if (byte == '\t' && !line->quiet)
        return line->tabs++ ? LINE_TAB_TWICE : LINE_TAB;
    line->tabs = 0;
    if (byte == 0x03) {
        put_text(line, "^C\n");
        return LINE_CANCEL;
    }
    if (line->quiet) {
        if (byte == 0x15)
            line_begin(line);
        else if (byte == '\t')
            type(line, " ", 1);
    } else if (byte == 0x1b) {
        line->state = STATE_ESCAPE;
    } else {
        press(line, control_keys, COUNT(control_keys), byte);
    }
    return LINE_NONE;
}

enum line_event line_feed(struct line *line, uint8_t byte)
{
    bool after_return = line->after_return;

    line->after_return = byte == '\r';
    if (byte == '\n' && after_return)
        return LINE_NONE;
    if (line->searching && search_feed(line, byte))
        return LINE_NONE;
    if (byte == '\r' || byte == '\n') {
        line->state = STATE_TEXT;
        return end_line(line);
    }
    if (line->state == STATE_ESCAPE) {
        feed_escape(line, byte);
    } else if (line->state == STATE_CSI || line->state == STATE_SS3) {
        feed_sequence(line, byte);
    } else if (byte < 0x20 || byte == 0x7f) {
        return feed_control(line, byte);
    } else {
        line->tabs = 0;
        feed_text(line, byte);
    }
    return LINE_NONE;
}

void line_begin(struct line *line)
{
    line->hidden = false;
    line->len = 0;
    line->cursor = 0;
    line->text[0] = '\0';
    line->left = 0;
    line->shown = 0;
    line->too_long = false;
    line->age = 0;
    line->draft[0] = '\0';
    line->searching = false;
    line->tabs = 0;
    line->state = STATE_TEXT;
    line->pending_len = 0;
    put_text(line, line->prompt);
}

void line_hide(struct line *line)
{
    put_text(line, "\r\x1b[K");
    line->hidden = true;
}

void line_show(struct line *line)
{
    line->hidden = false;
    show_all(line);
}

void line_init(struct line *line, fmt_sink sink, void *context, struct history *history,
               const char *prompt, uint16_t columns)
{
    *line = (struct line){
        .sink = sink,
        .context = context,
        .history = history,
        .prompt = prompt,
        .columns = columns,
    };
}
