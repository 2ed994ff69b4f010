/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The target's own unpacking against liblz4: round trips at every level, blocks with what came
 * before as their dictionary, and blocks that are damaged, cut short or nonsense.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lz4.h>
#include <lz4hc.h>

#include "monitor/link/lz4.h"
#include "monitor/link/upload.h"

enum { SIZE = 200000 };

static uint64_t seed = 88172645463325252;

static uint32_t dice(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 16);
}

/* Like code: runs of zeros, things that come again, and noise. */
static void fill(uint8_t *bytes, size_t len, unsigned kind)
{
    size_t at = 0;

    while (at < len) {
        size_t run = 1 + dice() % 60, from = at ? dice() % at : 0;
        unsigned what = kind == 3 ? dice() % 3 : kind;

        for (size_t i = 0; i < run && at < len; i++, at++)
            bytes[at] = what == 0   ? 0
                        : what == 1 ? (uint8_t)dice()
                                    : bytes[from + i % (at ? at : 1)];
    }
}

static void test_round_trips(void **state)
{
    static uint8_t plain[SIZE], packed[LZ4_COMPRESSBOUND(SIZE)], out[SIZE];
    static const size_t sizes[] = {1, 2, 12, 13, 14, 100, 4096, 65536, 70000, SIZE};

    (void)state;
    for (unsigned kind = 0; kind < 4; kind++) {
        fill(plain, SIZE, kind);
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            for (int level = 0; level <= 12; level += 4) {
                int n = level ? LZ4_compress_HC((char *)plain, (char *)packed, (int)sizes[i],
                                                sizeof packed, level)
                              : LZ4_compress_default((char *)plain, (char *)packed, (int)sizes[i],
                                                     sizeof packed);
                assert_true(n > 0);
                memset(out, 0xee, sizeof out);
                assert_true(lz4_unpack(packed, (size_t)n, out, 0, sizes[i]));
                assert_memory_equal(out, plain, sizes[i]);
                if (sizes[i] < SIZE)
                    assert_false(lz4_unpack(packed, (size_t)n, out, 0, sizes[i] + 1));
                assert_false(lz4_unpack(packed, (size_t)n, out, 0, sizes[i] - 1));
                assert_false(lz4_unpack(packed, (size_t)n - 1, out, 0, sizes[i]));
            }
        }
    }
}

static void test_blocks_reach_back(void **state)
{
    static uint8_t plain[SIZE], packed[LZ4_COMPRESSBOUND(UPLOAD_BLOCK_BYTES)], out[SIZE];
    LZ4_streamHC_t *stream = LZ4_createStreamHC();
    size_t total = 0;

    (void)state;
    fill(plain, SIZE, 3);
    for (size_t at = 0; at < SIZE; at += UPLOAD_BLOCK_BYTES) {
        size_t len = SIZE - at < UPLOAD_BLOCK_BYTES ? SIZE - at : UPLOAD_BLOCK_BYTES;
        int n = LZ4_compress_HC_continue(stream, (char *)plain + at, (char *)packed, (int)len,
                                         sizeof packed);
        assert_true(n > 0);
        assert_true(lz4_unpack(packed, (size_t)n, out, at, at + len));
        total += (size_t)n;
    }
    assert_memory_equal(out, plain, SIZE);
    assert_true(total < SIZE);
    LZ4_freeStreamHC(stream);
}

/* The sanitizers see any access outside of the two buffers, which are just as large as they say. */
static void test_nonsense_is_borne(void **state)
{
    static uint8_t plain[2000], packed[LZ4_COMPRESSBOUND(2000)];

    (void)state;
    for (int round = 0; round < 60000; round++) {
        size_t len = 1 + dice() % sizeof plain;
        fill(plain, len, 3);
        int n = LZ4_compress_default((char *)plain, (char *)packed, (int)len, sizeof packed);
        size_t cut = dice() % 4 ? (size_t)n : dice() % ((size_t)n + 1);
        size_t start = dice() % 2 ? 0 : dice() % 100;
        uint8_t *block = malloc(cut + !cut), *out = malloc(start + len);
        memcpy(block, packed, cut);
        memset(out, 1, start + len);
        for (unsigned i = dice() % 4; i > 0 && cut > 0; i--)
            block[dice() % cut] = (uint8_t)dice();
        (void)lz4_unpack(block, cut, out, start, start + len);
        free(block);
        free(out);
    }
    assert_false(lz4_unpack(plain, 0, plain, 0, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trips),
        cmocka_unit_test(test_blocks_reach_back),
        cmocka_unit_test(test_nonsense_is_borne),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
