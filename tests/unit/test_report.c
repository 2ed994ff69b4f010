/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reports: texts that hold anything come out as proper TAP and XML; cases are counted and sorted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/client/report.h"

static const char *const targets[] = {"a&b", "c"};
static struct report report;

static int set_up(void **state)
{
    (void)state;
    report = (struct report){.targets = targets, .target_count = 2, .seconds = 1.25};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    report_free(&report);
    return 0;
}

static void add(size_t target, const char *name, enum script_status status, const char *message,
                const char *output)
{
    struct report_case c = {.target = target,
                            .file = (char *)"f",
                            .name = (char *)name,
                            .status = status,
                            .message = (char *)message,
                            .output = (char *)output};
    assert_true(report_add(&report, &c));
}

/* What a writer writes, in new memory. */
static char *written(report_writer write)
{
    char *text = NULL;
    size_t len;
    FILE *to = open_memstream(&text, &len);
    write(&report, to);
    fclose(to);
    return text;
}

static void expect_in(report_writer write, const char *const *wanted)
{
    char *text = written(write);
    for (; *wanted; wanted++)
        if (!strstr(text, *wanted))
            fail_msg("%s is not in %s", *wanted, text);
    free(text);
}

static void junit_holds_anything(void **state)
{
    static const char *const wanted[] = {
        "name=\"&lt;&quot;&gt;\"",
        "message=\"?[31m\xc3\xa4?&#10;x\"",
        "<system-out>??a&amp;\n??\xf0\x9f\x98\x80?</system-out>",
        "hostname=\"a&amp;b\" tests=\"1\" failures=\"1\"",
        NULL,
    };
    (void)state;
    add(0, "<\">", SCRIPT_WRONG, "\x1b[31m\xc3\xa4\xff\nx",
        "\xed\xa0"
        "a&\n\xc0\x80\xf0\x9f\x98\x80\x01");
    expect_in(report_write_junit, wanted);
}

static void tap_escapes(void **state)
{
    static const char *const wanted[] = {
        "1..2\nok 1 - a&b: f: n \\# SKIP x # SKIP why \\#1\n",
        "not ok 2 - c: f: y z\n  ---\n  message: \"a \\\"b\\\"\\n\\x1b\"\n  severity: error\n",
        NULL,
    };
    (void)state;
    add(0, "n # SKIP x", SCRIPT_SKIPPED, "why #1", "");
    add(1, "y\nz", SCRIPT_LOST, "a \"b\"\n\x1b", "");
    expect_in(report_write_tap, wanted);
}

static void cases_are_sorted_and_counted(void **state)
{
    static const char *const wanted[] = {
        "a&b\n  ok       f: 2 (0.00 s)\n  ok       f: 4 (0.00 s)\nc\n  ok       f: 1 (0.00 s)\n"
        "  FAILED   f: 3 (0.00 s)\n           m\n           | o\n",
        "3 passed, 1 failed on 2 targets in 1.2 s\n",
        NULL,
    };
    (void)state;
    add(1, "1", SCRIPT_PASSED, "", "hidden");
    add(0, "2", SCRIPT_PASSED, "", "");
    add(1, "3", SCRIPT_WRONG, "m", "o\n");
    add(0, "4", SCRIPT_PASSED, "", "");
    report_sort(&report);
    assert_int_equal(report_count(&report).passed, 3);
    expect_in(report_write_text, wanted);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(junit_holds_anything, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tap_escapes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cases_are_sorted_and_counted, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
