/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The part of the engine that all architectures share: starting Unicorn, going to user mode once,
 * running contexts, and turning what stops a run into one struct engine_exit. Translation by
 * callback and the hooks are in engine_hooks.c; debugging in engine_debug.c. What is done here and
 * why it is done in that way follows measurements on Unicorn 2.1.4: an engine of another version
 * is checked at start (the place of the fault address) and refused if it does not fit.
 */
#include "host/sim/machine/engine_arch.h"

#include "host/sim/machine/engine_code.h"
#include "host/sim/machine/engine_hooks.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where user mode is first entered: a load of an address that never translates. */
#define ENTRY_OFFSET 0x800U

/* Arm's fault status of an access that the bus refused; the others have no code for it. */
#define FAULT_ABSENT 0x10U

static const struct engine_arch *const archs[] = {
    &engine_x86_64,
    &engine_aarch64,
    &engine_riscv64,
};

static const struct engine_arch *engine_arch_find(const char *name)
{
    for (size_t i = 0; i < sizeof archs / sizeof archs[0]; i++) {
        if (strcmp(archs[i]->name, name) == 0) {
            return archs[i];
        }
    }
    return NULL;
}

uint64_t engine_uc_read(struct engine *e, int id)
{
    uint64_t value = 0;
    uc_reg_read(e->uc, id, &value);
    return value;
}

void engine_uc_write(struct engine *e, int id, uint64_t value)
{
    uc_reg_write(e->uc, id, &value);
}

static enum err engine_map_registers(struct engine *e, const struct engine_config *config)
{
    if (config->register_count == 0 || config->register_count > ENGINE_REGS_MAX) {
        return ERR_RANGE;
    }
    e->register_count = config->register_count;
    for (unsigned i = 0; i < config->register_count; i++) {
        const struct engine_register *row = e->arch->registers;
        while (row->name && strcmp(row->name, config->registers[i]) != 0) {
            row++;
        }
        if (!row->name) {
            snprintf(e->failure, sizeof e->failure, "%s has no register %s", e->arch->name,
                     config->registers[i]);
            return ERR_NOT_FOUND;
        }
        e->map[i] = row;
    }
    return ERR_OK;
}

static enum err engine_start_unicorn(struct engine *e)
{
    uc_err error = uc_open(e->arch->arch, e->arch->mode, &e->uc);
    if (error == UC_ERR_OK) {
        error = uc_ctl_set_cpu_model(e->uc, e->arch->cpu_model);
    }
    if (error == UC_ERR_OK && e->arch->insn_shift) {
        error = uc_ctl_set_page_size(e->uc, ENGINE_PAGE_BYTES);
    }
    if (error == UC_ERR_OK) {
        error = uc_ctl_exits_enable(e->uc);
    }
    if (error == UC_ERR_OK) {
        error = uc_ctl_tlb_mode(e->uc, UC_TLB_VIRTUAL);
    }
    if (error == UC_ERR_OK) {
        error = uc_mem_map_ptr(e->uc, e->ram_base, e->ram_bytes, UC_PROT_ALL, e->ram);
    }
    if (error == UC_ERR_OK) {
        error =
            uc_mem_map_ptr(e->uc, ENGINE_STUB_BASE, 2 * ENGINE_STUB_BYTES, UC_PROT_ALL, e->stub);
    }
    if (error != UC_ERR_OK) {
        snprintf(e->failure, sizeof e->failure, "Unicorn does not start: %s", uc_strerror(error));
        return ERR_NO_MEMORY;
    }
    return engine_hooks_add(e);
}

/* One access in user mode at an address that is known; the places in Unicorn's structure that hold
 * it are the candidates for the exact fault address. */
static bool engine_fault_at(struct engine *e, uint64_t pc, uint64_t address)
{
    engine_uc_write(e, e->arch->probe, address);
    return uc_emu_start(e->uc, pc, 0, 0, 0) == UC_ERR_EXCEPTION &&
           e->fault_page == (address & ~ENGINE_PAGE_MASK);
}

/* Unicorn hands its translation callback only the page. The whole address is a word in the middle
 * of its structure: find the word that follows three different faults. */
static enum err engine_find_fault_address(struct engine *e, uint64_t user_pc)
{
    static const uint64_t addresses[] = {0x5a5a13571ULL, 0x3c3c24682ULL, 0x69696bdf3ULL};
    const uint8_t *words = (const uint8_t *)e->uc;
    size_t end = malloc_usable_size(e->uc);
    bool *dead = calloc(end / 8 + 1, 1);

    if (!dead) {
        return ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        if (!engine_fault_at(e, i == 0 ? ENGINE_STUB_BASE : user_pc, addresses[i])) {
            break;
        }
        for (size_t at = 0; at + 8 <= end; at += 8) {
            uint64_t word;
            memcpy(&word, words + at, 8);
            dead[at / 8] |= word != addresses[i];
        }
        e->fault_offset = i;
    }
    bool complete = e->fault_offset == sizeof addresses / sizeof addresses[0] - 1;
    e->fault_offset = 0;
    for (size_t at = 8; complete && at + 8 <= end && e->fault_offset == 0; at += 8) {
        e->fault_offset = dead[at / 8] ? 0 : at;
    }
    free(dead);
    if (e->fault_offset == 0) {
        snprintf(e->failure, sizeof e->failure, "this Unicorn keeps its fault address elsewhere");
        return ERR_UNSUPPORTED;
    }
    return ERR_OK;
}

static enum err engine_enter_user(struct engine *e)
{
    uint64_t user_pc = ENGINE_STUB_BASE + ENTRY_OFFSET;
    enum err error = e->arch->prepare(e, e->stub, user_pc);

    if (error) {
        return error;
    }
    if (uc_context_alloc(e->uc, &e->clean) != UC_ERR_OK ||
        uc_context_alloc(e->uc, &e->scratch) != UC_ERR_OK ||
        uc_context_alloc(e->uc, &e->port_context) != UC_ERR_OK) {
        return ERR_NO_MEMORY;
    }
    memcpy(e->stub + ENTRY_OFFSET, e->arch->load, e->arch->load_bytes);
    e->entering = true;
    error = engine_find_fault_address(e, user_pc);
    if (!error) {
        error = e->arch->setup(e);
    }
    e->entering = false;
    for (const struct engine_register *row = e->arch->registers; row->name; row++) {
        engine_uc_write(e, row->id, row->always);
    }
    if (!error) {
        uc_context_save(e->uc, e->clean);
        uc_ctl_flush_tlb(e->uc);
        e->instructions = 0;
    }
    return error;
}

enum err engine_new(const struct engine_config *config, struct engine **out)
{
    const struct engine_arch *arch = engine_arch_find(config->arch);
    struct engine *e = arch ? calloc(1, sizeof *e) : NULL;
    enum err error = arch ? ERR_NO_MEMORY : ERR_UNSUPPORTED;

    *out = NULL;
    if (!e) {
        return error;
    }
    e->arch = arch;
    e->ops = config->ops;
    e->context = config->context;
    e->ram = config->ram;
    e->ram_base = config->ram_base;
    e->ram_bytes = config->ram_bytes;
    e->limit = UINT64_MAX;
    e->stub = aligned_alloc(ENGINE_STUB_BYTES, 2 * ENGINE_STUB_BYTES);
    e->window = calloc(ENGINE_WINDOW_PAGES, sizeof *e->window);
    if (!e->stub || !e->window || engine_code_init(e)) {
        goto fail;
    }
    memset(e->stub, 0, 2 * ENGINE_STUB_BYTES);
    error = engine_map_registers(e, config);
    if (!error) {
        error = engine_start_unicorn(e);
    }
    if (!error) {
        error = engine_enter_user(e);
    }
    if (error) {
        goto fail;
    }
    *out = e;
    return ERR_OK;

fail:
    engine_free(e);
    return error;
}

void engine_free(struct engine *e)
{
    if (!e) {
        return;
    }
    engine_debug_free(e);
    uc_context *contexts[] = {e->clean, e->scratch, e->port_context};
    for (size_t i = 0; i < sizeof contexts / sizeof contexts[0]; i++) {
        if (contexts[i]) {
            uc_context_free(contexts[i]);
        }
    }
    if (e->uc) {
        uc_close(e->uc);
    }
    free(e->stub);
    engine_code_free(e);
    free(e->window);
    free(e);
}

struct cpu_context *engine_context_new(struct engine *e)
{
    struct cpu_context *context = calloc(1, sizeof *context);

    if (!context) {
        return NULL;
    }
    if (uc_context_alloc(e->uc, &context->uc) != UC_ERR_OK) {
        free(context);
        return NULL;
    }
    if (e->running) {
        uc_context_save(e->uc, e->running->uc);
        e->running = NULL;
    }
    uc_context_restore(e->uc, e->clean);
    uc_context_save(e->uc, context->uc);
    return context;
}

void engine_context_free(struct engine *e, struct cpu_context *context)
{
    if (!context) {
        return;
    }
    if (e->running == context) {
        e->running = NULL;
    }
    uc_context_free(context->uc);
    free(context);
}

static uint64_t engine_raw_read(struct engine *e, struct cpu_context *context, int id)
{
    uint64_t value = 0;
    if (context == e->running) {
        uc_reg_read(e->uc, id, &value);
    } else {
        uc_context_reg_read(context->uc, id, &value);
    }
    return value;
}

static void engine_raw_write(struct engine *e, struct cpu_context *context, int id, uint64_t value)
{
    if (context == e->running) {
        uc_reg_write(e->uc, id, &value);
    } else {
        uc_context_reg_write(context->uc, id, &value);
    }
}

uint64_t engine_reg_read(struct engine *e, struct cpu_context *context, unsigned reg)
{
    const struct engine_register *row;

    if (reg >= e->register_count) {
        return 0;
    }
    row = e->map[reg];
    if (row->kept && context->by_syscall) {
        return context->kept[row->kept - 1];
    }
    return engine_raw_read(e, context, row->id);
}

void engine_reg_write(struct engine *e, struct cpu_context *context, unsigned reg, uint64_t value)
{
    const struct engine_register *row;

    if (reg >= e->register_count) {
        return;
    }
    row = e->map[reg];
    if (row->mask) {
        value = (value & row->mask) | row->always;
    }
    if (row->kept && context->by_syscall) {
        context->kept[row->kept - 1] = value;
    } else {
        engine_raw_write(e, context, row->id, value);
    }
}

void engine_registers_replaced(struct engine *e, struct cpu_context *context)
{
    if (!context->by_syscall) {
        return;
    }
    context->by_syscall = false;
    for (const struct engine_register *row = e->arch->registers; row->name; row++) {
        if (row->kept) {
            engine_raw_write(e, context, row->id, context->kept[row->kept - 1]);
        }
    }
}

static void engine_take(struct engine *e, struct cpu_context *context)
{
    if (e->running == context) {
        return;
    }
    if (e->running) {
        uc_context_save(e->uc, e->running->uc);
    }
    uc_context_restore(e->uc, context->uc);
    e->running = context;
}

/* Through the processor, because not every register of a saved state can be had without it. */
void engine_context_copy_fpu(struct engine *e, struct cpu_context *to, struct cpu_context *from)
{
    uint8_t values[ENGINE_FPU_MAX][ENGINE_FPU_BYTES] = {0};
    unsigned count = 0;

    engine_take(e, from);
    for (const struct engine_fpu_register *row = e->arch->fpu; row->len_bytes; row++) {
        uc_reg_read(e->uc, row->id, values[count++]);
    }
    engine_take(e, to);
    count = 0;
    for (const struct engine_fpu_register *row = e->arch->fpu; row->len_bytes; row++) {
        uc_reg_write(e->uc, row->id, values[count++]);
    }
}

void engine_clean_processor(struct engine *e)
{
    uint64_t general[2 * ENGINE_REGS_MAX];
    uint8_t fpu[ENGINE_FPU_MAX][ENGINE_FPU_BYTES] = {0};
    unsigned count = 0, fpu_count = 0;

    for (const struct engine_register *row = e->arch->registers; row->name; row++) {
        general[count++] = engine_uc_read(e, row->id);
    }
    for (const struct engine_fpu_register *row = e->arch->fpu; row->len_bytes; row++) {
        uc_reg_read(e->uc, row->id, fpu[fpu_count++]);
    }
    uc_context_restore(e->uc, e->clean);
    count = fpu_count = 0;
    for (const struct engine_fpu_register *row = e->arch->fpu; row->len_bytes; row++) {
        uc_reg_write(e->uc, row->id, fpu[fpu_count++]);
    }
    for (const struct engine_register *row = e->arch->registers; row->name; row++) {
        engine_uc_write(e, row->id, general[count++]);
    }
}

/* What a run that no hook ended was ended by. */
static void engine_explain(struct engine *e, uc_err error)
{
    struct engine_exit exit = {.kind = ENGINE_EXIT_FAILED};

    if (error == UC_ERR_OK) { /* `wfi` of user mode */
        e->arch->on_wait(e);
        return;
    }
    if (error == UC_ERR_EXCEPTION) {
        exit.kind = ENGINE_EXIT_FAULT;
        exit.access = e->fault_access;
        exit.code = e->fault_absent ? FAULT_ABSENT : 0;
        memcpy(&exit.address, (const uint8_t *)e->uc + e->fault_offset, sizeof exit.address);
        if ((exit.address & ~ENGINE_PAGE_MASK) != e->fault_page) {
            exit.address = e->fault_page; /* the engine never says less than the page */
        }
    } else {
        snprintf(e->failure, sizeof e->failure, "Unicorn stopped at 0x%llx: %s",
                 (unsigned long long)engine_uc_read(e, e->arch->pc), uc_strerror(error));
    }
    e->exit = exit;
    e->exiting = true;
}

/* The block that was cut short counted whole when it began: take off what did not run. */
static void engine_settle_count(struct engine *e)
{
    uint64_t pc = engine_uc_read(e, e->arch->pc);
    uint64_t left_bytes = e->block_pc + e->block_bytes - pc;
    uc_tb block;

    if (!e->exiting || e->exit.kind == ENGINE_EXIT_SYSCALL || e->block_bytes == 0 ||
        (e->exit.kind == ENGINE_EXIT_FAULT && e->exit.access == CPU_EXECUTE && !e->guarding) ||
        pc < e->block_pc || left_bytes == 0 || left_bytes > e->block_bytes) {
        return;
    }
    if (e->arch->insn_shift) {
        e->instructions -= left_bytes >> e->arch->insn_shift;
    } else if (engine_hooks_count_from(e, pc, &block) && block.size == left_bytes) {
        e->instructions -= block.icount;
    }
}

void engine_run_once(struct engine *e)
{
    uc_err error;

    e->exiting = false;
    e->port_fault = false;
    e->block_bytes = 0;
    error = uc_emu_start(e->uc, engine_uc_read(e, e->arch->pc), 0, 0, 0);
    if (e->deny) {
        e->deny = false;
        uc_ctl_flush_tlb(e->uc);
    }
    if (e->port_fault) {
        uc_context_restore(e->uc, e->port_context);
    } else if (!e->exiting) {
        engine_explain(e, error);
    }
    engine_settle_count(e);
    if (e->block_note && e->exit.kind == ENGINE_EXIT_FAULT && e->exit.access == CPU_EXECUTE) {
        e->arch->after_block(e);
    }
    if (e->dirty) {
        e->dirty = false;
        engine_clean_processor(e);
    }
}

void engine_run(struct engine *e, struct cpu_context *context, uint64_t budget,
                struct engine_exit *out)
{
    bool stepping = e->debugging && e->debug.single_step;

    engine_take(e, context);
    engine_code_prepare(e);
    if (e->flush) {
        e->flush = false;
        uc_ctl_flush_tlb(e->uc);
    }
    if (e->arch->resume) {
        e->arch->resume(e, context);
    }
    context->by_syscall = false;
    e->limit = e->instructions + (budget ? budget : 1);
    engine_debug_prepare(e);
    if (stepping && context->stepped_syscall) {
        context->stepped_syscall = false;
        *out = (struct engine_exit){.kind = ENGINE_EXIT_DEBUG,
                                    .number = ENGINE_DEBUG_STEP,
                                    .address = engine_uc_read(e, e->arch->pc)};
        return;
    }
    do {
        engine_run_once(e);
    } while (!e->exiting || (e->exit.kind == ENGINE_EXIT_FAULT && engine_hooks_fault(e)));
    if (e->exit.kind == ENGINE_EXIT_SYSCALL) {
        context->by_syscall = e->arch->resume != NULL;
        context->stepped_syscall = stepping && e->arch->step_syscall;
    }
    *out = e->exit;
}

bool engine_fetch(struct engine *e, uint64_t vaddr, void *to, unsigned len_bytes)
{
    struct sim_translation t;

    for (unsigned i = 0; i < len_bytes; i++) {
        if (e->entering || !e->ops->translate(e->context, vaddr + i, CPU_EXECUTE, &t)) {
            return false;
        }
        uint64_t at = t.paddr + ((vaddr + i) & (t.page_bytes - 1)) - e->ram_base;
        if (at >= e->ram_bytes) {
            return false;
        }
        ((uint8_t *)to)[i] = e->ram[at];
    }
    return true;
}

void engine_interrupt(struct engine *e)
{
    e->limit = 0;
}

bool engine_has_watch(const struct engine *e)
{
    return e->watching;
}

uint64_t engine_instructions(const struct engine *e)
{
    return e->instructions;
}

void engine_space_changed(struct engine *e)
{
    e->flush = true;
}

const char *engine_failure(const struct engine *e)
{
    return e->failure;
}
