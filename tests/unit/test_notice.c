/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor/core/notice.c: lines of components on their way to the operator. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "monitor/core/limits.h"
#include "monitor/core/notice.h"

static unsigned woken;

static void wake(void)
{
    woken++;
}

static int begin(void **state)
{
    char line[LIMIT_NOTICE_BYTES];
    uint32_t pid;

    (void)state;
    notice_init(wake);
    while (notice_take(&pid, line, sizeof line))
        continue;
    woken = 0;
    return 0;
}

static void expect(uint32_t wanted_pid, const char *wanted)
{
    char line[LIMIT_NOTICE_BYTES];
    uint32_t pid;

    assert_true(notice_take(&pid, line, sizeof line));
    assert_string_equal(line, wanted);
    assert_int_equal(pid, wanted_pid);
}

static void expect_none(void)
{
    char line[LIMIT_NOTICE_BYTES];
    uint32_t pid;

    assert_false(notice_take(&pid, line, sizeof line));
}

static void write_text(uint32_t pid, const char *text)
{
    notice_write(pid, text, strlen(text));
}

static void test_lines_are_put_together(void **state)
{
    (void)state;
    write_text(1, "hel");
    expect_none();
    write_text(2, "other\n");
    write_text(1, "lo\r\nworld\n\nres");
    expect(2, "other");
    expect(1, "hello");
    expect(1, "world");
    expect(1, "");
    expect_none();
    notice_tell(1, "ended with status %u", 3);
    expect(1, "res"); /* nothing of it is lost at its end */
    expect(1, "ended with status 3");
    expect_none();
    assert_int_equal(woken, 6);
}

static void test_a_long_line_is_cut_into_several(void **state)
{
    char text[LIMIT_NOTICE_BYTES * 2], first[LIMIT_NOTICE_BYTES];

    (void)state;
    memset(text, 'x', sizeof text);
    memset(first, 'x', sizeof first - 1);
    first[sizeof first - 1] = '\0';
    text[LIMIT_NOTICE_BYTES + 3] = '\n';
    notice_write(1, text, LIMIT_NOTICE_BYTES + 4);
    expect(1, first);
    expect(1, "xxxx");
    expect_none();
}

static void test_what_does_not_fit_is_counted(void **state)
{
    char line[LIMIT_NOTICE_BYTES];
    uint32_t pid;
    unsigned shown = 0, lost = 0;

    (void)state;
    for (unsigned i = 0; i < 1000; i++)
        write_text(7, "twenty bytes of text\n");
    while (notice_take(&pid, line, sizeof line)) {
        if (pid == 7)
            shown++;
        else
            assert_int_equal(sscanf(line, "%u lines of components were lost", &lost), 1);
    }
    assert_true(shown > 300 && lost > 0);
    assert_int_equal(shown + lost, 1000);
    write_text(7, "again\n"); /* and there is room once more */
    expect(7, "again");
    expect_none();
}

static void test_more_components_than_places(void **state)
{
    (void)state;
    for (uint32_t pid = 1; pid <= LIMIT_COMPONENTS + 1; pid++)
        write_text(pid, "begun");
    expect(1, "begun"); /* an older one makes room */
    expect_none();
    for (uint32_t pid = 2; pid <= LIMIT_COMPONENTS + 1; pid++) {
        write_text(pid, " and ended\n");
        expect(pid, "begun and ended");
    }
    expect_none();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_lines_are_put_together, begin),
        cmocka_unit_test_setup(test_a_long_line_is_cut_into_several, begin),
        cmocka_unit_test_setup(test_what_does_not_fit_is_counted, begin),
        cmocka_unit_test_setup(test_more_components_than_places, begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
