/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The instructions of crash.h for x86_64.
 */
#include "crash.h"

void crash_arch_undefined(void)
{
    __asm__ volatile("ud2");
}

void crash_arch_privileged(void)
{
    __asm__ volatile("hlt");
}

void crash_arch_breakpoint(void)
{
    __asm__ volatile("int3");
}

void crash_arch_syscall(void)
{
    seL4_Word number = 0x1234;

    __asm__ volatile("syscall" : "+d"(number) : : "rcx", "r11", "rbx", "memory");
}
