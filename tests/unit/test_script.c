/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The script language: what is parsed, what is refused and where, and what is run, with a target
 * that is none. Then bytes at random, which must be refused or run, and end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/client/script_text.h"
#include "tests/unit/script_fake.h"

static struct script_fake fake;

static int set_up(void **state)
{
    (void)state;
    script_fake_init(&fake);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    script_fake_free(&fake);
    return 0;
}

/* Runs a script on a new target; what was said must be `want`. */
static void expect_said(const char *script, const char *want)
{
    script_fake_free(&fake);
    script_fake_init(&fake);
    script_fake_run(&fake, script);
    assert_string_equal(fake.said, want);
}

static void wrong_forms(void **state)
{
    static const struct {
        const char *script, *want;
    } rows[] = {
        {"echo\nend", "2:1: nothing is open that this end could close\n"},
        {"  else", "1:3: nothing is open that this else could close\n"},
        {"if", "1:3: the condition is missing here\n"},
        {"if # what", "1:3: the condition is missing here\n"},
        {"\n if 1\necho", "2:2: this if has no end (line 3 is the last)\n"},
        {"while 1\nelse\nend", "2:1: this else belongs to no if\n"},
        {"if 1\nelse\nelse\nend", "3:1: this else belongs to no if\n"},
        {"if 1\nelse echo\nend", "2:6: only `if` may stand after else\n"},
        {"if 1\nend end", "2:5: nothing more belongs on this line\n"},
        {"for 1 in a\nend",
         "1:5: the name of the variable is missing here: letters, digits and _\n"},
        {"for a of b\nend", "1:7: for wants NAME in WORD... or NAME = FIRST to LAST\n"},
        {"for a = 1\nend", "1:10: `to` and the last value are missing: for NAME = FIRST to LAST\n"},
        {"for a = to 3\nend", "1:9: the first value is missing here\n"},
        {"for a = 1 to\nend", "1:13: the last value is missing here\n"},
        {"for a = 1 to 2 step\nend", "1:20: the step is missing here\n"},
        {"function if\nend", "1:10: if is a word of the language\n"},
        {"if 1\nfunction f\nend\nend", "2:1: a function stands in no other block\n"},
        {"function f 1\nend",
         "1:12: the name of a parameter is missing here: letters, digits and _\n"},
        {"function f a b a\nend", "1:16: there is a parameter a already\n"},
        {"test\nend", "1:5: the name of the test is missing here\n"},
        {"test a\ntest b\nend\nend", "2:1: a test stands in no other one, and in no function\n"},
        {"test a\nsetup\nend\nend", "2:1: setup stands in no other block\n"},
        {"cleanup\ncleanup\nend\nend", "2:1: cleanup stands in no setup or cleanup\n"},
        {"leave", "1:1: there is no loop here\n"},
        {"while 1\ncleanup\nleave\nend\nend", "3:1: there is no loop here\n"},
        {"return 1", "1:1: return outside of a function\n"},
        {"var a", "1:6: = and a value are missing here\n"},
        {"var a =", "1:8: the value is missing here\n"},
        {"skip when 1", "1:6: skip wants `if` or `unless` and a condition, or nothing\n"},
        {"skip if", "1:8: the condition is missing here\n"},
        {"expect kernel", "1:14: what is to be heard is missing here: \"TEXT\" or /REGULAR "
                          "EXPRESSION/\n"},
        {"expect /a", "1:8: the regular expression is not closed: /.../\n"},
        {"expect \"a", "1:8: the quote is not closed\n"},
        {"expect no text 'a within 2 s", "1:16: the quote is not closed\n"},
        {"expect \"", "1:8: the quote is not closed\n"},
        {"expect \"a\\\"", "1:8: the quote is not closed\n"},
        {"expect \"a\" in 2 s", "1:12: only `within TIME` may stand here\n"},
        {"expect \"a\" within", "1:18: the time, as in 2 s, is missing here\n"},
        {"source", "1:7: the file is missing here\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        expect_said(rows[i].script, rows[i].want);
        assert_int_equal(fake.sent, 0);
    }
    script_fake_try(&fake, "echo\0x", 6);
    assert_int_equal(fake.sent, 0);
}

static void blocks_inside_each_other(void **state)
{
    char script[20000] = "";
    (void)state;
    for (int i = 0; i < SCRIPT_DEPTH_MAX; i++)
        strcat(script, "if 1\n");
    size_t open = strlen(script);
    for (int i = 0; i < SCRIPT_DEPTH_MAX; i++)
        strcat(script, "end\n");
    assert_true(script_fake_run(&fake, script));
    strcpy(script + open, "if 1\n");
    assert_false(script_fake_run(&fake, script));
    assert_non_null(strstr(fake.said, "more than 100 blocks inside each other"));
    strcpy(script, "if 0\n");
    for (int i = 0; i < 1000; i++)
        strcat(script, "else if 0\n");
    assert_false(script_fake_run(&fake, script));
}

static void plain_lines_go_as_they_are(void **state)
{
    (void)state;
    expect_said("# comment\n\n  echo a  # b $c\r\nlet x = 3; echo $x\nendless\niffy",
                "> echo a  # b $c\n> let x = 3; echo $x\n> endless\n> iffy\n[f.smoke passed]\n");
    assert_int_equal(fake.asked, 0);
    expect_said("echo\nfail\necho", "> echo\n> fail\n[f.smoke failed: failed as told]\n");
}

static void conditions(void **state)
{
    (void)state;
    expect_said("if 0\na\nelse if 1 == 1\nb\nelse\nc\nend", "> b\n[f.smoke passed]\n");
    expect_said("if 1\na\nelse\nc\nend", "> a\n[f.smoke passed]\n");
    assert_int_equal(fake.asked, 0);
    expect_said("if 0\na\nelse\nc\nend", "> c\n[f.smoke passed]\n");
    expect_said("if what\nend", "f.smoke:1:5: no value\n[f.smoke failed: no value]\n");
    expect_said("if \"a\"\nend", "f.smoke:1:4: this is the text \"a\", and no number\n"
                                 "[f.smoke failed: this is the text \"a\", and no number]\n");
    expect_said("if word\nend", "f.smoke:1:4: this is the text \"word\", and no number\n"
                                "[f.smoke failed: this is the text \"word\", and no number]\n");
}

static void loops(void **state)
{
    (void)state;
    expect_said("for i = 1 to 5\nif $i == 2\nagain\nend\nif $i == 4\nleave\nend\nt $i\nend",
                "> t 1\n> t 3\n[f.smoke passed]\n");
    expect_said("for i = 1 to 0x9 step 4\nt $i\nend", "> t 1\n> t 5\n> t 9\n[f.smoke passed]\n");
    expect_said("for i = 18446744073709551614 to 18446744073709551615\nt\nend",
                "> t\n> t\n[f.smoke passed]\n");
    expect_said("for i = 2 to 1\nt\nend", "[f.smoke passed]\n");
    expect_said("for i = 1 to 2 step 0\nend", "f.smoke:1:21: with a step of 0 there is no end\n"
                                              "[f.smoke failed: with a step of 0 there is no "
                                              "end]\n");
    expect_said("for x in a \"b c\" 'd'\nt ${x}z\nend",
                "> t az\n> t b cz\n> t dz\n[f.smoke passed]\n");
    expect_said("for x in\nt\nend", "[f.smoke passed]\n");
    expect_said("var n = 0\nwhile $n < 3\nvar n = $n + 1\nt $n\nend",
                "> t 1\n> t 2\n> t 3\n[f.smoke passed]\n");
}

static void variables(void **state)
{
    (void)state;
    expect_said("var a = \"x y\"\nt $a \"$a\" '$a' ${a}z $b $a.c \"it's $a\" \\$a # $a",
                "> t x y \"x y\" '$a' x yz $b x y.c \"it's x y\" \\x y # $a\n[f.smoke passed]\n");
    expect_said("t a${b}", "f.smoke:1:4: the script has no variable b\n"
                           "[f.smoke failed: the script has no variable b]\n");
    expect_said("t $version.arch $version.mcs $version.word_bits",
                "> t \"none\" 0 64\n[f.smoke passed]\n");
    expect_said("skip if $version.nonsense",
                "f.smoke:1:18: this target tells no field nonsense; the commands version and "
                "bootinfo show those that there are\n[f.smoke failed: this target tells no field "
                "nonsense; the commands version and bootinfo show those that there are]\n");
    expect_said("param p\n", "f.smoke:1:1: p has to be given: --set p=VALUE\n"
                             "[f.smoke failed: p has to be given: --set p=VALUE]\n");
    script_fake_free(&fake);
    script_fake_init(&fake);
    assert_true(script_scope_set(&fake.walk.global, "p", "given"));
    assert_true(script_fake_run(&fake, "param p = 3\nparam q = 4\nt $p $q"));
    assert_string_equal(fake.said, "> t given 4\n[f.smoke passed]\n");
}

static void functions(void **state)
{
    (void)state;
    expect_said("function f a b\nvar l = 1\nt $a $b $1 $count $l\nend\nf x 'y $z'\nt $l $a",
                "> t x y $z x 2 1\n> t $l $a\n[f.smoke passed]\n");
    expect_said("var v = 1\nfunction f\nvar v = 2\nt $v\nend\nf\nt $v",
                "> t 2\n> t 1\n[f.smoke passed]\n");
    expect_said("function f a\nreturn $a + 1\nt no\nend\nf 4\nt $result # f",
                "> t 5 # f\n[f.smoke passed]\n");
    expect_said("var x = \"a b\"\nfunction f a\nt $a\nend\nf $x", "> t a b\n[f.smoke passed]\n");
    expect_said("f 1\nfunction f a\nend\nf 1 2", "f.smoke:4:1: f takes 1 argument, not 2\n"
                                                 "[f.smoke failed: f takes 1 argument, not 2]\n");
    expect_said("function f\nf\nend\nf",
                "f.smoke:2:1: more than 100 calls inside each other\n"
                "[f.smoke failed: more than 100 calls inside each other]\n");
}

static void tests_with_setup_and_cleanup(void **state)
{
    (void)state;
    expect_said(
        "setup\nup\nend\ncleanup\ndown\nend\ntest \"one\"\na\nend\ntest two\nfail\nno\nend\n"
        "test three\nskip if 1\nno\nend\nlast",
        "> up\n> a\n> down\n[one passed]\n> up\n> fail\n> down\n[two failed: failed as "
        "told]\n> up\n> down\n[three skipped: 1]\n> last\n");
    expect_said("for i = 1 to 2\ntest \"n $i\"\ncleanup\nundo $i\nend\nt\nend\nend",
                "> t\n> undo 1\n[n 1 passed]\n> t\n> undo 2\n[n 2 passed]\n");
    expect_said("var v = 1\ntest one\nvar v = 2\nt $v\nend\ntest two\nt $v\nend",
                "> t 2\n[one passed]\n> t 1\n[two passed]\n");
    expect_said("for i = 1 to 2\ncleanup\nundo $i\nend\nend\nfail",
                "> fail\n> undo 2\n> undo 1\n[f.smoke failed: failed as told]\n");
    expect_said("cleanup\nfail 1\nfail 2\nend\nt",
                "> t\n> fail 1\n> fail 2\n[f.smoke failed: failed as told]\n");
    expect_said("setup\nfail\nend\ncleanup\ndown\nend\ntest a\nno\nend",
                "> fail\n> down\n[a failed: failed as told]\n");
    expect_said("test a\nt\nend\nfail\ntest b\nend", "> t\n[a passed]\n> fail\n"
                                                     "[(outside of the tests) failed: failed as "
                                                     "told]\n");
}

static void ends_from_outside(void **state)
{
    (void)state;
    expect_said("cleanup\ndown\nend\ntest a\ninterrupt\nno\nend\ntest b\nend",
                "> interrupt\n> down\n[a lost]\n");
    expect_said("cleanup\ndown\nend\ntest a\ndie\nend\ntest b\nend", "> die\n[a lost]\n");
}

static void a_script_that_never_ends(void **state)
{
    (void)state;
    fake.walk.limit_ms = 500;
    assert_false(script_fake_run(&fake, "cleanup\ndown\nend\nwhile 1\nend"));
    assert_string_equal(fake.said, "f.smoke:1:1: not done within its limit of 0.5 s\n> down\n"
                                   "[f.smoke failed: not done within its limit of 0.5 s]\n");
    fake.len = 0;
    assert_false(script_fake_run(&fake, "test a\npause 2 s\nend\ntest b\nt\nend"));
    assert_string_equal(fake.said, "f.smoke:1:1: not done within its limit of 0.5 s\n"
                                   "[a failed: not done within its limit of 0.5 s]\n> t\n"
                                   "[b passed]\n");
    assert_false(script_fake_run(&fake, "while 1\ntest a\nend\nend"));
    assert_false(script_fake_run(&fake, "while 1\ntest a\nwhile 1\nend\nend\nend"));
    assert_false(script_fake_run(&fake, "while 1\ncleanup\nend\nend"));
    fake.walk.limit_ms = 1000000;
    assert_false(script_fake_run(&fake, "while 1\ncleanup\nend\nend"));
    assert_non_null(strstr(fake.said, "more than 1000 clean-ups in one test"));
}

static void expecting(void **state)
{
    (void)state;
    expect_said("kernel one two\nexpect kernel \"one\"\nexpect no any", "> kernel one two\n"
                                                                        "[f.smoke passed]\n");
    expect_said("kernel one two\nassert 1\nexpect /o.e t/ within 1s",
                "> kernel one two\n> assert 1\n[f.smoke passed]\n");
    expect_said("kernel one\nt\nexpect one within 100 ms",
                "> kernel one\n> t\nf.smoke:3:8: not heard within 0.1 s\n"
                "[f.smoke failed: not heard within 0.1 s]\n");
    expect_said("kernel one\nexpect text \"one\" within 100 ms",
                "> kernel one\nf.smoke:2:13: not heard within 0.1 s; the last that was heard: one\n"
                "[f.smoke failed: not heard within 0.1 s; the last that was heard: one]\n");
    expect_said("kernel one\nexpect no kernel within 1 s",
                "> kernel one\nf.smoke:2:1: not expected: one\n"
                "[f.smoke failed: not expected: one]\n");
    expect_said("expect /(/", "f.smoke:1:8: this is no regular expression: Unmatched ( or \\(\n"
                              "[f.smoke failed: this is no regular expression: Unmatched ( or "
                              "\\(]\n");
    expect_said("expect a within soon",
                "f.smoke:1:17: soon is no time: 500 ms or 2 s, up to a day\n"
                "[f.smoke failed: soon is no time: 500 ms or 2 s, up to a "
                "day]\n");
    for (int i = 0; i < 2 * SCRIPT_HEARD_MAX; i++)
        script_heard_add(&fake.walk.heard, SCRIPT_HEARS_TEXT, "line");
    assert_int_equal(fake.walk.heard.count, SCRIPT_HEARD_MAX);
}

static void sourced_files(void **state)
{
    (void)state;
    fake.files[0][0] = "lib";
    fake.files[0][1] = "function g\nt g $1\nend\nt $1 $count\nvar kept = 5";
    fake.files[1][0] = "loop";
    fake.files[1][1] = "source loop";
    fake.files[2][0] = "bad";
    fake.files[2][1] = "t\nif";
    assert_true(script_fake_run(&fake, "source lib a\ng\nt $kept $1"));
    assert_string_equal(fake.said, "> t a 1\n> t g $1\n> t 5 $1\n[f.smoke passed]\n");
    fake.len = 0;
    assert_false(script_fake_run(&fake, "source loop"));
    assert_non_null(strstr(fake.said, "loop:1:8: more than 100 calls inside each other"));
    fake.len = 0;
    assert_false(script_fake_run(&fake, "source bad"));
    assert_string_equal(fake.said, "bad:2:3: the condition is missing here\n"
                                   "[f.smoke failed: the condition is missing here]\n");
    fake.len = 0;
    assert_false(script_fake_run(&fake, "source none"));
    assert_non_null(strstr(fake.said, "f.smoke:1:8: cannot read none: No such file"));
}

static void texts(void **state)
{
    char text[40];
    int ms;
    unsigned long long n;
    (void)state;
    assert_true(script_text_time("1.5 s", &ms) && ms == 1500);
    assert_true(script_text_time(" 20ms ", &ms) && ms == 20);
    assert_false(script_text_time("2", &ms) || script_text_time("s", &ms) ||
                 script_text_time("-1 s", &ms) || script_text_time("1e9 s", &ms) ||
                 script_text_time("2 sec", &ms) || script_text_time("inf s", &ms));
    assert_true(script_text_number(" 0x1F ", &n) && n == 31);
    assert_false(script_text_number("1 2", &n) || script_text_number("4k", &n) ||
                 script_text_number("-1", &n) || script_text_number("", &n) ||
                 script_text_number("99999999999999999999", &n) || script_text_number("0x", &n));
    script_text_indent(text, sizeof(text), "\t\xc3\xbc x", 5);
    assert_string_equal(text, "\t  ");
    script_text_indent(text, 3, "abcdef", 6);
    assert_string_equal(text, "  ");
    script_text_strip_column(text, sizeof(text), "no (column 3); did you");
    assert_string_equal(text, "no; did you");
    assert_int_equal(script_parse_depth(" if 1"), 1);
    assert_int_equal(script_parse_depth("end\r\n"), -1);
    assert_int_equal(script_parse_depth("end # x"), -1);
    assert_int_equal(script_parse_depth("echo if"), 0);
    assert_int_equal(script_parse_depth("else"), 0);
}

/* --- bytes at random ------------------------------------------------------------------------ */

static uint32_t seed = 12345;

static uint32_t draw(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

static void random_scripts(void **state)
{
    static const char *const pieces[] = {
        "if",         "else",
        "end",        "while",
        "for",        "function",
        "test",       "setup",
        "cleanup",    "return",
        "leave",      "again",
        "var",        "param",
        "expect",     "skip",
        "pause",      "source",
        "in",         "to",
        "step",       "no",
        "kernel",     "within",
        "unless",     "1",
        "0",          "a",
        "$a",         "${a}",
        "${b",        "$",
        "=",          "\"",
        "'",          "/",
        "\\",         "#",
        "(",          "]",
        "2 s",        "fail",
        "f",          "$1",
        "die",        "\n",
        "\n",         "\n",
        "\nend\n",    "\nend\n",
        "\r\n",       "\t",
        "interrupt",  "\nfunction f a\n",
        "\ntest x\n", "\nwhile 1\n",
        "1 < 2",      "$version.arch",
        "== 3",
    };
    enum { PIECES = sizeof(pieces) / sizeof(pieces[0]) };
    unsigned ran = 0;
    (void)state;
    for (int round = 0; round < 20000; round++) {
        char script[1024];
        size_t len = 0;
        script_fake_free(&fake);
        script_fake_init(&fake);
        fake.walk.limit_ms = 200;
        for (uint32_t n = draw(40); n > 0; n--)
            len += (size_t)snprintf(script + len, sizeof(script) - len, "%s%s",
                                    pieces[draw(PIECES)], draw(4) ? " " : "");
        if (round % 4 == 0 && len > 0)
            script[draw((uint32_t)len)] = (char)draw(256);
        script_fake_try(&fake, script, len);
        ran += fake.sent > 0;
    }
    assert_true(ran > 500); /* it is no use if all are refused */
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(wrong_forms, set_up, tear_down),
        cmocka_unit_test_setup_teardown(blocks_inside_each_other, set_up, tear_down),
        cmocka_unit_test_setup_teardown(plain_lines_go_as_they_are, set_up, tear_down),
        cmocka_unit_test_setup_teardown(conditions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(loops, set_up, tear_down),
        cmocka_unit_test_setup_teardown(variables, set_up, tear_down),
        cmocka_unit_test_setup_teardown(functions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tests_with_setup_and_cleanup, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ends_from_outside, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_script_that_never_ends, set_up, tear_down),
        cmocka_unit_test_setup_teardown(expecting, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sourced_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(texts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(random_scripts, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
