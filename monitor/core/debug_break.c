/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Breakpoint registers: each thread has its own, and all threads of a component get the same. What
 * is watched is made of pieces that a register can watch, aligned and of a power of two.
 */
#include "monitor/core/debug_core.h"

#include "monitor/core/ipc.h"
#include "monitor/core/kernel.h"
#include "monitor/core/thread.h"

#ifdef CONFIG_HARDWARE_DEBUG_API

_Static_assert(seL4_NumHWBreakpoints <= DEBUG_BREAK_REGISTERS, "room for all");

static enum err load(seL4_CPtr tcb, unsigned number, const struct debug_register *r)
{
    static const uint8_t access[] = {
        [GDB_BREAK_HARDWARE] = seL4_BreakOnRead, /* what the kernel wants of an instruction's */
        [GDB_WATCH_WRITE] = seL4_BreakOnWrite,
        [GDB_WATCH_READ] = seL4_BreakOnRead,
        [GDB_WATCH_ACCESS] = seL4_BreakOnReadWrite,
    };
    bool watch = r->type >= GDB_WATCH_WRITE;

    return kernel_check(seL4_TCB_SetBreakpoint(
        tcb, (seL4_Uint16)number, r->at, watch ? seL4_DataBreakpoint : seL4_InstructionBreakpoint,
        r->size_bytes, access[r->type]));
}

static enum err unload(seL4_CPtr tcb, unsigned number)
{
    return kernel_check(seL4_TCB_UnsetBreakpoint(tcb, (seL4_Uint16)number));
}

#else

static enum err load(seL4_CPtr tcb, unsigned number, const struct debug_register *r)
{
    (void)tcb, (void)number, (void)r;
    return ERR_UNSUPPORTED;
}

static enum err unload(seL4_CPtr tcb, unsigned number)
{
    (void)tcb, (void)number;
    return ERR_UNSUPPORTED;
}

#endif

static enum err load_all(struct component *component, unsigned number)
{
    const struct debug_register *r = &debug_component(component)->registers[number];
    enum err e = ERR_OK;

    for (unsigned i = 0; i < LIMIT_COMPONENT_THREADS && !e; i++)
        if (component_is_debugged(&component->threads[i]))
            e = load(component->threads[i].tcb, number, r);
    return e;
}

static void release(struct component *component, unsigned number)
{
    for (unsigned i = 0; i < LIMIT_COMPONENT_THREADS; i++)
        if (component_is_debugged(&component->threads[i]))
            (void)unload(component->threads[i].tcb, number);
    debug_component(component)->registers[number].used = false;
}

static enum err take(struct component *component, unsigned first, unsigned end,
                     const struct debug_register *wanted)
{
    struct debug_register *registers = debug_component(component)->registers;
    unsigned number = first;
    enum err e;

    while (number < end && registers[number].used)
        number++;
    if (number >= end)
        return ERR_FULL;
    registers[number] = *wanted;
    e = load_all(component, number);
    if (e)
        release(component, number);
    return e;
}

/* The largest piece at `at` that a register can watch, not more than `left` bytes if it can be. */
static void piece_find(uint64_t at, uint64_t left, struct debug_register *out)
{
    uint64_t size = arch_break_registers.largest;

    while (size > arch_break_registers.smallest && (size > left || at % size))
        size /= 2;
    out->at = at & ~(size - 1);
    out->size_bytes = (uint8_t)size;
}

static enum err watch_set(struct component *component, struct debug_register *wanted)
{
    const struct arch_break_registers *have = &arch_break_registers;
    uint64_t at = wanted->addr, end = wanted->addr + wanted->len_bytes;
    enum err e = ERR_OK;

    if (have->watch_first == have->watch_end || wanted->len_bytes == 0 || end < at)
        return ERR_UNSUPPORTED;
    if (wanted->type == GDB_WATCH_READ && !have->reads)
        return ERR_UNSUPPORTED;
    if (wanted->len_bytes > (uint64_t)have->largest * (have->watch_end - have->watch_first))
        return wanted->type == GDB_WATCH_WRITE ? ERR_UNSUPPORTED : ERR_FULL;
    while (at < end && !e) {
        piece_find(at, end - at, wanted);
        e = take(component, have->watch_first, have->watch_end, wanted);
        at = wanted->at + wanted->size_bytes;
    }
    if (e)
        (void)debug_break_clear(component->pid, wanted->type, wanted->addr, wanted->len_bytes);
    /* Writes can be watched by stepping, too. */
    return e == ERR_FULL && wanted->type == GDB_WATCH_WRITE ? ERR_UNSUPPORTED : e;
}

enum err debug_break_set(uint32_t pid, enum gdb_break_type type, uint64_t addr, uint64_t len_bytes)
{
    const struct arch_break_registers *have = &arch_break_registers;
    struct component *component = component_by_pid(pid);
    struct debug_register wanted = {
        .used = true, .type = (uint8_t)type, .addr = addr, .len_bytes = len_bytes, .at = addr};

    if (!component)
        return ERR_NOT_FOUND;
    if (type == GDB_BREAK_SOFTWARE)
        return ERR_UNSUPPORTED;
    if (type != GDB_BREAK_HARDWARE)
        return watch_set(component, &wanted);
    if (have->break_first == have->break_end)
        return ERR_UNSUPPORTED;
    return take(component, have->break_first, have->break_end, &wanted);
}

enum err debug_break_clear(uint32_t pid, enum gdb_break_type type, uint64_t addr,
                           uint64_t len_bytes)
{
    struct component *component = component_by_pid(pid);
    struct debug_register *registers = component ? debug_component(component)->registers : NULL;
    enum err e = ERR_NOT_FOUND;

    for (unsigned i = 0; registers && i < DEBUG_BREAK_REGISTERS; i++) {
        const struct debug_register *r = &registers[i];
        if (!r->used || r->type != type || r->addr != addr)
            continue;
        if (type != GDB_BREAK_HARDWARE && r->len_bytes != len_bytes)
            continue;
        release(component, i);
        e = ERR_OK;
    }
    return e;
}

void debug_break_arm(struct component *component, const struct component_thread *thread)
{
    const struct debug_register *registers = debug_component(component)->registers;

    for (unsigned i = 0; i < DEBUG_BREAK_REGISTERS; i++)
        if (registers[i].used)
            (void)load(thread->tcb, i, &registers[i]);
}

bool debug_break_has_watch(const struct component *component)
{
    const struct debug_register *registers = debug_component(component)->registers;

    for (unsigned i = 0; i < DEBUG_BREAK_REGISTERS; i++)
        if (registers[i].used && registers[i].type >= GDB_WATCH_WRITE)
            return true;
    return false;
}

/* A register may watch more than was asked for, and the address may be where the access begins: it
 * counts if the access can have reached what is watched. */
uint64_t debug_break_watched(const struct component *component, uint64_t number, uint64_t address)
{
    const struct debug_register *r = &debug_component(component)->registers[number];

    if (number >= DEBUG_BREAK_REGISTERS || !r->used)
        return address;
    return address < r->addr ? r->addr : address;
}

/* --- loading all once --------------------------------------------------------------------------
 */

#ifdef CONFIG_HARDWARE_DEBUG_API

/* A helper at its first instruction. */
static void trap(void *unused)
{
    (void)unused;
    __builtin_trap();
}

/* The kernel stops for good on a hit of one register while a lower one was never loaded. So the
 * worker, before it begins, has all of them and runs into a trap. */
void debug_break_prepare(seL4_CPtr fault_ep)
{
    const struct arch_break_registers *have = &arch_break_registers;
    seL4_CPtr tcb = threads[THREAD_WORKER].tcb;
    struct debug_register r = {.type = GDB_BREAK_HARDWARE, .at = 64};
    seL4_Word badge;

    if (!have->must_be_loaded)
        return;
    for (unsigned i = have->break_first; i < have->watch_end; i++) {
        if (i == have->watch_first)
            r = (struct debug_register){.type = GDB_WATCH_WRITE, .size_bytes = 8, .at = 64};
        (void)load(tcb, i, &r);
    }
    if (thread_start(THREAD_WORKER, trap, NULL) == ERR_OK)
        (void)ipc_receive(fault_ep, &badge);
    for (unsigned i = have->break_first; i < have->watch_end; i++)
        (void)unload(tcb, i);
}

#else

void debug_break_prepare(seL4_CPtr fault_ep)
{
    (void)fault_ep;
}

#endif
