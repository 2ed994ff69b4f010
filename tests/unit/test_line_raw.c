/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The raw line that a person and a debugger share: who gets which byte. What goes to the shell and
 * what to the debugger is written down as it comes, "S(text)G(text)L" (L: the debugger was left).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "monitor/core/line_raw.h"

static struct {
    struct line_raw raw;
    char last;
    char text[4096];
    size_t len;
} seen;

static void put(char c)
{
    if (seen.len < sizeof seen.text - 1)
        seen.text[seen.len++] = c;
    seen.text[seen.len] = '\0';
}

static void put_to(char who, uint8_t byte)
{
    if (seen.last != who) {
        if (seen.last)
            put(')');
        put(who);
        put('(');
        seen.last = who;
    }
    put((char)byte);
}

static void to_shell(void *context, uint8_t byte)
{
    (void)context;
    put_to('S', byte);
}

static void to_gdb(void *context, uint8_t byte)
{
    (void)context;
    put_to('G', byte);
}

static void left(void *context)
{
    (void)context;
    if (seen.last)
        put(')');
    put('L');
    seen.last = '\0';
}

static void begin(void)
{
    memset(&seen, 0, sizeof seen);
    seen.raw.to_shell = to_shell;
    seen.raw.to_gdb = to_gdb;
    seen.raw.left = left;
    line_raw_init(&seen.raw);
}

static void feed(const char *text)
{
    for (; *text; text++)
        line_raw_feed(&seen.raw, (uint8_t)*text);
}

static const char *ended(void)
{
    if (seen.last)
        put(')');
    seen.last = '\0';
    return seen.text;
}

static void typed_text_goes_to_the_shell_at_once(void **state)
{
    (void)state;
    begin();
    feed("echo a$b + 1\r");
    assert_string_equal(ended(), "S(echo a$b + 1\r)");
}

static void a_leading_dollar_waits_for_the_line(void **state)
{
    (void)state;
    begin();
    feed("$n + 1");
    assert_string_equal(seen.text, "");
    feed("\r$m\r");
    assert_string_equal(ended(), "S($n + 1\r$m\r)");
}

static void keys_that_are_no_text_end_the_waiting(void **state)
{
    (void)state;
    begin();
    feed("$tc\t");
    assert_string_equal(seen.text, "S($tc\t");
    feed("b0\r");
    assert_string_equal(ended(), "S($tc\tb0\r)");
}

static void a_packet_gives_the_line_to_the_debugger(void **state)
{
    (void)state;
    begin();
    feed("\r+$qC#b4+$m10,4#5b\x03");
    assert_true(seen.raw.is_gdb);
    assert_string_equal(ended(), "S(\r)G(+$qC#b4+$m10,4#5b\x03)");
}

static void a_wrong_sum_is_text_and_the_next_try_is_seen(void **state)
{
    (void)state;
    begin();
    feed("$qC#b5");
    assert_false(seen.raw.is_gdb);
    feed("$qC#b4");
    assert_true(seen.raw.is_gdb);
    assert_string_equal(ended(), "S($qC#b5)G($qC#b4)");
}

static void a_plus_alone_is_text(void **state)
{
    (void)state;
    begin();
    feed("+1\r");
    assert_string_equal(ended(), "S(+1\r)");
}

static void enter_takes_the_line_back_but_not_inside_a_packet(void **state)
{
    (void)state;
    begin();
    feed("$qC#b4$X10,2:\r\n#00");
    assert_true(seen.raw.is_gdb);
    feed("\recho x\r");
    assert_string_equal(ended(), "G($qC#b4$X10,2:\r\n#00)LS(\recho x\r)");
}

static void the_last_acknowledgement_is_not_typed(void **state)
{
    (void)state;
    begin();
    feed("$D#44");
    line_raw_release(&seen.raw);
    feed("+echo\r");
    assert_string_equal(ended(), "G($D#44)S(echo\r)");
}

static void a_long_line_is_text(void **state)
{
    char text[LINE_RAW_KEPT + 100];

    (void)state;
    begin();
    memset(text, 'x', sizeof text);
    text[0] = '$';
    text[sizeof text - 1] = '\0';
    feed(text);
    assert_int_equal(seen.len, sizeof text - 1 + 2);
    assert_false(seen.raw.is_gdb);
}

/* Whatever comes, no byte is lost while the line is the shell's. */
static void nothing_typed_is_lost(void **state)
{
    static const char letters[] = "$+#0a\r\t\x03x";
    uint64_t seed = 99;

    (void)state;
    for (int round = 0; round < 20000; round++) {
        char text[40];
        size_t len = 1 + round % 30;

        begin();
        for (size_t i = 0; i < len; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            text[i] = letters[seed >> 33 & 7];
        }
        text[len] = '\0';
        feed(text);
        feed("\r");
        if (!strchr(seen.text, 'G') && !strchr(seen.text, 'L'))
            assert_int_equal(seen.len, len + 1 + 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(typed_text_goes_to_the_shell_at_once),
        cmocka_unit_test(a_leading_dollar_waits_for_the_line),
        cmocka_unit_test(keys_that_are_no_text_end_the_waiting),
        cmocka_unit_test(a_packet_gives_the_line_to_the_debugger),
        cmocka_unit_test(a_wrong_sum_is_text_and_the_next_try_is_seen),
        cmocka_unit_test(a_plus_alone_is_text),
        cmocka_unit_test(enter_takes_the_line_back_but_not_inside_a_packet),
        cmocka_unit_test(the_last_acknowledgement_is_not_typed),
        cmocka_unit_test(a_long_line_is_text),
        cmocka_unit_test(nothing_typed_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
