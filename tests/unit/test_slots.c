/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor/core/slots.c: runs, nodes, full, empty, used again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "monitor/core/slots.h"

static struct slots slots;

static void test_first_free(void **state)
{
    uint32_t slot;

    (void)state;
    slots_init(&slots, 12, 200, 4096);
    assert_int_equal(slots.free_count, 4096 - 200);
    assert_int_equal(slots_take(&slots, 3, &slot), ERR_OK);
    assert_int_equal(slot, 200);
    assert_int_equal(slots.free_count, 4096 - 203);
    assert_true(slots_note(&slots, 202)->state & SLOT_USED);
    assert_false(slots_note(&slots, 203)->state & SLOT_USED);
    assert_int_equal(slots_take(&slots, 0, &slot), ERR_ARGUMENT);
}

static void test_full_and_again(void **state)
{
    uint32_t slot;

    (void)state;
    slots_init(&slots, 12, 4000, 4096);
    assert_int_equal(slots_take(&slots, 96, &slot), ERR_OK);
    assert_int_equal(slot, 4000);
    assert_int_equal(slots_take(&slots, 1, &slot), ERR_FULL);
    slots_give(&slots, 4050, 2);
    assert_int_equal(slots_take(&slots, 3, &slot), ERR_FULL);
    assert_int_equal(slots_take(&slots, 2, &slot), ERR_OK);
    assert_int_equal(slot, 4050);
    assert_int_equal(slots.free_count, 0);
    /* Giving twice counts once. */
    slots_give(&slots, 4050, 1);
    slots_give(&slots, 4050, 1);
    assert_int_equal(slots.free_count, 1);
}

static void test_nodes(void **state)
{
    uint32_t slot, base;

    (void)state;
    slots_init(&slots, 12, 4095, 4096);
    assert_int_equal(slots_take(&slots, 2, &slot), ERR_FULL);
    for (unsigned i = 1; i <= LIMIT_NODES; i++) {
        assert_int_equal(slots_next_node(&slots, &base), ERR_OK);
        assert_int_equal(base, i << 12);
        slots_add_node(&slots);
    }
    assert_int_equal(slots_next_node(&slots, &base), ERR_FULL);
    assert_int_equal(slots_take(&slots, 2, &slot), ERR_OK);
    assert_int_equal(slot, 1 << 12);
    /* No run crosses from one node into the next. */
    assert_int_equal(slots_take(&slots, LIMIT_NODE_SLOTS, &slot), ERR_OK);
    assert_int_equal(slot, 2 << 12);
    assert_int_equal(slots_take(&slots, LIMIT_NODE_SLOTS + 1, &slot), ERR_FULL);
    assert_null(slots_note(&slots, (1 << 12) + LIMIT_NODE_SLOTS));
    assert_null(slots_note(&slots, (uint64_t)(LIMIT_NODES + 1) << 12));
    assert_null(slots_note(&slots, UINT64_MAX));
}

static void test_walk_meets_all(void **state)
{
    uint32_t count = 0;

    (void)state;
    slots_init(&slots, 12, 10, 4096);
    slots_add_node(&slots);
    slots_add_node(&slots);
    for (uint32_t slot = slots_next(&slots, 0); slot; slot = slots_next(&slots, slot)) {
        assert_non_null(slots_note(&slots, slot));
        count++;
    }
    assert_int_equal(count, 4095 + 2 * LIMIT_NODE_SLOTS);
}

/* A root CNode larger than what is kept account of, and one smaller than a node. */
static void test_other_roots(void **state)
{
    uint32_t slot;

    (void)state;
    slots_init(&slots, 17, 300, 1 << 17);
    assert_int_equal(slots.free_count, LIMIT_ROOT_SLOTS - 300);
    assert_null(slots_note(&slots, LIMIT_ROOT_SLOTS));
    slots_add_node(&slots);
    assert_non_null(slots_note(&slots, 1 << 17));
    slots_init(&slots, 8, 256, 256);
    assert_int_equal(slots.free_count, 0);
    slots_add_node(&slots);
    assert_int_equal(slots.free_count, 256);
    assert_int_equal(slots_take(&slots, 256, &slot), ERR_OK);
    assert_int_equal(slot, 256);
}

static void test_foreign_is_skipped(void **state)
{
    uint32_t slot;

    (void)state;
    slots_init(&slots, 12, 100, 4096);
    slots_note(&slots, 101)->state |= SLOT_FOREIGN;
    assert_int_equal(slots_take(&slots, 2, &slot), ERR_OK);
    assert_int_equal(slot, 102);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_free),  cmocka_unit_test(test_full_and_again),
        cmocka_unit_test(test_nodes),       cmocka_unit_test(test_walk_meets_all),
        cmocka_unit_test(test_other_roots), cmocka_unit_test(test_foreign_is_skipped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
