/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Software steps: breakpoint instructions wherever a thread can go next. When they are planted and
 * what their hits mean is engine_run.c's.
 */
#include "gdbstub/engine.h"

struct code_source {
    struct engine *engine;
    uint32_t pid;
};

static size_t code_read(void *context, uint64_t addr, void *to, size_t len_bytes)
{
    struct code_source *source = context;
    size_t done = 0;

    (void)engine_mem_read(source->engine, source->pid, addr, to, len_bytes, &done);
    return done;
}

void engine_step_release(struct engine *e, struct engine_thread *t)
{
    for (unsigned i = 0; i < t->site_count; i++)
        engine_site_release(e, t->sites[i]);
    t->site_count = 0;
}

struct next_pc engine_step_next(struct engine *e, struct engine_thread *t)
{
    struct code_source source = {e, t->id.pid};
    struct gdb_code code = {code_read, &source};
    uint64_t words[GDB_CONTEXT_WORDS_MAX];
    struct next_pc next;

    if (e->ops->regs_read(e->target, t->id, words) != ERR_OK ||
        e->arch->next_pc(&code, words, &next) != ERR_OK)
        return (struct next_pc){.count = 0};
    return next;
}

/* One that cannot be planted is left out: there is no memory there, and the thread will fault. */
void engine_step_plant(struct engine *e, struct engine_thread *t)
{
    struct code_source source = {e, t->id.pid};
    struct gdb_code code = {code_read, &source};
    struct next_pc next = engine_step_next(e, t); /* nowhere: it faults where it is */

    t->in_syscall = next.syscall;
    for (unsigned i = 0; i < next.count; i++) {
        unsigned row = e->arch->break_row_at(&code, next.pc[i]);
        if (engine_site_use(e, t->id.pid, next.pc[i], row, &t->sites[t->site_count]) == ERR_OK)
            t->site_count++;
    }
}

bool engine_step_stays(struct engine *e, struct engine_thread *t, uint64_t pc)
{
    for (unsigned i = 0; i < t->site_count; i++)
        if (e->sites[t->sites[i]].addr == pc)
            return true;
    return false;
}
