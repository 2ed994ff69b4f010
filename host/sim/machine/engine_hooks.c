/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The callbacks that the engine hangs into Unicorn. Translation asks the kernel model for each page
 * once after a flush; device pages are given out as pages of one window of memory-mapped I/O, so
 * that no hook ever lies over RAM (any would make every store slow). Every basic block is counted
 * when it begins, which is also where a run ends when its budget is used up.
 */
#include "host/sim/machine/engine_hooks.h"

#include "host/sim/machine/engine_code.h"

#include <string.h>

/* The second page of the stub's memory stands in for an unmapped page while the instructions before
 * an instruction that crosses into it run. */
#define GUARD_BASE (ENGINE_STUB_BASE + ENGINE_STUB_BYTES)

/* The longest instruction of any architecture, x86's. */
#define INSN_BYTES_MAX 15U

void engine_stop(struct engine *e, const struct engine_exit *exit)
{
    if (!e->exiting) {
        e->exit = *exit;
        e->exiting = true;
    }
    uc_emu_stop(e->uc);
}

void engine_end(struct engine *e)
{
    struct engine_exit exit = {.kind = ENGINE_EXIT_BUDGET};

    e->deny = true;
    uc_ctl_flush_tlb(e->uc);
    engine_stop(e, &exit);
}

static bool fill_window(struct engine *e, uint64_t paddr, uint64_t *out)
{
    unsigned i = 0;

    while (i < e->window_count && e->window[i] != paddr) {
        i++;
    }
    if (i == ENGINE_WINDOW_PAGES) {
        return false;
    }
    if (i == e->window_count) {
        e->window[e->window_count++] = paddr;
    }
    *out = ENGINE_WINDOW_BASE + i * ENGINE_PAGE_BYTES;
    return true;
}

/* A page is executable for Unicorn only after a fetch from it: pages that are writable and
 * executable at once store slowly, and all of a root task's are both. */
static bool fill_found(struct engine *e, uint64_t vaddr, enum cpu_access access,
                       const struct sim_translation *t, uc_tlb_entry *out)
{
    uint64_t paddr = (t->paddr + (vaddr & (t->page_bytes - 1))) & ~ENGINE_PAGE_MASK;
    bool in_ram = paddr >= e->ram_base && paddr - e->ram_base < e->ram_bytes;
    unsigned perms = 0;

    if (t->readable && !engine_debug_watches(e, vaddr, CPU_READ)) {
        perms |= UC_PROT_READ;
    }
    if (t->writable && !engine_debug_watches(e, vaddr, CPU_WRITE)) {
        perms |= UC_PROT_WRITE;
    }
    if (in_ram && access == CPU_EXECUTE) {
        engine_code_fetched(e, paddr);
        perms |= UC_PROT_EXEC;
    }
    if (in_ram && perms & UC_PROT_WRITE) {
        engine_code_opened(e, paddr);
    }
    out->perms = perms;
    out->paddr = paddr;
    if (in_ram) {
        return true;
    }
    e->fault_absent =
        access != CPU_EXECUTE && perms != 0 && !e->ops->device_answers(e->context, paddr);
    return access != CPU_EXECUTE && !e->fault_absent && fill_window(e, paddr, &out->paddr);
}

static bool on_fill(uc_engine *uc, uint64_t vaddr, uc_mem_type type, uc_tlb_entry *out, void *user)
{
    struct engine *e = user;
    struct sim_translation t = {0};

    (void)uc;
    e->fault_absent = false;
    e->fault_page = vaddr;
    e->fault_access = type == UC_MEM_FETCH   ? CPU_EXECUTE
                      : type == UC_MEM_WRITE ? CPU_WRITE
                                             : CPU_READ;
    if (e->forgetting) {
        out->paddr = vaddr;
        out->perms = UC_PROT_READ | UC_PROT_EXEC;
        return true;
    }
    if (e->entering || (e->guarding && vaddr == e->guard_page && type == UC_MEM_FETCH)) {
        out->paddr = e->entering ? ENGINE_STUB_BASE : GUARD_BASE;
        out->perms = UC_PROT_READ | UC_PROT_EXEC;
        return !e->entering || vaddr == ENGINE_STUB_BASE;
    }
    if (e->deny || !e->ops->translate(e->context, vaddr, e->fault_access, &t)) {
        return false;
    }
    return fill_found(e, vaddr, e->fault_access, &t, out);
}

static uint64_t window_address(const struct engine *e, uint64_t offset)
{
    return e->window[offset / ENGINE_PAGE_BYTES] + (offset & ENGINE_PAGE_MASK);
}

static uint64_t on_device_read(uc_engine *uc, uint64_t offset, unsigned size, void *user)
{
    struct engine *e = user;

    (void)uc;
    return e->exiting ? 0 : e->ops->device_read(e->context, window_address(e, offset), size);
}

static void on_device_write(uc_engine *uc, uint64_t offset, unsigned size, uint64_t value,
                            void *user)
{
    struct engine *e = user;

    (void)uc;
    if (!e->exiting) {
        e->ops->device_write(e->context, window_address(e, offset), size, value);
    }
}

bool engine_hooks_count_from(struct engine *e, uint64_t pc, uc_tb *out)
{
    return uc_ctl_request_cache(e->uc, pc, out) == UC_ERR_OK;
}

static struct engine_block *block_of(struct engine *e, uint64_t pc)
{
    return &e->blocks[(pc >> 1) & (ENGINE_BLOCKS - 1)];
}

static bool is_block(const struct engine_block *block, uint64_t pc, uint32_t size)
{
    return block->pc == pc && block->size_bytes == size;
}

static void block_begin(struct engine *e, const struct engine_block *block)
{
    e->block_pc = block->pc;
    e->block_bytes = block->size_bytes;
    e->instructions += block->instructions;
    e->block_note = block->note;
}

static void block_look(struct engine *e, struct engine_block *block, uint64_t pc, uint32_t size)
{
    unsigned shift = e->arch->insn_shift;
    uc_tb tb;

    block->pc = pc;
    block->size_bytes = (uint16_t)size;
    block->note = 0;
    if (shift) {
        block->instructions = (uint16_t)(size >> shift);
    } else {
        block->instructions = (uint16_t)(engine_hooks_count_from(e, pc, &tb) ? tb.icount : 1);
    }
    if (e->arch->on_new_block) {
        e->arch->on_new_block(e, block);
    }
}

/* One that does not begin as most do: the run is over, or the block is new, or debugging. */
static __attribute__((noinline, cold)) void on_odd_block(struct engine *e, uint64_t pc,
                                                         uint32_t size)
{
    struct engine_block *block = block_of(e, pc);

    if (e->block_note) {
        e->arch->after_block(e);
    }
    e->block_bytes = 0; /* the last block has run whole */
    if (e->exiting) {
        uc_emu_stop(e->uc);
    } else if (e->instructions >= e->limit) {
        struct engine_exit exit = {.kind = ENGINE_EXIT_BUDGET};
        engine_stop(e, &exit);
    } else if (pc & ((1U << e->arch->insn_shift) - 1)) {
        e->arch->on_misaligned(e);
    } else if (!e->step_armed || !engine_debug_block(e, pc)) {
        if (!is_block(block, pc, size)) {
            block_look(e, block, pc, size);
        }
        block_begin(e, block);
    }
}

/* So much of the time of a run is spent here that the usual case comes first and alone. */
static void on_block(uc_engine *uc, uint64_t pc, uint32_t size, void *user)
{
    struct engine *e = user;
    const struct engine_block *block = block_of(e, pc);

    (void)uc;
    if (e->exiting | e->step_armed | (e->block_note != 0) | (e->instructions >= e->limit) |
        !is_block(block, pc, size)) {
        on_odd_block(e, pc, size);
    } else {
        block_begin(e, block);
    }
}

static void on_interrupt(uc_engine *uc, uint32_t number, void *user)
{
    struct engine *e = user;

    (void)uc;
    e->arch->on_interrupt(e, number);
}

static bool on_invalid(uc_engine *uc, void *user)
{
    struct engine *e = user;

    (void)uc;
    e->arch->on_invalid(e);
    return false;
}

enum err engine_hooks_add(struct engine *e)
{
    const struct {
        int type;
        void *callback;
    } hooks[] = {
        {UC_HOOK_TLB_FILL, (void *)on_fill},
        {UC_HOOK_BLOCK, (void *)on_block},
        {UC_HOOK_INTR, (void *)on_interrupt},
        {UC_HOOK_INSN_INVALID, (void *)on_invalid},
    };
    uc_hook handle;

    for (size_t i = 0; i < sizeof hooks / sizeof hooks[0]; i++) {
        if (uc_hook_add(e->uc, &handle, hooks[i].type, hooks[i].callback, e, 1, 0) != UC_ERR_OK) {
            return ERR_NO_MEMORY;
        }
    }
    return uc_mmio_map(e->uc, ENGINE_WINDOW_BASE, ENGINE_WINDOW_PAGES * ENGINE_PAGE_BYTES,
                       on_device_read, e, on_device_write, e) == UC_ERR_OK
               ? ERR_OK
               : ERR_NO_MEMORY;
}

/* Stops before an instruction that reaches into the guard page, or lies in it. */
static void on_edge(uc_engine *uc, uint64_t pc, uint32_t size, void *user)
{
    struct engine *e = user;
    struct engine_exit exit = {.kind = ENGINE_EXIT_FAULT, .access = CPU_EXECUTE};

    (void)uc;
    if (pc >= e->guard_page || pc + size > e->guard_page) {
        exit.address = e->guard_page;
        engine_stop(e, &exit);
    }
}

/* Unicorn translates a whole block before it runs any of it: an instruction that crosses into a
 * page that is not there is reported at the start of its block. Run the block with a guard page
 * there, up to that instruction. */
static void run_to_edge(struct engine *e)
{
    uc_hook hook;

    e->guard_page = e->fault_page;
    if (uc_hook_add(e->uc, &hook, UC_HOOK_CODE, (void *)on_edge, e, e->guard_page - INSN_BYTES_MAX,
                    e->guard_page + ENGINE_PAGE_MASK) != UC_ERR_OK) {
        return;
    }
    e->guarding = true;
    uc_ctl_flush_tlb(e->uc);
    uc_ctl_remove_cache(e->uc, e->guard_page - INSN_BYTES_MAX, e->guard_page);
    engine_run_once(e);
    uc_ctl_remove_cache(e->uc, e->guard_page - INSN_BYTES_MAX, e->guard_page);
    uc_hook_del(e->uc, hook);
    e->guarding = false;
    uc_ctl_flush_tlb(e->uc);
}

bool engine_hooks_fault(struct engine *e)
{
    uint64_t pc = engine_uc_read(e, e->arch->pc);

    if (e->arch->on_fault && e->arch->on_fault(e, pc)) {
        return false;
    }
    if (e->exit.access == CPU_EXECUTE) {
        if (e->fault_page == (pc & ~ENGINE_PAGE_MASK) + ENGINE_PAGE_BYTES) {
            run_to_edge(e);
        }
        return false;
    }
    /* A step that only served to look at an access is nobody's. */
    return engine_debug_fault(e) && e->exit.kind == ENGINE_EXIT_DEBUG &&
           e->exit.number == ENGINE_DEBUG_STEP && !e->debug.single_step;
}
