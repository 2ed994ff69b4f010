/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The instructions of crash.h for riscv64.
 */
#include "crash.h"

void crash_arch_undefined(void)
{
    __asm__ volatile("unimp");
}

void crash_arch_privileged(void)
{
    __asm__ volatile("csrw satp, zero");
}

void crash_arch_breakpoint(void)
{
    __asm__ volatile("ebreak");
}

void crash_arch_syscall(void)
{
    register seL4_Word a7 __asm__("a7") = 0x1234;

    __asm__ volatile("ecall" : : "r"(a7) : "memory");
}
