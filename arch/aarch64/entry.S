/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * aarch64: the image's first instructions, and the call whose fault can be survived (arch_try).
 */
    .section .text.entry, "ax"
    .globl _start
_start:
    adrp x1, arch_boot_stack_top
    add x1, x1, :lo12:arch_boot_stack_top
    mov sp, x1
    mov x29, xzr
    mov x30, xzr
    bl arch_main
1:  b 1b

    .text
/* int arch_try(fn, arg, save): everything that a C caller may rely on is on the stack, so the stack
 * pointer is all there is to keep. */
    .globl arch_try
arch_try:
    stp x29, x30, [sp, #-96]!
    stp x19, x20, [sp, #16]
    stp x21, x22, [sp, #32]
    stp x23, x24, [sp, #48]
    stp x25, x26, [sp, #64]
    stp x27, x28, [sp, #80]
    mov x9, sp
    str x9, [x2]
    mov x9, x0
    mov x0, x1
    blr x9
    mov w0, #0
2:  ldp x19, x20, [sp, #16]
    ldp x21, x22, [sp, #32]
    ldp x23, x24, [sp, #48]
    ldp x25, x26, [sp, #64]
    ldp x27, x28, [sp, #80]
    ldp x29, x30, [sp], #96
    ret

    .globl arch_try_fail
arch_try_fail:
    ldr x9, [x0]
    mov sp, x9
    mov w0, #1
    b 2b

/* Below the boot stack is a page that the monitor unmaps. */
    .section .bss.stack, "aw", @nobits
    .balign 4096
    .globl arch_boot_guard
arch_boot_guard:
    .skip 4096
    .skip 16384
arch_boot_stack_top:
    .section .note.GNU-stack, "", @progbits
