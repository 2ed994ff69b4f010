/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From plain text to frames and what goes wrong on the way: monitor/core/line.c with the shell's
 * own editor behind it. A hello of which any part is lost must never become a line that the shell
 * runs, and the next one must begin the session.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "monitor/core/console.h"
#include "monitor/core/debug.h"
#include "monitor/core/gdb_line.h"
#include "monitor/core/ipc.h"
#include "monitor/core/line.h"
#include "monitor/core/line_log.h"
#include "monitor/core/recover.h"
#include "monitor/link/arq.h"
#include "monitor/link/build_identity.h"
#include "monitor/shell/line.h"
#include "tests/unit/link_channel.h"

/* --- around the line -------------------------------------------------------------------------- */

struct console console;
const char build_identity[] = "0123456789ab";

static bool debugged;

void ipc_signal(seL4_CPtr notification)
{
    (void)notification;
}

size_t debug_feed(const uint8_t *bytes, size_t len_bytes)
{
    (void)bytes;
    debugged = true;
    return len_bytes;
}

size_t debug_take(uint8_t *to, size_t cap)
{
    (void)to;
    (void)cap;
    return 0;
}

void debug_poll(void)
{
}

bool debug_busy(void)
{
    return false;
}

void debug_disconnect(void)
{
}

bool debug_has_session(void)
{
    return debugged;
}

bool gdb_line_owns(void)
{
    return false;
}

bool line_log_take_supervisor(char text[LINE_LOG_BYTES])
{
    (void)text;
    return false;
}

void recover_rebuild_shell(enum err reason)
{
    (void)reason;
    fail_msg("nobody pressed Ctrl-C twice");
}

/* --- the shell's side ------------------------------------------------------------------------- */

static struct line editor;
static struct history history;
static char ran[2048]; /* lines that the shell would run, each with a bar behind it */

static void to_terminal(void *context, const char *text, size_t len)
{
    (void)context;
    for (size_t i = 0; i < len; i++)
        (void)ring_put(&console.output, (uint8_t)text[i]);
}

static void read_input(void)
{
    uint8_t byte;

    line_serve();
    while (ring_get(&console.input, &byte)) {
        enum line_event event = line_feed(&editor, byte);

        assert_int_not_equal(event, LINE_TAB);
        assert_int_not_equal(event, LINE_CANCEL);
        if (event != LINE_READY)
            continue;
        if (editor.len > 0) {
            strncat(ran, editor.text, sizeof ran - strlen(ran) - 2);
            strcat(ran, "|");
        }
        line_begin(&editor);
    }
}

static void take(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        line_take(bytes[i]);
    read_input();
}

static void type(const char *text)
{
    take((const uint8_t *)text, strlen(text));
}

/* What the other side hears; is there a welcome? */
static bool is_welcomed(void)
{
    struct frame_in in;
    uint8_t bytes[64];
    bool welcomed = false;
    size_t n;

    frame_in_init(&in, FRAME_TO_CLIENT);
    while ((n = line_give(bytes, sizeof bytes)) > 0) {
        for (size_t i = 0; i < n; i++)
            welcomed |= frame_feed(&in, bytes[i]) == FRAME_GOOD && in.body[1] == ARQ_WELCOME;
    }
    return welcomed;
}

/* --- what the client sends -------------------------------------------------------------------- */

/* Without bytes that interrupt, complete or end a line, as host/client/link.c takes care of. */
static size_t make_hello(struct channel *dice, uint8_t *wire)
{
    static const char identity[] = "sel4mon=0.1";
    uint8_t body[7 + sizeof identity - 1] = {FRAME_FIRST, ARQ_HELLO, ARQ_VERSION};
    bool harmless;
    size_t len;

    memcpy(body + 7, identity, sizeof identity - 1);
    do {
        for (unsigned i = 3; i < 7; i++)
            body[i] = (uint8_t)(channel_random(dice) | 1);
        len = frame_encode(FRAME_TO_TARGET, body, sizeof body, wire);
        harmless = true;
        for (size_t i = 1; i + 1 < len; i++)
            harmless &= strchr("\x03\t\n\r\x1b", wire[i]) == NULL;
    } while (!harmless);
    return len;
}

static void begin(void)
{
    static const uint8_t bye[] = {FRAME_FIRST, ARQ_BYE};
    uint8_t wire[FRAME_WIRE_MAX];

    line_start();
    take(wire, frame_encode(FRAME_TO_TARGET, bye, sizeof bye, wire));
    (void)is_welcomed();
    memset(&console, 0, sizeof console);
    memset(&history, 0, sizeof history);
    line_init(&editor, to_terminal, NULL, &history, "> ", 80);
    line_begin(&editor);
    type("poweroff\r"); /* a line that a key of the history would bring back */
    ran[0] = '\0';
}

/* --- tests ------------------------------------------------------------------------------------ */

enum { ROUNDS = 40 };

static void check_session(const uint8_t *hello, size_t len)
{
    assert_string_equal(ran, "");
    take(hello, len);
    assert_true(is_welcomed());
    assert_true(line_is_framed());
    read_input();
    assert_int_equal(editor.len, 0);
    assert_string_equal(ran, "");
}

static void a_hello_whose_beginning_is_lost_is_no_text(void **state)
{
    struct channel dice = {.seed = 77};
    uint8_t hello[FRAME_WIRE_MAX];

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        size_t len = make_hello(&dice, hello);

        for (size_t from = 0; from <= len; from++) {
            begin();
            take(hello + from, len - from);
            type("\x15\n"); /* the question for a prompt, of an older client */
            check_session(hello, len);
        }
    }
}

/* Ended by nothing, it is still no line when the client asks for a prompt. */
static void any_part_of_a_hello_is_no_text(void **state)
{
    struct channel dice = {.seed = 78};
    uint8_t hello[FRAME_WIRE_MAX];

    (void)state;
    for (int round = 0; round < ROUNDS / 8; round++) {
        size_t len = make_hello(&dice, hello);

        for (size_t from = 0; from < len; from++) {
            for (size_t to = from; to <= len; to++) {
                begin();
                take(hello + from, to - from);
                type("\x05\x15\n");
                check_session(hello, len);
            }
        }
    }
}

/* Half a line of somebody else's, in whatever state the editor is. */
static void a_session_begins_with_an_empty_line(void **state)
{
    static const char *const typed[] = {"half a line", "half\x01", "half\x12po",
                                        "\x10",        "$g#6",     "+$vCont",
                                        "a\x1b[1;",    "\xe2\x82", "one two\x17\x19\x02"};
    struct channel dice = {.seed = 79};
    uint8_t hello[FRAME_WIRE_MAX];
    size_t len = make_hello(&dice, hello);

    (void)state;
    for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++) {
        begin();
        type(typed[i]);
        check_session(hello, len);
        assert_false(editor.searching);
        assert_int_equal(line_feed(&editor, 'x'), LINE_NONE);
        assert_string_equal(editor.text, "x");
    }
}

static void text_around_a_break_is_text(void **state)
{
    (void)state;
    begin();
    type("echo one\r");
    take((const uint8_t *)"gone\0echo two\recho three\r", 26);
    assert_string_equal(ran, "echo one|echo two|echo three|");
}

/* A debugger's bytes are its own. */
static void a_debugger_may_send_zeros(void **state)
{
    (void)state;
    begin();
    type("$g#67");
    take((const uint8_t *)"$X\0\0#58", 7);
    assert_true(debugged);
    assert_string_equal(ran, "");
    type("\recho back\r");
    assert_string_equal(ran, "echo back|");
    debugged = false;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hello_whose_beginning_is_lost_is_no_text),
        cmocka_unit_test(any_part_of_a_hello_is_no_text),
        cmocka_unit_test(a_session_begins_with_an_empty_line),
        cmocka_unit_test(text_around_a_break_is_text),
        cmocka_unit_test(a_debugger_may_send_zeros),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
