/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * monitor/core/untyped.c over a small model of the kernel's untypeds, that refuses what the kernel
 * refuses. Beside plain use: thousands of random steps, and every step of a sequence cut off at
 * every call of the kernel, after which the sweep must find exactly what nobody owns.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "monitor/core/slots.h"
#include "monitor/core/untyped.h"

enum { SLOTS = 4096, FIRST_FREE = 16 };

/* The kernel: what is in each slot, and of which slot it was made. */
static struct {
    bool filled;
    uint32_t parent;
    uint64_t paddr;
    unsigned bits;
} kernel[SLOTS];

static struct slots slots;
static struct untyped_pool pool;

/* The call before or after which the thread is cut off; -1: never. */
static int cut_at = -1, calls;
static jmp_buf cut;

static void maybe_cut(void)
{
    if (calls++ == cut_at)
        longjmp(cut, 1);
}

static bool has_children(uint32_t slot)
{
    for (uint32_t i = 0; i < SLOTS; i++) {
        if (kernel[i].filled && kernel[i].parent == slot)
            return true;
    }
    return false;
}

/* Deleting moves the children up to the parent, as a derivation tree does. */
static void kernel_delete(uint32_t slot)
{
    for (uint32_t i = 0; i < SLOTS; i++) {
        if (kernel[i].filled && kernel[i].parent == slot && kernel[slot].filled)
            kernel[i].parent = kernel[slot].parent;
    }
    kernel[slot].filled = false;
}

static void kernel_revoke(uint32_t slot)
{
    for (uint32_t i = 0; i < SLOTS; i++) {
        if (kernel[i].filled && kernel[i].parent == slot) {
            kernel_revoke(i);
            kernel[i].filled = false;
        }
    }
}

static enum err take_slots(void *context, unsigned count, uint32_t *first)
{
    enum err e;

    (void)context;
    maybe_cut();
    e = slots_take(&slots, count, first);
    maybe_cut();
    return e;
}

static void give_slots(void *context, uint32_t first, unsigned count)
{
    (void)context;
    maybe_cut();
    for (unsigned i = 0; i < count; i++)
        kernel_delete(first + i);
    maybe_cut();
    slots_give(&slots, first, count);
    maybe_cut();
}

static enum err split(void *context, uint32_t slot, unsigned half_bits, uint32_t first)
{
    (void)context;
    maybe_cut();
    assert_true(kernel[slot].filled);
    assert_int_equal(kernel[slot].bits, half_bits + 1);
    assert_false(has_children(slot));
    for (unsigned i = 0; i < 2; i++) {
        assert_false(kernel[first + i].filled);
        kernel[first + i].filled = true;
        kernel[first + i].parent = slot;
        kernel[first + i].bits = half_bits;
        kernel[first + i].paddr = kernel[slot].paddr + ((uint64_t)i << half_bits);
    }
    maybe_cut();
    return ERR_OK;
}

static enum err revoke(void *context, uint32_t slot)
{
    (void)context;
    maybe_cut();
    assert_true(kernel[slot].filled);
    kernel_revoke(slot);
    maybe_cut();
    return ERR_OK;
}

static const struct untyped_ops ops = {take_slots, give_slots, split, revoke};

static void add(uint32_t slot, uint64_t paddr, unsigned bits, bool device)
{
    kernel[slot].filled = true;
    kernel[slot].parent = 0;
    kernel[slot].bits = bits;
    kernel[slot].paddr = paddr;
    assert_int_equal(untyped_add(&pool, paddr, bits, device, slot), ERR_OK);
}

static int set_up(void **state)
{
    (void)state;
    memset(kernel, 0, sizeof kernel);
    cut_at = -1;
    calls = 0;
    slots_init(&slots, 12, FIRST_FREE, SLOTS);
    untyped_init(&pool, &ops, NULL, 4);
    add(3, 0x100000, 20, false);
    add(4, 0x40000000, 28, false);
    add(5, 0x9000000, 24, true);
    return 0;
}

static void mark_slot(void *context, uint32_t slot)
{
    (void)context;
    slots_note(&slots, slot)->state |= SLOT_MARKED;
}

/* What the account says and what the kernel has must be the same. */
static void check_truth(void)
{
    for (unsigned i = 0; i < pool.end; i++) {
        const struct untyped *node = &pool.nodes[i];

        if (node->state == UNTYPED_UNUSED)
            continue;
        assert_true(kernel[node->slot].filled);
        assert_int_equal(kernel[node->slot].bits, node->size_bits);
        assert_int_equal(kernel[node->slot].paddr, node->paddr);
        assert_int_equal(has_children(node->slot), node->state == UNTYPED_SPLIT);
    }
}

/* Gives back what is not marked, and the slots that nobody told. */
static unsigned sweep(bool repair)
{
    unsigned lost = untyped_sweep(&pool, repair, mark_slot, NULL);

    for (uint32_t slot = FIRST_FREE; slot < SLOTS; slot++) {
        struct slot_note *note = slots_note(&slots, slot);

        if (note->state == SLOT_USED) {
            lost++;
            if (repair) {
                kernel_delete(slot);
                slots_give(&slots, slot, 1);
            }
        }
        note->state &= (uint8_t)~SLOT_MARKED;
    }
    return lost;
}

static void test_smallest_first(void **state)
{
    uint16_t a, b;

    (void)state;
    assert_int_equal(untyped_take(&pool, 12, &a), ERR_OK);
    assert_int_equal(pool.nodes[a].paddr, 0x100000);
    assert_int_equal(pool.nodes[a].size_bits, 12);
    assert_int_equal(untyped_take(&pool, 12, &b), ERR_OK);
    assert_int_equal(pool.nodes[b].paddr, 0x101000);
    assert_int_equal(untyped_spent_bytes(&pool, 0), 0x2000);
    assert_int_equal(untyped_spent_bytes(&pool, 1), 0);
    check_truth();
    assert_int_equal(untyped_give(&pool, a), ERR_OK);
    assert_int_equal(untyped_give(&pool, a), ERR_ARGUMENT);
    assert_int_equal(untyped_give(&pool, b), ERR_OK);
    check_truth();
    assert_int_equal(untyped_spent_bytes(&pool, 0), 0);
    /* Small halves have joined again, large ones stay apart until nothing else is left. */
    assert_int_equal(pool.nodes[0].state, UNTYPED_SPLIT);
    assert_int_equal(untyped_take(&pool, 28, &a), ERR_OK);
    assert_int_equal(untyped_take(&pool, 20, &a), ERR_OK);
    assert_int_equal(pool.nodes[a].paddr, 0x100000);
    check_truth();
}

static void test_too_small(void **state)
{
    uint16_t a;

    (void)state;
    assert_int_equal(untyped_take(&pool, 1, &a), ERR_OK);
    assert_int_equal(pool.nodes[a].size_bits, 4);
    assert_int_equal(untyped_take(&pool, 29, &a), ERR_NO_MEMORY);
    /* Devices are never given out unasked. */
    assert_int_equal(untyped_take(&pool, 28, &a), ERR_OK);
    assert_int_equal(untyped_take(&pool, 20, &a), ERR_NO_MEMORY);
}

static void test_at(void **state)
{
    uint16_t a, b;

    (void)state;
    assert_int_equal(untyped_take_at(&pool, 0x9050000, 12, &a), ERR_OK);
    assert_int_equal(pool.nodes[a].paddr, 0x9050000);
    assert_true(pool.nodes[a].is_device);
    check_truth();
    assert_int_equal(untyped_take_at(&pool, 0x9050000, 12, &b), ERR_BUSY);
    assert_int_equal(b, a);
    assert_int_equal(untyped_take_at(&pool, 0x9040000, 20, &b), ERR_ARGUMENT);
    assert_int_equal(untyped_take_at(&pool, 0x9000000, 24, &b), ERR_BUSY);
    assert_int_equal(untyped_take_at(&pool, 0x9000000, 25, &b), ERR_ARGUMENT);
    assert_int_equal(untyped_take_at(&pool, 0x8000000, 12, &b), ERR_NOT_FOUND);
    assert_int_equal(untyped_take_at(&pool, 0x9050800, 12, &b), ERR_ARGUMENT);
    assert_int_equal(untyped_take_at(&pool, 0x40000000, 30, &b), ERR_RANGE);
    assert_int_equal(untyped_give(&pool, a), ERR_OK);
    /* The whole again, though it had been split down to pages. */
    assert_int_equal(untyped_take_at(&pool, 0x9000000, 24, &b), ERR_OK);
    check_truth();
}

static void test_pool_full(void **state)
{
    uint16_t pieces[LIMIT_UNTYPED_NODES], count = 0;
    enum err e;

    (void)state;
    do {
        e = untyped_take(&pool, 4, &pieces[count]);
        count++;
    } while (!e);
    assert_int_equal(e, ERR_FULL);
    count--;
    check_truth();
    assert_int_equal(untyped_give(&pool, pieces[0]), ERR_OK);
    assert_int_equal(untyped_take(&pool, 4, &pieces[0]), ERR_OK);
    for (uint16_t i = 0; i < count; i++)
        assert_int_equal(untyped_give(&pool, pieces[i]), ERR_OK);
    check_truth();
    assert_int_equal(sweep(false), 0);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(untyped_spent_bytes(&pool, (uint16_t)i), 0);
}

static void test_random(void **state)
{
    enum { HELD = 100, STEPS = 20000 };
    uint16_t held[HELD];
    unsigned count = 0;

    (void)state;
    srand(1);
    for (unsigned step = 0; step < STEPS; step++) {
        if (count < HELD && rand() % 2) {
            unsigned bits = 4 + (unsigned)rand() % 14;
            enum err e =
                rand() % 4
                    ? untyped_take(&pool, bits, &held[count])
                    : untyped_take_at(&pool,
                                      (0x9000000 + (uint64_t)rand() % 0x1000000) >> bits << bits,
                                      bits, &held[count]);
            if (!e)
                count++;
        } else if (count > 0) {
            unsigned which = (unsigned)rand() % count;

            assert_int_equal(untyped_give(&pool, held[which]), ERR_OK);
            held[which] = held[--count];
        }
        if (step % 100 == 0)
            check_truth();
    }
    while (count > 0)
        assert_int_equal(untyped_give(&pool, held[--count]), ERR_OK);
    check_truth();
    assert_int_equal(sweep(false), 0);
}

/* What somebody still holds when the thread is cut off: written in one store, as objects.c does. */
static volatile uint16_t holding[3];

static void hold(unsigned number, unsigned bits)
{
    uint16_t piece;

    if (untyped_take(&pool, bits, &piece) == ERR_OK)
        holding[number] = piece;
}

static void drop(unsigned number)
{
    uint16_t piece = holding[number];

    holding[number] = UNTYPED_NONE;
    if (piece != UNTYPED_NONE)
        assert_int_equal(untyped_give(&pool, piece), ERR_OK);
}

static void sequence(void)
{
    hold(0, 12);
    hold(1, 5);
    drop(0);
    hold(2, 19);
    hold(0, 20); /* joins nothing: something is spent below */
    drop(1);
    drop(0);
    drop(2);
    hold(0, 20); /* joins what is free below */
}

static bool run_cut_off(int at)
{
    bool was_cut;

    cut_at = at;
    was_cut = setjmp(cut) != 0;
    if (!was_cut)
        sequence();
    cut_at = -1;
    return was_cut;
}

static void test_cut_off_anywhere(void **state)
{
    bool was_cut = true;

    for (int at = 0; was_cut; at++) {
        uint16_t piece;

        set_up(state);
        for (unsigned i = 0; i < 3; i++)
            holding[i] = UNTYPED_NONE;
        was_cut = run_cut_off(at);
        for (unsigned i = 0; i < 3; i++) {
            if (holding[i] != UNTYPED_NONE)
                pool.nodes[holding[i]].marked = true;
        }
        sweep(true);
        check_truth();
        for (unsigned i = 0; i < 3; i++) {
            if (holding[i] != UNTYPED_NONE) {
                assert_int_equal(pool.nodes[holding[i]].state, UNTYPED_SPENT);
                drop(i);
            }
        }
        check_truth();
        assert_int_equal(sweep(false), 0);
        /* All of it can be had again. */
        assert_int_equal(untyped_take(&pool, 28, &piece), ERR_OK);
        assert_int_equal(untyped_take(&pool, 20, &piece), ERR_OK);
        assert_true(at < 10000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_smallest_first, set_up),
        cmocka_unit_test_setup(test_too_small, set_up),
        cmocka_unit_test_setup(test_at, set_up),
        cmocka_unit_test_setup(test_pool_full, set_up),
        cmocka_unit_test_setup(test_random, set_up),
        cmocka_unit_test_setup(test_cut_off_anywhere, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
