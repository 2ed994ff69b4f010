/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program with control flow of every kind that compilers make: switches through tables, calls
 * through pointers, recursion, sorting, strings, atomics, floating point. The decoders of next
 * program counters are tested on it, one instruction at a time.
 */
#include "program.h"
#include "program_call.h"

typedef unsigned long word;

static word state = 88172645463325252ul;

static word random_next(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static word table_switch(word which, word value)
{
    switch (which) {
    case 0:
        return value + 1;
    case 1:
        return value * 3;
    case 2:
        return value ^ 0x55;
    case 3:
        return value >> 3;
    case 4:
        return ~value;
    case 5:
        return value - which;
    case 6:
        return value << 2;
    case 7:
        return value % 1000;
    default:
        return 0;
    }
}

static word twice(word x)
{
    return x * 2;
}

static word half(word x)
{
    return x / 2;
}

static word (*volatile functions[])(word) = {twice, half, twice};

static int compare(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return x < y ? -1 : x > y;
}

static void sort(int *items, int count, int (*less)(const void *, const void *))
{
    for (int i = 1; i < count; i++)
        for (int j = i; j > 0 && less(&items[j], &items[j - 1]) < 0; j--) {
            int swap = items[j];
            items[j] = items[j - 1];
            items[j - 1] = swap;
        }
}

static word ackermann(word m, word n)
{
    if (m == 0)
        return n + 1;
    if (n == 0)
        return ackermann(m - 1, 1);
    return ackermann(m - 1, ackermann(m, n - 1));
}

static double series(int terms)
{
    double sum = 0, sign = 1;
    for (int i = 0; i < terms; i++, sign = -sign)
        sum += sign / (2 * i + 1);
    return sum;
}

void *memset(void *to, int byte, word len)
{
    unsigned char *p = to;
#if defined(__x86_64__)
    __asm__ volatile("rep stosb" : "+D"(p), "+c"(len) : "a"(byte) : "memory");
#else
    while (len--)
        *p++ = (unsigned char)byte;
#endif
    return to;
}

void *memcpy(void *to, const void *from, word len)
{
    unsigned char *p = to;
    const unsigned char *q = from;
    while (len--)
        *p++ = *q++;
    return to;
}

static volatile word shared;
static volatile unsigned narrow;

static word atomics(word rounds)
{
    word expected;
    for (word i = 0; i < rounds; i++) {
        __atomic_fetch_add(&shared, i, __ATOMIC_SEQ_CST);
        __atomic_fetch_nand(&narrow, 3, __ATOMIC_ACQ_REL);
        __atomic_fetch_xor(&narrow, 1, __ATOMIC_RELAXED);
        expected = shared + (i & 1); /* fails every other time */
        __atomic_compare_exchange_n(&shared, &expected, i, 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
        __atomic_exchange_n(&narrow, (unsigned)i, __ATOMIC_SEQ_CST);
    }
    return shared;
}

/* A lock taken as hand-written code does it: the loop that waits jumps back before the store. */
static volatile unsigned lock;

static void lock_take(void)
{
#if defined(__aarch64__)
    unsigned value, one = 1;
    __asm__ volatile("1: ldaxr %w0, [%1]\n cbz %w0, 2f\n yield\n b 1b\n"
                     "2: stxr %w0, %w2, [%1]\n cbnz %w0, 1b"
                     : "=&r"(value)
                     : "r"(&lock), "r"(one)
                     : "memory");
#elif defined(__riscv)
    unsigned long value, one = 1;
    __asm__ volatile("1: lr.w.aq %0, (%1)\n beqz %0, 2f\n nop\n j 1b\n"
                     "2: sc.w %0, %2, (%1)\n bnez %0, 1b"
                     : "=&r"(value)
                     : "r"(&lock), "r"(one)
                     : "memory");
#endif
}

int main(void)
{
    static int items[40];
    volatile word sum = 0;
    volatile double pi;

    for (int i = 0; i < 40; i++)
        items[i] = (int)random_next();
    sort(items, 40, compare);
    for (word i = 0; i < 200; i++) {
        sum += table_switch(random_next() % 9, i);
        sum += functions[i % 3](i);
    }
    sum += ackermann(2, 5);
    pi = series(100);
    memset(items, 7, sizeof items);
    for (int i = 0; i < 20; i++) {
        lock_take();
        lock = 0;
    }
    sum += atomics(100) + (word)(pi * 4);
    call(CALL_PUT, 'x', 0);
    call(CALL_EXIT, (long)(sum & 127), 0);
    return 0;
}

void _start(void);
__asm__(".globl _start\n_start:\n"
#if defined(__x86_64__)
        "xor %ebp, %ebp\n call main\n ud2\n"
#elif defined(__aarch64__)
        "mov x29, xzr\n mov x30, xzr\n bl main\n brk #1\n"
#else
        ".option push\n.option norelax\nla gp, __global_pointer$\n.option pop\n"
        "li s0, 0\n call main\n ebreak\n"
#endif
);
