/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of the engine on all architectures: what each way out of user mode reports, instruction
 * counts, contexts, faults that restart, device pages, changes of memory and mappings.
 */
#include "tests/unit/machine_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void check_case(struct world *w, const struct guest_case *c)
{
    struct cpu_context *context = world_start(w, GUEST_SPIN, WORLD_CODE);
    struct engine_exit exit;

    world_put_code(w, &c->code, WORLD_CODE);
    exit = world_run(w, context);
    if (exit.kind != c->kind || exit.number != c->number || exit.code != c->exit_code ||
        world_reg(w, context, REG_PC) != (uint64_t)WORLD_CODE + c->pc) {
        fail_msg("%s \"%s\": kind %d, number 0x%llx, code 0x%llx, pc 0x%llx", w->arch, c->code.text,
                 exit.kind, (unsigned long long)exit.number, (unsigned long long)exit.code,
                 (unsigned long long)world_reg(w, context, REG_PC));
    }
    engine_context_free(w->engine, context);
}

/* Twice through all: an exception must leave nothing behind that changes the next. */
static void test_cases(struct world *w)
{
    for (unsigned round = 0; round < 2; round++) {
        for (size_t i = 0; i < w->case_count; i++) {
            for (unsigned again = 0; again < 3; again++) {
                check_case(w, &w->cases[i]);
            }
        }
    }
}

static void test_count(struct world *w)
{
    struct cpu_context *context = world_start(w, GUEST_COUNT, WORLD_CODE);
    uint64_t before = engine_instructions(w->engine);

    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_SYSCALL);
    assert_int_equal(world_reg(w, context, REG_A), 0);
    assert_int_equal(engine_instructions(w->engine) - before, 1 + 2 * 1000 + 1);
    engine_context_free(w->engine, context);
}

static void test_budget(struct world *w)
{
    struct cpu_context *context = world_start(w, GUEST_SPIN, WORLD_CODE);
    struct engine_exit exit;

    for (unsigned i = 0; i < 10; i++) {
        uint64_t before = engine_instructions(w->engine);
        engine_run(w->engine, context, 1000, &exit);
        assert_int_equal(exit.kind, ENGINE_EXIT_BUDGET);
        assert_in_range(engine_instructions(w->engine) - before, 990, 1001);
    }
    assert_int_equal(world_reg(w, context, REG_A), engine_instructions(w->engine) / 2);
    engine_context_free(w->engine, context);
}

static void test_contexts(struct world *w)
{
    struct cpu_context *one = world_start(w, GUEST_FP_LOAD, WORLD_CODE);
    struct cpu_context *two = world_start(w, GUEST_FP_STORE, WORLD_CODE + 64);
    struct cpu_context *three = world_start(w, GUEST_FP_STORE, WORLD_CODE + 64);
    double *data = (double *)world_page(w, WORLD_DATA);

    data[0] = 1.5;
    world_set(w, one, REG_C, WORLD_DATA);
    world_set(w, two, REG_C, WORLD_DATA + 64);
    world_set(w, three, REG_C, WORLD_DATA + 128);
    assert_int_equal(world_run(w, one).kind, ENGINE_EXIT_SYSCALL);
    assert_int_equal(world_run(w, two).kind, ENGINE_EXIT_SYSCALL);
    assert_true(data[8] == 0.0); /* its own registers, not the first one's */
    engine_context_copy_fpu(w->engine, three, one);
    assert_int_equal(world_run(w, three).kind, ENGINE_EXIT_SYSCALL);
    assert_true(data[16] == 1.5 && data[17] == 1.5);
    assert_int_equal(world_reg(w, one, REG_C), WORLD_DATA);
    engine_context_free(w->engine, one);
    engine_context_free(w->engine, two);
    engine_context_free(w->engine, three);
}

static void test_fault_restarts(struct world *w)
{
    struct cpu_context *context = world_start(w, GUEST_STORE, WORLD_CODE);
    struct engine_exit exit;

    w->data = false;
    world_set(w, context, REG_B, 0x1122334455667788);
    world_set(w, context, REG_C, WORLD_DATA + 0x123);
    exit = world_run(w, context);
    assert_int_equal(exit.kind, ENGINE_EXIT_FAULT);
    assert_int_equal(exit.access, CPU_WRITE);
    assert_int_equal(exit.address, WORLD_DATA + 0x123);
    assert_int_equal(world_reg(w, context, REG_PC), WORLD_CODE);
    w->data = true;
    w->data_writable = false;
    engine_space_changed(w->engine);
    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_FAULT);
    w->data_writable = true;
    engine_space_changed(w->engine);
    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_SYSCALL);
    assert_int_equal(world_page(w, WORLD_DATA)[0x123], 0x88);
    engine_context_free(w->engine, context);
}

static void test_space_changes(struct world *w)
{
    struct cpu_context *context = world_start(w, GUEST_LOAD, WORLD_CODE);

    world_set(w, context, REG_C, WORLD_DATA + 8);
    world_page(w, WORLD_DATA)[8] = 0xaa;
    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_SYSCALL);
    assert_int_equal(world_reg(w, context, REG_A), 0xaa);
    w->data_page = 30;
    world_page(w, WORLD_DATA)[8] = 0xbb;
    engine_space_changed(w->engine);
    world_set(w, context, REG_PC, WORLD_CODE);
    world_set(w, context, REG_C, WORLD_DATA + 8);
    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_SYSCALL);
    assert_int_equal(world_reg(w, context, REG_A), 0xbb);
    engine_context_free(w->engine, context);
}

/* Code that the host changes is translated anew. */
static void test_memory_written(struct world *w)
{
    struct cpu_context *context = world_start(w, GUEST_STEPS, WORLD_CODE);

    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_SYSCALL);
    assert_int_equal(world_reg(w, context, REG_A), 5);
    world_put_code(w, &w->programs[GUEST_COUNT], WORLD_CODE);
    world_set(w, context, REG_PC, WORLD_CODE);
    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_SYSCALL);
    assert_int_equal(world_reg(w, context, REG_A), 0);
    engine_context_free(w->engine, context);
}

static void test_wild_jump(struct world *w)
{
    struct cpu_context *context = world_start(w, GUEST_JUMP, WORLD_CODE);
    struct engine_exit exit;

    world_set(w, context, REG_C, 0x5554000);
    exit = world_run(w, context);
    assert_int_equal(exit.kind, ENGINE_EXIT_FAULT);
    assert_int_equal(exit.access, CPU_EXECUTE);
    assert_int_equal(exit.address, 0x5554000);
    assert_int_equal(world_reg(w, context, REG_PC), 0x5554000);
    engine_context_free(w->engine, context);
}

/* A program that runs over the end of its page: what lies before the end has run. */
static void test_page_edge(struct world *w)
{
    const struct guest_code *steps = &w->programs[GUEST_STEPS];
    uint64_t at = WORLD_EDGE - steps->len_bytes + 2;
    struct cpu_context *context;
    struct engine_exit exit;

    if (strcmp(w->arch, "aarch64") == 0) {
        at = WORLD_EDGE - steps->len_bytes + 4; /* instructions never cross */
    }
    w->edge = true;
    context = world_start(w, GUEST_STEPS, at);
    w->edge = false;
    engine_space_changed(w->engine);
    exit = world_run(w, context);
    assert_int_equal(exit.kind, ENGINE_EXIT_FAULT);
    assert_int_equal(exit.access, CPU_EXECUTE);
    assert_int_equal(exit.address, WORLD_EDGE);
    assert_int_equal(world_reg(w, context, REG_A), 5);
    w->edge = true;
    engine_space_changed(w->engine);
    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_SYSCALL);
    assert_int_equal(world_reg(w, context, REG_A), 5);
    engine_context_free(w->engine, context);
}

/* The page before the edge, with an instruction whose middle is the edge. */
static void test_page_crossing(struct world *w)
{
    const struct guest_code *store = &w->programs[GUEST_STORE];
    uint64_t at = WORLD_EDGE - 2;
    struct cpu_context *context;
    struct engine_exit exit;

    if (strcmp(w->arch, "x86_64") != 0) {
        return; /* the first instruction is compressed, or never crosses */
    }
    w->edge = true;
    context = world_start(w, GUEST_STORE, at);
    assert_true(store->len_bytes > 3);
    w->edge = false;
    engine_space_changed(w->engine);
    exit = world_run(w, context);
    assert_int_equal(exit.kind, ENGINE_EXIT_FAULT);
    assert_int_equal(exit.access, CPU_EXECUTE);
    assert_int_equal(exit.address, WORLD_EDGE);
    assert_int_equal(world_reg(w, context, REG_PC), at);
    engine_context_free(w->engine, context);
}

static void test_device(struct world *w)
{
    struct cpu_context *context = world_start(w, GUEST_STORE, WORLD_CODE);

    world_set(w, context, REG_B, 0x77);
    world_set(w, context, REG_C, WORLD_DEVICE + 0x18);
    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_SYSCALL);
    assert_true(w->device_writes >= 1); /* a word may come in halves */
    assert_int_equal(w->device_address & ~4ULL, 0x9000018);
    world_put_code(w, &w->programs[GUEST_LOAD], WORLD_CODE);
    world_set(w, context, REG_PC, WORLD_CODE);
    world_set(w, context, REG_C, WORLD_DEVICE + 0x18);
    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_SYSCALL);
    assert_true(w->device_reads >= 1);
    assert_int_equal(world_reg(w, context, REG_A) & 0xff, 0x11);
    world_set(w, context, REG_PC, WORLD_DEVICE);
    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_FAULT);
    engine_context_free(w->engine, context);
}

/* Device memory where nothing answers: the access is a fault with a code of its own, and not done.
 */
static void test_absent_device(struct world *w)
{
    struct cpu_context *context = world_start(w, GUEST_LOAD, WORLD_CODE);
    unsigned reads = w->device_reads;
    struct engine_exit exit;

    w->device_absent = true;
    engine_space_changed(w->engine);
    world_set(w, context, REG_A, 0x99);
    world_set(w, context, REG_C, WORLD_DEVICE + 0x18);
    exit = world_run(w, context);
    assert_int_equal(exit.kind, ENGINE_EXIT_FAULT);
    assert_int_equal(exit.access, CPU_READ);
    assert_int_equal(exit.address, WORLD_DEVICE + 0x18);
    assert_int_equal(exit.code, 0x10);
    assert_int_equal(world_reg(w, context, REG_PC), WORLD_CODE);
    assert_int_equal(world_reg(w, context, REG_A), 0x99);
    world_set(w, context, REG_C, 0x5554000); /* nothing is mapped there: no such code */
    assert_int_equal(world_run(w, context).code, 0);
    w->device_absent = false;
    engine_space_changed(w->engine);
    world_set(w, context, REG_C, WORLD_DEVICE + 0x18);
    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_SYSCALL);
    assert_true(w->device_reads > reads);
    engine_context_free(w->engine, context);
}

/* After a system call x86_64 shows what the kernel's return leaves in three registers; all have
 * what the kernel has stored until the thread goes on. */
static void test_system_call_return(struct world *w)
{
    struct cpu_context *context = world_start(w, GUEST_STEPS, WORLD_CODE);
    bool x86 = strcmp(w->arch, "x86_64") == 0;

    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_SYSCALL);
    assert_int_equal(world_reg(w, context, REG_SP), WORLD_STACK + 0x800);
    world_set(w, context, REG_PC, WORLD_CODE);
    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_SYSCALL);
    assert_int_equal(world_reg(w, context, REG_SP), WORLD_STACK + 0x800);
    world_set(w, context, REG_PC, 0x5554000);
    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_FAULT);
    assert_int_equal(world_reg(w, context, REG_SP), x86 ? 0 : WORLD_STACK + 0x800);
    world_set(w, context, REG_PC, WORLD_CODE);
    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_SYSCALL);
    world_set(w, context, REG_SP, 0x1230);
    engine_registers_replaced(w->engine, context);
    world_set(w, context, REG_PC, 0x5554000);
    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_FAULT);
    assert_int_equal(world_reg(w, context, REG_SP), 0x1230);
    engine_context_free(w->engine, context);
}

/* Ports: allowed ones reach the world, others do nothing at all, nor does what follows them. */
static void test_ports(struct world *w)
{
    static const struct guest_code out = {
        "mov $0x3f8, %dx; out %al, %dx; in %dx, %al; mov $0x60, %dx; out %al, %dx; mov %rbx, "
        "(%rdi)",
        {0x66, 0xba, 0xf8, 0x03, 0xee, 0xec, 0x66, 0xba, 0x60, 0x00, 0xee, 0x48, 0x89, 0x1f},
        14};
    struct cpu_context *context;
    struct engine_exit exit;

    if (strcmp(w->arch, "x86_64") != 0) {
        return;
    }
    context = world_start(w, GUEST_SPIN, WORLD_CODE);
    world_put_code(w, &out, WORLD_CODE);
    world_set(w, context, REG_B, 0x99);
    world_set(w, context, REG_C, WORLD_DATA);
    exit = world_run(w, context);
    assert_int_equal(exit.kind, ENGINE_EXIT_EXCEPTION);
    assert_int_equal(exit.number, 13);
    assert_int_equal(world_reg(w, context, REG_PC), WORLD_CODE + 10);
    assert_int_equal(world_reg(w, context, REG_A), 0x42);
    assert_int_equal(w->port_reads, 1);
    assert_int_equal(w->port_writes, 1);
    assert_int_equal(world_page(w, WORLD_DATA)[0], 0);
    engine_context_free(w->engine, context);
}

/* The counters that user mode can read follow the world's, never the host's. */
static void test_counters(struct world *w)
{
    static const struct guest_code rdtsc = {"rdtsc; syscall", {0x0f, 0x31, 0x0f, 0x05}, 4};
    static const struct guest_code rdcycle = {
        "rdcycle a0; ecall", {0x73, 0x25, 0x00, 0xc0, 0x73, 0x00, 0x00, 0x00}, 8};
    bool x86 = strcmp(w->arch, "x86_64") == 0;
    struct cpu_context *context;

    if (strcmp(w->arch, "aarch64") == 0) {
        return; /* they trap: among the cases */
    }
    context = world_start(w, GUEST_SPIN, WORLD_CODE);
    world_put_code(w, x86 ? &rdtsc : &rdcycle, WORLD_CODE);
    w->counter = 0x1234;
    assert_int_equal(world_run(w, context).kind, ENGINE_EXIT_SYSCALL);
    assert_int_equal(world_reg(w, context, REG_A), 0x1234);
    engine_context_free(w->engine, context);
}

static void test_bad_configuration(void **state)
{
    static const char *const names[] = {"pc", "no-such-register"};
    struct engine_config config = {.arch = "pdp11", .registers = names, .register_count = 2};
    struct engine *engine;

    (void)state;
    assert_int_equal(engine_new(&config, &engine), ERR_UNSUPPORTED);
    assert_null(engine);
    config.arch = "aarch64";
    assert_int_equal(engine_new(&config, &engine), ERR_NOT_FOUND);
    config.register_count = ENGINE_REGS_MAX + 1;
    assert_int_equal(engine_new(&config, &engine), ERR_RANGE);
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

EACH(cases)
EACH(count)
EACH(budget)
EACH(contexts)
EACH(fault_restarts)
EACH(space_changes)
EACH(memory_written)
EACH(wild_jump)
EACH(page_edge)
EACH(page_crossing)
EACH(device)
EACH(absent_device)
EACH(system_call_return)
EACH(ports)
EACH(counters)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_cases),
        cmocka_unit_test(each_count),
        cmocka_unit_test(each_budget),
        cmocka_unit_test(each_contexts),
        cmocka_unit_test(each_fault_restarts),
        cmocka_unit_test(each_space_changes),
        cmocka_unit_test(each_memory_written),
        cmocka_unit_test(each_wild_jump),
        cmocka_unit_test(each_page_edge),
        cmocka_unit_test(each_page_crossing),
        cmocka_unit_test(each_device),
        cmocka_unit_test(each_absent_device),
        cmocka_unit_test(each_system_call_return),
        cmocka_unit_test(each_ports),
        cmocka_unit_test(each_counters),
        cmocka_unit_test(test_bad_configuration),
    };

    return cmocka_run_group_tests_name("machine_engine", tests, NULL, NULL);
}
