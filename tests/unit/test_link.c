/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames and their resending: round trips of every length, what is no frame, damaged frames, and
 * two ends joined by a bad line over which nothing may get lost, come twice or come out of order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "monitor/link/arq.h"
#include "tests/unit/link_channel.h"

static struct channel dice = {.seed = 0x9e3779b97f4a7c15};

/* --- frames ---------------------------------------------------------------------------------- */

static enum frame_event feed_all(struct frame_in *in, const uint8_t *bytes, size_t len)
{
    enum frame_event last = FRAME_NONE;

    for (size_t i = 0; i < len; i++) {
        last = frame_feed(in, bytes[i]);
        if (i + 1 < len)
            assert_int_equal(last, FRAME_NONE);
    }
    return last;
}

static void fill(uint8_t *body, size_t len, int kind)
{
    for (size_t i = 0; i < len; i++)
        body[i] = kind == 0   ? 0
                  : kind == 1 ? 0xff
                  : kind == 2 ? (uint8_t)(i * 37)
                              : (uint8_t)channel_random(&dice);
    body[0] = FRAME_FIRST | (body[0] & 0x0f);
}

static void test_frames_of_every_length(void **state)
{
    uint8_t body[FRAME_BODY_MAX], wire[FRAME_WIRE_MAX];
    struct frame_in in;

    (void)state;
    for (int way = FRAME_TO_TARGET; way <= FRAME_TO_CLIENT; way++) {
        for (int kind = 0; kind < 5; kind++) {
            for (size_t len = 1; len <= FRAME_BODY_MAX; len++) {
                fill(body, len, kind);
                size_t n = frame_encode((enum frame_way)way, body, len, wire);
                assert_true(n <= FRAME_WIRE_MAX);
                for (size_t i = 1; i + 1 < n; i++) {
                    assert_true(way == FRAME_TO_TARGET ? wire[i] != 0 : wire[i] > 0x80);
                }
                frame_in_init(&in, (enum frame_way)way);
                assert_int_equal(feed_all(&in, wire, n), FRAME_GOOD);
                assert_int_equal(in.body_len, len);
                assert_memory_equal(in.body, body, len);
            }
        }
    }
}

static void test_text_of_the_kernel_lifts_out_anywhere(void **state)
{
    uint8_t body[100], wire[FRAME_WIRE_MAX];
    struct frame_in in;

    (void)state;
    fill(body, sizeof body, 3);
    size_t n = frame_encode(FRAME_TO_CLIENT, body, sizeof body, wire);
    frame_in_init(&in, FRAME_TO_CLIENT);
    for (size_t i = 0; i < n; i++) {
        for (const char *c = "oops\r\n"; *c; c++) {
            assert_int_equal(frame_feed(&in, (uint8_t)*c), FRAME_OUTSIDE);
            assert_int_equal(in.outside_len, 1);
            assert_int_equal(in.outside[0], *c);
        }
        assert_int_equal(frame_feed(&in, wire[i]), i + 1 < n ? FRAME_NONE : FRAME_GOOD);
    }
    assert_memory_equal(in.body, body, sizeof body);
}

static void test_typed_text_is_no_frame(void **state)
{
    struct frame_in in;

    (void)state;
    frame_in_init(&in, FRAME_TO_TARGET);
    assert_int_equal(frame_feed(&in, 'a'), FRAME_OUTSIDE);
    assert_int_equal(frame_feed(&in, 0), FRAME_NONE); /* a break on the line */
    assert_int_equal(frame_feed(&in, 'b'), FRAME_NONE);
    assert_int_equal(frame_feed(&in, 'c'), FRAME_OUTSIDE);
    assert_int_equal(in.outside_len, 2);
    assert_memory_equal(in.outside, "bc", 2);
    assert_int_equal(frame_feed(&in, 'd'), FRAME_OUTSIDE);
    assert_int_equal(in.outside_len, 1);
}

static void test_frame_without_its_first_end_is_lost_alone(void **state)
{
    uint8_t body[40], wire[FRAME_WIRE_MAX];
    struct frame_in in;

    (void)state;
    fill(body, sizeof body, 3);
    size_t n = frame_encode(FRAME_TO_TARGET, body, sizeof body, wire);
    frame_in_init(&in, FRAME_TO_TARGET);
    for (size_t i = 1; i < n; i++)
        (void)frame_feed(&in, wire[i]);
    assert_int_equal(feed_all(&in, wire, n), FRAME_GOOD);
    assert_int_equal(feed_all(&in, wire + 1, n - 1), FRAME_GOOD); /* ends may be shared */
}

static void test_damage_is_seen(void **state)
{
    uint8_t body[FRAME_BODY_MAX], wire[FRAME_WIRE_MAX];
    struct frame_in in;

    (void)state;
    for (int way = FRAME_TO_TARGET; way <= FRAME_TO_CLIENT; way++) {
        for (int round = 0; round < 5000; round++) {
            size_t len = 1 + channel_random(&dice) % 60;
            fill(body, len, 3);
            size_t n = frame_encode((enum frame_way)way, body, len, wire);
            wire[channel_random(&dice) % n] ^= (uint8_t)(1u << channel_random(&dice) % 8);
            frame_in_init(&in, (enum frame_way)way);
            for (size_t i = 0; i < n; i++) {
                if (frame_feed(&in, wire[i]) != FRAME_GOOD)
                    continue;
                assert_int_equal(in.body_len, len); /* a bit that nothing depends on */
                assert_memory_equal(in.body, body, len);
            }
        }
    }
}

static void test_receiver_bears_anything(void **state)
{
    struct frame_in in;

    (void)state;
    for (int way = FRAME_TO_TARGET; way <= FRAME_TO_CLIENT; way++) {
        frame_in_init(&in, (enum frame_way)way);
        for (int i = 0; i < 600000; i++) {
            uint8_t byte = (uint8_t)channel_random(&dice);
            if (i / 5000 % 2) /* long runs without an end */
                byte = byte ? byte | 0xa0 : 0xff;
            enum frame_event event = frame_feed(&in, byte);
            if (event == FRAME_GOOD)
                assert_true(in.body_len <= FRAME_BODY_MAX);
            if (event == FRAME_OUTSIDE)
                assert_in_range(in.outside_len, 1, 2);
        }
    }
}

/* --- two ends on a line ---------------------------------------------------------------------- */

/* One end: what it has still to say on a channel and what it has to hear follow from a counter. */
struct end {
    struct arq arq;
    struct channel *out;
    uint64_t say[ARQ_CHANNELS], heard[ARQ_CHANNELS], total[ARQ_CHANNELS];
    uint16_t taken[ARQ_CHANNELS]; /* on the target: consumed, for the room */
    unsigned quiet;
    unsigned long outside;
};

enum { CAPACITY = 4096, SPEED = 64, PATIENCE = 40 };

static uint8_t expected_byte(unsigned channel, uint64_t at, bool from_target)
{
    uint64_t x = at * 0x9e3779b97f4a7c15 + channel * 77 + from_target;
    return (uint8_t)(x >> 32 ^ x >> 11);
}

static void hear(void *context, enum arq_channel channel, const uint8_t *bytes, size_t len)
{
    struct end *end = context;

    assert_in_range(len, 1, ARQ_PAYLOAD_MAX);
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] != expected_byte(channel, end->heard[channel], !end->arq.is_target))
            fail_msg("channel %u: byte %llu is wrong", channel,
                     (unsigned long long)end->heard[channel]);
        end->heard[channel]++;
    }
    end->taken[channel] = (uint16_t)(end->taken[channel] + len);
}

static void say_more(struct end *end)
{
    uint8_t bytes[ARQ_PAYLOAD_MAX];

    for (unsigned channel = ARQ_CONSOLE; channel < ARQ_CHANNELS; channel++) {
        uint64_t left = end->total[channel] - end->say[channel];
        size_t len = 1 + channel_random(&dice) % ARQ_PAYLOAD_MAX;
        size_t room = end->arq.is_target ? len : arq_room(&end->arq, (enum arq_channel)channel);

        if (len > left)
            len = left;
        if (len > room)
            len = room;
        if (len == 0 || !arq_has_slot(&end->arq))
            continue;
        for (size_t i = 0; i < len; i++)
            bytes[i] = expected_byte(channel, end->say[channel] + i, end->arq.is_target);
        arq_queue(&end->arq, (enum arq_channel)channel, bytes, len);
        end->say[channel] += len;
    }
}

static void step(struct end *end, struct channel *in)
{
    uint8_t bytes[SPEED], byte;
    bool came = false;

    for (unsigned i = 0; i < SPEED && channel_get(in, &byte); i++) {
        enum frame_event event = frame_feed(&end->arq.in_frame, byte);
        if (event == FRAME_GOOD) {
            came |= arq_receive(&end->arq, end->arq.in_frame.body, end->arq.in_frame.body_len);
        } else if (event == FRAME_OUTSIDE) {
            end->outside += end->arq.in_frame.outside_len;
        }
    }
    for (unsigned c = 0; c < ARQ_CHANNELS && end->arq.is_target; c++)
        arq_set_room(&end->arq, (enum arq_channel)c, (uint16_t)(end->taken[c] + CAPACITY));
    say_more(end);
    end->quiet = came ? 0 : end->quiet + 1;
    if (!end->arq.is_target && end->quiet > PATIENCE) {
        arq_poll(&end->arq);
        end->quiet = 0;
    }
    size_t n = 0, got;
    while (n < sizeof bytes && (got = arq_take(&end->arq, bytes + n, sizeof bytes - n)) > 0)
        n += got;
    for (size_t i = 0; i < n; i++)
        channel_put(end->out, bytes[i]);
}

static bool is_done(const struct end *from, const struct end *to)
{
    for (unsigned c = 0; c < ARQ_CHANNELS; c++) {
        if (to->heard[c] < from->total[c])
            return false;
    }
    return arq_is_clear(&from->arq);
}

struct line_kind {
    uint32_t flip, drop, text;
    uint64_t bytes;
};

static void run_line(const struct line_kind *kind)
{
    static struct end client, target;
    static struct channel up, down;

    memset(&client, 0, sizeof client);
    memset(&target, 0, sizeof target);
    up = (struct channel){.seed = 11, .flip_one_in = kind->flip, .drop_one_in = kind->drop};
    down = up;
    down.seed = 12;
    down.text_one_in = kind->text;
    arq_init(&client.arq, false, hear, &client);
    arq_init(&target.arq, true, hear, &target);
    client.out = &up;
    target.out = &down;
    for (unsigned c = ARQ_CONSOLE; c < ARQ_CHANNELS; c++) {
        client.total[c] = kind->bytes * (c == ARQ_BULK ? 6 : 1) / 11;
        target.total[c] = kind->bytes * (c == ARQ_CONSOLE ? 6 : 1) / 11;
    }
    unsigned long steps = 0;
    while (!is_done(&client, &target) || !is_done(&target, &client)) {
        step(&client, &down);
        step(&target, &up);
        if (++steps > kind->bytes)
            fail_msg("no end: client %u/%u, target %u/%u", client.arq.first, client.arq.next,
                     target.arq.first, target.arq.next);
    }
    for (unsigned c = 0; c < ARQ_CHANNELS; c++) {
        assert_int_equal(target.heard[c], client.total[c]);
        assert_int_equal(client.heard[c], target.total[c]);
    }
    print_message("%llu bytes each way: %lu and %lu on the line, %lu bits flipped, %lu bytes "
                  "lost, %lu texts; resent %u and %u, twice %u and %u\n",
                  (unsigned long long)kind->bytes, up.passed, down.passed,
                  up.flipped + down.flipped, up.dropped + down.dropped, down.texts,
                  client.arq.count.resent, target.arq.count.resent, client.arq.count.twice,
                  target.arq.count.twice);
    if (kind->flip)
        assert_true(up.flipped > 0 && client.arq.count.resent > 0);
    else if (!kind->drop)
        assert_int_equal(client.arq.count.resent + target.arq.count.resent, 0);
}

static void test_good_line(void **state)
{
    (void)state;
    run_line(&(struct line_kind){.text = 3000, .bytes = 300000});
}

/* `scripts/test --long` takes ten times as many, and scripts/bench as many over real programs. */
static void test_noisy_line(void **state)
{
    const char *is_long = getenv("SEL4MON_LONG");
    uint64_t bytes = is_long && *is_long ? 10000000 : 1000000;

    (void)state;
    run_line(&(struct line_kind){.flip = 10000, .drop = 20000, .text = 5000, .bytes = bytes});
}

static void test_terrible_line(void **state)
{
    (void)state;
    run_line(&(struct line_kind){.flip = 2000, .drop = 2000, .text = 500, .bytes = 200000});
}

/* Hands over all that an end has to say, but not its sendings of numbers that `lost` names, each as
 * often as it is there. */
static bool pass_frames(struct end *from, struct end *to, uint8_t *lost, size_t count)
{
    uint8_t wire[FRAME_WIRE_MAX];
    bool some = false;
    size_t n;

    while ((n = arq_take(&from->arq, wire, sizeof wire)) > 0) {
        struct frame_in in;
        size_t i = 0;

        some = true;
        frame_in_init(&in, from->arq.is_target ? FRAME_TO_CLIENT : FRAME_TO_TARGET);
        assert_int_equal(feed_all(&in, wire, n), FRAME_GOOD);
        while (i < count && (in.body[0] == FRAME_FIRST || in.body[1] != lost[i]))
            i++;
        if (i < count)
            lost[i] = UINT8_MAX;
        else
            (void)arq_receive(&to->arq, in.body, in.body_len);
    }
    return some;
}

static void say_window(struct end *end)
{
    uint8_t bytes[2];

    while (arq_has_slot(&end->arq)) {
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = expected_byte(ARQ_BULK, end->say[ARQ_BULK]++, end->arq.is_target);
        arq_queue(&end->arq, ARQ_BULK, bytes, sizeof bytes);
    }
}

/* What is lost twice, and on a bad line the end of a window, is missed though no clock runs. */
static void test_losses_are_seen_without_a_clock(void **state)
{
    static struct end client, target;

    (void)state;
    for (int way = 0; way < 2; way++) {
        struct end *from = way ? &client : &target, *to = way ? &target : &client;
        uint8_t lost[] = {3, 3, 3, 9, 15, 30, ARQ_WINDOW * 2 - 1, ARQ_WINDOW * 2 - 1};

        memset(&client, 0, sizeof client);
        memset(&target, 0, sizeof target);
        arq_init(&client.arq, false, hear, &client);
        arq_init(&target.arq, true, hear, &target);
        for (int window = 1; window <= 2; window++) {
            bool some = true;

            say_window(from);
            while (some) {
                some = pass_frames(from, to, lost, sizeof lost);
                some |= pass_frames(to, from, NULL, 0);
            }
            assert_int_equal(to->heard[ARQ_BULK], window * ARQ_WINDOW * 2);
            assert_true(arq_is_clear(&from->arq));
        }
        for (size_t i = 0; i < sizeof lost; i++)
            assert_int_equal(lost[i], UINT8_MAX);
        assert_true(from->arq.count.resent >= sizeof lost);
    }
}

/* Nothing that an end may hear, however wrong, makes it break its own rules. */
static void test_any_frame_is_borne(void **state)
{
    static struct end end;
    static struct channel nowhere;
    uint8_t body[FRAME_BODY_MAX], wire[200];

    (void)state;
    for (int is_target = 0; is_target < 2; is_target++) {
        memset(&end, 0, sizeof end);
        arq_init(&end.arq, is_target, hear, &end);
        end.out = &nowhere;
        for (int i = 0; i < 100000; i++) {
            size_t len = 1 + channel_random(&dice) % 40;
            fill(body, len, 3);
            body[0] = FRAME_FIRST; /* data would be judged by its content */
            if (len > 1 && channel_random(&dice) % 4)
                body[1] = ARQ_STATE;
            (void)arq_receive(&end.arq, body, len);
            if (arq_has_slot(&end.arq))
                arq_queue(&end.arq, ARQ_LOG, body, len);
            (void)arq_take(&end.arq, wire, channel_random(&dice) % sizeof wire);
            assert_true((uint8_t)(end.arq.next - end.arq.first) <= ARQ_WINDOW);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frames_of_every_length),
        cmocka_unit_test(test_text_of_the_kernel_lifts_out_anywhere),
        cmocka_unit_test(test_typed_text_is_no_frame),
        cmocka_unit_test(test_frame_without_its_first_end_is_lost_alone),
        cmocka_unit_test(test_damage_is_seen),
        cmocka_unit_test(test_receiver_bears_anything),
        cmocka_unit_test(test_good_line),
        cmocka_unit_test(test_noisy_line),
        cmocka_unit_test(test_terrible_line),
        cmocka_unit_test(test_losses_are_seen_without_a_clock),
        cmocka_unit_test(test_any_frame_is_borne),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
