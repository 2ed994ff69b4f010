/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * x86_64: thread pointers and first registers. Thread-locals lie below the thread pointer, which
 * points at itself (System V ABI, variant II); FS is set by the kernel.
 */
#include "arch/include/arch.h"
#include "arch/lib/str.h"

extern char arch_try_fail[];

const uint16_t arch_elf_machine = 62;
const uint64_t arch_user_top = 0x00007ffffffff000;

enum { BELOW_POINTER_BYTES = 192 };

uintptr_t arch_tls_init(void *area)
{
    uintptr_t pointer = (uintptr_t)area + BELOW_POINTER_BYTES;

    memset(area, 0, ARCH_TLS_AREA_BYTES);
    *(uintptr_t *)pointer = pointer;
    return pointer;
}

void arch_tls_set(seL4_CPtr tcb, uintptr_t thread_pointer)
{
    (void)seL4_TCB_SetTLSBase(tcb, thread_pointer);
}

void arch_context_init(seL4_UserContext *context, void (*entry)(void *), void *arg,
                       uintptr_t stack_top, uintptr_t thread_pointer)
{
    uintptr_t sp = (stack_top & ~(uintptr_t)15) - sizeof(uintptr_t);

    memset(context, 0, sizeof *context);
    *(uintptr_t *)sp = 0; /* the return address that a function expects */
    context->rip = (uintptr_t)entry;
    context->rsp = sp;
    context->rflags = 0x202;
    context->rdi = (uintptr_t)arg;
    context->fs_base = thread_pointer;
}

void arch_context_component(seL4_UserContext *context, seL4_Word entry, seL4_Word start,
                            seL4_Word stack_top)
{
    memset(context, 0, sizeof *context);
    context->rip = entry;
    context->rsp = stack_top;
    context->rdi = start;
    context->rflags = 0x202;
}

const uint8_t arch_syscall_number_word = seL4_UnknownSyscall_Syscall;
const uint8_t arch_syscall_argument_word = seL4_UnknownSyscall_RDI;

void arch_context_fail(seL4_UserContext *context, struct arch_try *save)
{
    context->rip = (uintptr_t)arch_try_fail;
    context->rdi = (uintptr_t)save;
}
