/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The instructions of crash.h for aarch64.
 */
#include "crash.h"

void crash_arch_undefined(void)
{
    __asm__ volatile("udf 0");
}

void crash_arch_privileged(void)
{
    __asm__ volatile("msr vbar_el1, xzr");
}

void crash_arch_breakpoint(void)
{
    __asm__ volatile("brk 0");
}

void crash_arch_syscall(void)
{
    register seL4_Word x7 __asm__("x7") = 0x1234;

    __asm__ volatile("svc 0" : : "r"(x7) : "memory");
}
