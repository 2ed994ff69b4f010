/* SPDX-License-Identifier: BSD-2-Clause */
/* Records as tables, lists and JSON; their memory; suggestions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "monitor/shell/near.h"
#include "monitor/shell/record.h"

static char text[4096];
static size_t used;
static struct record_memory memory;
static struct record_out out;

static void sink(void *context, const char *piece, size_t len)
{
    (void)context;
    assert_true(used + len < sizeof(text));
    memcpy(text + used, piece, len);
    used += len;
    text[used] = '\0';
}

static int setup(void **state)
{
    (void)state;
    used = 0;
    text[0] = '\0';
    out = (struct record_out){.sink = sink, .word_bits = 64, .memory = &memory};
    record_begin(&out, true);
    return 0;
}

static const struct column columns[] = {
    {"name", FIELD_NAME, 8},      {"slot", FIELD_WORD, 6},   {"bytes", FIELD_SIZE, 0},
    {"size_bits", FIELD_BITS, 0}, {"device", FIELD_BOOL, 0}, {"note", FIELD_TEXT, 0},
};
static const struct record_type type = {"thing", columns, 6, RECORD_TABLE};

static void tables(void **state)
{
    const struct field one[] = {{.text = "a"}, {.word = 0x10}, {.word = 4096},
                                {.word = 12},  {.word = 1},    {.text = "x\x1b\ty"}};
    const struct field two[] = {{.text = "longer than eight"},
                                {.absent = true},
                                {.word = 4097},
                                {.word = 5},
                                {.word = 0},
                                {.text = NULL}};
    (void)state;
    record_emit(&out, &type, one);
    record_emit(&out, &type, two);
    assert_string_equal(text, "NAME        SLOT     BYTES  SIZE BITS  DEVICE  NOTE\n"
                              "a           0x10     4 KiB         12  yes     x\\x1b y\n"
                              "longer than eight       -    4097 B          5  no      -\n");
    assert_int_equal(out.rows, 2);
    record_text(&out, "done");
    record_emit(&out, &type, one);
    assert_non_null(strstr(text, "done\n\nNAME"));
}

static void json(void **state)
{
    const uint64_t words[] = {1, 0xff};
    static const struct column more[] = {{"bytes", FIELD_BYTES, 0}, {"mr", FIELD_WORDS, 0}};
    static const struct record_type lists = {"lists", more, 2, RECORD_TABLE};
    const struct field one[] = {{.text = "a\"\\\n\x01\xff\xc3\xa9"},
                                {.word = UINT64_MAX},
                                {.word = 4096},
                                {.word = 12},
                                {.word = 1},
                                {.text = NULL}};
    const struct field two[] = {{.bytes = "\x00\xfe", .len = 2}, {.words = words, .len = 2}};
    (void)state;
    out.json = true;
    record_emit(&out, &type, one);
    assert_string_equal(text,
                        "{\"record\":\"thing\",\"name\":\"a\\\"\\\\\\n\\u0001\\ufffd\xc3\xa9\","
                        "\"slot\":\"0xffffffffffffffff\",\"bytes\":4096,\"size_bits\":12,"
                        "\"device\":true}\n");
    used = 0;
    out.marked = true;
    record_emit(&out, &lists, two);
    assert_string_equal(
        text, "\x1e{\"record\":\"lists\",\"bytes\":\"00fe\",\"mr\":[\"0x1\",\"0xff\"]}\n");
}

static void lists_and_words(void **state)
{
    const uint64_t words[] = {1, 0xff};
    static const struct column fields[] = {{"mr", FIELD_WORDS, 0}, {"raw", FIELD_BYTES, 0}};
    static const struct record_type lists = {"lists", fields, 2, RECORD_LIST};
    const struct field row[] = {{.words = words, .len = 2}, {.bytes = "\x01\x02", .len = 2}};
    (void)state;
    record_emit(&out, &lists, row);
    assert_string_equal(text, "mr   [0x1, 0xff]\nraw  01 02\n");
}

static void memory_of_the_last_record(void **state)
{
    const uint64_t words[] = {7, 8};
    static const struct column fields[] = {
        {"mr", FIELD_WORDS, 0}, {"error", FIELD_NAME, 0}, {"min", FIELD_WORD, 0}};
    static const struct record_type kind = {"kind", fields, 3, RECORD_TABLE};
    struct field row[] = {{.words = words, .len = 2}, {.text = "RangeError"}, {.word = 3}};
    const char *found;
    uint64_t word;
    (void)state;
    record_emit(&out, &kind, row);
    assert_int_equal(record_recall(&memory, "min", &word, &found), ERR_OK);
    assert_int_equal(word, 3);
    assert_null(found);
    assert_int_equal(record_recall(&memory, "error", &word, &found), ERR_OK);
    assert_string_equal(found, "RangeError");
    assert_int_equal(record_recall(&memory, "mr1", &word, &found), ERR_OK);
    assert_int_equal(word, 8);
    assert_int_equal(record_recall(&memory, "mr2", &word, &found), ERR_NOT_FOUND);
    assert_int_equal(record_recall(&memory, "mr", &word, &found), ERR_NOT_FOUND);
    assert_int_equal(record_recall(&memory, "mr99999999999999", &word, &found), ERR_NOT_FOUND);
    row[2].absent = true;
    record_emit(&out, &kind, row);
    assert_int_equal(record_recall(&memory, "min", &word, &found), ERR_NOT_FOUND);
    record_begin(&out, true);
    assert_int_equal(record_recall(&memory, "error", &word, &found), ERR_NOT_FOUND);
}

static void memory_that_does_not_fit(void **state)
{
    static char longest[LIMIT_FIELD_TEXT_BYTES + 1];
    static const struct column fields[] = {{"a", FIELD_TEXT, 0}, {"b", FIELD_TEXT, 0}};
    static const struct record_type kind = {"kind", fields, 2, RECORD_TABLE};
    const struct field row[] = {{.text = longest}, {.text = "short"}};
    const char *found;
    uint64_t word;
    (void)state;
    memset(longest, 'x', sizeof(longest) - 1);
    record_emit(&out, &kind, row);
    assert_int_equal(record_recall(&memory, "a", &word, &found), ERR_NOT_FOUND);
    assert_int_equal(record_recall(&memory, "b", &word, &found), ERR_OK);
    assert_string_equal(found, "short");
}

static void suggestions(void **state)
{
    static const char *const names[] = {"TCB_Suspend", "TCB_Resume", "read", "revoke", "reset"};
    char question[80];
    struct near near;
    (void)state;
    near_begin(&near, "raed");
    for (unsigned i = 0; i < 5; i++)
        near_offer(&near, names[i]);
    near_print(&near, question, sizeof(question));
    assert_string_equal(question, "did you mean read?");
    near_begin(&near, "suspend");
    for (unsigned i = 0; i < 5; i++)
        near_offer(&near, names[i]);
    assert_string_equal(near.names[0], "TCB_Suspend");
    near_begin(&near, "rese");
    for (unsigned i = 0; i < 5; i++)
        near_offer(&near, names[i]);
    near_print(&near, question, sizeof(question));
    assert_string_equal(question, "did you mean reset or read?");
    near_begin(&near, "zzzzzzzz");
    near_offer(&near, names[0]);
    assert_int_equal(near_print(&near, question, sizeof(question)), 0);
    assert_string_equal(question, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(tables, setup),
        cmocka_unit_test_setup(json, setup),
        cmocka_unit_test_setup(lists_and_words, setup),
        cmocka_unit_test_setup(memory_of_the_last_record, setup),
        cmocka_unit_test_setup(memory_that_does_not_fit, setup),
        cmocka_unit_test_setup(suggestions, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
