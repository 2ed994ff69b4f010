/* SPDX-License-Identifier: BSD-2-Clause */
/* See gdb_fake.h. */
#include "tests/unit/gdb_fake.h"

static int fake_index(struct fake *f, struct gdb_id id)
{
    for (int i = 0; i < FAKE_THREADS; i++)
        if (f->ids[i].pid == id.pid && f->ids[i].tid == id.tid && !f->gone[id.pid & 3])
            return i;
    return -1;
}

static enum err fake_inferior_next(void *target, uint32_t after, uint32_t *pid)
{
    struct fake *f = target;
    for (*pid = after + 1; *pid <= 2; ++*pid)
        if (!f->gone[*pid])
            return ERR_OK;
    return ERR_NOT_FOUND;
}

static uint32_t fake_inferior_default(void *target)
{
    uint32_t pid;
    return fake_inferior_next(target, 0, &pid) == ERR_OK ? pid : 0;
}

static enum err fake_thread_next(void *target, uint32_t pid, uint32_t after,
                                 struct gdb_thread_info *out)
{
    for (uint32_t tid = after + 1; tid <= 2 && tid; tid++) {
        if (fake_index(target, (struct gdb_id){pid, tid}) < 0)
            continue;
        out->tid = tid;
        strcpy(out->name, tid == 1 ? "main" : "a<b>");
        return ERR_OK;
    }
    return ERR_NOT_FOUND;
}

static enum err fake_access(void *target, uint32_t pid, uint64_t addr, void *to, const void *from,
                            size_t len, size_t *done)
{
    struct fake *f = target;
    *done = 0;
    if (pid < 1 || pid > 2 || f->gone[pid])
        return ERR_NOT_FOUND;
    if (addr < FAKE_BASE || addr >= FAKE_BASE + FAKE_BYTES)
        return ERR_OK;
    *done = len < FAKE_BASE + FAKE_BYTES - addr ? len : FAKE_BASE + FAKE_BYTES - addr;
    if (to)
        memcpy(to, f->memory[pid] + (addr - FAKE_BASE), *done);
    else
        memcpy(f->memory[pid] + (addr - FAKE_BASE), from, *done);
    return ERR_OK;
}

static enum err fake_mem_read(void *target, uint32_t pid, uint64_t addr, void *to, size_t len,
                              size_t *done)
{
    return fake_access(target, pid, addr, to, NULL, len, done);
}

static enum err fake_mem_write(void *target, uint32_t pid, uint64_t addr, const void *from,
                               size_t len, size_t *done)
{
    return fake_access(target, pid, addr, NULL, from, len, done);
}

static enum err fake_regs_read(void *target, struct gdb_id id, uint64_t *words)
{
    int i = fake_index(target, id);
    if (i < 0)
        return ERR_NOT_FOUND;
    memcpy(words, ((struct fake *)target)->words[i], 20 * sizeof *words);
    return ERR_OK;
}

static enum err fake_regs_write(void *target, struct gdb_id id, const uint64_t *words)
{
    int i = fake_index(target, id);
    if (i < 0)
        return ERR_NOT_FOUND;
    memcpy(((struct fake *)target)->words[i], words, 20 * sizeof *words);
    return ERR_OK;
}

static enum err fake_resume(void *target, struct gdb_id id, bool step)
{
    struct fake *f = target;
    int i = fake_index(f, id);
    if (i < 0)
        return ERR_NOT_FOUND;
    if (step && !f->hardware)
        return ERR_UNSUPPORTED;
    f->state[i] = step ? 't' : 'c';
    return ERR_OK;
}

static enum err fake_stop(void *target, struct gdb_id id, struct gdb_stop *already)
{
    struct fake *f = target;
    int i = fake_index(f, id);
    if (i < 0)
        return ERR_NOT_FOUND;
    f->state[i] = 's';
    *already = f->already[i];
    f->already[i].kind = GDB_STOP_NONE;
    return ERR_OK;
}

static enum err fake_attach(void *target, uint32_t pid)
{
    struct fake *f = target;
    return pid >= 1 && pid <= 2 && !f->gone[pid] ? ERR_OK : ERR_NOT_FOUND;
}

static void fake_detach(void *target, uint32_t pid)
{
    (void)target, (void)pid;
}

static enum err fake_kill(void *target, uint32_t pid)
{
    struct fake *f = target;
    f->gone[pid & 3] = true;
    f->killed = pid;
    return ERR_OK;
}

static enum err fake_run(void *target, const char *command)
{
    struct fake *f = target;
    strcpy(f->command, command);
    if (!f->gone[2])
        return ERR_BUSY;
    f->gone[2] = false;
    f->ran = 2;
    return ERR_OK;
}

static enum err fake_console(void *target, const char *command)
{
    strcpy(((struct fake *)target)->command, command);
    return strcmp(command, "busy") ? ERR_OK : ERR_BUSY;
}

static void fake_console_interrupt(void *target)
{
    ((struct fake *)target)->interrupts++;
}

static void fake_session_end(void *target)
{
    ((struct fake *)target)->sessions_ended++;
}

const struct gdb_target_ops fake_ops = {
    .thread_next = fake_thread_next,
    .inferior_default = fake_inferior_default,
    .mem_read = fake_mem_read,
    .mem_write = fake_mem_write,
    .regs_read = fake_regs_read,
    .regs_write = fake_regs_write,
    .resume = fake_resume,
    .stop = fake_stop,
    .attach = fake_attach,
    .detach = fake_detach,
    .kill = fake_kill,
    .run = fake_run,
    .console = fake_console,
    .console_interrupt = fake_console_interrupt,
    .session_end = fake_session_end,
};

/* Memory counts up; code at 0x2000 is nops; each thread stands at 0x2000 + 16 * its index. */
void fake_init(struct fake *f)
{
    memset(f, 0, sizeof *f);
    f->ids[0] = (struct gdb_id){1, 1};
    f->ids[1] = (struct gdb_id){1, 2};
    f->ids[2] = (struct gdb_id){2, 1};
    for (int i = 0; i < FAKE_THREADS; i++) {
        f->state[i] = 'c';
        f->words[i][0] = 0x2000 + 16 * (uint64_t)i;
        f->words[i][1] = 0x4000;
        f->words[i][3] = 0x1122334455667788; /* rax */
    }
    for (int pid = 1; pid <= 2; pid++) {
        for (int i = 0; i < FAKE_BYTES; i++)
            f->memory[pid][i] = (uint8_t)i;
        memset(f->memory[pid] + 0x1000, 0x90, 0x100);
    }
}
