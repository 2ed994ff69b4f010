/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of the devices and interrupt lines, each platform's table on a board of its own, as a
 * driver of the guest would use them.
 */
#include "host/sim/machine/board.h"
#include "host/sim/machine/platform.h"
#include "host/sim/machine/serial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct bench {
    struct board board;
    uint64_t now_ns;
};

static uint64_t now(void *context)
{
    return ((struct bench *)context)->now_ns;
}

static struct bench *bench_open(const char *arch)
{
    struct bench *b = calloc(1, sizeof *b);

    assert_non_null(b);
    assert_int_equal(board_init(&b->board, platform_find(arch)->devices), ERR_OK);
    assert_int_equal(serial_open_memory(&b->board.serials[0]), ERR_OK);
    b->board.time_ns = now;
    b->board.context = b;
    return b;
}

static void bench_close(struct bench *b)
{
    serial_close(b->board.serials[0]);
    board_free(&b->board);
    free(b);
}

static void expect_text(struct bench *b, const char *text)
{
    size_t len_bytes;
    const char *is = serial_text(b->board.serials[0], &len_bytes);

    assert_int_equal(len_bytes, strlen(text));
    assert_memory_equal(is, text, len_bytes);
}

/* A 16550 at ports and one in memory: the same, one byte apart. */
static const struct {
    const char *arch;
    bool is_port;
    uint64_t base;
    unsigned line;
} uarts[] = {
    {"x86_64", true, 0x3f8, 4},
    {"riscv64", false, 0x10000000, 10},
};

enum { DATA, IER, IIR, LCR, MCR, LSR, MSR, SCRATCH };

static void test_16550_identity(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct bench *b = bench_open(uarts[i].arch);
        bool port = uarts[i].is_port;
        uint64_t at = uarts[i].base;

        assert_int_equal(board_read(&b->board, port, at + LSR, 1), 0x60);
        assert_int_equal(board_read(&b->board, port, at + IIR, 1), 0x01);
        board_write(&b->board, port, at + SCRATCH, 1, 0x5a);
        assert_int_equal(board_read(&b->board, port, at + SCRATCH, 1), 0x5a);
        board_write(&b->board, port, at + LCR, 1, 0x83);
        board_write(&b->board, port, at + DATA, 1, 1);
        board_write(&b->board, port, at + IER, 1, 0);
        assert_int_equal(board_read(&b->board, port, at + DATA, 1), 1);
        board_write(&b->board, port, at + LCR, 1, 0x03);
        assert_int_equal(board_read(&b->board, port, at + DATA, 1), 0);
        board_write(&b->board, port, at + IIR, 1, 0x01);
        assert_int_equal(board_read(&b->board, port, at + IIR, 1), 0xc1);
        board_write(&b->board, port, at + DATA, 1, 'h');
        board_write(&b->board, port, at + DATA, 1, 'i');
        expect_text(b, "hi");
        bench_close(b);
    }
}

static void test_16550_receive(void **state)
{
    static const char text[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    char got[sizeof text] = "";
    unsigned count = 0, rounds = 0;

    (void)state;
    for (size_t i = 0; i < 2; i++, count = rounds = 0) {
        struct bench *b = bench_open(uarts[i].arch);
        bool port = uarts[i].is_port;
        uint64_t at = uarts[i].base;

        board_set_masked(&b->board, uarts[i].line, false);
        board_write(&b->board, port, at + IIR, 1, 0x01);
        serial_feed(b->board.serials[0], text, sizeof text - 1);
        board_poll(&b->board);
        assert_int_equal(board_pending_line(&b->board), -1); /* not enabled in the device */
        board_write(&b->board, port, at + IER, 1, 1);
        while (board_pending_line(&b->board) >= 0 && rounds++ < 10) {
            assert_int_equal(board_pending_line(&b->board), uarts[i].line);
            unsigned in_row = 0;
            while (board_read(&b->board, port, at + LSR, 1) & 1) {
                got[count++] = (char)board_read(&b->board, port, at + DATA, 1);
                in_row++;
            }
            assert_in_range(in_row, 1, 16); /* never more than the FIFO has */
            board_poll(&b->board);
        }
        assert_int_equal(count, sizeof text - 1);
        assert_memory_equal(got, text, count);
        assert_int_equal(board_read(&b->board, port, at + LSR, 1), 0x60); /* no overrun */
        bench_close(b);
    }
}

static void test_16550_transmit_interrupt(void **state)
{
    struct bench *b = bench_open("x86_64");

    (void)state;
    board_set_masked(&b->board, 4, false);
    board_write(&b->board, true, 0x3f8 + IER, 1, 2);
    assert_int_equal(board_pending_line(&b->board), 4);
    assert_int_equal(board_read(&b->board, true, 0x3f8 + IIR, 1), 0x02);
    assert_int_equal(board_pending_line(&b->board), -1); /* reading it takes it back */
    board_write(&b->board, true, 0x3f8 + DATA, 1, 'x');
    assert_int_equal(board_pending_line(&b->board), 4);
    board_write(&b->board, true, 0x3f8 + IER, 1, 0);
    assert_int_equal(board_pending_line(&b->board), -1);
    bench_close(b);
}

static void test_16550_loop(void **state)
{
    struct bench *b = bench_open("x86_64");

    (void)state;
    board_write(&b->board, true, 0x3f8 + MCR, 1, 0x1e);
    board_write(&b->board, true, 0x3f8 + DATA, 1, 0xae);
    assert_int_equal(board_read(&b->board, true, 0x3f8 + DATA, 1), 0xae);
    assert_int_equal(board_read(&b->board, true, 0x3f8 + MSR, 1), 0xd0);
    expect_text(b, "");
    bench_close(b);
}

enum {
    PL011 = 0x9000000,
    DR = 0x00,
    FR = 0x18,
    LCRH = 0x2c,
    IMSC = 0x38,
    RIS = 0x3c,
    MIS = 0x40,
    ICR = 0x44
};

static void test_pl011(void **state)
{
    struct bench *b = bench_open("aarch64");
    struct board *board = &b->board;

    (void)state;
    board_set_masked(board, 33, false);
    assert_int_equal(board_read(board, false, PL011 + FR, 4), 0x90);
    assert_int_equal(board_read(board, false, PL011 + 0xfe0, 4), 0x11);
    assert_int_equal(board_read(board, false, PL011 + 0xff0, 4), 0x0d);
    serial_feed(board->serials[0], "abc", 3);
    board_poll(board);
    assert_int_equal(board_read(board, false, PL011 + FR, 4), 0xc0); /* full: the FIFO is off */
    assert_int_equal(board_read(board, false, PL011 + RIS, 4), 0x10);
    assert_int_equal(board_pending_line(board), -1);
    board_write(board, false, PL011 + IMSC, 4, 0x10);
    assert_int_equal(board_pending_line(board), 33);
    assert_int_equal(board_read(board, false, PL011 + DR, 4), 'a');
    assert_int_equal(board_pending_line(board), -1);
    board_poll(board);
    assert_int_equal(board_read(board, false, PL011 + MIS, 4), 0x10);
    board_write(board, false, PL011 + ICR, 4, 0x10);
    assert_int_equal(board_read(board, false, PL011 + MIS, 4), 0);
    assert_int_equal(board_read(board, false, PL011 + DR, 4), 'b');
    board_write(board, false, PL011 + DR, 4, 'z');
    assert_int_equal(board_read(board, false, PL011 + RIS, 4), 0x20);
    expect_text(b, "z");
    bench_close(b);
}

static void test_pl011_fifo(void **state)
{
    struct bench *b = bench_open("aarch64");
    struct board *board = &b->board;
    static const char text[] = "0123456789abcdefghij";

    (void)state;
    board_write(board, false, PL011 + LCRH, 4, 0x70);
    serial_feed(board->serials[0], text, 20);
    board_poll(board);
    assert_int_equal(board_read(board, false, PL011 + FR, 4), 0xc0);
    for (unsigned i = 0; i < 16; i++) {
        assert_int_equal(board_read(board, false, PL011 + DR, 4), text[i]);
    }
    assert_int_equal(board_read(board, false, PL011 + FR, 4), 0x90);
    board_poll(board);
    for (unsigned i = 16; i < 20; i++) {
        assert_int_equal(board_read(board, false, PL011 + DR, 4), text[i]);
    }
    bench_close(b);
}

static void test_lines(void **state)
{
    struct bench *b = bench_open("riscv64");

    (void)state;
    board_set_line(&b->board, 7, true);
    assert_int_equal(board_pending_line(&b->board), -1); /* masked at reset */
    board_set_masked(&b->board, 7, false);
    assert_int_equal(board_pending_line(&b->board), 7);
    board_set_line(&b->board, 3, true);
    board_set_masked(&b->board, 3, false);
    assert_int_equal(board_pending_line(&b->board), 3);
    board_set_masked(&b->board, 3, true);
    board_set_masked(&b->board, 3, true);
    assert_int_equal(b->board.raised, 1);
    board_set_line(&b->board, 7, false);
    assert_int_equal(b->board.raised, 0);
    board_set_line(&b->board, -1, true);
    board_set_line(&b->board, BOARD_LINES_MAX, true);
    board_set_masked(&b->board, BOARD_LINES_MAX, false);
    assert_int_equal(board_pending_line(&b->board), -1);
    bench_close(b);
}

static void test_exits(void **state)
{
    static const struct {
        const char *arch;
        bool is_port;
        uint64_t address;
        unsigned width;
        uint64_t value;
        enum board_end end;
        int status;
    } exits[] = {
        {"x86_64", true, 0xf4, 1, 16, BOARD_EXITED, 33},
        {"x86_64", true, 0xf4, 4, 0, BOARD_EXITED, 1},
        {"x86_64", true, 0x64, 1, 0xfe, BOARD_RESET, 0},
        {"x86_64", true, 0xcf9, 1, 0x06, BOARD_RESET, 0},
        {"x86_64", true, 0x64, 1, 0xaa, BOARD_RUNS, 0},
        {"riscv64", false, 0x100000, 4, 33 << 16 | 0x3333, BOARD_EXITED, 33},
        {"riscv64", false, 0x100000, 4, 0x5555, BOARD_EXITED, 0},
        {"riscv64", false, 0x100000, 4, 0x7777, BOARD_RESET, 0},
        {"riscv64", false, 0x100004, 4, 0x5555, BOARD_RUNS, 0},
        {"riscv64", false, 0x100000, 4, 0x1234, BOARD_RUNS, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof exits / sizeof exits[0]; i++) {
        struct bench *b = bench_open(exits[i].arch);
        board_write(&b->board, exits[i].is_port, exits[i].address, exits[i].width, exits[i].value);
        assert_int_equal(b->board.end, exits[i].end);
        assert_int_equal(b->board.status, exits[i].status);
        bench_close(b);
    }
}

/* What nobody answers, and devices that say that they are not there. */
static void test_nothing(void **state)
{
    struct bench *b = bench_open("x86_64");

    (void)state;
    assert_int_equal(board_read(&b->board, true, 0x1234, 1), 0xff);
    assert_int_equal(board_read(&b->board, true, 0x1234, 4), 0xffffffff);
    assert_int_equal(board_read(&b->board, false, 0xfe000000, 8), 0);
    board_write(&b->board, false, 0xfe000000, 8, 1);
    board_write(&b->board, true, 0xcf8, 4, 0x80000800);
    assert_int_equal(board_read(&b->board, true, 0xcf8, 4), 0x80000800);
    assert_int_equal(board_read(&b->board, true, 0xcfc, 4), 0xffffffff);
    assert_int_equal(board_read(&b->board, true, 0x64, 1) & 1, 0);
    bench_close(b);
    b = bench_open("aarch64");
    assert_int_equal(board_read(&b->board, false, 0xa000000, 4), 0x74726976);
    assert_int_equal(board_read(&b->board, false, 0xa003e08, 4), 0);
    assert_int_equal(board_read(&b->board, false, 0x4010000000, 4), 0xffffffff);
    assert_int_equal(board_read(&b->board, false, 0x10000000, 4), 0xffffffff);
    assert_int_equal(board_read(&b->board, false, 0x9020000, 4), 0);
    /* Pages where an access is a fault, and their neighbours. */
    assert_true(platform_find("aarch64")->absent_faults);
    assert_true(board_answers(&b->board, 0x9010000, 0x1000));
    assert_false(board_answers(&b->board, 0x9011000, 0x1000));
    assert_false(board_answers(&b->board, 0x9040000, 0x1000));
    assert_true(board_answers(&b->board, 0x7fff000, 0x1000));
    bench_close(b);
    b = bench_open("riscv64");
    assert_true(platform_find("riscv64")->absent_faults);
    assert_true(board_answers(&b->board, 0x10000000, 0x1000)); /* the UART has a part of it */
    assert_false(board_answers(&b->board, 0, 0x1000));
    assert_false(board_answers(&b->board, 0x200000, 0x1000));
    bench_close(b);
    b = bench_open("x86_64");
    assert_false(platform_find("x86_64")->absent_faults);
    bench_close(b);
}

/* The clocks stand at a fixed moment and run with virtual time. */
static void test_clocks(void **state)
{
    struct bench *b = bench_open("x86_64");
    uint64_t before;

    (void)state;
    b->now_ns = 3661ULL * 1000000000;
    const uint8_t want[] = {0x01, 0x01, 0x01}; /* an hour, a minute and a second on */
    const uint8_t index[] = {0x00, 0x02, 0x04};
    for (unsigned i = 0; i < 3; i++) {
        board_write(&b->board, true, 0x70, 1, index[i]);
        assert_int_equal(board_read(&b->board, true, 0x71, 1), want[i]);
    }
    board_write(&b->board, true, 0x43, 1, 0xb4);
    board_write(&b->board, true, 0x42, 1, 0xff);
    board_write(&b->board, true, 0x42, 1, 0xff);
    b->now_ns += 1000000;
    board_write(&b->board, true, 0x43, 1, 0x80);
    uint64_t low = board_read(&b->board, true, 0x42, 1);
    uint64_t count = low | board_read(&b->board, true, 0x42, 1) << 8;
    assert_in_range(0xffff - count, 1190, 1197); /* a millisecond at 1.193 MHz */
    bench_close(b);
    b = bench_open("aarch64");
    before = board_read(&b->board, false, 0x9010000, 4);
    b->now_ns = 5000000000ULL;
    assert_int_equal(board_read(&b->board, false, 0x9010000, 4), before + 5);
    bench_close(b);
}

/* A device that raises its interrupt at once: what to write, and what takes it back. */
static void test_alarms(void **state)
{
    (void)state;
    static const struct {
        const char *arch;
        bool is_port;
        unsigned line, width_bytes;
        struct {
            uint64_t address, value;
        } raise[6];
        uint64_t clear_at; /* a port is read, memory written */
    } rows[] = {
        {"x86_64", true, 1, 1, {{0x64, 0x60}, {0x60, 0x01}, {0x64, 0xd2}, {0x60, 0x1e}}, 0x60},
        {"riscv64", false, 11, 4, {{0x101010, 1}, {0x10100c, 0}, {0x101008, 1}}, 0x10101c},
        {"aarch64", false, 34, 4, {{0x9010010, 1}, {0x9010004, 1767225600}}, 0x901001c},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct bench *b = bench_open(rows[i].arch);
        board_set_masked(&b->board, rows[i].line, false);
        for (unsigned again = 0; again < 2; again++) {
            for (unsigned w = 0; rows[i].raise[w].address; w++) {
                assert_int_equal(board_pending_line(&b->board), -1);
                board_write(&b->board, rows[i].is_port, rows[i].raise[w].address,
                            rows[i].width_bytes, rows[i].raise[w].value);
            }
            assert_int_equal(board_pending_line(&b->board), (int)rows[i].line);
            if (rows[i].is_port)
                assert_int_equal(board_read(&b->board, true, rows[i].clear_at, 1), 0x1e);
            else
                board_write(&b->board, false, rows[i].clear_at, 4, 1);
            assert_int_equal(board_pending_line(&b->board), -1);
        }
        bench_close(b);
    }
}

/* Not enabled, or not for now: no interrupt. */
static void test_alarms_that_are_none(void **state)
{
    (void)state;
    struct bench *b = bench_open("aarch64");

    board_set_masked(&b->board, 34, false);
    board_write(&b->board, false, 0x9010004, 4, 1767225600);
    assert_int_equal(board_pending_line(&b->board), -1);
    assert_int_equal(board_read(&b->board, false, 0x9010014, 4), 1);
    assert_int_equal(board_read(&b->board, false, 0x9010018, 4), 0);
    board_write(&b->board, false, 0x901001c, 4, 1);
    board_write(&b->board, false, 0x9010010, 4, 1);
    board_write(&b->board, false, 0x9010004, 4, 1767225601);
    assert_int_equal(board_pending_line(&b->board), -1);
    bench_close(b);
    b = bench_open("x86_64");
    board_set_masked(&b->board, 1, false);
    board_write(&b->board, true, 0x64, 1, 0xd2);
    board_write(&b->board, true, 0x60, 1, 0x1e);
    assert_int_equal(board_pending_line(&b->board), -1); /* not enabled */
    assert_int_equal(board_read(&b->board, true, 0x60, 1), 0x1e);
    bench_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_16550_identity),
        cmocka_unit_test(test_16550_receive),
        cmocka_unit_test(test_16550_transmit_interrupt),
        cmocka_unit_test(test_16550_loop),
        cmocka_unit_test(test_pl011),
        cmocka_unit_test(test_pl011_fifo),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_exits),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_clocks),
        cmocka_unit_test(test_alarms),
        cmocka_unit_test(test_alarms_that_are_none),
    };

    return cmocka_run_group_tests_name("machine_devices", tests, NULL, NULL);
}
