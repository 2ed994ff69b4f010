/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults of the monitor's own threads: see keeper.h. */
#include "monitor/core/keeper.h"

#include <sel4mon/api_table.h>

#include "monitor/core/ipc.h"
#include "monitor/core/recover.h"
#include "monitor/core/supervisor.h"
#include "monitor/core/thread.h"
#include "monitor/core/worker.h"

/* Where the message has the instruction's address, and the address that could not be used. */
static const struct {
    uint8_t label, ip, address;
    bool has_address;
} shapes[] = {
    {seL4_Fault_CapFault, seL4_CapFault_IP, seL4_CapFault_Addr, true},
    {seL4_Fault_VMFault, seL4_VMFault_IP, seL4_VMFault_Addr, true},
    {seL4_Fault_UserException, seL4_UserException_FaultIP, 0, false},
    {seL4_Fault_UnknownSyscall, seL4_UnknownSyscall_FaultIP, 0, false},
#ifdef CONFIG_HARDWARE_DEBUG_API
    {seL4_Fault_DebugException, seL4_DebugException_FaultIP, 0, false},
#endif
};

const char *keeper_fault_name(uint64_t label)
{
    for (unsigned i = 0; i < api_faults.count; i++) {
        if (api_faults.values[i].value == label)
            return api_faults.values[i].name;
    }
    return NULL;
}

static void read_fault(struct thread_fault *fault, seL4_MessageInfo_t info)
{
    unsigned length = (unsigned)seL4_MessageInfo_get_length(info);
    unsigned kept = sizeof fault->words / sizeof fault->words[0];

    *fault = (struct thread_fault){.label = seL4_MessageInfo_get_label(info)};
    for (unsigned i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        if (shapes[i].label != fault->label)
            continue;
        fault->ip = seL4_GetMR(shapes[i].ip);
        fault->has_address = shapes[i].has_address;
        if (fault->has_address)
            fault->address = seL4_GetMR(shapes[i].address);
    }
    fault->word_count = (uint8_t)(length < kept ? length : kept);
    for (unsigned i = 0; i < fault->word_count; i++)
        fault->words[i] = seL4_GetMR((int)i);
}

/* Lets the thread go on where its thread_try ends. */
static enum err fail_try(struct thread *thread)
{
    seL4_UserContext context;
    enum err e =
        kernel_check(seL4_TCB_ReadRegisters(thread->tcb, false, 0, ARCH_CONTEXT_WORDS, &context));

    if (e)
        return e;
    arch_context_fail(&context, thread->trying);
    return kernel_check(
        seL4_TCB_WriteRegisters(thread->tcb, true, 0, ARCH_CONTEXT_WORDS, &context));
}

static void mend(struct thread *thread)
{
    if (thread->trying && fail_try(thread) == ERR_OK)
        return;
    thread->restarts++;
    if (thread->id == THREAD_SHELL)
        recover_rebuild_shell(ERR_FAULT);
    else if (thread->id == THREAD_WORKER)
        worker_faulted();
    else
        (void)thread_start(THREAD_SUPERVISOR, supervisor_run, NULL);
}

_Noreturn void keeper_run(seL4_CPtr fault_ep)
{
    for (;;) {
        seL4_Word badge;
        seL4_MessageInfo_t info = ipc_receive(fault_ep, &badge);

        if (badge == 0 || badge >= THREAD_COUNT)
            continue; /* no thread of ours */
        read_fault(&threads[badge].fault, info);
        mend(&threads[badge]);
    }
}
