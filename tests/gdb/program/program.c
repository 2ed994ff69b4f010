/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What gdb debugs in the tests of the stub: a loop to step through, recursion, threads, floating
 * point, atomics, and faults on demand. The tests find their places by the comments at line ends.
 */
#include "program.h"
#include "program_call.h"

struct point {
    int x, y;
    double weight;
};

volatile int counter;
volatile long watched;
volatile int crash_kind; /* set by the debugger */
volatile int spin_forever;
volatile int thread_count = 2;
volatile int threads_done;
double scale = 1.5;
struct point origin = {3, 4, 2.25};
unsigned char buffer[4096];
unsigned char large[65536]; /* for the debugger to write */

/* About 130 instructions under one `next`. */
__attribute__((noinline)) int work(int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++)
        sum = sum * 3 + i;
    return sum;
}

__attribute__((noinline)) int add(int a, int b)
{
    return a + b; /* in add */
}

__attribute__((noinline)) int factorial(int n)
{
    if (n <= 1)
        return 1; /* deepest */
    return n * factorial(n - 1);
}

__attribute__((noinline)) double blend(double a, double b)
{
    double result;
    result = a * scale + b; /* in blend */
    return result;
}

__attribute__((noinline)) void tick(int i)
{
    counter = i; /* in tick */
}

__attribute__((noinline)) void crash(int kind)
{
    if (kind == 1)
        *(volatile int *)16 = 1; /* null */
    if (kind == 2)
        __builtin_trap();
    if (kind == 3)
        ((void (*)(void))0x77777770)(); /* wild */
}

static void thread_main(long number)
{
    for (int i = 0; i < 50; i++) {
        __atomic_fetch_add(&watched, number, __ATOMIC_SEQ_CST); /* in thread */
        call(CALL_YIELD, 0, 0);
    }
    __atomic_fetch_add(&threads_done, 1, __ATOMIC_SEQ_CST);
    call(CALL_THREAD_EXIT, 0, 0);
}

static void threads_run(void)
{
    for (int i = 0; i < thread_count; i++)
        call(CALL_THREAD, (long)thread_main, i + 1);
    while (threads_done < thread_count)
        call(CALL_YIELD, 0, 0);
}

static void text_put(const char *text)
{
    while (*text)
        call(CALL_PUT, *text++, 0);
}

int main(void)
{
    int result;

    text_put("hello\n"); /* first */
    result = work(16);   /* step here */
    result += add(result, 2);
    result += factorial(5);
    counter = result;
    large[0] = 1;
    scale = blend(2.0, origin.weight);
    /* clang-format off */
    for (int i = 0; i < 16; i++) buffer[i] = (unsigned char)(buffer[i] * 3 + i); /* loop here */
    /* clang-format on */
    watched = 1; /* watch from here */
    watched = 7; /* changes */
    for (int i = 0; i < 10000; i++)
        tick(i);
    threads_run();     /* threads */
    crash(crash_kind); /* crash */
    while (spin_forever)
        counter++;         /* spinning */
    call(CALL_EXIT, 3, 0); /* end */
    return 0;
}
