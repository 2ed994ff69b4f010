/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The surroundings of the engine's tests. See machine_world.h.
 */
#include "tests/unit/machine_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const registers_x86_64[] = {"rip", "rsp", "rax", "rbx", "rdi"};
static const char *const registers_aarch64[] = {"pc", "sp", "x0", "x1", "x2"};
static const char *const registers_riscv64[] = {"pc", "sp", "a0", "a1", "a2"};

static const struct {
    const char *name;
    const char *const *registers;
    const struct guest_code *programs;
    const struct guest_case *cases;
    size_t case_count;
    uint64_t ram_base;
} archs[WORLD_ARCHS] = {
    {"x86_64", registers_x86_64, x86_64_programs, x86_64_cases, COUNT(x86_64_cases), 0},
    {"aarch64", registers_aarch64, aarch64_programs, aarch64_cases, COUNT(aarch64_cases),
     0x40000000},
    {"riscv64", registers_riscv64, riscv64_programs, riscv64_cases, COUNT(riscv64_cases),
     0x80000000},
};

/* Which page of RAM is at an address; -1: none, -2: the device's. */
static int page_of(const struct world *w, uint64_t vaddr)
{
    switch (vaddr & ~(uint64_t)(WORLD_PAGE - 1)) {
    case WORLD_CODE:
        return 16;
    case WORLD_EDGE:
        return w->edge ? 17 : -1;
    case WORLD_DATA:
        return w->data ? (int)w->data_page : -1;
    case WORLD_STACK:
        return 19;
    case WORLD_DEVICE:
        return -2;
    }
    return -1;
}

static bool translate(void *context, uint64_t vaddr, enum cpu_access access,
                      struct sim_translation *out)
{
    struct world *w = context;
    int page = page_of(w, vaddr);
    bool is_data = (vaddr & ~(uint64_t)(WORLD_PAGE - 1)) == WORLD_DATA;

    w->translations++;
    if (page == -1) {
        return false;
    }
    *out = (struct sim_translation){
        .paddr = page == -2 ? 0x9000000 : w->ram_base + (uint64_t)page * WORLD_PAGE,
        .page_bytes = WORLD_PAGE,
        .readable = true,
        .writable = !is_data || w->data_writable,
        .executable = page != -2,
        .device = page == -2,
    };
    return access == CPU_WRITE ? out->writable : access == CPU_EXECUTE ? out->executable : true;
}

static bool device_answers(void *context, uint64_t page)
{
    struct world *w = context;

    (void)page;
    return !w->device_absent;
}

static uint64_t device_read(void *context, uint64_t paddr, unsigned width_bytes)
{
    struct world *w = context;

    w->device_address = paddr;
    w->device_width = width_bytes;
    w->device_reads++;
    return 0x11;
}

static void device_write(void *context, uint64_t paddr, unsigned width_bytes, uint64_t value)
{
    struct world *w = context;

    w->device_address = paddr;
    w->device_width = width_bytes;
    w->device_value = value;
    w->device_writes++;
}

static bool port_allowed(void *context, uint16_t port, unsigned width_bytes)
{
    (void)context;
    (void)width_bytes;
    return port == WORLD_PORT;
}

static uint32_t port_in(void *context, uint16_t port, unsigned width_bytes)
{
    (void)port;
    (void)width_bytes;
    ((struct world *)context)->port_reads++;
    return 0x42;
}

static void port_out(void *context, uint16_t port, unsigned width_bytes, uint32_t value)
{
    (void)port;
    (void)width_bytes;
    (void)value;
    ((struct world *)context)->port_writes++;
}

static uint64_t counter(void *context)
{
    return ((struct world *)context)->counter;
}

static const struct engine_ops ops = {
    .translate = translate,
    .device_answers = device_answers,
    .device_read = device_read,
    .device_write = device_write,
    .port_allowed = port_allowed,
    .port_in = port_in,
    .port_out = port_out,
    .counter = counter,
};

void world_open(struct world *w, unsigned arch)
{
    struct engine_config config = {
        .arch = archs[arch].name,
        .registers = archs[arch].registers,
        .register_count = REG_COUNT,
        .ram_base = archs[arch].ram_base,
        .ram_bytes = WORLD_RAM_BYTES,
        .ops = &ops,
        .context = w,
    };

    *w = (struct world){
        .arch = archs[arch].name,
        .programs = archs[arch].programs,
        .cases = archs[arch].cases,
        .case_count = archs[arch].case_count,
        .ram = aligned_alloc(WORLD_PAGE, WORLD_RAM_BYTES),
        .ram_base = archs[arch].ram_base,
        .data = true,
        .data_writable = true,
        .data_page = 18,
    };
    assert_non_null(w->ram);
    memset(w->ram, 0, WORLD_RAM_BYTES);
    config.ram = w->ram;
    assert_int_equal(engine_new(&config, &w->engine), ERR_OK);
}

void world_close(struct world *w)
{
    engine_free(w->engine);
    free(w->ram);
}

uint8_t *world_page(struct world *w, uint64_t vaddr)
{
    bool edge = w->edge, data = w->data;
    int page;

    w->edge = w->data = true;
    page = page_of(w, vaddr);
    w->edge = edge;
    w->data = data;
    assert_true(page >= 0);
    return w->ram + (unsigned)page * WORLD_PAGE;
}

void world_put_code(struct world *w, const struct guest_code *code, uint64_t at)
{
    for (unsigned i = 0; i < code->len_bytes; i++) {
        world_page(w, at + i)[(at + i) % WORLD_PAGE] = code->bytes[i];
    }
    engine_memory_written(w->engine, w->ram_base + 16 * WORLD_PAGE, 2 * WORLD_PAGE);
}

struct cpu_context *world_start(struct world *w, enum guest_program program, uint64_t at)
{
    struct cpu_context *context = engine_context_new(w->engine);

    assert_non_null(context);
    world_put_code(w, &w->programs[program], at);
    world_set(w, context, REG_PC, at);
    world_set(w, context, REG_SP, WORLD_STACK + 0x800);
    return context;
}

struct engine_exit world_run(struct world *w, struct cpu_context *context)
{
    struct engine_exit exit;
    unsigned rounds = 0;

    do {
        engine_run(w->engine, context, 1000000, &exit);
    } while (exit.kind == ENGINE_EXIT_BUDGET && ++rounds < 100);
    return exit;
}

uint64_t world_reg(struct world *w, struct cpu_context *context, unsigned reg)
{
    return engine_reg_read(w->engine, context, reg);
}

void world_set(struct world *w, struct cpu_context *context, unsigned reg, uint64_t value)
{
    engine_reg_write(w->engine, context, reg, value);
}
