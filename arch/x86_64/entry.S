/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * x86_64: the image's first instructions, and the call whose fault can be survived (arch_try).
 */
    .section .text.entry, "ax"
    .globl _start
_start:
    lea arch_boot_stack_top(%rip), %rsp
    xor %ebp, %ebp
    call arch_main
1:  jmp 1b

    .text
/* int arch_try(fn, arg, save): everything that a C caller may rely on is on the stack, so the stack
 * pointer is all there is to keep. */
    .globl arch_try
arch_try:
    push %rbp
    push %rbx
    push %r12
    push %r13
    push %r14
    push %r15
    push %rdx
    mov %rsp, (%rdx)
    mov %rdi, %rax
    mov %rsi, %rdi
    call *%rax
    xor %eax, %eax
2:  pop %rdx
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbx
    pop %rbp
    ret

    .globl arch_try_fail
arch_try_fail:
    mov (%rdi), %rsp
    mov $1, %eax
    jmp 2b

/* Below the boot stack is a page that the monitor unmaps. */
    .section .bss.stack, "aw", @nobits
    .balign 4096
    .globl arch_boot_guard
arch_boot_guard:
    .skip 4096
    .skip 16384
arch_boot_stack_top:
    .section .note.GNU-stack, "", @progbits
