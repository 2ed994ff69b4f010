/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Floating-point registers, which the kernel does not tell: the thread itself runs a few
 * instructions that save or load them, in place of the component's first ones, with a buffer below
 * its stack pointer. Everything is put back. Only when somebody asks.
 */
#include "monitor/core/debug_core.h"

#include "arch/lib/elf.h"
#include "arch/lib/str.h"
#include "monitor/core/console.h"
#include "monitor/core/ipc.h"
#include "monitor/core/kernel.h"
#include "monitor/core/supervisor.h"

/* Other messages that may come before the thread is done. Where something of a higher priority
 * never lets it run, the line's interrupts come until this is used up. */
enum { PATIENCE = 256 };

struct injection {
    struct component *component;
    struct component_thread *thread;
    struct debug_thread *row;
    struct component_thread before;
    struct debug_thread row_before;
    seL4_UserContext context; /* its own */
    uint64_t code, buffer;
    uint8_t code_before[ARCH_FP_CODE_MAX];
    uint8_t buffer_before[GDB_FP_BYTES_MAX];
};

static enum err exactly(enum err e, size_t done, size_t len)
{
    return e ? e : done == len ? ERR_OK : ERR_FAULT;
}

static enum err read_all(struct component *component, uint64_t addr, void *to, size_t len)
{
    size_t done = 0;
    enum err e = component_read(component, addr, to, len, &done);

    return exactly(e, done, len);
}

static enum err write_all(struct component *component, uint64_t addr, const void *from, size_t len)
{
    size_t done = 0;
    enum err e = component_write(component, addr, from, len, &done);

    return exactly(e, done, len);
}

static bool may_all(const struct component *component, uint64_t addr, size_t len, unsigned right)
{
    return component_rights(component, addr) & right &&
           component_rights(component, addr + len - 1) & right;
}

/* Below the stack pointer, where nothing is kept. */
static enum err find_places(struct injection *in, size_t code_len)
{
    uint64_t sp = ((const uint64_t *)&in->context)[arch_gdb->sp_word];

    in->code = in->component->entry;
    in->buffer = (sp - arch_red_zone_bytes - arch_gdb->fp_bytes) & ~(uint64_t)(ARCH_FP_ALIGN - 1);
    if (!may_all(in->component, in->code, code_len, ELF_FLAG_EXECUTE) ||
        !may_all(in->component, in->buffer, arch_gdb->fp_bytes, ELF_FLAG_WRITE))
        return ERR_UNSUPPORTED;
    return ERR_OK;
}

/* Receives until the thread stands again. */
static enum err await(struct injection *in)
{
    for (unsigned i = 0; i < PATIENCE && !in->row->waits; i++) {
        seL4_Word badge;
        seL4_MessageInfo_t info = ipc_receive(supervisor.endpoint, &badge);

        if (badge & SUPERVISOR_MESSAGE) {
            component_message(badge, info);
            continue;
        }
        supervisor.missed |= badge;
    }
    if (in->row->waits)
        return ERR_OK;
    (void)seL4_TCB_Suspend(in->thread->tcb);
    return ERR_TIMEOUT;
}

static enum err run(struct injection *in, const struct arch_fp_code *code)
{
    uint64_t end = in->code + (uint64_t)(code->trap - code->start);
    seL4_UserContext context = in->context;
    enum err e;

    ((uint64_t *)&context)[arch_gdb->pc_word] = in->code;
    ((uint64_t *)&context)[arch_fp_word] = in->buffer;
    e = kernel_check(
        seL4_TCB_WriteRegisters(in->thread->tcb, true, 0, ARCH_CONTEXT_WORDS, &context));
    if (!e)
        e = await(in);
    if (!e && in->thread->fault.ip != end &&
        in->thread->fault.ip != end + arch_gdb->break_back_bytes)
        e = ERR_UNSUPPORTED; /* it may not use them */
    return e;
}

static enum err set_up(struct injection *in, struct gdb_id id, const struct arch_fp_code *code)
{
    size_t code_len = (size_t)(code->end - code->start);
    enum err e = debug_find(id, &in->component, &in->thread);

    if (e)
        return e;
    if (!in->thread->stopped || in->component->state == COMPONENT_ENDED)
        return ERR_BUSY;
    in->row = debug_thread(in->component, in->thread);
    e = debug_thread_regs_read(id, (uint64_t *)&in->context);
    if (!e)
        e = find_places(in, code_len);
    if (!e)
        e = read_all(in->component, in->code, in->code_before, code_len);
    if (!e)
        e = read_all(in->component, in->buffer, in->buffer_before, arch_gdb->fp_bytes);
    if (!e)
        e = write_all(in->component, in->code, code->start, code_len);
    return e;
}

static enum err put_back(struct injection *in, const struct arch_fp_code *code)
{
    enum err e =
        write_all(in->component, in->code, in->code_before, (size_t)(code->end - code->start));
    enum err second = write_all(in->component, in->buffer, in->buffer_before, arch_gdb->fp_bytes);
    enum err third = kernel_check(
        seL4_TCB_WriteRegisters(in->thread->tcb, false, 0, ARCH_CONTEXT_WORDS, &in->context));

    debug_thread_forget_registers();
    *in->thread = in->before;
    *in->row = in->row_before;
    return e ? e : second ? second : third;
}

static enum err quiet_steps(struct injection *in)
{
#ifdef CONFIG_HARDWARE_DEBUG_API
    if (in->row->steps)
        return kernel_check(seL4_TCB_ConfigureSingleStepping(in->thread->tcb, 9, 0).error);
#else
    (void)in;
#endif
    return ERR_OK;
}

static enum err inject(struct gdb_id id, const struct arch_fp_code *code, const void *from,
                       void *to)
{
    static struct injection in; /* too large for the stack */
    enum err e, back;

    e = set_up(&in, id, code);
    if (e)
        return e;
    in.before = *in.thread;
    in.row_before = *in.row;
    in.row_before.steps = false;
    if (from)
        e = write_all(in.component, in.buffer, from, arch_gdb->fp_bytes);
    if (!e)
        e = quiet_steps(&in);
    in.row->injected = true;
    in.row->waits = false;
    if (!e)
        e = run(&in, code);
    if (!e && to)
        e = read_all(in.component, in.buffer, to, arch_gdb->fp_bytes);
    back = put_back(&in, code);
    return e ? e : back;
}

enum err debug_fp_read(struct gdb_id id, void *image)
{
    return inject(id, &arch_fp_save, NULL, image);
}

enum err debug_fp_write(struct gdb_id id, const void *image)
{
    return inject(id, &arch_fp_load, image, NULL);
}
