/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor/core/start_block.c: what a component is handed, read back as its runtime does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "monitor/core/start_block.h"

static struct start_block block;

static void test_what_is_put_in_is_found(void **state)
{
    const struct component_start *start = &block.start;
    const struct component_cap *caps;
    const char *args;

    (void)state;
    start_block_init(&block);
    assert_int_equal(start_block_name(&block, "tcb", 3, 0, 0), ERR_OK);
    assert_int_equal(start_block_name(&block, "heap", 0, 0x10000000, 8192), ERR_OK);
    assert_int_equal(start_block_args(&block, "hello\0one\0", 2), ERR_OK);
    assert_true(start->magic == COMPONENT_START_MAGIC);
    assert_int_equal(start->version, COMPONENT_START_VERSION);
    assert_int_equal(start->caps_offset % 8, 0);
    caps = (const void *)((const char *)start + start->caps_offset);
    assert_int_equal(start->caps_count, 2);
    assert_string_equal(caps[0].name, "tcb");
    assert_int_equal(caps[0].slot, 3);
    assert_string_equal(caps[1].name, "heap");
    assert_int_equal(caps[1].address, 0x10000000);
    assert_int_equal(caps[1].size_bytes, 8192);
    args = (const char *)start + start->args_offset;
    assert_int_equal(start->args_count, 2);
    assert_string_equal(args, "hello");
    assert_string_equal(args + 6, "one");
    assert_true(start->args_offset + 10 <= start->size_bytes);
}

static void test_it_fills_up_and_can_be_used_again(void **state)
{
    static char text[START_BLOCK_BYTES];
    unsigned count = 0;

    (void)state;
    start_block_init(&block);
    while (start_block_name(&block, "x", 1, 0, 0) == ERR_OK)
        count++;
    assert_int_equal(count, START_BLOCK_CAPS_MAX);
    memset(text, 'a', sizeof text - 1);
    assert_int_equal(start_block_args(&block, text, 1), ERR_FULL);
    text[sizeof block.args - 1] = '\0';
    assert_int_equal(start_block_args(&block, text, 1), ERR_OK);
    start_block_init(&block);
    assert_int_equal(block.start.caps_count, 0);
    assert_int_equal(start_block_name(&block, "x", 1, 0, 0), ERR_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_put_in_is_found),
        cmocka_unit_test(test_it_fills_up_and_can_be_used_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
