/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * riscv64: the image's first instructions, and the call whose fault can be survived (arch_try).
 */
    .section .text.entry, "ax"
    .globl _start
_start:
    .option push
    .option norelax
    la gp, __global_pointer$
    .option pop
    la sp, arch_boot_stack_top
    li ra, 0
    li s0, 0
    call arch_main
1:  j 1b

    .text
/* int arch_try(fn, arg, save): everything that a C caller may rely on is on the stack, so the stack
 * pointer is all there is to keep. */
    .globl arch_try
arch_try:
    addi sp, sp, -112
    sd ra, 0(sp)
    sd s0, 8(sp)
    sd s1, 16(sp)
    sd s2, 24(sp)
    sd s3, 32(sp)
    sd s4, 40(sp)
    sd s5, 48(sp)
    sd s6, 56(sp)
    sd s7, 64(sp)
    sd s8, 72(sp)
    sd s9, 80(sp)
    sd s10, 88(sp)
    sd s11, 96(sp)
    sd sp, 0(a2)
    mv t0, a0
    mv a0, a1
    jalr t0
    li a0, 0
2:  ld ra, 0(sp)
    ld s0, 8(sp)
    ld s1, 16(sp)
    ld s2, 24(sp)
    ld s3, 32(sp)
    ld s4, 40(sp)
    ld s5, 48(sp)
    ld s6, 56(sp)
    ld s7, 64(sp)
    ld s8, 72(sp)
    ld s9, 80(sp)
    ld s10, 88(sp)
    ld s11, 96(sp)
    addi sp, sp, 112
    ret

    .globl arch_try_fail
arch_try_fail:
    ld sp, 0(a0)
    li a0, 1
    j 2b

/* Below the boot stack is a page that the monitor unmaps. */
    .section .bss.stack, "aw", @nobits
    .balign 4096
    .globl arch_boot_guard
arch_boot_guard:
    .skip 4096
    .skip 16384
arch_boot_stack_top:
    .section .note.GNU-stack, "", @progbits
