/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The fake machine, and user code's side of the calls.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/kernel_world.h"

enum { IMAGE_PAGES = 4, RAM_BYTES = 34 << 20, PAGE = 4096 };
#define IMAGE_VADDR UINT64_C(0x400000)

const char *const world_configs[] = {"x86_64", "aarch64", "riscv64", NULL};

static struct cpu_context *context_new(void *machine)
{
    struct world *w = machine;
    w->contexts++;
    return calloc(1, sizeof(struct cpu_context));
}

static void context_free(void *machine, struct cpu_context *context)
{
    struct world *w = machine;
    w->contexts--;
    free(context);
}

static uint64_t reg_read(void *machine, struct cpu_context *context, unsigned reg)
{
    struct world *w = machine;
    assert_true(reg < w->abi->context_count);
    return context->reg[reg];
}

static void reg_write(void *machine, struct cpu_context *context, unsigned reg, uint64_t value)
{
    struct world *w = machine;
    assert_true(reg < w->abi->context_count);
    context->reg[reg] = value;
}

static void copy_fpu(void *machine, struct cpu_context *to, struct cpu_context *from)
{
    (void)machine;
    (void)to;
    (void)from;
}

static void space_changed(void *machine)
{
    (void)machine;
}

static void memory_written(void *machine, uint64_t paddr, uint64_t len_bytes)
{
    struct world *w = machine;
    assert_true(paddr >= w->ram_base && paddr + len_bytes <= w->ram_base + w->ram_bytes);
}

static void registers_replaced(void *machine, struct cpu_context *context)
{
    struct world *w = machine;
    assert_non_null(context);
    w->replaced++;
}

static void irq_set_masked(void *machine, unsigned irq, bool masked)
{
    struct world *w = machine;
    assert_true(irq < 256);
    w->masked[irq] = masked;
}

static uint32_t port_in(void *machine, uint16_t port, unsigned width_bytes)
{
    struct world *w = machine;
    uint32_t value = 0;
    memcpy(&value, &w->port[port], width_bytes);
    return value;
}

static void port_out(void *machine, uint16_t port, unsigned width_bytes, uint32_t value)
{
    struct world *w = machine;
    memcpy(&w->port[port], &value, width_bytes);
}

static void put_char(void *machine, char c)
{
    struct world *w = machine;
    if (w->console_len < sizeof w->console - 1) {
        w->console[w->console_len++] = c;
    }
}

static void halt(void *machine, const char *why)
{
    struct world *w = machine;
    w->halted = why;
}

static void debug_changed(void *machine, struct cpu_context *context)
{
    struct world *w = machine;
    assert_non_null(context);
    w->debug_changes++;
}

static const struct cpu_ops ops = {
    .context_new = context_new,
    .context_free = context_free,
    .reg_read = reg_read,
    .reg_write = reg_write,
    .context_copy_fpu = copy_fpu,
    .space_changed = space_changed,
    .memory_written = memory_written,
    .registers_replaced = registers_replaced,
    .irq_set_masked = irq_set_masked,
    .port_in = port_in,
    .port_out = port_out,
    .put_char = put_char,
    .halt = halt,
    .debug_changed = debug_changed,
};

static void trace(void *context, const char *line)
{
    struct world *w = context;
    strncpy(w->trace, line, sizeof w->trace - 1);
}

struct world *world_new(const char *config)
{
    static const char blob[] = "a blob of extra boot information";
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->abi = sim_abi_find(config);
    assert_non_null(w->abi);
    w->ram_bytes = RAM_BYTES;
    w->ram_base = strcmp(config, "x86_64") == 0 ? 0x100000 : 0x80000000;
    w->ram = calloc(1, w->ram_bytes);
    w->regions[0] = (struct sim_region){0, w->ram_base, true};
    w->regions[1] = (struct sim_region){w->ram_base, w->ram_base + w->ram_bytes, false};
    w->regions[2] = (struct sim_region){w->ram_base + w->ram_bytes, UINT64_C(1) << 36, true};
    w->platform = (struct sim_platform){
        .name = "none",
        .regions = w->regions,
        .region_count = 3,
        .irq_count = strcmp(config, "x86_64") == 0 ? 24 : 100,
        .timer_irq = 27,
        .ram = w->ram,
        .ram_base = w->ram_base,
        .ram_bytes = w->ram_bytes,
    };
    struct sim_image image = {
        .vstart = IMAGE_VADDR,
        .vend = IMAGE_VADDR + IMAGE_PAGES * PAGE,
        .pstart = w->ram_base + 0x200000,
        .entry = IMAGE_VADDR + 0x10,
        .extra = {blob},
        .extra_id = {7},
        .extra_len_bytes = {sizeof blob},
        .extra_count = 1,
    };
    assert_int_equal(kernel_new(w->abi, &w->platform, &ops, w, &w->k), ERR_OK);
    kernel_set_trace(w->k, trace, w);
    assert_int_equal(kernel_boot(w->k, &image), ERR_OK);
    assert_non_null(kernel_current(w->k));
    assert_null(kernel_check(w->k));
    w->boot_info = world_get(w, w->abi->trap.cap);
    w->ipc_buffer = world_read(w, w->boot_info + 32);
    w->next_slot = world_read(w, w->boot_info + 40);
    return w;
}

void world_free(struct world *w)
{
    kernel_free(w->k);
    assert_int_equal(w->contexts, 0);
    free(w->ram);
    free(w);
}

int64_t world_constant(struct world *w, const char *name)
{
    int64_t value = 0;
    assert_true(sim_abi_constant(w->abi, name, &value));
    return value;
}

unsigned world_reg(struct world *w, const char *name)
{
    for (unsigned i = 0; i < w->abi->context_count; i++) {
        if (strcmp(w->abi->context[i], name) == 0) {
            return i;
        }
    }
    fail_msg("no register %s", name);
    return 0;
}

uint64_t world_label(struct world *w, enum sim_method method)
{
    for (unsigned i = 0; i < w->abi->method_count; i++) {
        if (w->abi->methods[i] == (uint16_t)method) {
            return i;
        }
    }
    fail_msg("no label for %s", sim_abi_method_name(method));
    return 0;
}

uint64_t world_type(struct world *w, enum sim_object object)
{
    for (unsigned i = 0; i < w->abi->type_count; i++) {
        if (w->abi->types[i].object == object) {
            return w->abi->types[i].number;
        }
    }
    fail_msg("no object type %s", sim_abi_object_name(object));
    return 0;
}

uint64_t world_free_slot(struct world *w)
{
    return w->next_slot++;
}

static uint8_t *host_address(struct world *w, uint64_t vaddr)
{
    struct sim_translation t;
    assert_true(kernel_translate(w->k, vaddr, CPU_READ, &t));
    uint64_t paddr = t.paddr + (vaddr & (t.page_bytes - 1));
    assert_true(paddr >= w->ram_base && paddr < w->ram_base + w->ram_bytes);
    return w->ram + (paddr - w->ram_base);
}

uint64_t world_read(struct world *w, uint64_t vaddr)
{
    uint64_t value;
    memcpy(&value, host_address(w, vaddr), sizeof value);
    return value;
}

void world_write(struct world *w, uint64_t vaddr, uint64_t value)
{
    memcpy(host_address(w, vaddr), &value, sizeof value);
}

uint64_t world_get(struct world *w, const char *name)
{
    return kernel_current(w->k)->reg[world_reg(w, name)];
}

void world_set(struct world *w, const char *name, uint64_t value)
{
    kernel_current(w->k)->reg[world_reg(w, name)] = value;
}

void world_event(struct world *w, const struct cpu_event *event)
{
    kernel_handle(w->k, event);
    if (!w->halted) {
        const char *wrong = kernel_check(w->k);
        if (wrong) {
            fail_msg("%s, after: %s", wrong, w->trace);
        }
    }
}

void world_trap(struct world *w, enum sim_syscall call)
{
    struct cpu_event event = {.kind = CPU_EVENT_SYSCALL};
    assert_int_not_equal(w->abi->syscalls[call], 0);
    world_set(w, w->abi->trap.number, (uint64_t)(int64_t)w->abi->syscalls[call]);
    world_event(w, &event);
}

/* The IPC buffer of the running thread: tests keep its address in the thread pointer. */
static uint64_t buffer_of(struct world *w)
{
    static const char *const tls[] = {"fs_base", "tpidr_el0", "tp"};
    for (unsigned i = 0; i < 3; i++) {
        for (unsigned r = 0; r < w->abi->context_count; r++) {
            if (strcmp(w->abi->context[r], tls[i]) == 0) {
                uint64_t buffer = kernel_current(w->k)->reg[r];
                struct sim_translation t;
                return buffer && kernel_translate(w->k, buffer, CPU_READ, &t) ? buffer
                                                                              : w->ipc_buffer;
            }
        }
    }
    return 0;
}

void world_prepare(struct world *w, uint64_t cap, uint64_t label, const struct message *m)
{
    uint64_t buffer = buffer_of(w);
    world_set(w, w->abi->trap.cap, cap);
    world_set(w, w->abi->trap.info, label << 12 | (uint64_t)m->cap_count << 7 | m->length);
    for (unsigned i = 0; i < w->abi->hw_mrs; i++) {
        world_set(w, w->abi->trap.mr[i], m->words[i]);
    }
    for (unsigned i = w->abi->hw_mrs; i < m->length; i++) {
        world_write(w, buffer + 8 * (1 + i), m->words[i]);
    }
    for (unsigned i = 0; i < m->cap_count; i++) {
        world_write(w, buffer + 8 * (122 + i), m->caps[i]);
    }
}

struct answer world_answer(struct world *w)
{
    struct answer a = {.badge = world_get(w, w->abi->trap.cap)};
    uint64_t info = world_get(w, w->abi->trap.info), buffer = buffer_of(w);
    a.label = info >> 12;
    a.unwrapped = info >> 9 & 7;
    a.extra_caps = info >> 7 & 3;
    a.length = info & 127;
    for (unsigned i = 0; i < a.length && i < 64; i++) {
        a.words[i] = i < w->abi->hw_mrs ? world_get(w, w->abi->trap.mr[i])
                                        : world_read(w, buffer + 8 * (1 + i));
    }
    return a;
}

struct answer world_call(struct world *w, uint64_t cap, uint64_t label, const struct message *m)
{
    world_prepare(w, cap, label, m);
    world_trap(w, SIM_SYS_Call);
    return kernel_current(w->k) ? world_answer(w) : (struct answer){.label = UINT64_MAX};
}

struct answer world_invoke(struct world *w, uint64_t cap, enum sim_method method, unsigned length,
                           ...)
{
    struct message m = {.length = length};
    va_list args;
    va_start(args, length);
    for (unsigned i = 0; i < length; i++) {
        m.words[i] = va_arg(args, uint64_t);
    }
    va_end(args);
    return world_call(w, cap, world_label(w, method), &m);
}

struct answer world_invoke_caps(struct world *w, uint64_t cap, enum sim_method method,
                                const uint64_t *caps, unsigned cap_count, unsigned length, ...)
{
    struct message m = {.length = length, .cap_count = cap_count};
    va_list args;
    va_start(args, length);
    for (unsigned i = 0; i < length; i++) {
        m.words[i] = va_arg(args, uint64_t);
    }
    va_end(args);
    memcpy(m.caps, caps, cap_count * sizeof *caps);
    return world_call(w, cap, world_label(w, method), &m);
}

uint64_t world_untyped(struct world *w, unsigned bits, bool device)
{
    const struct sim_field *region = sim_abi_field(w->abi, "seL4_BootInfo.untyped");
    const struct sim_field *list = sim_abi_field(w->abi, "seL4_BootInfo.untypedList");
    uint64_t start = world_read(w, w->boot_info + region->offset);
    uint64_t end = world_read(w, w->boot_info + region->offset + 8);
    uint64_t best = 0;
    unsigned best_bits = 64;
    for (uint64_t slot = start; slot < end; slot++) {
        uint64_t at = w->boot_info + list->offset + 16 * (slot - start);
        uint64_t desc = world_read(w, at + 8);
        unsigned size = desc & 0xff;
        if ((desc >> 8 & 1) == device && size >= bits && size < best_bits) {
            best = slot;
            best_bits = size;
        }
    }
    assert_int_not_equal(best, 0);
    return best;
}

uint64_t world_make(struct world *w, enum sim_object object, uint64_t bits)
{
    uint64_t cnode = ROOT_CNODE, slot = world_free_slot(w);
    uint64_t untyped = world_untyped(w, 24, false);
    struct answer a =
        world_invoke_caps(w, untyped, SIM_METHOD_Untyped_Retype, &cnode, 1, 6,
                          world_type(w, object), bits, UINT64_C(0), UINT64_C(0), slot, UINT64_C(1));
    if (a.label != 0) {
        fail_msg("cannot make %s: %s", sim_abi_object_name(object), w->trace);
    }
    return slot;
}

uint64_t world_thread(struct world *w, unsigned priority, uint64_t buffer, uint64_t buffer_cap,
                      uint64_t fault_ep)
{
    uint64_t tcb = world_make(w, SIM_OBJECT_TCB, 0);
    uint64_t caps[3] = {ROOT_CNODE, ROOT_VSPACE, buffer_cap};
    uint64_t guard = 64 - 12; /* seL4_CNode_CapData: guard 0 of 52 bits */
    struct answer a = world_invoke_caps(w, tcb, SIM_METHOD_TCB_Configure, caps, 3, 4, fault_ep,
                                        guard, UINT64_C(0), buffer);
    assert_int_equal(a.label, 0);
    uint64_t auth = ROOT_TCB;
    a = world_invoke_caps(w, tcb, SIM_METHOD_TCB_SetSchedParams, &auth, 1, 2, (uint64_t)priority,
                          (uint64_t)priority);
    assert_int_equal(a.label, 0);
    a = world_invoke(w, tcb, SIM_METHOD_TCB_SetTLSBase, 1, buffer);
    assert_int_equal(a.label, 0);
    return tcb;
}

/* Frame and paging objects of each architecture, from the top. */
struct paging {
    const char *config;
    enum sim_object frame;
    enum sim_method frame_map;
    enum sim_object table[3];
    enum sim_method table_map[3];
};

static const struct paging pagings[] = {
    {"x86_64",
     SIM_OBJECT_X86_4K,
     SIM_METHOD_X86_Page_Map,
     {SIM_OBJECT_X86_PDPT, SIM_OBJECT_X86_PageDirectory, SIM_OBJECT_X86_PageTable},
     {SIM_METHOD_X86_PDPT_Map, SIM_METHOD_X86_PageDirectory_Map, SIM_METHOD_X86_PageTable_Map}},
    {"aarch64",
     SIM_OBJECT_ARM_SmallPage,
     SIM_METHOD_ARM_Page_Map,
     {SIM_OBJECT_ARM_PageTable, SIM_OBJECT_ARM_PageTable, SIM_OBJECT_ARM_PageTable},
     {SIM_METHOD_ARM_PageTable_Map, SIM_METHOD_ARM_PageTable_Map, SIM_METHOD_ARM_PageTable_Map}},
    {"riscv64",
     SIM_OBJECT_RISCV_4K_Page,
     SIM_METHOD_RISCV_Page_Map,
     {SIM_OBJECT_RISCV_PageTable, SIM_OBJECT_RISCV_PageTable},
     {SIM_METHOD_RISCV_PageTable_Map, SIM_METHOD_RISCV_PageTable_Map}},
};

uint64_t world_map(struct world *w, uint64_t vaddr)
{
    const struct paging *p = pagings;
    uint64_t vspace = ROOT_VSPACE;
    while (strcmp(p->config, w->abi->config) != 0) {
        p++;
    }
    for (unsigned i = 0; i < 3 && p->table[i]; i++) {
        uint64_t table = world_make(w, p->table[i], 0);
        struct answer a =
            world_invoke_caps(w, table, p->table_map[i], &vspace, 1, 2, vaddr, UINT64_C(0));
        assert_true(a.label == 0 || a.label == (uint64_t)world_constant(w, "seL4_DeleteFirst"));
    }
    uint64_t frame = world_make(w, p->frame, 0);
    struct answer a =
        world_invoke_caps(w, frame, p->frame_map, &vspace, 1, 3, vaddr, UINT64_C(3), UINT64_C(0));
    if (a.label != 0) {
        fail_msg("cannot map: %s", w->trace);
    }
    return frame;
}

const char *world_running(struct world *w)
{
    struct cpu_context *context = kernel_current(w->k);
    return context ? kernel_thread_name(w->k, context) : "idle";
}
