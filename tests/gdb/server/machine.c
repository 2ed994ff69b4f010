/* SPDX-License-Identifier: BSD-2-Clause */
/* The test machine: see its header. Events are told after a slice, never from a hook or an op. */
#include "tests/gdb/server/machine.h"
#include "arch/lib/elf.h"
#include "arch/lib/fmt.h"
#include "tests/gdb/program/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    STACKS_TOP = 0xf00000,
    STACK_BYTES = 0x20000,
    SLICE_INSNS = 20000,
};

struct machine_inferior *machine_inferior_find(struct machine *m, uint32_t pid)
{
    for (unsigned i = 0; pid && i < MACHINE_INFERIORS; i++)
        if (m->inferiors[i].pid == pid)
            return &m->inferiors[i];
    return NULL;
}

struct machine_thread *machine_thread_find(struct machine *m, struct gdb_id id)
{
    struct machine_inferior *inferior = machine_inferior_find(m, id.pid);

    for (unsigned i = 0; inferior && i < MACHINE_THREADS; i++)
        if (inferior->threads[i].tid == id.tid)
            return &inferior->threads[i];
    return NULL;
}

/* Puts a thread's registers into the engine. */
void machine_thread_switch(struct machine_inferior *inferior, struct machine_thread *t)
{
    if (inferior->current == t)
        return;
    if (inferior->current)
        uc_context_save(inferior->uc, inferior->current->context);
    uc_context_restore(inferior->uc, t->context);
    inferior->current = t;
}

static uint64_t pc_get(struct machine_inferior *inferior)
{
    uint64_t pc = 0;
    uc_reg_read(inferior->uc, inferior->machine->arch->pc, &pc);
    return pc;
}

static struct machine_thread *thread_new(struct machine_inferior *inferior, uint64_t pc,
                                         uint64_t arg)
{
    const struct machine_arch *arch = inferior->machine->arch;
    struct machine_thread *before = inferior->current;

    for (unsigned i = 0; i < MACHINE_THREADS; i++) {
        struct machine_thread *t = &inferior->threads[i];
        if (t->tid)
            continue;
        *t = (struct machine_thread){.tid = i + 1, .state = THREAD_RUNS};
        uc_context_alloc(inferior->uc, &t->context);
        if (before)
            uc_context_save(inferior->uc, before->context);
        uc_context_save(inferior->uc, t->context);
        inferior->current = t;
        uint64_t sp = STACKS_TOP - i * STACK_BYTES - 8 * (arch->gdb->break_back_bytes != 0);
        uc_reg_write(inferior->uc, arch->pc, &pc);
        uc_reg_write(inferior->uc, arch->sp, &sp);
        uc_reg_write(inferior->uc, arch->call_a, &arg);
        if (before)
            machine_thread_switch(inferior, before);
        return t;
    }
    return NULL;
}

/* --- system calls and hooks ------------------------------------------------------------------- */

static void thread_end(struct machine_inferior *inferior, struct machine_thread *t)
{
    uc_context_free(t->context);
    t->tid = 0;
    inferior->current = NULL;
}

static void call_do(struct machine_inferior *inferior)
{
    const struct machine_arch *arch = inferior->machine->arch;
    struct machine *m = inferior->machine;
    uint64_t number = 0, a = 0, b = 0;

    uc_reg_read(inferior->uc, arch->call_number, &number);
    uc_reg_read(inferior->uc, arch->call_a, &a);
    uc_reg_read(inferior->uc, arch->call_b, &b);
    switch (number) {
    case CALL_PUT:
        if (m->output_len < sizeof m->output)
            m->output[m->output_len++] = (char)a;
        break;
    case CALL_EXIT:
        inferior->ended = true;
        inferior->status = (uint8_t)a;
        break;
    case CALL_THREAD:
        thread_new(inferior, a, b);
        gdbstub_threads_changed(m->stub, inferior->pid);
        break;
    case CALL_THREAD_EXIT:
        thread_end(inferior, inferior->current);
        break;
    default:
        break;
    }
}

static void on_interrupt(uc_engine *uc, uint32_t number, void *user)
{
    struct machine_inferior *inferior = user;

    inferior->stop = inferior->machine->arch->interrupt(number);
    inferior->called = inferior->stop.kind == GDB_STOP_NONE;
    uc_emu_stop(uc);
}

static void on_syscall(uc_engine *uc, void *user)
{
    struct machine_inferior *inferior = user;

    inferior->called = true;
    uc_emu_stop(uc);
}

static bool on_invalid(uc_engine *uc, void *user)
{
    struct machine_inferior *inferior = user;
    static const uint8_t ebreak[] = {0x73, 0, 0x10, 0}, c_ebreak[] = {0x02, 0x90};
    uint8_t bytes[4] = {0};
    bool riscv = inferior->machine->arch->uc_arch == UC_ARCH_RISCV;

    uc_mem_read(uc, pc_get(inferior), bytes, 2);
    uc_mem_read(uc, pc_get(inferior) + 2, bytes + 2, 2);
    inferior->stop = (struct gdb_stop){.kind = GDB_STOP_SIGNAL, .signal = GDB_SIGILL};
    if (riscv && (memcmp(bytes, ebreak, 4) == 0 || memcmp(bytes, c_ebreak, 2) == 0))
        inferior->stop.kind = GDB_STOP_BREAK;
    return false;
}

static bool on_unmapped(uc_engine *uc, uc_mem_type type, uint64_t addr, int size, int64_t value,
                        void *user)
{
    struct machine_inferior *inferior = user;

    (void)uc, (void)type, (void)size, (void)value;
    inferior->stop =
        (struct gdb_stop){.kind = GDB_STOP_SIGNAL, .signal = GDB_SIGSEGV, .address = addr};
    return false;
}

static void on_access(uc_engine *uc, uc_mem_type type, uint64_t addr, int size, int64_t value,
                      void *user)
{
    struct machine_inferior *inferior = user;

    (void)uc, (void)value;
    for (unsigned i = 0; i < MACHINE_BREAKS; i++) {
        const struct machine_break *b = &inferior->breaks[i];
        bool write = type == UC_MEM_WRITE;
        if (!b->used || b->type < GDB_WATCH_WRITE)
            continue;
        if (b->type == (write ? GDB_WATCH_READ : GDB_WATCH_WRITE))
            continue;
        if (addr < b->addr + b->len && b->addr < addr + (uint64_t)size) {
            inferior->watch_hit = true;
            inferior->stop.address = addr > b->addr ? addr : b->addr;
        }
    }
}

/* --- running ---------------------------------------------------------------------------------- */

static bool has_breaks(const struct machine_inferior *inferior)
{
    for (unsigned i = 0; i < MACHINE_BREAKS; i++)
        if (inferior->breaks[i].used)
            return true;
    return false;
}

static bool at_break(const struct machine_inferior *inferior, uint64_t pc)
{
    for (unsigned i = 0; i < MACHINE_BREAKS; i++)
        if (inferior->breaks[i].used && inferior->breaks[i].type <= GDB_BREAK_HARDWARE &&
            inferior->breaks[i].addr == pc)
            return true;
    return false;
}

/* Runs some instructions of the current thread; what stopped it goes to inferior->stop. */
static void insns_run(struct machine_inferior *inferior, unsigned count)
{
    uint64_t before = pc_get(inferior);

    inferior->called = inferior->watch_hit = false;
    uc_err err = uc_emu_start(inferior->uc, before, 0, 0, count);
    if (inferior->called) {
        call_do(inferior);
        return;
    }
    if (err != UC_ERR_OK && inferior->stop.kind == GDB_STOP_NONE)
        inferior->stop =
            (struct gdb_stop){.kind = GDB_STOP_SIGNAL,
                              .signal = err == UC_ERR_INSN_INVALID ? GDB_SIGILL : GDB_SIGSEGV};
    if (inferior->watch_hit && inferior->stop.kind == GDB_STOP_NONE)
        inferior->stop.kind = GDB_STOP_WATCH;
}

/* A slice of a thread, instruction by instruction if breakpoints of the machine have to be seen. */
static void slice_run(struct machine_inferior *inferior, struct machine_thread *t)
{
    bool slow = has_breaks(inferior);
    uint32_t tid = t->tid;

    inferior->stop = (struct gdb_stop){.kind = GDB_STOP_NONE};
    if (t->state == THREAD_STEPS || slow) {
        for (unsigned i = 0; i < SLICE_INSNS / 20; i++) {
            if (!t->past_break && at_break(inferior, pc_get(inferior))) {
                inferior->stop.kind = GDB_STOP_HIT;
                return;
            }
            t->past_break = false;
            insns_run(inferior, 1);
            inferior->machine->steps++;
            if (inferior->stop.kind == GDB_STOP_NONE && t->state == THREAD_STEPS)
                inferior->stop.kind = GDB_STOP_STEP;
            if (inferior->stop.kind != GDB_STOP_NONE || inferior->called || t->tid != tid)
                return;
        }
        return;
    }
    insns_run(inferior, SLICE_INSNS);
}

void machine_inferior_end(struct machine_inferior *inferior)
{
    for (unsigned i = 0; i < MACHINE_THREADS; i++)
        if (inferior->threads[i].tid)
            uc_context_free(inferior->threads[i].context);
    uc_close(inferior->uc);
    memset(inferior, 0, sizeof *inferior);
}

static void thread_slice(struct machine *m, struct machine_inferior *inferior,
                         struct machine_thread *t)
{
    struct gdb_id id = {inferior->pid, t->tid};

    machine_thread_switch(inferior, t);
    slice_run(inferior, t);
    if (inferior->ended) {
        uint8_t status = inferior->status;
        machine_inferior_end(inferior);
        gdbstub_exited(m->stub, id.pid, status, GDB_SIGNAL_NONE);
    } else if (t->tid != id.tid) {
        gdbstub_threads_changed(m->stub, id.pid);
    } else if (inferior->stop.kind != GDB_STOP_NONE) {
        struct gdb_stop stop = inferior->stop;
        t->state = THREAD_STOPPED;
        (void)gdbstub_event(m->stub, id, &stop);
    }
}

/* What the debugger had begun. */
static void tell_done(struct machine *m)
{
    if (m->ran)
        gdbstub_run_done(m->stub, ERR_OK, m->ran, NULL);
    if (m->killed)
        gdbstub_kill_done(m->stub, m->killed, ERR_OK, NULL);
    m->ran = m->killed = 0;
}

bool machine_run(struct machine *m)
{
    bool ran = false;

    tell_done(m);

    unsigned first = m->turn;

    for (unsigned i = 0; i < MACHINE_INFERIORS; i++) {
        unsigned index = (first + i) % MACHINE_INFERIORS;
        struct machine_inferior *inferior = &m->inferiors[index];
        for (unsigned j = 0; inferior->pid && j < MACHINE_THREADS; j++) {
            if (!inferior->threads[j].tid || inferior->threads[j].state == THREAD_STOPPED)
                continue;
            thread_slice(m, inferior, &inferior->threads[j]);
            ran = true;
            m->turn = index + 1; /* the next one goes first next time */
        }
    }
    return ran;
}

/* --- loading ---------------------------------------------------------------------------------- */

static uint8_t *file_read(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = NULL;

    if (!file)
        return NULL;
    fseek(file, 0, SEEK_END);
    *len = (size_t)ftell(file);
    rewind(file);
    bytes = malloc(*len);
    if (bytes && fread(bytes, 1, *len, file) != *len) {
        free(bytes);
        bytes = NULL;
    }
    fclose(file);
    return bytes;
}

static enum err image_load(struct machine *m, struct machine_inferior *inferior, uint64_t *entry)
{
    struct elf_segment segment;
    struct elf_file elf;
    size_t len = 0;
    uint8_t *bytes = file_read(m->image, &len);

    if (!bytes)
        return ERR_NOT_FOUND;
    enum err err = elf_open(bytes, len, &elf);
    for (unsigned i = 0; err == ERR_OK && i < elf.segment_count; i++) {
        err = elf_segment_get(&elf, i, &segment);
        if (err == ERR_OK && segment.type == ELF_SEGMENT_LOAD &&
            uc_mem_write(inferior->uc, segment.vaddr, bytes + segment.offset, segment.file_bytes) !=
                UC_ERR_OK)
            err = ERR_RANGE;
        if (err == ERR_OK && segment.type == ELF_SEGMENT_LOAD &&
            (segment.flags & ELF_FLAG_EXECUTE) && !(segment.flags & ELF_FLAG_WRITE)) {
            inferior->text_start = segment.vaddr;
            inferior->text_len = segment.mem_bytes;
        }
    }
    *entry = elf.entry;
    free(bytes);
    return err;
}

static void hooks_add(struct machine_inferior *inferior)
{
    uc_engine *uc = inferior->uc;
    uc_hook hook;

    uc_hook_add(uc, &hook, UC_HOOK_INTR, (void *)on_interrupt, inferior, 1, 0);
    uc_hook_add(uc, &hook, UC_HOOK_INSN_INVALID, (void *)on_invalid, inferior, 1, 0);
    uc_hook_add(uc, &hook, UC_HOOK_MEM_INVALID, (void *)on_unmapped, inferior, 1, 0);
    if (inferior->machine->arch->uc_arch == UC_ARCH_X86)
        uc_hook_add(uc, &hook, UC_HOOK_INSN, (void *)on_syscall, inferior, 1, 0,
                    UC_X86_INS_SYSCALL);
    if (inferior->machine->hardware)
        uc_hook_add(uc, &hook, UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE, (void *)on_access, inferior, 1,
                    0);
}

enum err machine_start(struct machine *m, bool stopped, uint32_t *pid)
{
    struct machine_inferior *inferior = NULL;
    uint64_t entry = 0;

    for (unsigned i = 0; i < MACHINE_INFERIORS && !inferior; i++)
        if (!m->inferiors[i].pid)
            inferior = &m->inferiors[i];
    if (!inferior)
        return ERR_FULL;
    memset(inferior, 0, sizeof *inferior);
    inferior->machine = m;
    if (uc_open(m->arch->uc_arch, m->arch->uc_mode, &inferior->uc) != UC_ERR_OK)
        return ERR_NO_MEMORY;
    uc_ctl_exits_enable(inferior->uc);
    uc_mem_map(inferior->uc, MACHINE_MEMORY_START, MACHINE_MEMORY_BYTES, UC_PROT_ALL);
    m->arch->init(inferior->uc);
    hooks_add(inferior);
    enum err err = image_load(m, inferior, &entry);
    if (err != ERR_OK) {
        uc_close(inferior->uc);
        return err;
    }
    *pid = inferior->pid = ++m->next_pid;
    thread_new(inferior, entry, 0)->state = stopped ? THREAD_STOPPED : THREAD_RUNS;
    return ERR_OK;
}

void machine_end(struct machine *m)
{
    for (unsigned i = 0; i < MACHINE_INFERIORS; i++)
        if (m->inferiors[i].pid)
            machine_inferior_end(&m->inferiors[i]);
}
