/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cpio reader: what it answers about good archives, which error
 * every kind of damage gives, and that no damage makes it read outside the buffer (each buffer is
 * an allocation of its exact size, and the sanitizers watch).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arch/lib/cpio.h"

enum { ARCHIVE_BYTES = 4096, MODE = 0100644, FUZZ_ROUNDS = 20000, FUZZ_SEED = 7 };

struct archive {
    uint8_t bytes[ARCHIVE_BYTES];
    size_t len_bytes;
};

/* An allocation of exactly these bytes; the caller frees. */
static uint8_t *exact(const uint8_t *bytes, size_t len_bytes)
{
    uint8_t *copy = malloc(len_bytes ? len_bytes : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, len_bytes);
    return len_bytes ? copy : copy + 1;
}

static void release(uint8_t *copy, size_t len_bytes)
{
    free(len_bytes ? copy : copy - 1);
}

static void pad(struct archive *a)
{
    while (a->len_bytes % CPIO_ALIGN_BYTES != 0)
        a->bytes[a->len_bytes++] = 0;
}

/* `name_bytes` with the zero byte; more than one may end the name. */
static void add(struct archive *a, const char *name, size_t name_bytes, const void *content,
                size_t len_bytes)
{
    char header[CPIO_HEADER_BYTES + 1];

    snprintf(header, sizeof(header),
             CPIO_MAGIC "%08x%08x%08x%08x%08x%08x%08zX%08x%08x%08x%08x%08zx%08x", 1, MODE, 0, 0, 1,
             0, len_bytes, 0, 0, 0, 0, name_bytes, 0);
    memcpy(a->bytes + a->len_bytes, header, CPIO_HEADER_BYTES);
    a->len_bytes += CPIO_HEADER_BYTES;
    memset(a->bytes + a->len_bytes, 0, name_bytes);
    memcpy(a->bytes + a->len_bytes, name, strlen(name));
    a->len_bytes += name_bytes;
    pad(a);
    memcpy(a->bytes + a->len_bytes, content, len_bytes);
    a->len_bytes += len_bytes;
    pad(a);
}

static void make(struct archive *a)
{
    a->len_bytes = 0;
    add(a, "a", 2, "", 0);
    add(a, "hello.elf", 10, "twelve bytes", 12);
    add(a, "padded", 12, "12345", 5); /* as tools do that place contents on pages */
    add(a, "hello.elf", 10, "second", 6);
    add(a, CPIO_TRAILER, sizeof(CPIO_TRAILER), "", 0);
}

static void reads_all_in_order(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "hello.elf", "padded", "hello.elf"};
    static const size_t sizes[] = {0, 12, 5, 6};
    struct archive a;
    struct cpio cpio;
    struct cpio_file file;

    make(&a);
    cpio_start(&cpio, a.bytes, a.len_bytes);
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(cpio_next(&cpio, &file), ERR_OK);
        assert_string_equal(file.name, names[i]);
        assert_int_equal(file.len_bytes, sizes[i]);
        assert_int_equal(file.mode, MODE);
        assert_int_equal((file.bytes - a.bytes) % CPIO_ALIGN_BYTES, 0);
    }
    assert_int_equal(cpio_next(&cpio, &file), ERR_NOT_FOUND);
    assert_int_equal(cpio_next(&cpio, &file), ERR_NOT_FOUND);
}

static void finds_the_first_of_a_name(void **state)
{
    (void)state;
    struct archive a;
    struct cpio_file file;

    make(&a);
    assert_int_equal(cpio_find(a.bytes, a.len_bytes, "hello.elf", &file), ERR_OK);
    assert_int_equal(file.len_bytes, 12);
    assert_memory_equal(file.bytes, "twelve bytes", 12);
    assert_int_equal(cpio_find(a.bytes, a.len_bytes, "padded", &file), ERR_OK);
    assert_memory_equal(file.bytes, "12345", 5);
    assert_int_equal(cpio_find(a.bytes, a.len_bytes, "hello", &file), ERR_NOT_FOUND);
    assert_int_equal(cpio_find(a.bytes, a.len_bytes, "hello.elf2", &file), ERR_NOT_FOUND);
    assert_int_equal(cpio_find(a.bytes, a.len_bytes, CPIO_TRAILER, &file), ERR_NOT_FOUND);
}

/* Bytes behind the trailer (pages are filled up) are no matter. */
static void the_trailer_ends_it(void **state)
{
    (void)state;
    struct archive a;
    struct cpio_file file;

    make(&a);
    memset(a.bytes + a.len_bytes, 0xff, 300);
    assert_int_equal(cpio_find(a.bytes, a.len_bytes + 300, "hello", &file), ERR_NOT_FOUND);
}

/* Cut anywhere it says so, and every file before the cut is still read. */
static void every_cut_is_noticed(void **state)
{
    (void)state;
    struct archive a;
    size_t trailer_bytes = CPIO_HEADER_BYTES + sizeof(CPIO_TRAILER);

    make(&a);
    pad(&a);
    size_t end = a.len_bytes - (trailer_bytes + 3) / 4 * 4 + trailer_bytes;
    for (size_t cut = 0; cut < end; cut++) {
        uint8_t *bytes = exact(a.bytes, cut);
        struct cpio_file file;
        assert_int_equal(cpio_find(bytes, cut, "none", &file), ERR_TRUNCATED);
        release(bytes, cut);
    }
    struct cpio_file file;
    assert_int_equal(cpio_find(a.bytes, end, "none", &file), ERR_NOT_FOUND);
}

static void set_field(struct archive *a, unsigned field, const char *digits)
{
    memcpy(a->bytes + 6 + field * 8, digits, 8);
}

/* Damage of the first header: which field, what is written there, and the error. */
static void every_damage_has_its_error(void **state)
{
    (void)state;
    static const struct {
        unsigned field;
        const char *digits;
        enum err e;
    } rows[] = {
        {6, "ffffffff", ERR_TRUNCATED},  {6, "FFFFFFFC", ERR_TRUNCATED},
        {6, "0000g000", ERR_FORMAT},     {6, " 0000000", ERR_FORMAT},
        {1, "0x81a400", ERR_FORMAT},     {11, "00000000", ERR_FORMAT},
        {11, "ffffffff", ERR_TRUNCATED}, {11, "00000001", ERR_FORMAT},
        {11, "-0000002", ERR_FORMAT},    {11, "00007000", ERR_TRUNCATED},
    };
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct archive a;
        struct cpio cpio;
        struct cpio_file file;
        make(&a);
        set_field(&a, rows[i].field, rows[i].digits);
        cpio_start(&cpio, a.bytes, a.len_bytes);
        assert_int_equal(cpio_next(&cpio, &file), rows[i].e);
        assert_int_equal(cpio_next(&cpio, &file), rows[i].e);
    }
    struct archive a;
    struct cpio_file file;
    make(&a);
    a.bytes[5] = '7'; /* the old format */
    assert_int_equal(cpio_find(a.bytes, a.len_bytes, "a", &file), ERR_FORMAT);
}

/* What a file says of itself lies in the buffer; reading it all shows it to the sanitizers. */
static void touch(const uint8_t *bytes, size_t len_bytes)
{
    struct cpio cpio;
    struct cpio_file file;
    size_t files = 0;
    volatile unsigned sum = 0;

    cpio_start(&cpio, bytes, len_bytes);
    while (cpio_next(&cpio, &file) == ERR_OK) {
        assert_true(++files <= len_bytes / CPIO_HEADER_BYTES);
        assert_true(file.bytes >= bytes && file.bytes + file.len_bytes <= bytes + len_bytes);
        sum += (unsigned)strlen(file.name);
        for (size_t i = 0; i < file.len_bytes; i++)
            sum += file.bytes[i];
    }
}

static void random_damage_is_survived(void **state)
{
    (void)state;
    static const char bytes_of_sense[] = "0123456789abcdefF";

    srand(FUZZ_SEED);
    for (unsigned round = 0; round < FUZZ_ROUNDS; round++) {
        struct archive a;
        make(&a);
        size_t len = rand() % 4 ? a.len_bytes : (size_t)rand() % a.len_bytes;
        uint8_t *bytes = exact(a.bytes, len);
        for (unsigned i = 0; len && i < 1 + (unsigned)rand() % 8; i++)
            bytes[(size_t)rand() % len] =
                (uint8_t)(rand() % 2 ? bytes_of_sense[(size_t)rand() % 17] : rand());
        touch(bytes, len);
        release(bytes, len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_all_in_order),         cmocka_unit_test(finds_the_first_of_a_name),
        cmocka_unit_test(the_trailer_ends_it),        cmocka_unit_test(every_cut_is_noticed),
        cmocka_unit_test(every_damage_has_its_error), cmocka_unit_test(random_damage_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
