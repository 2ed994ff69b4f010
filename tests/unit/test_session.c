/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client's protocol machine: what it hears of a line, however the bytes come in pieces and
 * wherever the kernel speaks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/client/kernel_text.h"
#include "host/client/session.h"

#define COLOURED                                                                                   \
    "\x1b[0m\x1b[1m<<\x1b[0m\x1b[32mseL4(CPU 0)\x1b[0m\x1b[1m [f/1 T0xff \"a\" @40]: "             \
    "no>>\x1b[0m\n\r"
#define COLOURED_SEEN "K(<<seL4(CPU 0) [f/1 T0xff \"a\" @40]: no>>)"
#define UNCOLOURED    "<<seL4(CPU 0) [f/1]: no>>\r\n"
#define FAULT                                                                                      \
    "Caught cap fault in send phase at address 0x0\n\rwhile trying to handle:\n\r"                 \
    "With stack:\n\r0x10: 0x0\n\r"
#define FAULT_SEEN                                                                                 \
    "K(Caught cap fault in send phase at address 0x0)K(while trying to handle:)K(With stack:)"     \
    "K(0x10: 0x0)"

/* Everything heard, written down: "T(text)R({...})D(1 ok)P". */
struct heard {
    struct session session;
    size_t len;
    char text[300000];
};

static struct heard *heard;

static void note(void *context, const struct session_event *event)
{
    struct heard *h = context;
    char *to = h->text + h->len;
    size_t room = sizeof(h->text) - h->len;
    char *dump = event->record ? json_dumps(event->record, JSON_COMPACT) : NULL;
    int n = 0;
    switch (event->kind) {
    case SESSION_PROMPT:
        n = snprintf(to, room, "P");
        break;
    case SESSION_BOOT:
        n = snprintf(to, room, "B(%s)", event->text);
        break;
    case SESSION_TEXT:
        n = snprintf(to, room, "T(%s)", event->text);
        break;
    case SESSION_KERNEL:
        n = snprintf(to, room, "K(%s)", event->text);
        break;
    case SESSION_RECORD:
        n = snprintf(to, room, "R(%s)", dump);
        break;
    case SESSION_DONE:
        n = snprintf(to, room, "D(%d %s)", (int)event->number, event->ok ? "ok" : "failed");
        break;
    }
    free(dump);
    assert_true(n > 0 && (size_t)n < room);
    h->len += (size_t)n;
}

static int set_up(void **state)
{
    (void)state;
    heard = calloc(1, sizeof(*heard));
    session_init(&heard->session, note, heard);
    return heard ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    session_free(&heard->session);
    free(heard);
    return 0;
}

/* Starts anew, greeted. */
static void restart(void)
{
    tear_down(NULL);
    set_up(NULL);
    session_greet(&heard->session);
    session_feed(&heard->session, "\x1e{\"done\":1,\"status\":\"ok\"}\n", 26);
    heard->len = 0;
    heard->text[0] = '\0';
}

static void feed(const char *text)
{
    session_feed(&heard->session, text, strlen(text));
}

/* The same bytes must give the same whole, in two pieces cut anywhere, and byte by byte. */
static void expect(const char *bytes, const char *want)
{
    size_t len = strlen(bytes);
    for (size_t cut = 0; cut <= len; cut++) {
        restart();
        session_feed(&heard->session, bytes, cut);
        session_feed(&heard->session, bytes + cut, len - cut);
        assert_string_equal(heard->text, want);
    }
    restart();
    for (size_t i = 0; i < len; i++)
        session_feed(&heard->session, bytes + i, 1);
    assert_string_equal(heard->text, want);
}

static void test_prompt_is_found_in_boot_text(void **state)
{
    (void)state;
    feed("Booting\r\nall finished\r\n\x1b[2K\rsel4mon>");
    assert_string_equal(heard->text, "B(Booting)B(all finished)");
    feed(" ");
    assert_string_equal(heard->text, "B(Booting)B(all finished)P");
    feed("sel4mon> set client on");
    assert_string_equal(heard->text, "B(Booting)B(all finished)P");
}

static void test_target_left_in_client_mode_is_a_prompt(void **state)
{
    (void)state;
    feed("\x1e");
    assert_string_equal(heard->text, "P");
    session_greet(&heard->session);
    feed(
        "{\"done\":0,\"status\":\"ok\"}\n@1 set client on\r\n\x1e{\"done\":1,\"status\":\"ok\"}\n");
    assert_string_equal(heard->text, "PD(1 ok)");
}

static void test_echo_of_the_greeting_is_not_output(void **state)
{
    (void)state;
    session_greet(&heard->session);
    feed("@1 set client on\r\n\x1e{\"done\":1,\"status\":\"failed\"}\n");
    assert_string_equal(heard->text, "D(1 failed)");
}

static void test_text_and_records(void **state)
{
    (void)state;
    expect("a table\r\n\x1e{\"a\":1}\n\n\x1e{\"done\":7,\"status\":\"ok\"}\n",
           "T(a table)R({\"a\":1})T()D(7 ok)");
    expect("half a line\x1e{\"a\":1}\n", "T(half a line)R({\"a\":1})");
    expect("\x1e{\"done\":\"x\"}\n", "R({\"done\":\"x\"})");
}

static void test_kernel_lines_stand_apart(void **state)
{
    (void)state;
    expect("one\n" COLOURED "two\n", "T(one)" COLOURED_SEEN "T(two)");
    expect("o" COLOURED "ne\n", COLOURED_SEEN "T(one)");
    expect(UNCOLOURED "one\n", "K(<<seL4(CPU 0) [f/1]: no>>)T(one)");
    expect(FAULT "one\n", FAULT_SEEN "T(one)");
    expect("\x1b[1m<<seL4(CPU 0): two\nlines>>\x1b[0m\none\n",
           "K(<<seL4(CPU 0): two lines>>)T(one)");
    expect("\x1b[1mnot a message\none\n", "K(not a message)T(one)");
}

/* Every place in a record, for every form of the kernel's text. */
static void test_kernel_text_inside_a_record(void **state)
{
    static const char record[] = "\x1e{\"name\":\"a b\",\"n\":12}\n";
    static const struct {
        const char *text, *seen;
    } messages[] = {
        {COLOURED, COLOURED_SEEN},
        {UNCOLOURED, "K(<<seL4(CPU 0) [f/1]: no>>)"},
        {FAULT, FAULT_SEEN},
    };
    (void)state;
    for (size_t m = 0; m < sizeof(messages) / sizeof(messages[0]); m++) {
        for (size_t at = 2; at + 1 < sizeof(record) - 1; at++) {
            char bytes[512], want[512];
            snprintf(bytes, sizeof(bytes), "%.*s%s%s", (int)at, record, messages[m].text,
                     record + at);
            snprintf(want, sizeof(want), "%sR({\"name\":\"a b\",\"n\":12})", messages[m].seen);
            restart();
            feed(bytes);
            assert_string_equal(heard->text, want);
        }
    }
}

static void test_unknown_text_inside_a_record(void **state)
{
    (void)state;
    restart();
    feed("\x1e{\"name\":\"a\",\"n\":1who knows\r\n2}\n");
    assert_string_equal(heard->text, "K(who knows)R({\"name\":\"a\",\"n\":12})");
}

static void test_a_record_that_cannot_be_mended_is_shown(void **state)
{
    (void)state;
    expect("\x1e{\"a\":\nxx\n\x1e{\"b\":2}\n", "K({\"a\":)K(xx)R({\"b\":2})");
    expect("\x1e[1]\n\x1e{\"b\":2}\n", "K([1])R({\"b\":2})");
    restart();
    feed("\x1e{\"a\":\n");
    for (int i = 0; i < SESSION_BROKEN_MAX + 5; i++)
        feed("line\n");
    feed("\x1e{\"b\":2}\n");
    assert_non_null(strstr(heard->text, "R({\"b\":2})"));
    assert_memory_equal(heard->text, "K({\"a\":)K(line)", 15);
}

static void test_bytes_that_are_no_text(void **state)
{
    (void)state;
    expect("\x1e{\"a\":\"x\xff\"}\n", "R({\"a\":\"x?\"})");
    restart();
    session_feed(&heard->session, "a\0b\r\n", 5);
    assert_string_equal(heard->text, "T(ab)");
}

static void test_endless_lines_are_cut(void **state)
{
    (void)state;
    restart();
    for (int i = 0; i < 3 * SESSION_LINE_BYTES / 16; i++)
        feed("0123456789abcdef");
    feed("\n\x1e{\"b\":2}\n");
    assert_memory_equal(heard->text, "T(0123", 6);
    assert_non_null(strstr(heard->text, "f)T("));
    assert_non_null(strstr(heard->text, "R({\"b\":2})"));
    restart();
    feed("\x1b[1m<<seL4(");
    for (int i = 0; i < 1000; i++)
        feed("0123456789abcdef");
    feed(">>\none\n\x1e{\"b\":2}\n");
    assert_non_null(strstr(heard->text, "R({\"b\":2})"));
}

static void test_prompt_after_the_greeting_needs_quiet(void **state)
{
    (void)state;
    restart();
    feed("anew\r\nsel4mon> ");
    assert_string_equal(heard->text, "T(anew)");
    session_idle(&heard->session);
    assert_string_equal(heard->text, "T(anew)P");
    restart();
    feed("anew\r\n\r\x1b[Ksel4mon> ");
    session_idle(&heard->session);
    assert_string_equal(heard->text, "T(anew)P");
    restart();
    feed("a sel4mon> ");
    session_idle(&heard->session);
    assert_string_equal(heard->text, "");
}

static void test_kernel_text_forms(void **state)
{
    (void)state;
    assert_true(kernel_text_is_line("0x7fff0010: 0x12ab"));
    assert_false(kernel_text_is_line("0x7fff0010: 12 ab"));
    assert_false(kernel_text_is_line("0x7fff0010: 0x12ab 0x1"));
    assert_false(kernel_text_is_line("name  kind"));
    assert_int_equal(kernel_text_find("abcCaught x", 11), 3);
    assert_int_equal(kernel_text_find("abc", 3), 3);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_prompt_is_found_in_boot_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_target_left_in_client_mode_is_a_prompt, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_echo_of_the_greeting_is_not_output, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_text_and_records, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_kernel_lines_stand_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_kernel_text_inside_a_record, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unknown_text_inside_a_record, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_record_that_cannot_be_mended_is_shown, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_bytes_that_are_no_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_endless_lines_are_cut, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_prompt_after_the_greeting_needs_quiet, set_up,
                                        tear_down),
        cmocka_unit_test(test_kernel_text_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
