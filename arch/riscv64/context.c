/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * riscv64: thread pointers and first registers. Thread-locals lie at and above tp (variant I
 * without reserved words); tp is the thread's own to write. gp is the image's, in every thread.
 */
#include "arch/include/arch.h"
#include "arch/lib/str.h"

extern char arch_try_fail[];

const uint16_t arch_elf_machine = 243;
const uint64_t arch_user_top = 0x0000003ffffff000;
extern char global_pointer[] __asm__("__global_pointer$");

uintptr_t arch_tls_init(void *area)
{
    memset(area, 0, ARCH_TLS_AREA_BYTES);
    return (uintptr_t)area;
}

void arch_tls_set(seL4_CPtr tcb, uintptr_t thread_pointer)
{
    (void)tcb;
    __asm__ volatile("mv tp, %0" : : "r"(thread_pointer) : "memory");
}

void arch_context_init(seL4_UserContext *context, void (*entry)(void *), void *arg,
                       uintptr_t stack_top, uintptr_t thread_pointer)
{
    memset(context, 0, sizeof *context);
    context->pc = (uintptr_t)entry;
    context->sp = stack_top & ~(uintptr_t)15;
    context->gp = (uintptr_t)global_pointer;
    context->a0 = (uintptr_t)arg;
    context->tp = thread_pointer;
}

void arch_context_component(seL4_UserContext *context, seL4_Word entry, seL4_Word start,
                            seL4_Word stack_top)
{
    memset(context, 0, sizeof *context);
    context->pc = entry;
    context->sp = stack_top;
    context->a0 = start;
}

const uint8_t arch_syscall_number_word = seL4_UnknownSyscall_Syscall;
const uint8_t arch_syscall_argument_word = seL4_UnknownSyscall_A0;

void arch_context_fail(seL4_UserContext *context, struct arch_try *save)
{
    context->pc = (uintptr_t)arch_try_fail;
    context->a0 = (uintptr_t)save;
}
