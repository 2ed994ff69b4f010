/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The shared part of the loaders, run on the host in a buffer that stands for physical memory: it
 * moves up, down and over itself, places regions, and its page tables translate as asked. What each
 * architecture provides is played here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arch/lib/loader.h"

enum {
    MEMORY_BYTES = 8 * LOADER_BLOCK_BYTES,
    LOADER_BYTES = 0x800,
    PAYLOAD_BYTES = 0x30000,
    ROOT_SHIFT = 39,
};

/* The symbol that the linker script gives in a real loader. */
struct loader_plan plan __asm__("loader_plan");

static uint8_t *memory;
static jmp_buf done;
static const char *stopped;
static uintptr_t restart_here, restart_rest;
static enum { ENTERED = 1, RESTARTED, STOPPED } outcome;

void loader_arch_own(uintptr_t start, uint64_t size_bytes)
{
    assert_true(start >= (uintptr_t)memory);
    assert_true(start + size_bytes <= (uintptr_t)memory + MEMORY_BYTES);
}

void loader_arch_restart(uintptr_t here, uintptr_t rest)
{
    restart_here = here;
    restart_rest = rest;
    outcome = RESTARTED;
    longjmp(done, 1);
}

void loader_arch_enter(const struct loader_plan *plan)
{
    (void)plan;
    outcome = ENTERED;
    longjmp(done, 1);
}

void loader_arch_stop(const char *why)
{
    stopped = why;
    outcome = STOPPED;
    longjmp(done, 1);
}

uint64_t loader_arch_table_entry(uintptr_t table)
{
    return table | 3;
}

uint64_t loader_arch_block_entry(uint64_t paddr)
{
    return paddr | 1;
}

uintptr_t loader_arch_entry_table(uint64_t entry)
{
    return (uintptr_t)(entry & ~3ull);
}

static uint8_t byte_at(size_t offset)
{
    return (uint8_t)(offset * 7 + (offset >> 8));
}

/* A blob at `here` whose plan asks for `run`; both are offsets in memory. */
static void make_blob(size_t here, size_t run)
{
    size_t payload = LOADER_BYTES + sizeof(plan);

    memset(memory, 0xee, MEMORY_BYTES);
    plan = (struct loader_plan){
        .magic = LOADER_MAGIC,
        .version = LOADER_VERSION,
        .run_paddr = (uintptr_t)memory + run,
        .loader_bytes = LOADER_BYTES,
        .size_bytes = payload + PAYLOAD_BYTES,
        .core_count = 1,
    };
    plan.tables_paddr = plan.run_paddr + LOADER_BLOCK_BYTES;
    for (size_t i = 0; i < plan.size_bytes; i++)
        memory[here + i] = byte_at(i);
}

static void run_main(uintptr_t here, uintptr_t rest)
{
    outcome = 0;
    stopped = NULL;
    if (setjmp(done) == 0)
        loader_main(here, rest);
}

static void run_at(size_t here)
{
    run_main((uintptr_t)memory + here, (uintptr_t)memory + here);
}

static void check_blob(size_t run)
{
    for (size_t i = 0; i < plan.size_bytes; i++) {
        if (memory[run + i] != byte_at(i))
            fail_msg("byte %zu of the blob is wrong", i);
    }
}

struct move_row {
    const char *what;
    size_t here;
    size_t run;
};

static const struct move_row move_rows[] = {
    {"up, apart", 0, 2 * LOADER_BLOCK_BYTES},
    {"down, apart", 4 * LOADER_BLOCK_BYTES, 0},
    {"up, over itself", LOADER_BLOCK_BYTES - 0x4000, LOADER_BLOCK_BYTES},
    {"down, over itself", LOADER_BLOCK_BYTES + 0x4000, LOADER_BLOCK_BYTES},
};

static void moves_itself(void **state)
{
    (void)state;

    for (size_t i = 0; i < sizeof(move_rows) / sizeof(move_rows[0]); i++) {
        const struct move_row *row = &move_rows[i];
        make_blob(row->here, row->run);
        run_at(row->here);
        assert_int_equal(outcome, RESTARTED);
        assert_int_equal(restart_here, plan.run_paddr);
        run_main(restart_here, restart_rest);
        assert_int_equal(outcome, ENTERED);
        check_blob(row->run);
    }
}

static void stays_where_it_belongs(void **state)
{
    (void)state;
    make_blob(LOADER_BLOCK_BYTES, LOADER_BLOCK_BYTES);
    run_at(LOADER_BLOCK_BYTES);
    assert_int_equal(outcome, ENTERED);
    check_blob(LOADER_BLOCK_BYTES);
}

static void refuses_to_overwrite_itself(void **state)
{
    (void)state;
    size_t near[] = {LOADER_BLOCK_BYTES - 0x100, LOADER_BLOCK_BYTES + 0x100};

    for (int i = 0; i < 2; i++) {
        make_blob(near[i], LOADER_BLOCK_BYTES);
        run_at(near[i]);
        assert_int_equal(outcome, STOPPED);
    }
}

static void refuses_a_damaged_plan(void **state)
{
    (void)state;

    for (int i = 0; i < 5; i++) {
        make_blob(0, 0);
        plan.magic += i == 0;
        plan.version += i == 1;
        plan.region_count = i == 2 ? LOADER_REGIONS_MAX + 1 : 0;
        plan.core_count = i == 3 ? 0 : i == 4 ? LOADER_CORES_MAX + 1 : 1;
        run_at(0);
        assert_int_equal(outcome, STOPPED);
        assert_non_null(stopped);
    }
}

static void places_regions(void **state)
{
    (void)state;
    size_t to = 4 * LOADER_BLOCK_BYTES;
    size_t from = LOADER_BYTES + sizeof(plan);

    make_blob(0, 0);
    plan.region_count = 3;
    plan.regions[0] = (struct loader_region){(uintptr_t)memory + to, 0x1003, from, 0x1001};
    plan.regions[1] = (struct loader_region){(uintptr_t)memory + to + 0x2000, 0x100, 0, 0};
    plan.regions[2] = (struct loader_region){(uintptr_t)memory + to + 0x3001, 5, from + 0x20, 5};
    run_at(0);
    assert_int_equal(outcome, ENTERED);
    assert_memory_equal(memory + to, memory + from, 0x1001);
    assert_int_equal(memory[to + 0x1001], 0);
    assert_int_equal(memory[to + 0x1002], 0);
    assert_int_equal(memory[to + 0x1003], 0xee);
    assert_int_equal(memory[to + 0x1fff], 0xee);
    assert_int_equal(memory[to + 0x2000], 0);
    assert_int_equal(memory[to + 0x20ff], 0);
    assert_int_equal(memory[to + 0x2100], 0xee);
    assert_int_equal(memory[to + 0x3000], 0xee);
    assert_memory_equal(memory + to + 0x3001, memory + from + 0x20, 5);
    assert_int_equal(memory[to + 0x3006], 0xee);
}

/* What a processor would make of the tables; 0 is not mapped. */
static uint64_t translate(const uint64_t *root, uint64_t vaddr)
{
    for (unsigned shift = ROOT_SHIFT;; shift -= 9) {
        uint64_t entry = root[vaddr >> shift & 511];
        if (shift == 21)
            return entry ? (entry & ~3ull) + vaddr % LOADER_BLOCK_BYTES : 0;
        if (entry == 0)
            return 0;
        root = (const uint64_t *)loader_arch_entry_table(entry);
    }
}

static void maps_ranges(void **state)
{
    (void)state;
    struct loader_map map;

    make_blob(0, 0);
    loader_map_init(&map, &plan, ROOT_SHIFT);
    uint64_t *root = loader_map_table(&map);
    loader_map_range(&map, root, 0x40400000, 0x40400000, 0x300000);
    loader_map_range(&map, root, 0xffffff8040001000, 0x60001000, 0x1ff001);
    assert_int_equal(translate(root, 0x40400000), 0x40400000);
    assert_int_equal(translate(root, 0x406fffff), 0x406fffff);
    assert_int_equal(translate(root, 0x40800000), 0);
    assert_int_equal(translate(root, 0x403fffff), 0);
    assert_int_equal(translate(root, 0xffffff8040001000), 0x60001000);
    assert_int_equal(translate(root, 0xffffff8040200000), 0x60200000);
    assert_int_equal(translate(root, 0xffffff8040400000), 0);
}

static void page_tables_run_out(void **state)
{
    (void)state;
    struct loader_map map;
    volatile unsigned taken = 0;

    make_blob(0, 0);
    loader_map_init(&map, &plan, ROOT_SHIFT);
    if (setjmp(done) == 0) {
        for (;;) {
            (void)loader_map_table(&map);
            taken++;
        }
    }
    assert_int_equal(outcome, STOPPED);
    assert_int_equal(taken, LOADER_TABLES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moves_itself),
        cmocka_unit_test(stays_where_it_belongs),
        cmocka_unit_test(refuses_to_overwrite_itself),
        cmocka_unit_test(refuses_a_damaged_plan),
        cmocka_unit_test(places_regions),
        cmocka_unit_test(maps_ranges),
        cmocka_unit_test(page_tables_run_out),
    };
    memory = aligned_alloc(LOADER_BLOCK_BYTES, MEMORY_BYTES);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(memory);
    return failed;
}
