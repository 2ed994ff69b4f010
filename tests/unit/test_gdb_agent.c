/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Agent bytecode: each operation with its result, each way to be malformed, and random code.
 */
#include "gdbstub/agent.h"
#include "tests/unit/gdb_fake.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

static struct engine engine;
static struct fake fake;
static char printed[4096];
static size_t printed_len;

static void on_stopped(void *client, struct engine_thread *t)
{
    (void)client, (void)t;
}

static void on_print(void *client, const char *text, size_t len)
{
    (void)client;
    if (len > sizeof printed - 1 - printed_len)
        len = sizeof printed - 1 - printed_len;
    memcpy(printed + printed_len, text, len);
    printed_len += len;
    printed[printed_len] = 0;
}

static const struct engine_client client = {.stopped = on_stopped, .print = on_print};

static int setup(void **state)
{
    (void)state;
    fake_init(&fake);
    engine_init(&engine, &gdb_arch_x86_64, &fake_ops, &fake);
    printed_len = 0;
    return engine_attach(&engine, 1, false, &client);
}

static enum err run(const void *code, size_t len, uint64_t *value)
{
    uint8_t *exact = malloc(len + 1); /* the sanitizer sees what is read past it */
    memcpy(exact, code, len);
    enum err err = agent_run(&engine, engine_thread(&engine, fake.ids[0]), exact, len, value);
    free(exact);
    return err;
}

#define CODE(...)                                                                                  \
    (const uint8_t[]){__VA_ARGS__}, sizeof(const uint8_t[])                                        \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }
#define GIVES(want, ...)                                                                           \
    do {                                                                                           \
        uint64_t value = 99;                                                                       \
        assert_int_equal(run(CODE(__VA_ARGS__), &value), ERR_OK);                                  \
        assert_int_equal(value, (uint64_t)(want));                                                 \
    } while (0)
#define FAILS(want, ...)                                                                           \
    do {                                                                                           \
        uint64_t value;                                                                            \
        assert_int_equal(run(CODE(__VA_ARGS__), &value), want);                                    \
    } while (0)

enum {
    ADD = 2,
    SUB,
    MUL,
    DIV,
    DIVU,
    REM,
    REMU,
    LSH,
    RSH,
    RSHU,
    NOT = 14,
    AND,
    OR,
    XOR,
    INV,
    EQ,
    LT,
    LTU,
    EXT,
    REF8,
    REF16,
    REF32,
    REF64,
    IF = 32,
    GOTO,
    C8,
    C16,
    C32,
    C64,
    REG,
    END,
    DUP,
    POP,
    ZEXT,
    SWAP,
    PICK = 50,
    ROT,
    PRINT
};

static void test_operations(void **state)
{
    setup(state);
    GIVES(0, END);
    GIVES(7, C8, 3, C8, 4, ADD, END);
    GIVES(-1, C8, 3, C8, 4, SUB, END);
    GIVES(12, C8, 3, C8, 4, MUL, END);
    GIVES(-3, C8, 0xf9, EXT, 8, C8, 2, DIV, END);
    GIVES(-1, C8, 0xf9, EXT, 8, C8, 2, REM, END);
    GIVES(0x7fffffffffffffff, C8, 0xff, EXT, 8, C8, 2, DIVU, END);
    GIVES(1, C8, 7, C8, 2, REMU, END);
    GIVES(INT64_MIN, C64, 0x80, 0, 0, 0, 0, 0, 0, 0, C8, 0xff, EXT, 8, DIV, END);
    GIVES(0, C64, 0x80, 0, 0, 0, 0, 0, 0, 0, C8, 0xff, EXT, 8, REM, END);
    GIVES(0x100, C8, 1, C8, 8, LSH, END);
    GIVES(0, C8, 1, C8, 64, LSH, END);
    GIVES(-1, C8, 0x80, EXT, 8, C8, 200, RSH, END);
    GIVES(0, C8, 0x80, EXT, 8, C8, 200, RSHU, END);
    GIVES(1, C8, 0, NOT, END);
    GIVES(-2, C8, 1, INV, END);
    GIVES(1, C8, 3, C8, 5, AND, END);
    GIVES(7, C8, 3, C8, 5, OR, END);
    GIVES(6, C8, 3, C8, 5, XOR, END);
    GIVES(1, C8, 0xff, EXT, 8, C8, 1, LT, END);
    GIVES(0, C8, 0xff, EXT, 8, C8, 1, LTU, END);
    GIVES(1, C16, 1, 2, C16, 1, 2, EQ, END);
    GIVES(0x34, C16, 0x12, 0x34, ZEXT, 8, END);
    GIVES(0x01020304, C32, 1, 2, 3, 4, END);
    GIVES(0x1122334455667788, REG, 0, 0, END);
    GIVES(0x2000, REG, 0, 16, END);
    GIVES(0x10, C16, 0x10, 0x10, REF8, END);
    GIVES(0x1110, C16, 0x10, 0x10, REF16, END);
    GIVES(0x13121110, C16, 0x10, 0x10, REF32, END);
    GIVES(0x1716151413121110, C16, 0x10, 0x10, REF64, END);
    GIVES(10, C8, 5, DUP, ADD, END);
    GIVES(5, C8, 5, C8, 6, POP, END);
    GIVES(1, C8, 5, C8, 6, SWAP, SUB, END);
    GIVES(5, C8, 5, C8, 6, C8, 7, PICK, 2, END);
    GIVES(2, C8, 1, C8, 2, C8, 3, ROT, END);
    GIVES(8, C8, 1, IF, 0, 8, C8, 9, END, C8, 8, END);
    GIVES(9, C8, 0, IF, 0, 8, C8, 9, END, C8, 8, END);
    GIVES(3, GOTO, 0, 5, C8, 9, C8, 3, END);
}

static void test_malformed(void **state)
{
    setup(state);
    FAILS(ERR_FORMAT, C8, 1);            /* no end */
    FAILS(ERR_FORMAT, C16, 1);           /* cut */
    FAILS(ERR_FORMAT, ADD, END);         /* nothing there */
    FAILS(ERR_FORMAT, C8, 1, ADD, END);  /* too little */
    FAILS(ERR_FORMAT, GOTO, 0, 3);       /* past the end */
    FAILS(ERR_RANGE, GOTO, 0, 0);        /* for ever */
    FAILS(ERR_RANGE, C8, 1, GOTO, 0, 0); /* until the stack is full */
    FAILS(ERR_RANGE, C8, 1, C8, 0, DIV, END);
    FAILS(ERR_RANGE, C8, 1, C8, 0, REMU, END);
    FAILS(ERR_FORMAT, C8, 1, EXT, 0, END);
    FAILS(ERR_FORMAT, C8, 1, PICK, 1, END);
    FAILS(ERR_FAULT, C8, 1, REF8, END); /* not memory */
    FAILS(ERR_FAULT, C16, 0x4f, 0xff, REF16, END);
    FAILS(ERR_FAULT, REG, 0, 18, END); /* cs: nobody knows it */
    FAILS(ERR_FORMAT, REG, 9, 9, END);
    FAILS(ERR_UNSUPPORTED, 0x01, END); /* float */
    FAILS(ERR_UNSUPPORTED, 0xff, END);
    FAILS(ERR_FORMAT, C8, 0, C8, 0, PRINT, 0, 0, 9, 'x', 0, END);
    FAILS(ERR_FORMAT, C8, 0, C8, 0, PRINT, 0, 0, 1, 'x', END);
    FAILS(ERR_FORMAT, C8, 0, C8, 0, PRINT, 1, 0, 2, 'x', 0, END);
}

static void print_check(const char *format, unsigned values, const char *want)
{
    static const uint16_t words[] = {7, 0x41, 0x2080}; /* the last is a text's address */
    size_t len = 0, format_len = strlen(format) + 1;
    uint8_t code[128];
    uint64_t value;

    for (unsigned i = values; i-- > 0;) { /* the first one ends on top */
        code[len++] = C16;
        code[len++] = (uint8_t)(words[i] >> 8);
        code[len++] = (uint8_t)words[i];
    }
    const uint8_t rest[] = {C8, 0, C8, 0, PRINT, (uint8_t)values, 0, (uint8_t)format_len};
    memcpy(code + len, rest, sizeof rest);
    len += sizeof rest;
    memcpy(code + len, format, format_len);
    len += format_len;
    code[len++] = END;
    printed_len = 0;
    printed[0] = 0;
    assert_int_equal(run(code, len, &value), ERR_OK);
    assert_string_equal(printed, want);
}

static void test_print(void **state)
{
    setup(state);
    strcpy((char *)fake.memory[1] + 0x1080, "a text");
    print_check("plain 100%%\\n", 0, "plain 100%\n");
    print_check("\\101\\t\\x\\", 0, "A\tx");
    print_check("%d|", 1, "7|");
    print_check("%04lx %c", 2, "0007 A");
    print_check("%llu %p [%s]", 3, "7 0x41 [a text]");
    print_check("%5.1f", 1, "%5.1f");
}

static void test_random(void **state)
{
    uint32_t seed = 5;
    uint8_t code[48];
    uint64_t value;

    setup(state);
    for (int round = 0; round < 200000; round++) {
        size_t len = (seed >> 8) % sizeof code;
        for (size_t i = 0; i < len; i++) {
            seed = seed * 1664525u + 1013904223u;
            code[i] = (uint8_t)(seed >> 24) % (round % 2 ? 0x36 : 256);
        }
        seed = seed * 1664525u + 1013904223u;
        printed_len = 0;
        (void)run(code, len, &value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_operations),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_print),
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
