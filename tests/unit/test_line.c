/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The line editor against a model terminal of one row: after every byte, what the row shows has to
 * be the prompt and the visible part of the text, with the cursor where the editor has it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "monitor/shell/line.h"
#include "monitor/shell/utf8.h"

enum { COLUMNS = 40, CELL = 5 };

/* Cells hold one character of up to four bytes each. */
struct terminal {
    char cells[COLUMNS][CELL];
    int cursor;
    int number; /* of the sequence being read, -1 outside */
    char partial[CELL];
    int lines, bells;
    size_t bytes;
};

static struct terminal terminal;
static struct line line;
static struct history history;

static void clear_from(int column)
{
    for (int i = column; i < COLUMNS; i++)
        strcpy(terminal.cells[i], " ");
}

static void put_cell(const char *character)
{
    assert_true(terminal.cursor < COLUMNS); /* it would wrap */
    strcpy(terminal.cells[terminal.cursor++], character);
}

static void sequence(char final, int number)
{
    int count = number > 0 ? number : 1;

    if (final == 'K')
        clear_from(terminal.cursor);
    else if (final == 'C')
        terminal.cursor += count;
    else if (final == 'D')
        terminal.cursor -= count;
    else if (final == 'H')
        terminal.cursor = 0;
    else if (final == 'J')
        clear_from(0);
    else
        fail_msg("unknown sequence %c", final);
    assert_in_range(terminal.cursor, 0, COLUMNS - 1);
}

static void put_byte(char c)
{
    size_t len = strlen(terminal.partial);

    if (terminal.number >= 0) {
        if (c >= '0' && c <= '9')
            terminal.number = terminal.number * 10 + (c - '0');
        else if (c != '[') {
            sequence(c, terminal.number);
            terminal.number = -1;
        }
    } else if (c == 0x1b) {
        terminal.number = 0;
    } else if (c == '\r') {
        terminal.cursor = 0;
    } else if (c == '\b') {
        assert_true(--terminal.cursor >= 0);
    } else if (c == '\n') {
        terminal.lines++;
        terminal.cursor = 0;
        clear_from(0);
    } else if (c == '\a') {
        terminal.bells++;
    } else {
        assert_true((unsigned char)c >= 0x20);
        terminal.partial[len] = c;
        terminal.partial[len + 1] = '\0';
        if (len + 1 == utf8_length_of((unsigned char)terminal.partial[0])) {
            put_cell(terminal.partial);
            terminal.partial[0] = '\0';
        }
    }
}

static void sink(void *context, const char *text, size_t len)
{
    (void)context;
    terminal.bytes += len;
    for (size_t i = 0; i < len; i++)
        put_byte(text[i]);
}

static void begin(void)
{
    memset(&terminal, 0, sizeof(terminal));
    terminal.number = -1;
    clear_from(0);
    memset(&history, 0, sizeof(history));
    line_init(&line, sink, NULL, &history, "> ", COLUMNS);
    line_begin(&line);
}

static int setup(void **state)
{
    (void)state;
    begin();
    return 0;
}

/* The row as it should be. */
static void check_row(void)
{
    char shown[COLUMNS * 4 + 1] = "", wanted[COLUMNS * 4 + LIMIT_LINE_BYTES] = "";
    unsigned column = 0, cursor = 0, room = COLUMNS - 2 - 1;

    assert_int_equal(line.text[line.len], '\0');
    if (line.searching)
        return;
    for (int i = 0; i < COLUMNS; i++)
        strcat(shown, terminal.cells[i]);
    strcpy(wanted, "> ");
    for (unsigned at = 0; at <= line.len; at += utf8_length(line.text + at)) {
        if (at == line.cursor)
            cursor = column;
        if (at == line.len)
            break;
        assert_true(utf8_length(line.text + at) > 0);
        if (column >= line.left && column < line.left + room)
            strncat(wanted, line.text + at, utf8_length(line.text + at));
        column++;
    }
    for (unsigned i = 2 + (column < line.left ? 0 : column - line.left); i < COLUMNS; i++) {
        if (i >= 2 + room && column >= line.left + room)
            break;
        strcat(wanted, " ");
    }
    while (strlen(shown) > strlen(wanted) && shown[strlen(shown) - 1] == ' ')
        shown[strlen(shown) - 1] = '\0';
    assert_string_equal(shown, wanted);
    assert_int_equal(terminal.cursor, 2 + cursor - line.left);
}

static enum line_event type_bytes(const char *bytes, size_t len)
{
    enum line_event last = LINE_NONE;

    for (size_t i = 0; i < len; i++) {
        enum line_event event = line_feed(&line, (uint8_t)bytes[i]);
        if (event == LINE_NONE)
            check_row();
        else
            last = event;
    }
    return last;
}

static enum line_event type(const char *text)
{
    return type_bytes(text, strlen(text));
}

static void assert_line(const char *text, unsigned cursor)
{
    assert_string_equal(line.text, text);
    assert_int_equal(line.cursor, cursor);
}

static void enter(const char *text)
{
    assert_int_equal(type(text), LINE_NONE);
    assert_int_equal(type("\r"), LINE_READY);
    line_begin(&line);
}

static void edits_in_the_middle(void **state)
{
    (void)state;
    type("helo\x1b[D"
         "l");
    assert_line("hello", 4);
    type("\x01"
         "X\x05"
         "Y");
    assert_line("XhelloY", 7);
    type("\x02\x02\x08");
    assert_line("XheloY", 4);
}

static void moves(void **state)
{
    (void)state;
    type("one two three");
    type("\x1b"
         "b");
    assert_line("one two three", 8);
    type("\x1b[1;5D");
    assert_line("one two three", 4);
    type("\x1b[H\x1b[C\x06");
    assert_line("one two three", 2);
    type("\x1b"
         "f\x1bOF");
    assert_line("one two three", 13);
    type("\x1b[1~\x1b[3~");
    assert_line("ne two three", 0);
    type("\x1b[F\x1b[7~\x1b[8~\x7f");
    assert_line("ne two thre", 11);
}

static void kills_and_yanks(void **state)
{
    (void)state;
    type("read a=b");
    type("\x17");
    assert_line("read ", 5);
    type("\x19\x19");
    assert_line("read a=ba=b", 11);
    type("\x1b\x7f");
    assert_line("read a=ba=", 10);
    type("\x01\x0b");
    assert_line("", 0);
    type("\x19"
         "\x02\x02\x15");
    assert_line("a=", 0);
    type("\x1b"
         "d");
    assert_line("=", 0);
    type("ab\x14");
    assert_line("a=b", 3);
    type("\x14");
    assert_line("ab=", 3);
    type("\x0c");
    assert_line("ab=", 3);
}

static void history_goes_back_and_forth(void **state)
{
    (void)state;
    enter("one");
    enter("two");
    enter("two");
    type("dra");
    type("\x1b[A");
    assert_line("two", 3);
    type("\x10");
    assert_line("one", 3);
    type("\x1b[A");
    assert_int_equal(terminal.bells, 1);
    type("\x0e\x1b[B");
    assert_line("dra", 3);
    type("\x12"
         "n");
    assert_line("one", 3);
    assert_int_equal(type("\r"), LINE_READY);
    assert_string_equal(line.text, "one");
}

static void search_ends_as_it_began(void **state)
{
    (void)state;
    enter("alpha beta");
    enter("alpha gamma");
    type("mine\x12"
         "alpha\x12");
    assert_line("alpha beta", 10);
    type("\x7f\x7fzz\x07");
    assert_line("mine", 4);
    type("\x12"
         "gam\x1b[D");
    assert_line("alpha gamma", 10);
}

static void history_pool_forgets_the_oldest(void **state)
{
    char text[100];
    (void)state;
    for (unsigned i = 0; i < 200; i++) {
        memset(text, 'a' + (int)(i % 26), 60);
        text[60] = '\0';
        history_add(&history, text);
        assert_string_equal(history_get(&history, 1), text);
        assert_true(history.used <= sizeof(history.pool));
    }
    assert_null(history_get(&history, 1000));
    assert_null(history_get(&history, 0));
    assert_int_equal(history_get(&history, LIMIT_HISTORY_BYTES / 61)[0], 'a' + (200 - 67) % 26);
}

static void line_ends(void **state)
{
    (void)state;
    assert_int_equal(type("a\r"), LINE_READY);
    line_begin(&line);
    assert_int_equal(type("\n"), LINE_NONE);
    assert_int_equal(type("b\n"), LINE_READY);
    line_begin(&line);
    assert_int_equal(type("\n"), LINE_READY);
    assert_string_equal(line.text, "");
}

static void long_lines_scroll(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 300; i++)
        type((const char[]){(char)('a' + i % 26), '\0'});
    assert_int_equal(line.len, 300);
    for (unsigned i = 0; i < 300; i++)
        type("\x02");
    assert_int_equal(line.left, 0);
    type("\x05\x01\x05\x1b[D\x1b[DXY");
    assert_int_equal(line.len, 302);
}

static void too_long_loses_nothing_else(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 10000; i++)
        assert_int_equal(line_feed(&line, 'x'), LINE_NONE);
    assert_int_equal(terminal.bells, 1);
    assert_int_equal(line_feed(&line, '\r'), LINE_TOO_LONG);
    line_begin(&line);
    assert_int_equal(type("fine\r"), LINE_READY);
    assert_string_equal(line.text, "fine");
}

static void a_full_line_is_run(void **state)
{
    (void)state;
    for (unsigned i = 0; i < LIMIT_LINE_BYTES - 1; i++)
        line_feed(&line, 'x');
    type("\x02\x02\x19"); /* nothing killed: yanks nothing */
    assert_int_equal(line_feed(&line, '\r'), LINE_READY);
    assert_int_equal(strlen(line.text), LIMIT_LINE_BYTES - 1);
}

static void utf8_is_kept_and_noise_dropped(void **state)
{
    (void)state;
    type("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z");
    assert_int_equal(line.len, 11);
    type("\x02\x02\x7f");
    assert_line("a\xc3\xa9\xf0\x9f\x98\x80z", 3);
    type("\x14");
    assert_line("a\xf0\x9f\x98\x80\xc3\xa9z", 7);
    type("\x15\x0b");
    type("\xff\xc3"
         "b\xe2\x82"
         "c\xc0\x80\xed\xa0\x80\x80\x00d");
    assert_line("bc", 2);
}

static void unknown_sequences_are_read_whole(void **state)
{
    (void)state;
    type("a\x1b[200~b\x1b[?25hc\x1b[99;99;99Rd\x1b"
         "ze\x1b[Z");
    assert_line("abcde", 5);
}

static void appending_costs_one_byte(void **state)
{
    (void)state;
    type("abc");
    terminal.bytes = 0;
    type("d");
    assert_int_equal(terminal.bytes, 1);
    type("\x7f");
    assert_int_equal(terminal.bytes, 5);
}

static void hide_and_show(void **state)
{
    (void)state;
    type("typed\x02");
    line_hide(&line);
    assert_string_equal(terminal.cells[0], " ");
    line_feed(&line, '!');
    assert_int_equal(terminal.cursor, 0);
    line_show(&line);
    check_row();
    assert_line("type!d", 5);
}

static void quiet_says_nothing(void **state)
{
    (void)state;
    terminal.bytes = 0;
    line.quiet = true;
    line_begin(&line);
    for (const char *c = "ab\x01\x1b"
                         "c\tq\x10";
         *c; c++)
        assert_int_equal(line_feed(&line, (uint8_t)*c), LINE_NONE);
    assert_int_equal(line_feed(&line, '\n'), LINE_READY);
    assert_string_equal(line.text, "abc q");
    assert_int_equal(terminal.bytes, 0);
    assert_null(history_get(&history, 1));
}

static void events(void **state)
{
    (void)state;
    assert_int_equal(type("a\t"), LINE_TAB);
    assert_int_equal(type("\t"), LINE_TAB_TWICE);
    assert_int_equal(type("b\t"), LINE_TAB);
    assert_int_equal(line_replace(&line, 0, "abc", 3), ERR_OK);
    check_row();
    assert_line("abc", 3);
    assert_int_equal(line_replace(&line, 1, "XY", 2), ERR_OK);
    check_row();
    assert_line("aXY", 3);
    assert_int_equal(type("\x03"), LINE_CANCEL);
}

static void random_keys(void **state)
{
    static const char *const keys[] = {"\x01",
                                       "\x02",
                                       "\x04",
                                       "\x05",
                                       "\x06",
                                       "\x08",
                                       "\x0b",
                                       "\x0c",
                                       "\x0e",
                                       "\x10",
                                       "\x14",
                                       "\x15",
                                       "\x17",
                                       "\x19",
                                       "\x1b"
                                       "b",
                                       "\x1b"
                                       "f",
                                       "\x1b"
                                       "d",
                                       "\x1b\x7f",
                                       "\x1b[A",
                                       "\x1b[B",
                                       "\x1b[C",
                                       "\x1b[D",
                                       "\x1b[1;5C",
                                       "\x1b[1;5D",
                                       "\x1b[3~",
                                       "\xc3\xa9",
                                       "\xe2\x82\xac",
                                       "word",
                                       " ",
                                       "some more text ",
                                       "\x12",
                                       "\r"};
    (void)state;
    srand(7);
    for (unsigned i = 0; i < 40000; i++) {
        const char *key = keys[(unsigned)rand() % (sizeof(keys) / sizeof(keys[0]))];
        if (type(key) == LINE_READY || line.len > 700) {
            line_begin(&line);
            terminal.cursor = 0;
            clear_from(0);
            strcpy(terminal.cells[0], ">");
            terminal.cursor = 2;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(edits_in_the_middle, setup),
        cmocka_unit_test_setup(moves, setup),
        cmocka_unit_test_setup(kills_and_yanks, setup),
        cmocka_unit_test_setup(history_goes_back_and_forth, setup),
        cmocka_unit_test_setup(search_ends_as_it_began, setup),
        cmocka_unit_test_setup(history_pool_forgets_the_oldest, setup),
        cmocka_unit_test_setup(line_ends, setup),
        cmocka_unit_test_setup(long_lines_scroll, setup),
        cmocka_unit_test_setup(too_long_loses_nothing_else, setup),
        cmocka_unit_test_setup(a_full_line_is_run, setup),
        cmocka_unit_test_setup(utf8_is_kept_and_noise_dropped, setup),
        cmocka_unit_test_setup(unknown_sequences_are_read_whole, setup),
        cmocka_unit_test_setup(appending_costs_one_byte, setup),
        cmocka_unit_test_setup(hide_and_show, setup),
        cmocka_unit_test_setup(quiet_says_nothing, setup),
        cmocka_unit_test_setup(events, setup),
        cmocka_unit_test_setup(random_keys, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
