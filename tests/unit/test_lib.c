/* SPDX-License-Identifier: BSD-2-Clause */
/* arch/lib: strings, formatting and CRC. The C library's snprintf is the peer of fmt_print. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

#include "arch/lib/crc32.h"
#include "arch/lib/err.h"
#include "arch/lib/fmt.h"
#include "arch/lib/str.h"

static void copy_cuts_and_tells(void **state)
{
    char small[4];
    (void)state;
    assert_true(str_copy(small, sizeof(small), "abc"));
    assert_string_equal(small, "abc");
    assert_false(str_copy(small, sizeof(small), "abcd"));
    assert_string_equal(small, "abc");
    assert_false(str_copy(small, 0, "abc"));
}

static void case_is_ignored(void **state)
{
    (void)state;
    assert_int_equal(str_compare_nocase("TCB_Suspend", "tcb_suspend"), 0);
    assert_true(str_compare_nocase("a", "B") < 0);
    assert_true(str_compare_nocase("ab", "a") > 0);
    assert_true(str_starts_nocase("TCB_Suspend", "tcb"));
    assert_false(str_starts_nocase("TC", "tcb"));
}

static void distances(void **state)
{
    char longest[70];
    (void)state;
    assert_int_equal(str_distance("kitten", "sitting", 9), 3);
    assert_int_equal(str_distance("READ", "read", 9), 0);
    assert_int_equal(str_distance("", "abc", 9), 3);
    assert_int_equal(str_distance("abc", "", 9), 3);
    assert_int_equal(str_distance("raed", "read", 9), 1);
    assert_int_equal(str_distance("rpi", "rip", 9), 1);
    assert_int_equal(str_distance("abc", "xyz", 2), 2);
    memset(longest, 'a', sizeof(longest));
    longest[63] = '\0';
    assert_int_equal(str_distance(longest, "a", 99), 62);
    longest[63] = 'a';
    longest[64] = '\0';
    assert_int_equal(str_distance(longest, "a", 99), 99);
}

static void patterns(void **state)
{
    (void)state;
    assert_true(str_matches("X86_Page_Map", "page"));
    assert_false(str_matches("X86_Page_Map", "pages"));
    assert_true(str_matches("X86_Page_Map", "*_map"));
    assert_true(str_matches("X86_Page_Map", "x??_*p"));
    assert_false(str_matches("X86_Page_Map", "page*"));
    assert_true(str_matches("", ""));
    assert_true(str_matches("", "*"));
    assert_false(str_matches("", "?"));
    assert_true(str_matches("aaab", "*aab"));
}

#define SAME(...)                                                                                  \
    do {                                                                                           \
        char ours[128], theirs[128];                                                               \
        size_t len = fmt_print(ours, sizeof(ours), __VA_ARGS__);                                   \
        assert_int_equal(len, snprintf(theirs, sizeof(theirs), __VA_ARGS__));                      \
        assert_string_equal(ours, theirs);                                                         \
    } while (0)

static void formats_like_printf(void **state)
{
    (void)state;
    SAME("%d %d %d", 0, -1, INT_MIN);
    SAME("%u %x", UINT_MAX, UINT_MAX);
    SAME("%ld %lu %lx", LONG_MIN, ULONG_MAX, ULONG_MAX);
    SAME("%lld %llu", LLONG_MIN, ULLONG_MAX);
    SAME("%zu %zd", (size_t)-1, (ptrdiff_t)-5);
    SAME("%hu %hd", (unsigned short)65535, (short)-3);
    SAME("[%5d] [%-5d] [%05d] [%05d]", 42, 42, 42, -42);
    SAME("[%20s] [%-20s] [%.2s] [%-6.3s]", "abc", "abc", "abc", "abcdef");
    SAME("[%*d] [%-*s] [%.*s]", 7, 3, 9, "left", 2, "cut");
    SAME("[%*d]", -7, 3);
    SAME("%c%c 100%% [%3c]", 'o', 'k', 'x');
    SAME("0x%016llx", 0xdeadbeefULL);
    SAME("plain");
}

static void never_past_the_end(void **state)
{
    char text[8];
    (void)state;
    memset(text, 'Z', sizeof(text));
    assert_int_equal(fmt_print(text, 4, "%s", "abcdef"), 6);
    assert_string_equal(text, "abc");
    assert_int_equal(text[4], 'Z');
    assert_int_equal(fmt_print(text, 1, "%s", "abcdef"), 6);
    assert_string_equal(text, "");
    assert_int_equal(fmt_print(NULL, 0, "%d", 1234), 4);
    assert_int_equal(fmt_print(text, sizeof(text), "%s", (const char *)"a"), 1);
}

static void crc_of_known_text(void **state)
{
    (void)state;
    assert_int_equal(crc32_update(0, "123456789", 9), 0xcbf43926);
    assert_int_equal(crc32_update(crc32_update(0, "1234", 4), "56789", 5), 0xcbf43926);
    assert_int_equal(crc32_update(0, "", 0), 0);
}

static void every_error_has_words(void **state)
{
    (void)state;
    for (int e = 0; e < ERR_COUNT; e++)
        assert_true(strlen(err_text((enum err)e)) > 3 && strlen(err_name((enum err)e)) > 1);
    assert_string_equal(err_name(ERR_NOT_FOUND), "NOT_FOUND");
    assert_string_equal(err_name((enum err)999), "UNKNOWN");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copy_cuts_and_tells), cmocka_unit_test(case_is_ignored),
        cmocka_unit_test(distances),           cmocka_unit_test(patterns),
        cmocka_unit_test(formats_like_printf), cmocka_unit_test(never_past_the_end),
        cmocka_unit_test(crc_of_known_text),   cmocka_unit_test(every_error_has_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
