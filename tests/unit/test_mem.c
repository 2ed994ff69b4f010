/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch/lib/mem.c, built here under other names beside the C library's, which are the peer: every
 * alignment and length up to three words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define memcpy  our_memcpy
#define memmove our_memmove
#define memset  our_memset
#define memcmp  our_memcmp
#define strlen  our_strlen
#define strcmp  our_strcmp
#define strncmp our_strncmp
#define strchr  our_strchr
#include "arch/lib/mem.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef strlen
#undef strcmp
#undef strncmp
#undef strchr

enum { SPAN = 64, LEN_MAX = 27 };

static void fill(unsigned char *bytes)
{
    for (unsigned i = 0; i < SPAN; i++)
        bytes[i] = (unsigned char)(i * 7 + 1);
}

static void copies_and_moves(void **state)
{
    unsigned char ours[SPAN], theirs[SPAN], from[SPAN];
    (void)state;
    fill(from);
    for (unsigned to = 0; to < 9; to++) {
        for (unsigned at = 0; at < 9; at++) {
            for (unsigned len = 0; len < LEN_MAX; len++) {
                fill(ours);
                fill(theirs);
                assert_ptr_equal(our_memcpy(ours + to, from + at, len), ours + to);
                memcpy(theirs + to, from + at, len);
                assert_memory_equal(ours, theirs, SPAN);
                our_memmove(ours + to, ours + at, len);
                memmove(theirs + to, theirs + at, len);
                assert_memory_equal(ours, theirs, SPAN);
                our_memset(ours + at, 0x1a5, len);
                memset(theirs + at, 0x1a5, len);
                assert_memory_equal(ours, theirs, SPAN);
            }
        }
    }
}

static int sign(int n)
{
    return (n > 0) - (n < 0);
}

static void compares(void **state)
{
    static const char *const words[] = {"", "a", "ab", "abc", "abd", "\xff", "a\xff"};
    (void)state;
    for (unsigned i = 0; i < 7; i++) {
        assert_int_equal(our_strlen(words[i]), strlen(words[i]));
        assert_ptr_equal(our_strchr(words[i], 'b'), strchr(words[i], 'b'));
        assert_ptr_equal(our_strchr(words[i], 0), strchr(words[i], 0));
        for (unsigned j = 0; j < 7; j++) {
            size_t n = strlen(words[i]) < strlen(words[j]) ? strlen(words[i]) : strlen(words[j]);
            assert_int_equal(sign(our_strcmp(words[i], words[j])),
                             sign(strcmp(words[i], words[j])));
            assert_int_equal(sign(our_strncmp(words[i], words[j], 2)),
                             sign(strncmp(words[i], words[j], 2)));
            assert_int_equal(sign(our_memcmp(words[i], words[j], n)),
                             sign(memcmp(words[i], words[j], n)));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_and_moves),
        cmocka_unit_test(compares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
