/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of the engine's debug hardware on all architectures: steps one by one, breakpoints before
 * their instruction, watchpoints where the architecture reports them, and that threads without them
 * are not stopped.
 */
#include "tests/unit/machine_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* Length of the first instruction of GUEST_STEPS. */
static uint64_t step_bytes(const struct world *w)
{
    return strcmp(w->arch, "x86_64") == 0 ? 3 : strcmp(w->arch, "aarch64") == 0 ? 4 : 2;
}

static void test_steps(struct world *w)
{
    struct cpu_context *context = world_start(w, GUEST_STEPS, WORLD_CODE);
    struct sim_debug debug = {.single_step = true};
    uint64_t before;

    engine_set_debug(w->engine, &debug);
    for (unsigned i = 1; i <= 5; i++) {
        before = engine_instructions(w->engine);
        struct engine_exit exit = world_run(w, context);
        assert_int_equal(exit.kind, ENGINE_EXIT_DEBUG);
        assert_int_equal(exit.number, ENGINE_DEBUG_STEP);
        assert_int_equal(world_reg(w, context, REG_PC), WORLD_CODE + i * step_bytes(w));
        assert_int_equal(world_reg(w, context, REG_A), i);
        assert_int_equal(engine_instructions(w->engine) - before, 1);
    }
    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_SYSCALL);
    engine_set_debug(w->engine, NULL);
    world_set(w, context, REG_PC, WORLD_CODE);
    before = engine_instructions(w->engine);
    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_SYSCALL);
    assert_int_equal(world_reg(w, context, REG_A), 10);
    assert_int_equal(engine_instructions(w->engine) - before, 6);
    engine_context_free(w->engine, context);
}

/* The hook of the steps goes away again, and the counts stay right. */
static void test_steps_end(struct world *w)
{
    struct cpu_context *context = world_start(w, GUEST_STEPS, WORLD_CODE);
    struct cpu_context *spin = world_start(w, GUEST_SPIN, WORLD_CODE + 64);
    struct sim_debug debug = {.single_step = true};
    struct engine_exit exit;
    uint64_t before;

    engine_set_debug(w->engine, &debug);
    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_DEBUG);
    engine_set_debug(w->engine, NULL);
    before = engine_instructions(w->engine);
    for (unsigned i = 0; i < 50; i++) {
        engine_run(w->engine, spin, 20000, &exit);
        assert_int_equal(exit.kind, ENGINE_EXIT_BUDGET);
    }
    assert_int_equal(world_reg(w, spin, REG_A), (engine_instructions(w->engine) - before) / 2);
    assert_in_range(engine_instructions(w->engine) - before, 999000, 1001000);
    engine_context_free(w->engine, context);
    engine_context_free(w->engine, spin);
}

static void test_step_over_call(struct world *w)
{
    struct cpu_context *context = world_start(w, GUEST_STEPS, WORLD_CODE);
    struct sim_debug debug = {.single_step = true};
    uint64_t after = WORLD_CODE + w->programs[GUEST_STEPS].len_bytes;
    struct engine_exit exit;

    world_put_code(w, &w->programs[GUEST_SPIN], after);
    world_set(w, context, REG_PC, WORLD_CODE + 5 * step_bytes(w));
    engine_set_debug(w->engine, &debug);
    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_SYSCALL);
    exit = world_run(w, context);
    assert_int_equal(exit.kind, ENGINE_EXIT_DEBUG);
    if (strcmp(w->arch, "x86_64") == 0) {
        assert_int_equal(world_reg(w, context, REG_PC), after);
        assert_int_equal(world_reg(w, context, REG_SP), 0);
    } else { /* the call and one more */
        assert_true(world_reg(w, context, REG_PC) > after);
    }
    engine_context_free(w->engine, context);
}

static void test_breakpoint(struct world *w)
{
    struct cpu_context *context = world_start(w, GUEST_STEPS, WORLD_CODE);
    struct cpu_context *other = world_start(w, GUEST_STEPS, WORLD_CODE);
    uint64_t at = WORLD_CODE + 3 * step_bytes(w);
    struct sim_debug debug = {
        .count = 1, .breakpoints = {{.address = at, .number = 2, .kind = SIM_BREAK_EXECUTE}}};
    struct engine_exit exit;

    assert_int_equal(world_run(w, other).kind, ENGINE_EXIT_SYSCALL); /* translated without it */
    engine_set_debug(w->engine, &debug);
    for (unsigned i = 0; i < 2; i++) { /* it triggers again until it is taken away */
        exit = world_run(w, context);
        assert_int_equal(exit.kind, ENGINE_EXIT_DEBUG);
        assert_int_equal(exit.number, ENGINE_DEBUG_BREAKPOINT);
        assert_int_equal(exit.code, 2);
        assert_int_equal(exit.address, at);
        assert_int_equal(world_reg(w, context, REG_PC), at);
        assert_int_equal(world_reg(w, context, REG_A), 3);
    }
    engine_set_debug(w->engine, NULL);
    world_set(w, other, REG_PC, WORLD_CODE);
    world_set(w, other, REG_A, 0);
    assert_int_equal(world_run(w, other).kind, ENGINE_EXIT_SYSCALL);
    assert_int_equal(world_reg(w, other, REG_A), 5);
    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_SYSCALL);
    engine_context_free(w->engine, context);
    engine_context_free(w->engine, other);
}

/* More addresses than fit at once, one after another. */
static void test_many_breakpoints(struct world *w)
{
    struct cpu_context *context = world_start(w, GUEST_STEPS, WORLD_CODE);
    struct sim_debug debug = {.count = 1};

    for (unsigned i = 0; i < 3 * SIM_BREAKPOINTS_MAX; i++) {
        debug.breakpoints[0].address = WORLD_CODE + 64 + 4 * i;
        engine_set_debug(w->engine, &debug);
        world_set(w, context, REG_PC, WORLD_CODE);
        assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_SYSCALL);
    }
    debug.breakpoints[0].address = WORLD_CODE;
    engine_set_debug(w->engine, &debug);
    world_set(w, context, REG_PC, WORLD_CODE);
    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_DEBUG);
    engine_context_free(w->engine, context);
}

static void test_watchpoint(struct world *w)
{
    struct cpu_context *context = world_start(w, GUEST_STORE, WORLD_CODE);
    struct sim_debug debug = {
        .count = 1,
        .breakpoints = {
            {.address = WORLD_DATA + 16, .number = 6, .kind = SIM_BREAK_WRITE, .len_bytes = 8}}};
    bool after = strcmp(w->arch, "x86_64") == 0;
    struct engine_exit exit;

    world_set(w, context, REG_B, 0x55);
    world_set(w, context, REG_C, WORLD_DATA + 32); /* the same page, not the same word */
    engine_set_debug(w->engine, &debug);
    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_SYSCALL);
    assert_int_equal(world_page(w, WORLD_DATA)[32], 0x55);
    world_set(w, context, REG_PC, WORLD_CODE);
    world_set(w, context, REG_C, WORLD_DATA + 16);
    exit = world_run(w, context);
    assert_int_equal(exit.kind, ENGINE_EXIT_DEBUG);
    assert_int_equal(exit.number, ENGINE_DEBUG_WATCHPOINT);
    assert_int_equal(exit.address, WORLD_DATA + 16);
    assert_int_equal(exit.code, 6);
    assert_int_equal(world_page(w, WORLD_DATA)[16], after ? 0x55 : 0);
    assert_int_equal(world_reg(w, context, REG_PC) == WORLD_CODE, !after);
    engine_set_debug(w->engine, NULL);
    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_SYSCALL);
    assert_int_equal(world_page(w, WORLD_DATA)[16], 0x55);
    engine_context_free(w->engine, context);
}

/* A watch for writes lets reads be; one for both does not. */
static void test_watch_kinds(struct world *w)
{
    struct cpu_context *context = world_start(w, GUEST_LOAD, WORLD_CODE);
    struct sim_debug debug = {
        .count = 1,
        .breakpoints = {{.address = WORLD_DATA, .kind = SIM_BREAK_WRITE, .len_bytes = 4}}};

    world_set(w, context, REG_C, WORLD_DATA);
    engine_set_debug(w->engine, &debug);
    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_SYSCALL);
    debug.breakpoints[0].kind = SIM_BREAK_ACCESS;
    engine_set_debug(w->engine, &debug);
    world_set(w, context, REG_PC, WORLD_CODE);
    world_set(w, context, REG_C, WORLD_DATA);
    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_DEBUG);
    w->data = false; /* a fault of a page that is watched is a fault */
    engine_space_changed(w->engine);
    world_set(w, context, REG_PC, WORLD_CODE);
    world_set(w, context, REG_C, WORLD_DATA);
    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_FAULT);
    engine_context_free(w->engine, context);
}

static void on_each(void (*test)(struct world *w))
{
    for (unsigned arch = 0; arch < WORLD_ARCHS; arch++) {
        struct world world;
        world_open(&world, arch);
        test(&world);
        world_close(&world);
    }
}

#define EACH(name)                                                                                 \
    static void each_##name(void **state)                                                          \
    {                                                                                              \
        (void)state;                                                                               \
        on_each(test_##name);                                                                      \
    }

EACH(steps)
EACH(steps_end)
EACH(step_over_call)
EACH(breakpoint)
EACH(many_breakpoints)
EACH(watchpoint)
EACH(watch_kinds)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_steps),
        cmocka_unit_test(each_steps_end),
        cmocka_unit_test(each_step_over_call),
        cmocka_unit_test(each_breakpoint),
        cmocka_unit_test(each_many_breakpoints),
        cmocka_unit_test(each_watchpoint),
        cmocka_unit_test(each_watch_kinds),
    };

    return cmocka_run_group_tests_name("machine_debug", tests, NULL, NULL);
}
