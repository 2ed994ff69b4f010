/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor/core/window.c, ring.h and chunk.c: the small pure parts of the core. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "monitor/core/chunk.h"
#include "monitor/core/ring.h"
#include "monitor/core/window.h"

static void test_windows(void **state)
{
    static struct window_region region;
    unsigned a, b, c;

    (void)state;
    window_init(&region, 0x10000000, 0x10000000 + (4 << 20));
    assert_int_equal(window_take(&region, 12, &a), ERR_OK);
    assert_int_equal(region.windows[a].start, 0x10000000);
    /* Aligned to its size, so past what is taken. */
    assert_int_equal(window_take(&region, 21, &b), ERR_OK);
    assert_int_equal(region.windows[b].start, 0x10200000);
    assert_int_equal(window_take(&region, 12, &c), ERR_OK);
    assert_int_equal(region.windows[c].start, 0x10001000);
    assert_int_equal(window_take(&region, 21, &c), ERR_NO_SPACE);
    assert_int_equal(window_take(&region, 40, &c), ERR_NO_SPACE);
    window_give(&region, b);
    assert_int_equal(window_take(&region, 21, &c), ERR_OK);
    assert_int_equal(region.windows[c].start, 0x10200000);
}

static void test_windows_run_out(void **state)
{
    static struct window_region region;
    unsigned number;

    (void)state;
    window_init(&region, 0, (uint64_t)1 << 40);
    for (unsigned i = 0; i < LIMIT_WINDOWS; i++)
        assert_int_equal(window_take(&region, 12, &number), ERR_OK);
    assert_int_equal(window_take(&region, 12, &number), ERR_FULL);
    window_give(&region, 7);
    assert_int_equal(window_take(&region, 12, &number), ERR_OK);
    assert_int_equal(number, 7);
}

static void test_ring(void **state)
{
    static struct ring ring;
    uint8_t byte;

    (void)state;
    /* Counters that wrap around in the middle. */
    ring.written = ring.read = UINT32_MAX - 10;
    assert_false(ring_get(&ring, &byte));
    for (unsigned i = 0; i < LIMIT_CONSOLE_BYTES; i++)
        assert_true(ring_put(&ring, (uint8_t)i));
    assert_int_equal(ring_room(&ring), 0);
    assert_false(ring_put(&ring, 1));
    for (unsigned i = 0; i < LIMIT_CONSOLE_BYTES; i++) {
        assert_true(ring_get(&ring, &byte));
        assert_int_equal(byte, (uint8_t)i);
    }
    assert_int_equal(ring_used(&ring), 0);
}

static void test_chunks(void **state)
{
    uintptr_t area[16] = {6, 3 * sizeof(uintptr_t), 0xfd7, 1, 2 * sizeof(uintptr_t)};
    const size_t word = sizeof(uintptr_t);
    struct chunk chunk;

    (void)state;
    assert_int_equal(chunk_get(area, 5 * word, 0, &chunk), ERR_OK);
    assert_int_equal(chunk.id, 6);
    assert_int_equal(chunk.len_bytes, word);
    assert_memory_equal(chunk.bytes, &area[2], word);
    assert_int_equal(chunk_get(area, 5 * word, 1, &chunk), ERR_OK);
    assert_int_equal(chunk.id, 1);
    assert_int_equal(chunk.len_bytes, 0);
    assert_int_equal(chunk_get(area, 5 * word, 2, &chunk), ERR_NOT_FOUND);
    assert_int_equal(chunk_get(area, 0, 0, &chunk), ERR_NOT_FOUND);
    assert_int_equal(chunk_get(area, 4 * word, 1, &chunk), ERR_NOT_FOUND);
    area[1] = 100 * word;
    assert_int_equal(chunk_get(area, 5 * word, 0, &chunk), ERR_FORMAT);
    area[1] = word;
    assert_int_equal(chunk_get(area, 5 * word, 0, &chunk), ERR_FORMAT);
    area[1] = UINTPTR_MAX;
    assert_int_equal(chunk_get(area, 5 * word, 0, &chunk), ERR_FORMAT);
    /* Padding to the end of the page, of which the kernel told only the header. */
    area[0] = 0;
    area[1] = 100 * word;
    assert_int_equal(chunk_get(area, 5 * word, 0, &chunk), ERR_NOT_FOUND);
    area[1] = 0;
    assert_int_equal(chunk_get(area, 5 * word, 0, &chunk), ERR_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_windows),
        cmocka_unit_test(test_windows_run_out),
        cmocka_unit_test(test_ring),
        cmocka_unit_test(test_chunks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
