/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Framing of the remote protocol: what the receiver makes of good, damaged and malicious bytes, and
 * that what the sender encodes is what a client decodes. Also hexadecimal fields and qCRC's sum.
 */
#include "gdbstub/crc.h"
#include "gdbstub/hex.h"
#include "gdbstub/packet.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static struct packet_rx rx;
static struct packet_tx tx;

/* The last event that is not NOTHING. */
static enum packet_event feed(const void *bytes, size_t len)
{
    enum packet_event last = PACKET_NOTHING;

    for (size_t i = 0; i < len; i++) {
        enum packet_event event = packet_feed(&rx, ((const uint8_t *)bytes)[i]);
        if (event != PACKET_NOTHING)
            last = event;
    }
    return last;
}

static enum packet_event feed_text(const char *text)
{
    return feed(text, strlen(text));
}

static void assert_packet(const char *want)
{
    assert_int_equal(rx.len, strlen(want));
    assert_memory_equal(rx.bytes, want, rx.len);
}

static void test_receive(void **state)
{
    (void)state;
    memset(&rx, 0, sizeof rx);
    assert_int_equal(feed_text("$g#67"), PACKET_COMPLETE);
    assert_packet("g");
    assert_int_equal(feed_text("$#00"), PACKET_COMPLETE);
    assert_packet("");
    assert_int_equal(feed_text("kernel: hello\r\n$m0,4#FD"), PACKET_COMPLETE);
    assert_packet("m0,4");
    assert_int_equal(feed_text("+"), PACKET_ACK);
    assert_int_equal(feed_text("-"), PACKET_NAK);
    assert_int_equal(feed_text("\3"), PACKET_INTERRUPT);
    /* Inside a packet Ctrl-C is a byte like others, and escapes are undone. */
    assert_int_equal(feed_text("$X}\x03\x03#db"), PACKET_COMPLETE);
    assert_packet("X#\3");
    assert_int_equal(feed_text("$a}]}\x04#bc"), PACKET_COMPLETE);
    assert_packet("a}$");
}

static void test_receive_bad(void **state)
{
    (void)state;
    memset(&rx, 0, sizeof rx);
    assert_int_equal(feed_text("$g#68"), PACKET_DAMAGED);
    assert_int_equal(feed_text("$g#6x"), PACKET_DAMAGED);
    assert_int_equal(feed_text("$g#x"), PACKET_DAMAGED);
    /* Cut short, then a whole one: in the data, before and in the checksum. */
    assert_int_equal(feed_text("$m12$g#67"), PACKET_COMPLETE);
    assert_packet("g");
    assert_int_equal(feed_text("$g#$g#67"), PACKET_COMPLETE);
    assert_int_equal(feed_text("$g#6$g#67"), PACKET_COMPLETE);
    assert_packet("g");
    /* An escape at the end. */
    assert_int_equal(feed_text("$X}#d5"), PACKET_MALFORMED);
    assert_int_equal(feed_text("$g#67"), PACKET_COMPLETE);
    /* Full, too long by one, and again a good one. */
    for (int extra = 0; extra < 2; extra++) {
        uint8_t sum = 0;
        char end[4];
        assert_int_equal(feed_text("$"), PACKET_NOTHING);
        for (int i = 0; i < GDB_PACKET_BYTES + extra; i++, sum += 'a')
            assert_int_equal(packet_feed(&rx, 'a'), PACKET_NOTHING);
        snprintf(end, sizeof end, "#%02x", sum);
        assert_int_equal(feed_text(end), extra ? PACKET_MALFORMED : PACKET_COMPLETE);
    }
    assert_int_equal(feed_text("$g#67"), PACKET_COMPLETE);
    assert_packet("g");
}

/* What a client makes of an encoded packet: checksum, run lengths, then escapes. */
static size_t client_decode(const uint8_t *line, size_t len, uint8_t *out)
{
    static uint8_t plain[4 * GDB_PACKET_BYTES];
    size_t count = 0, decoded = 0;
    uint8_t sum = 0;
    char want[4];

    assert_true(len >= 4 && (line[0] == '$' || line[0] == '%') && line[len - 3] == '#');
    for (size_t i = 1; i < len - 3; i++) {
        sum += line[i];
        assert_true(line[i] != '#' && line[i] != '$');
        if (line[i] == '*' && i > 1) {
            sum += line[++i];
            assert_true(line[i] >= 29 + 3 && line[i] <= 126 && line[i] != '#' && line[i] != '$');
            for (int n = line[i] - 29; n > 0; n--, count++)
                plain[count] = plain[count - 1];
        } else {
            plain[count++] = line[i];
        }
    }
    snprintf(want, sizeof want, "#%02x", sum);
    assert_memory_equal(line + len - 3, want, 3);
    for (size_t i = 0; i < count; i++) {
        if (plain[i] == '}')
            out[decoded++] = plain[++i] ^ 0x20;
        else
            out[decoded++] = plain[i];
    }
    return decoded;
}

static size_t encode(const void *bytes, size_t len, uint8_t *line, size_t piece)
{
    size_t at = 0, got;

    packet_begin(&tx, '$');
    packet_add(&tx, bytes, len);
    packet_send(&tx);
    while ((got = packet_take(&tx, line + at, piece)) > 0)
        at += got;
    assert_int_equal(tx.send, PACKET_SENT);
    return at;
}

static void test_send(void **state)
{
    static uint8_t line[4 * GDB_PACKET_BYTES];
    static const struct {
        const char *plain, *encoded;
    } rows[] = {
        {"", "$#00"},
        {"OK", "$OK#9a"},
        {"0000", "$0* #7a"},        /* three repeats are the least */
        {"000", "$000#90"},         /* two are not worth it */
        {"0000000", "$0*\"0#ac"},   /* six would be counted by `#` */
        {"00000000", "$0*\"00#dc"}, /* seven by `$` */
        {"a*b", "$a}\nb#4a"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t len = encode(rows[i].plain, strlen(rows[i].plain), line, 1000);
        line[len] = 0;
        assert_string_equal((char *)line, rows[i].encoded);
        packet_again(&tx); /* a second time, for a client that asked */
        assert_int_equal(packet_take(&tx, line, sizeof line), len);
        line[len] = 0;
        assert_string_equal((char *)line, rows[i].encoded);
    }
    static uint8_t zeros[4096];
    memset(zeros, '0', sizeof zeros);
    assert_true(encode(zeros, sizeof zeros, line, 7) < 140);
    packet_begin(&tx, '$');
    for (int i = 0; i < GDB_PACKET_BYTES; i++)
        packet_add(&tx, "x", 1);
    assert_false(tx.overflow);
    packet_add(&tx, "x", 1);
    assert_true(tx.overflow);
}

static uint32_t random_next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Whatever is sent, in whatever pieces it is taken, arrives. */
static void test_send_random(void **state)
{
    static uint8_t plain[GDB_PACKET_BYTES], line[4 * GDB_PACKET_BYTES], back[4 * GDB_PACKET_BYTES];
    static const char few[] = "0000}*#$xz";
    uint32_t seed = 7;

    (void)state;
    for (int round = 0; round < 4000; round++) {
        size_t len = random_next(&seed) % (round % 10 ? 300 : sizeof plain);
        for (size_t i = 0; i < len; i++)
            plain[i] =
                round % 2 ? (uint8_t)few[random_next(&seed) % 10] : (uint8_t)random_next(&seed);
        size_t coded = encode(plain, len, line, 1 + random_next(&seed) % 40);
        assert_int_equal(client_decode(line, coded, back), len);
        assert_memory_equal(back, plain, len);
    }
}

static void test_receive_random(void **state)
{
    static const char few[] = "$$##}+-\3a1*";
    uint32_t seed = 3;

    (void)state;
    for (int i = 0; i < 2000000; i++) {
        uint32_t n = random_next(&seed);
        (void)packet_feed(&rx, n & 1 ? (uint8_t)(n >> 1) : (uint8_t)few[(n >> 1) % 11]);
        assert_true(rx.len <= GDB_PACKET_BYTES);
    }
    (void)packet_feed(&rx, '$');
    assert_int_equal(feed_text("$g#67"), PACKET_COMPLETE);
    assert_packet("g");
}

static void test_fields(void **state)
{
    const char *text = "1fffffffffffffff,2;zz";
    struct hex_cursor c = {(const uint8_t *)text, (const uint8_t *)text + strlen(text)};
    const char *longer = "11111111111111111";
    struct hex_cursor d = {(const uint8_t *)longer, (const uint8_t *)longer + strlen(longer)};
    uint64_t a, b;
    uint8_t bytes[2];
    char out[3];

    (void)state;
    assert_true(hex_take_pair(&c, ',', &a, &b) && a == 0x1fffffffffffffff && b == 2);
    assert_false(hex_take_number(&c, &a));
    assert_true(hex_take_char(&c, ';'));
    assert_false(hex_take_bytes(&c, bytes, 1));
    assert_false(hex_take_bytes(&c, bytes, 2));
    assert_false(hex_take_number(&d, &a)); /* 17 digits */
    d.end = d.at + 6;
    assert_false(hex_take_text(&d, out, sizeof out));
    d.end = d.at + 4;
    assert_true(hex_take_text(&d, out, sizeof out));
    assert_string_equal(out, "\x11\x11");
}

static void test_crc(void **state)
{
    (void)state;
    /* The known value of this polynomial with this start and no final xor. */
    assert_int_equal(crc_update(CRC_START, "123456789", 9), 0x0376e6e7);
    assert_int_equal(crc_update(crc_update(CRC_START, "1234", 4), "56789", 5), 0x0376e6e7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_receive),
        cmocka_unit_test(test_receive_bad),
        cmocka_unit_test(test_send),
        cmocka_unit_test(test_send_random),
        cmocka_unit_test(test_receive_random),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_crc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
