/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls that block: see worker.h. */
#include "monitor/core/worker.h"

#include "monitor/core/call.h"
#include "monitor/core/console.h"
#include "monitor/core/cspace.h"
#include "monitor/core/ipc.h"
#include "monitor/core/thread.h"

struct worker worker;

static struct {
    struct call *volatile call; /* to be made; NULL: none */
    volatile enum err result;
} request;

/* A capability that comes with a message goes into one slot, if that is empty. */
static void prepare_receive(void)
{
    seL4_SetCapReceivePath(CSPACE_ROOT, worker.receive_slot, seL4_WordBits);
}

void worker_run(void *unused)
{
    (void)unused;
    for (;;) {
        struct call *call;

        (void)ipc_wait(worker.wake);
        call = request.call;
        if (!call)
            continue;
        prepare_receive();
        request.result = call_run(call);
        request.call = NULL;
        ipc_signal(worker.done);
    }
}

enum err worker_call(struct call *call)
{
    unsigned came;

    console_forget(CONSOLE_WORKER);
    request.call = call;
    ipc_signal(worker.wake);
    console_flush();
    console_listen();
    came = console_wait(CONSOLE_WORKER | CONSOLE_INTERRUPT);
    if (came & CONSOLE_WORKER)
        return request.result;
    return worker_restart() ? ERR_KERNEL : ERR_INTERRUPTED;
}

enum err worker_restart(void)
{
    request.call = NULL;
    return thread_start(THREAD_WORKER, worker_run, NULL);
}

void worker_faulted(void)
{
    request.result = ERR_FAULT;
    (void)worker_restart();
    ipc_signal(worker.done);
}
