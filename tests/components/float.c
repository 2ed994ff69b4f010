/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Floating point in two threads that are interleaved, so that a kernel (or a simulator, or a
 * debugger that stops them) which loses floating-point state is found out.
 */
#include <sel4mon/component.h>
#include <sel4mon/component_object.h>
#include <sel4mon/component_thread.h>

/* Both threads have the same priority, or they would not be interleaved. */
enum { STEPS = 2000, STACK_BYTES = 4096, ROOT_PRIORITY = 255, PRIORITY = 100 };

static struct {
    struct component_thread thread;
    _Alignas(16) char stack[STACK_BYTES];
    seL4_CPtr done;
    double result;
} other;

/* Newton's square root many times over: the value stays in registers while others run. */
static double root_of(double square)
{
    double x = square, sum = 0;

    for (int i = 0; i < STEPS; i++) {
        x = 0.5 * (x + square / x);
        sum += x;
        if (i % 50 == 0) {
            __asm__ volatile("" : : : "memory");
            seL4_Yield();
        }
    }
    (void)sum;
    return x;
}

static void run_other(void *unused)
{
    (void)unused;
    other.result = root_of(2.0);
    seL4_Signal(other.done);
}

static unsigned long millionths(double x)
{
    return (unsigned long)(x * 1000000.0 + 0.5);
}

int main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    component_check(component_object_make(seL4_NotificationObject, 0, &other.done), "notification");
    other.thread = (struct component_thread){
        .run = run_other,
        .stack = other.stack,
        .stack_bytes = sizeof other.stack,
        .priority = component_bootinfo() ? ROOT_PRIORITY : PRIORITY,
    };
    component_check(component_thread_start(&other.thread), "thread");
    double mine = root_of(3.0);
    seL4_Wait(other.done, NULL);
    component_print("root of 2: %lu millionths\n", millionths(other.result));
    component_print("root of 3: %lu millionths\n", millionths(mine));
    return millionths(other.result) == 1414214 && millionths(mine) == 1732051 ? 0 : 1;
}
