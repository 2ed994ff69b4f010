/* SPDX-License-Identifier: BSD-2-Clause */
/* The shell's errands for the supervisor: see request.h. */
#include "monitor/core/request.h"

#include "monitor/core/console.h"
#include "monitor/core/ipc.h"
#include "monitor/core/thread.h"

static struct {
    request_fn volatile fn; /* NULL: nothing is asked for */
    void *volatile arg;
    volatile enum err result;
} request;

static void run(void *unused)
{
    (void)unused;
    request.result = request.fn(request.arg);
}

enum err request_run(request_fn fn, void *arg)
{
    struct thread *self = thread_self();

    request.arg = arg;
    request.result = ERR_FAULT; /* unless it says otherwise */
    console_forget(CONSOLE_REQUEST);
    request.fn = fn;
    ipc_signal(console.wake_request);
    while (request.fn) /* it waits for a component, which has to run meanwhile */
        (void)console_wait(CONSOLE_REQUEST);
    if (request.result == ERR_KERNEL)
        self->error = threads[THREAD_SUPERVISOR].error;
    return request.result;
}

void request_serve(void)
{
    if (!request.fn)
        return;
    (void)thread_try(run, NULL);
    request.fn = NULL;
    ipc_signal(console.shell_request);
}
