/* SPDX-License-Identifier: BSD-2-Clause */
/* What the test program asks for, by the runtime of components: text, threads, the end. */
#include "program.h"
#include "program_call.h"

#include <sel4mon/component.h>
#include <sel4mon/component_thread.h>

enum { THREADS_MAX = 4, STACK_BYTES = 8192 };

static struct {
    struct component_thread thread;
    void (*run)(long);
    long arg;
    char name[10];
    _Alignas(16) char stack[STACK_BYTES];
} threads[THREADS_MAX];

static void thread_begin(void *argument)
{
    long number = (long)argument;

    threads[number].run(threads[number].arg);
}

static long thread_make(long run, long arg)
{
    static long count;
    long number = count++;
    static const char name[] = "worker ";

    if (number >= THREADS_MAX)
        return -1;
    for (unsigned i = 0; i < sizeof name; i++)
        threads[number].name[i] = name[i];
    threads[number].name[sizeof name - 1] = (char)('1' + number);
    threads[number].run = (void (*)(long))run;
    threads[number].arg = arg;
    threads[number].thread = (struct component_thread){
        .run = thread_begin,
        .argument = (void *)number,
        .stack = threads[number].stack,
        .stack_bytes = STACK_BYTES,
        .priority = 100,
        .name = threads[number].name,
    };
    component_check(component_thread_start(&threads[number].thread), "thread");
    return number;
}

static void thread_end(void)
{
    for (long i = 0; i < THREADS_MAX; i++)
        if (threads[i].thread.ipc_buffer == seL4_GetIPCBuffer())
            component_thread_end(&threads[i].thread);
}

long call(long number, long a, long b)
{
    char c = (char)a;

    switch (number) {
    case CALL_PUT:
        component_write(&c, 1);
        return 0;
    case CALL_EXIT:
        component_exit((int)a);
    case CALL_THREAD:
        return thread_make(a, b);
    case CALL_THREAD_EXIT:
        thread_end();
        return 0;
    default:
        seL4_Yield();
        return 0;
    }
}
