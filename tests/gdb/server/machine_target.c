/* SPDX-License-Identifier: BSD-2-Clause */
/* The test machine as the stub's target: gdbstub/target.h, and the commands of its console. */
#include "tests/gdb/server/machine.h"
#include "arch/lib/fmt.h"

#include <string.h>

static enum err inferior_next(void *target, uint32_t after, uint32_t *pid)
{
    struct machine *m = target;

    *pid = UINT32_MAX;
    for (unsigned i = 0; i < MACHINE_INFERIORS; i++)
        if (m->inferiors[i].pid > after && m->inferiors[i].pid < *pid)
            *pid = m->inferiors[i].pid;
    return *pid == UINT32_MAX ? ERR_NOT_FOUND : ERR_OK;
}

static enum err thread_next(void *target, uint32_t pid, uint32_t after, struct gdb_thread_info *out)
{
    struct machine_inferior *inferior = machine_inferior_find(target, pid);

    for (unsigned i = after; inferior && i < MACHINE_THREADS; i++) {
        if (!inferior->threads[i].tid)
            continue;
        out->tid = inferior->threads[i].tid;
        fmt_print(out->name, sizeof out->name, i == 0 ? "main" : "worker %u", i);
        return ERR_OK;
    }
    return ERR_NOT_FOUND;
}

static uint32_t inferior_default(void *target)
{
    uint32_t pid;

    return inferior_next(target, 0, &pid) == ERR_OK ? pid : 0;
}

/* How many of the `len` bytes from `addr` are memory. */
static size_t there_from(uint64_t addr, size_t len)
{
    uint64_t offset = addr - MACHINE_MEMORY_START;

    if (offset >= MACHINE_MEMORY_BYTES)
        return 0;
    return len < MACHINE_MEMORY_BYTES - offset ? len : (size_t)(MACHINE_MEMORY_BYTES - offset);
}

static enum err mem_read(void *target, uint32_t pid, uint64_t addr, void *to, size_t len,
                         size_t *done)
{
    struct machine_inferior *inferior = machine_inferior_find(target, pid);

    *done = 0;
    if (!inferior)
        return ERR_NOT_FOUND;
    len = there_from(addr, len);
    if (len == 0)
        return ERR_OK;
    if (uc_mem_read(inferior->uc, addr, to, len) == UC_ERR_OK)
        *done = len;
    return ERR_OK;
}

static enum err mem_write(void *target, uint32_t pid, uint64_t addr, const void *from, size_t len,
                          size_t *done)
{
    struct machine_inferior *inferior = machine_inferior_find(target, pid);

    *done = 0;
    if (!inferior)
        return ERR_NOT_FOUND;
    len = there_from(addr, len);
    if (len == 0)
        return ERR_OK;
    if (uc_mem_write(inferior->uc, addr, from, len) == UC_ERR_OK)
        *done = len;
    uc_ctl_flush_tb(inferior->uc);
    return ERR_OK;
}

static enum err regs_read(void *target, struct gdb_id id, uint64_t *words)
{
    struct machine *m = target;
    struct machine_thread *t = machine_thread_find(m, id);

    if (!t || !id.tid)
        return ERR_NOT_FOUND;
    machine_thread_switch(machine_inferior_find(m, id.pid), t);
    for (unsigned i = 0; i < m->arch->context_count; i++) {
        words[i] = 0;
        uc_reg_read(machine_inferior_find(m, id.pid)->uc, m->arch->context_regs[i], &words[i]);
    }
    return ERR_OK;
}

static enum err regs_write(void *target, struct gdb_id id, const uint64_t *words)
{
    struct machine *m = target;
    struct machine_thread *t = machine_thread_find(m, id);

    if (!t || !id.tid)
        return ERR_NOT_FOUND;
    machine_thread_switch(machine_inferior_find(m, id.pid), t);
    for (unsigned i = 0; i < m->arch->context_count; i++)
        uc_reg_write(machine_inferior_find(m, id.pid)->uc, m->arch->context_regs[i], &words[i]);
    return ERR_OK;
}

static enum err fp_read(void *target, struct gdb_id id, void *image)
{
    struct machine *m = target;
    struct machine_thread *t = machine_thread_find(m, id);

    if (!t)
        return ERR_NOT_FOUND;
    machine_thread_switch(machine_inferior_find(m, id.pid), t);
    m->arch->fp_read(machine_inferior_find(m, id.pid)->uc, image);
    return ERR_OK;
}

static enum err fp_write(void *target, struct gdb_id id, const void *image)
{
    struct machine *m = target;
    struct machine_thread *t = machine_thread_find(m, id);

    if (!t)
        return ERR_NOT_FOUND;
    machine_thread_switch(machine_inferior_find(m, id.pid), t);
    m->arch->fp_write(machine_inferior_find(m, id.pid)->uc, image);
    return ERR_OK;
}

static enum err resume(void *target, struct gdb_id id, bool step)
{
    struct machine *m = target;
    struct machine_thread *t = machine_thread_find(m, id);

    if (!t)
        return ERR_NOT_FOUND;
    if (step && !m->hardware)
        return ERR_UNSUPPORTED;
    t->state = step ? THREAD_STEPS : THREAD_RUNS;
    return ERR_OK;
}

static enum err stop(void *target, struct gdb_id id, struct gdb_stop *already)
{
    struct machine_thread *t = machine_thread_find(target, id);

    already->kind = GDB_STOP_NONE;
    if (!t)
        return ERR_NOT_FOUND;
    t->state = THREAD_STOPPED;
    return ERR_OK;
}

static struct machine_break *break_find(struct machine_inferior *inferior, bool used,
                                        enum gdb_break_type type, uint64_t addr, uint64_t len)
{
    for (unsigned i = 0; inferior && i < MACHINE_BREAKS; i++) {
        struct machine_break *b = &inferior->breaks[i];
        if (!used ? !b->used : b->used && b->type == type && b->addr == addr && b->len == len)
            return b;
    }
    return NULL;
}

static enum err break_set(void *target, uint32_t pid, enum gdb_break_type type, uint64_t addr,
                          uint64_t len)
{
    struct machine *m = target;
    struct machine_break *b = break_find(machine_inferior_find(m, pid), false, type, addr, len);

    if (!m->hardware || type == GDB_BREAK_SOFTWARE)
        return ERR_UNSUPPORTED;
    if (!b)
        return ERR_FULL;
    *b = (struct machine_break){type, addr, len, true};
    return ERR_OK;
}

static enum err break_clear(void *target, uint32_t pid, enum gdb_break_type type, uint64_t addr,
                            uint64_t len)
{
    struct machine_break *b = break_find(machine_inferior_find(target, pid), true, type, addr, len);

    if (!b)
        return ERR_NOT_FOUND;
    b->used = false;
    return ERR_OK;
}

static enum err attach(void *target, uint32_t pid)
{
    return machine_inferior_find(target, pid) ? ERR_OK : ERR_NOT_FOUND;
}

static void detach(void *target, uint32_t pid)
{
    (void)target, (void)pid;
}

static enum err kill_inferior(void *target, uint32_t pid)
{
    struct machine_inferior *inferior = machine_inferior_find(target, pid);

    if (!inferior)
        return ERR_NOT_FOUND;
    machine_inferior_end(inferior);
    ((struct machine *)target)->killed = pid;
    return ERR_OK;
}

static enum err run(void *target, const char *command)
{
    struct machine *m = target;

    if (strcmp(command, "missing") == 0)
        return ERR_NOT_FOUND;
    return machine_start(m, true, &m->ran);
}

/* Commands: stats (and counts from zero), output (of the programs), echo TEXT, flood, busy. */
static enum err console(void *target, const char *command)
{
    struct machine *m = target;

    if (strcmp(command, "busy") == 0)
        return ERR_BUSY;
    m->reply_at = m->reply_len = 0;
    m->replying = true;
    if (strcmp(command, "stats") == 0) {
        m->reply_len =
            fmt_print(m->reply, sizeof m->reply, "%lu %lu %lu %lu %llu\n", m->packets_in - 1,
                      m->packets_out, m->bytes_in, m->bytes_out, m->steps);
        m->packets_in = m->packets_out = m->bytes_in = m->bytes_out = 0;
    } else if (strcmp(command, "output") == 0) {
        memcpy(m->reply, m->output, m->output_len);
        m->reply_len = m->output_len;
    } else if (strcmp(command, "flood") == 0) {
        for (m->reply_len = 0; m->reply_len < 20000; m->reply_len++)
            m->reply[m->reply_len] =
                (char)(m->reply_len % 64 == 63 ? '\n' : 'a' + m->reply_len % 7);
    } else {
        m->reply_len = fmt_print(m->reply, sizeof m->reply, "%s\n", command);
    }
    return ERR_OK;
}

static enum err exec_file(void *target, uint32_t pid, char *path, size_t cap)
{
    struct machine *m = target;

    if (!machine_inferior_find(m, pid))
        return ERR_NOT_FOUND;
    return fmt_print(path, cap, "%s", m->image) < cap ? ERR_OK : ERR_NO_SPACE;
}

static enum err text_next(void *target, uint32_t pid, uint64_t after, uint64_t *start,
                          uint64_t *len_bytes)
{
    const struct machine_inferior *inferior = machine_inferior_find(target, pid);

    if (!inferior || after > inferior->text_start || inferior->text_len == 0)
        return ERR_NOT_FOUND;
    *start = inferior->text_start;
    *len_bytes = inferior->text_len;
    return ERR_OK;
}

const struct gdb_target_ops machine_ops = {
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
    .kill = kill_inferior,
    .run = run,
    .console = console,
    .exec_file = exec_file,
};
