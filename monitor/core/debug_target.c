/* SPDX-License-Identifier: BSD-2-Clause */
/* Components as the engine's inferiors: gdbstub/target.h for the monitor. */
#include "monitor/core/debug_core.h"

#include "arch/lib/elf.h"
#include "arch/lib/str.h"

static enum err thread_next(void *target, uint32_t pid, uint32_t after, struct gdb_thread_info *out)
{
    const struct component *component = component_by_pid(pid);
    const struct component_thread *best = NULL;

    (void)target;
    for (unsigned i = 0; component && i < LIMIT_COMPONENT_THREADS; i++) {
        const struct component_thread *t = &component->threads[i];
        if (component_is_debugged(t) && t->tid > after && (!best || t->tid < best->tid))
            best = t;
    }
    if (!best)
        return ERR_NOT_FOUND;
    out->tid = best->tid;
    (void)str_copy(out->name, sizeof out->name, best->name);
    return ERR_OK;
}

static bool has_fault(const struct component *component)
{
    for (unsigned i = 0; i < LIMIT_COMPONENT_THREADS; i++)
        if (component->threads[i].tid && component->threads[i].has_fault)
            return true;
    return false;
}

static bool can_be_debugged(const struct component *component)
{
    return component &&
           (component->state == COMPONENT_LOADED || component->state == COMPONENT_ALIVE) &&
           !debug_client(component);
}

/* One that was stopped by a fault, or else the first. */
static uint32_t inferior_default(void *target)
{
    const struct component *first = NULL;

    (void)target;
    for (unsigned i = 0; i < LIMIT_COMPONENTS; i++) {
        const struct component *component = component_at(i);
        if (!can_be_debugged(component))
            continue;
        if (has_fault(component))
            return component->pid;
        if (!first || component->pid < first->pid)
            first = component;
    }
    return first ? first->pid : 0;
}

static enum err mem_read(void *target, uint32_t pid, uint64_t addr, void *to, size_t len_bytes,
                         size_t *done)
{
    struct component *component = component_by_pid(pid);

    (void)target;
    *done = 0;
    return component ? component_read(component, addr, to, len_bytes, done) : ERR_NOT_FOUND;
}

static enum err mem_write(void *target, uint32_t pid, uint64_t addr, const void *from,
                          size_t len_bytes, size_t *done)
{
    struct component *component = component_by_pid(pid);

    (void)target;
    *done = 0;
    return component ? component_write(component, addr, from, len_bytes, done) : ERR_NOT_FOUND;
}

static enum err regs_read(void *target, struct gdb_id id, uint64_t *words)
{
    (void)target;
    return debug_thread_regs_read(id, words);
}

static enum err regs_write(void *target, struct gdb_id id, const uint64_t *words)
{
    (void)target;
    return debug_thread_regs_write(id, words);
}

static enum err fp_read(void *target, struct gdb_id id, void *image)
{
    (void)target;
    return debug_fp_read(id, image);
}

static enum err fp_write(void *target, struct gdb_id id, const void *image)
{
    (void)target;
    return debug_fp_write(id, image);
}

static enum err resume(void *target, struct gdb_id id, bool step)
{
    (void)target;
    return debug_thread_resume(id, step);
}

static enum err stop(void *target, struct gdb_id id, struct gdb_stop *already)
{
    (void)target;
    return debug_thread_stop(id, already);
}

static enum err break_set(void *target, uint32_t pid, enum gdb_break_type type, uint64_t addr,
                          uint64_t len_bytes)
{
    (void)target;
    return debug_break_set(pid, type, addr, len_bytes);
}

static enum err break_clear(void *target, uint32_t pid, enum gdb_break_type type, uint64_t addr,
                            uint64_t len_bytes)
{
    (void)target;
    return debug_break_clear(pid, type, addr, len_bytes);
}

static enum err attach(void *target, uint32_t pid)
{
    const struct component *component = component_by_pid(pid);

    (void)target;
    if (!component)
        return ERR_NOT_FOUND;
    if (component->state == COMPONENT_ENDED)
        return ERR_REFUSED;
    (void)str_copy(debug.last, sizeof debug.last, component->name);
    return ERR_OK;
}

/* A fault that stays is told again to the next debugger. */
static void detach(void *target, uint32_t pid)
{
    const struct component *component = component_by_pid(pid);

    (void)target;
    for (unsigned i = 0; component && i < LIMIT_COMPONENT_THREADS; i++)
        debug_component(component)->threads[i].told = false;
}

static enum err kill_component(void *target, uint32_t pid)
{
    (void)target;
    return debug_gdb_kill(pid);
}

static enum err run(void *target, const char *command)
{
    (void)target;
    return debug_gdb_run(command);
}

static enum err console_command(void *target, const char *command)
{
    (void)target;
    return debug_gdb_console(command);
}

static void console_interrupt(void *target)
{
    (void)target;
    debug_gdb_interrupt();
}

/* A name that the client's proxy knows, and that a debugger without one looks for in its sysroot.
 */
static enum err exec_file(void *target, uint32_t pid, char *path, size_t cap)
{
    const struct component *component = component_by_pid(pid);

    (void)target;
    if (!component)
        return ERR_NOT_FOUND;
    return str_copy(path, cap, component->name) ? ERR_OK : ERR_NO_SPACE;
}

/* Code that the component may not write: its own frames, which nobody else has. */
static enum err text_next(void *target, uint32_t pid, uint64_t after, uint64_t *start,
                          uint64_t *len_bytes)
{
    const struct component *component = component_by_pid(pid);
    const struct component_region *best = NULL;

    (void)target;
    for (unsigned i = 0; component && i < LIMIT_COMPONENT_REGIONS; i++) {
        const struct component_region *region = &component->regions[i];
        if (!region->pages || region->start < after || !(region->rights & ELF_FLAG_EXECUTE) ||
            (region->rights & ELF_FLAG_WRITE))
            continue;
        if (!best || region->start < best->start)
            best = region;
    }
    if (!best)
        return ERR_NOT_FOUND;
    *start = best->start;
    *len_bytes = (uint64_t)best->pages << ARCH_PAGE_BITS;
    return ERR_OK;
}

const struct gdb_target_ops debug_target_ops = {
    .text_next = text_next,
    .thread_next = thread_next,
    .inferior_default = inferior_default,
    .mem_read = mem_read,
    .mem_write = mem_write,
    .regs_read = regs_read,
    .regs_write = regs_write,
    .fp_read = fp_read,
    .fp_write = fp_write,
    .resume = resume,
    .stop = stop,
    .break_set = break_set,
    .break_clear = break_clear,
    .attach = attach,
    .detach = detach,
    .kill = kill_component,
    .run = run,
    .console = console_command,
    .console_interrupt = console_interrupt,
    .exec_file = exec_file,
};
