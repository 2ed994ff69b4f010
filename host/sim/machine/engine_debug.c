/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The debug hardware of the simulated core: single steps, breakpoints and watchpoints of the
 * running context. A step ends where the next block begins, or before a block's second instruction:
 * that needs a hook on the instructions of the page it begins in, which stays for the next steps. A
 * breakpoint is a hook on one address, without cost elsewhere. A watched page does not translate;
 * the access that faults is then run alone, under a memory hook that sees whether it hits.
 */
#include "host/sim/machine/engine_hooks.h"

#include <stdlib.h>
#include <string.h>

/* Pages whose instructions have a hook for steps. */
#define STEP_PAGES_MAX 16U

/* Stores that one instruction can make (a pair, or x86's push of memory). */
#define UNDO_MAX 4U

struct planted {
    uint64_t address;
    uc_hook hook;
};

struct undo {
    uint64_t paddr;
    uint8_t bytes[16];
    unsigned len_bytes;
};

struct engine_debug {
    unsigned step_count;
    struct planted step_pages[STEP_PAGES_MAX]; /* from the oldest on */
    bool watch_open;                           /* watched pages translate, for one instruction */
    int watch_hit;                             /* index in engine->debug.breakpoints, -1: none */
    bool skip_breakpoint; /* the instruction at the PC is being run for a watchpoint */
    unsigned planted_count;
    struct planted planted[SIM_BREAKPOINTS_MAX];
    unsigned undo_count;
    struct undo undo[UNDO_MAX];
};

static bool is_watch(const struct sim_breakpoint *point)
{
    return point->kind != SIM_BREAK_EXECUTE;
}

static bool watches_access(const struct sim_breakpoint *point, enum cpu_access access)
{
    return point->kind == SIM_BREAK_ACCESS ||
           point->kind == (access == CPU_WRITE ? SIM_BREAK_WRITE : SIM_BREAK_READ);
}

static struct engine_debug *state_of(struct engine *e)
{
    if (!e->debug_state) {
        e->debug_state = calloc(1, sizeof *e->debug_state);
    }
    return e->debug_state;
}

void engine_debug_free(struct engine *e)
{
    free(e->debug_state);
    e->debug_state = NULL;
}

void engine_set_debug(struct engine *e, const struct sim_debug *debug)
{
    bool had_watch = e->watching;

    e->debugging = debug != NULL && (debug->single_step || debug->count > 0);
    e->watching = false;
    if (e->debugging) {
        e->debug = *debug;
        for (unsigned i = 0; i < e->debug.count; i++) {
            e->watching |= is_watch(&e->debug.breakpoints[i]);
        }
    }
    e->flush |= had_watch || e->watching;
}

bool engine_debug_watches(const struct engine *e, uint64_t vaddr, enum cpu_access access)
{
    uint64_t page = vaddr & ~ENGINE_PAGE_MASK;

    if (!e->watching || (e->debug_state && e->debug_state->watch_open)) {
        return false;
    }
    for (unsigned i = 0; i < e->debug.count; i++) {
        const struct sim_breakpoint *point = &e->debug.breakpoints[i];
        if (is_watch(point) && watches_access(point, access) &&
            point->address < page + ENGINE_PAGE_BYTES && point->address + point->len_bytes > page) {
            return true;
        }
    }
    return false;
}

static void step_end(struct engine *e, uint64_t pc)
{
    struct engine_exit exit = {
        .kind = ENGINE_EXIT_DEBUG, .number = ENGINE_DEBUG_STEP, .address = pc};

    e->instructions = e->step_from + 1;
    e->block_bytes = 0; /* counted already */
    engine_stop(e, &exit);
}

bool engine_debug_block(struct engine *e, uint64_t pc)
{
    if (e->step_begun) {
        step_end(e, pc);
        return true;
    }
    e->step_begun = true;
    e->step_from = e->instructions;
    return false;
}

static void on_step(uc_engine *uc, uint64_t pc, uint32_t size, void *user)
{
    struct engine *e = user;

    (void)uc;
    (void)size;
    if (e->step_armed && pc != e->block_pc && !e->exiting) {
        step_end(e, pc);
    }
}

/* A block that begins in a page may reach into the one after it. */
static void hang_step(struct engine *e)
{
    struct engine_debug *d = e->debug_state;
    uint64_t page = engine_uc_read(e, e->arch->pc) & ~ENGINE_PAGE_MASK;
    struct planted *p;

    for (unsigned i = 0; i < d->step_count; i++) {
        if (d->step_pages[i].address == page) {
            return;
        }
    }
    if (d->step_count == STEP_PAGES_MAX) {
        uc_hook_del(e->uc, d->step_pages[0].hook);
        memmove(d->step_pages, d->step_pages + 1, (STEP_PAGES_MAX - 1) * sizeof *p);
        d->step_count--;
    }
    p = &d->step_pages[d->step_count];
    if (uc_hook_add(e->uc, &p->hook, UC_HOOK_CODE, (void *)on_step, e, page,
                    page + 2 * ENGINE_PAGE_BYTES - 1) == UC_ERR_OK) {
        p->address = page;
        d->step_count++;
        uc_ctl_flush_tb(e->uc); /* what begins in the page, in every address space */
        uc_ctl_flush_tlb(e->uc);
    }
}

static void on_breakpoint(uc_engine *uc, uint64_t pc, uint32_t size, void *user)
{
    struct engine *e = user;

    (void)uc;
    (void)size;
    for (unsigned i = 0; e->debugging && !e->debug_state->skip_breakpoint && i < e->debug.count;
         i++) {
        const struct sim_breakpoint *point = &e->debug.breakpoints[i];
        if (!is_watch(point) && point->address == pc) {
            struct engine_exit exit = {.kind = ENGINE_EXIT_DEBUG,
                                       .number = ENGINE_DEBUG_BREAKPOINT,
                                       .address = pc,
                                       .code = point->number};
            engine_stop(e, &exit);
            return;
        }
    }
}

static void plant(struct engine *e, uint64_t address)
{
    struct engine_debug *d = e->debug_state;

    for (unsigned i = 0; i < d->planted_count; i++) {
        if (d->planted[i].address == address) {
            return;
        }
    }
    if (d->planted_count == SIM_BREAKPOINTS_MAX) {
        uc_hook_del(e->uc, d->planted[0].hook);
        memmove(d->planted, d->planted + 1, (SIM_BREAKPOINTS_MAX - 1) * sizeof d->planted[0]);
        d->planted_count--;
    }
    struct planted *p = &d->planted[d->planted_count];
    if (uc_hook_add(e->uc, &p->hook, UC_HOOK_CODE, (void *)on_breakpoint, e, address, address) ==
        UC_ERR_OK) {
        p->address = address;
        d->planted_count++;
        uc_ctl_flush_tb(e->uc); /* blocks that hold the address, in every address space */
        uc_ctl_flush_tlb(e->uc);
    }
}

void engine_debug_prepare(struct engine *e)
{
    struct engine_debug *d = e->debugging ? state_of(e) : e->debug_state;

    if (!d) {
        return;
    }
    e->step_armed = e->step_begun = false;
    if (!e->debugging) {
        return;
    }
    for (unsigned i = 0; i < e->debug.count; i++) {
        if (!is_watch(&e->debug.breakpoints[i])) {
            plant(e, e->debug.breakpoints[i].address);
        }
    }
    if (e->debug.single_step) {
        hang_step(e);
        e->step_armed = true;
    }
}

static uint64_t physical(struct engine *e, uint64_t vaddr)
{
    struct sim_translation t;

    return e->ops->translate(e->context, vaddr, CPU_READ, &t) ||
                   e->ops->translate(e->context, vaddr, CPU_WRITE, &t)
               ? t.paddr + (vaddr & (t.page_bytes - 1))
               : UINT64_MAX;
}

/* Unicorn's memory hooks speak of physical addresses. */
static void on_watched(uc_engine *uc, uc_mem_type type, uint64_t paddr, int size, int64_t value,
                       void *user)
{
    struct engine *e = user;
    struct engine_debug *d = e->debug_state;
    enum cpu_access access = type == UC_MEM_WRITE ? CPU_WRITE : CPU_READ;

    (void)uc;
    (void)value;
    if (access == CPU_WRITE && d->undo_count < UNDO_MAX && size <= 16 && paddr >= e->ram_base &&
        paddr + (unsigned)size <= e->ram_base + e->ram_bytes) {
        struct undo *undo = &d->undo[d->undo_count++];
        undo->paddr = paddr;
        undo->len_bytes = (unsigned)size;
        memcpy(undo->bytes, e->ram + (paddr - e->ram_base), (size_t)size);
    }
    for (unsigned i = 0; d->watch_hit < 0 && i < e->debug.count; i++) {
        const struct sim_breakpoint *point = &e->debug.breakpoints[i];
        uint64_t at = physical(e, point->address);
        if (is_watch(point) && watches_access(point, access) && paddr < at + point->len_bytes &&
            paddr + (unsigned)size > at) {
            d->watch_hit = (int)i;
        }
    }
}

/* One instruction with the watched pages there, under the memory hook. */
static bool run_watched(struct engine *e)
{
    struct engine_debug *d = e->debug_state;
    uc_hook hook;

    if (uc_hook_add(e->uc, &hook, UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE, (void *)on_watched, e, 1,
                    0) != UC_ERR_OK) {
        return false;
    }
    hang_step(e);
    uc_ctl_flush_tb(e->uc);
    uc_ctl_flush_tlb(e->uc);
    d->watch_open = d->skip_breakpoint = e->step_armed = true;
    e->step_begun = false;
    d->undo_count = 0;
    d->watch_hit = -1;
    engine_run_once(e);
    d->watch_open = d->skip_breakpoint = false;
    e->step_armed = e->debug.single_step;
    e->step_begun = false;
    uc_hook_del(e->uc, hook);
    uc_ctl_flush_tb(e->uc);
    uc_ctl_flush_tlb(e->uc);
    return true;
}

static void undo_stores(struct engine *e)
{
    struct engine_debug *d = e->debug_state;

    while (d->undo_count > 0) {
        struct undo *undo = &d->undo[--d->undo_count];
        memcpy(e->ram + (undo->paddr - e->ram_base), undo->bytes, undo->len_bytes);
    }
}

bool engine_debug_fault(struct engine *e)
{
    struct engine_debug *d;
    struct engine_exit fault = e->exit;
    bool after = e->arch->watch_after;

    if (fault.access == CPU_EXECUTE || !engine_debug_watches(e, e->fault_page, fault.access) ||
        !(d = state_of(e))) {
        return false;
    }
    uc_context_save(e->uc, e->scratch);
    if (!run_watched(e)) {
        return false;
    }
    if (d->watch_hit < 0) {
        return true;
    }
    if (!after) {
        uc_context_restore(e->uc, e->scratch);
        undo_stores(e);
    }
    e->exit = (struct engine_exit){.kind = ENGINE_EXIT_DEBUG,
                                   .number = ENGINE_DEBUG_WATCHPOINT,
                                   .address = e->debug.breakpoints[d->watch_hit].address,
                                   .code = e->debug.breakpoints[d->watch_hit].number};
    return true;
}
