/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults of the monitor's own threads: see keeper.h. */
#include "monitor/core/keeper.h"

#include "monitor/core/fault.h"
#include "monitor/core/ipc.h"
#include "monitor/core/recover.h"
#include "monitor/core/supervisor.h"
#include "monitor/core/thread.h"
#include "monitor/core/worker.h"

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
        fault_read(&threads[badge].fault, info);
        mend(&threads[badge]);
    }
}
