/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads of components under a debugger: registers, going and stopping, and what their faults are
 * in gdb's words. The kernel's habits are honoured here: a fault that was sent already is received
 * before its thread is suspended, and a thread goes on by having its registers written.
 */
#include "monitor/core/debug_core.h"

#include "arch/lib/str.h"
#include "monitor/core/kernel.h"
#include "monitor/core/supervisor.h"

/* On x86 the number of a step means nothing, and 0 would free breakpoint 0. */
enum { STEP_NUMBER = 9 };

/* The registers read last: the engine asks again and again for those of one stopped thread. */
static struct {
    struct gdb_id id; /* pid 0: none */
    seL4_UserContext context;
} kept;

void debug_thread_forget_registers(void)
{
    kept.id.pid = 0;
}

static size_t code_read(void *context, uint64_t addr, void *to, size_t len_bytes)
{
    size_t done = 0;

    (void)component_read(context, addr, to, len_bytes, &done);
    return done;
}

struct gdb_code debug_thread_code(struct component *component)
{
    return (struct gdb_code){code_read, component};
}

static enum err context_read(struct gdb_id id, struct component *component,
                             const struct component_thread *thread)
{
    struct gdb_code code = debug_thread_code(component);
    enum err e;

    if (kept.id.pid == id.pid && kept.id.tid == id.tid)
        return ERR_OK;
    e = kernel_check(
        seL4_TCB_ReadRegisters(thread->tcb, false, 0, ARCH_CONTEXT_WORDS, &kept.context));
    kept.id = e || !thread->stopped ? (struct gdb_id){0, 0} : id;
    if (!e)
        arch_registers_mend((uint64_t *)&kept.context, &code);
    return e;
}

enum err debug_thread_regs_read(struct gdb_id id, uint64_t *words)
{
    struct component *component;
    struct component_thread *thread;
    enum err e = debug_find(id, &component, &thread);

    if (!e)
        e = context_read(id, component, thread);
    if (!e)
        memcpy(words, &kept.context, sizeof kept.context);
    return e;
}

enum err debug_thread_regs_write(struct gdb_id id, const uint64_t *words)
{
    struct component *component;
    struct component_thread *thread;
    enum err e = debug_find(id, &component, &thread);

    if (e)
        return e;
    memcpy(&kept.context, words, sizeof kept.context);
    kept.id = thread->stopped ? id : (struct gdb_id){0, 0};
    return kernel_check(
        seL4_TCB_WriteRegisters(thread->tcb, false, 0, ARCH_CONTEXT_WORDS, &kept.context));
}

/* --- going ------------------------------------------------------------------------------------ */

#ifdef CONFIG_HARDWARE_DEBUG_API
static enum err steps_set(const struct component_thread *thread, struct debug_thread *row, bool on)
{
    if (!on && !row->steps)
        return ERR_OK;
    row->steps = on;
    return kernel_check(seL4_TCB_ConfigureSingleStepping(thread->tcb, STEP_NUMBER, on).error);
}
#else
static enum err steps_set(const struct component_thread *thread, struct debug_thread *row, bool on)
{
    (void)thread, (void)row;
    return on ? ERR_UNSUPPORTED : ERR_OK;
}
#endif

static bool can_step(struct component *component, const uint64_t *words)
{
    struct gdb_code code = debug_thread_code(component);

    if (arch_break_registers.step_disturbed && debug_break_has_watch(component))
        return false;
    return arch_step_is_exact(words, &code);
}

enum err debug_thread_resume(struct gdb_id id, bool step)
{
    struct component *component;
    struct component_thread *thread;
    struct debug_thread *row;
    enum err e = debug_find(id, &component, &thread);

    if (e)
        return e;
    if (component->state == COMPONENT_ENDED)
        return ERR_REFUSED;
    row = debug_thread(component, thread);
    e = context_read(id, component, thread);
    if (!e && step && !can_step(component, (const uint64_t *)&kept.context))
        return ERR_UNSUPPORTED;
    if (!e)
        e = steps_set(thread, row, step);
    if (e)
        return e == ERR_KERNEL && step ? ERR_UNSUPPORTED : e;
    component->state = COMPONENT_ALIVE;
    thread->stopped = thread->has_fault = row->told = false;
    kept.id.pid = 0;
    return kernel_check(
        seL4_TCB_WriteRegisters(thread->tcb, true, 0, ARCH_CONTEXT_WORDS, &kept.context));
}

/* --- stopping --------------------------------------------------------------------------------- */

enum err debug_thread_stop(struct gdb_id id, struct gdb_stop *already)
{
    struct component *component;
    struct component_thread *thread;
    struct debug_thread *row;
    enum err e = debug_find(id, &component, &thread);

    already->kind = GDB_STOP_NONE;
    if (e)
        return e;
    if (!thread->stopped)
        supervisor_drain(); /* a fault on its way would be lost */
    if (thread->tid != id.tid)
        return ERR_NOT_FOUND; /* it was about to end */
    row = debug_thread(component, thread);
    if (row->waits || (thread->has_fault && !row->told)) {
        debug_thread_tell(component, thread, already);
        return ERR_OK;
    }
    return thread->stopped ? ERR_OK : component_thread_stop(thread);
}

/* --- faults ----------------------------------------------------------------------------------- */

static const struct {
    uint8_t kind, signal;
} traps[] = {
    [ARCH_TRAP_OTHER] = {GDB_STOP_SIGNAL, GDB_SIGILL},
    [ARCH_TRAP_BREAK] = {GDB_STOP_BREAK, GDB_SIGTRAP},
    [ARCH_TRAP_STEP] = {GDB_STOP_STEP, GDB_SIGTRAP},
    [ARCH_TRAP_ILLEGAL] = {GDB_STOP_SIGNAL, GDB_SIGILL},
    [ARCH_TRAP_ARITHMETIC] = {GDB_STOP_SIGNAL, GDB_SIGFPE},
    [ARCH_TRAP_ALIGNMENT] = {GDB_STOP_SIGNAL, GDB_SIGBUS},
    [ARCH_TRAP_PROTECTION] = {GDB_STOP_SIGNAL, GDB_SIGSEGV},
};

static void tell_vm(const struct thread_fault *fault, struct gdb_stop *out)
{
    struct arch_vm_fault vm =
        arch_vm_fault(fault->words[seL4_VMFault_FSR], fault->words[seL4_VMFault_PrefetchFault]);

    out->signal = vm.is_bus ? GDB_SIGBUS : GDB_SIGSEGV;
    out->address = fault->address;
}

static void tell_exception(const struct thread_fault *fault, struct gdb_stop *out)
{
    unsigned trap = arch_exception(fault->words[seL4_UserException_Number]).trap;

    out->kind = traps[trap].kind;
    out->signal = traps[trap].signal;
}

#ifdef CONFIG_HARDWARE_DEBUG_API
static void tell_debug(const struct component *component, const struct thread_fault *fault,
                       struct gdb_stop *out)
{
    static const uint8_t kinds[] = {
        [seL4_DataBreakpoint] = GDB_STOP_WATCH,
        [seL4_InstructionBreakpoint] = GDB_STOP_HIT,
        [seL4_SingleStep] = GDB_STOP_STEP,
        [seL4_SoftwareBreakRequest] = GDB_STOP_BREAK,
    };
    uint64_t reason = fault->words[seL4_DebugException_ExceptionReason];

    out->kind = reason < sizeof kinds ? kinds[reason] : GDB_STOP_SIGNAL;
    out->signal = GDB_SIGTRAP;
    if (out->kind == GDB_STOP_WATCH)
        out->address =
            debug_break_watched(component, fault->words[seL4_DebugException_BreakpointNumber],
                                fault->words[seL4_DebugException_TriggerAddress]);
}
#endif

void debug_thread_tell(struct component *component, struct component_thread *thread,
                       struct gdb_stop *out)
{
    struct debug_thread *row = debug_thread(component, thread);
    const struct thread_fault *fault = &thread->fault;

    *out = (struct gdb_stop){.kind = GDB_STOP_SIGNAL, .signal = GDB_SIGSYS};
    if (fault->label == seL4_Fault_VMFault)
        tell_vm(fault, out);
    else if (fault->label == seL4_Fault_UserException)
        tell_exception(fault, out);
#ifdef CONFIG_HARDWARE_DEBUG_API
    else if (fault->label == seL4_Fault_DebugException)
        tell_debug(component, fault, out);
#endif
#ifdef CONFIG_KERNEL_MCS
    else if (fault->label == seL4_Fault_Timeout)
        out->signal = GDB_SIGXCPU;
#endif
    row->waits = false;
    row->told = true;
    if (out->kind != GDB_STOP_SIGNAL)
        thread->has_fault = false; /* nothing is wrong with the thread */
}
