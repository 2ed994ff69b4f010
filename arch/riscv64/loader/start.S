/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The riscv64 loader's first and last instructions: arrive in supervisor mode from an SBI firmware
 * with the hart's number in a0, run the C part on the hart that the kernel wants, enter the kernel.
 * The header is that of a RISC-V "Image" (Linux Documentation/arch/riscv/boot-image-header.rst).
 */
#define PLAN_CORE_IDS 152 /* offset in struct loader_plan, checked in enter.c */

#define SBI_HSM       0x48534d
#define SBI_HSM_START 0
#define SBI_HSM_STOP  1

    .section .head, "ax"
    .globl loader_head
loader_head:
    .option push
    .option norvc
    j first
    .word 0
    .option pop
    .dword 0x200000 /* text_offset: a multiple of 2 MiB is asked for */
    .dword 0        /* image_size: sel4image writes it */
    .dword 0        /* little endian */
    .word 2, 0      /* header version 0.2 */
    .dword 0
    .ascii "RISCV\0\0\0"
    .ascii "RSC\005"
    .word 0

    .text
    .balign 4
first:
    csrw sie, zero
    csrw satp, zero
    sfence.vma
    lla s0, loader_head
    lla s1, loader_plan
    ld t0, PLAN_CORE_IDS(s1)
    bne a0, t0, other_hart
    mv a0, s0
    mv a1, s0
    j run_c

/* The firmware picks the hart; the kernel is built for one: hand over to that. */
other_hart:
    mv a0, t0
    mv a1, s0
    li a2, 0
    li a6, SBI_HSM_START
    li a7, SBI_HSM
    ecall
    li a6, SBI_HSM_STOP
    li a7, SBI_HSM
    ecall
    .globl loader_wait
loader_wait:
    csrw sie, zero
1:  wfi
    j 1b

/* loader_arch_restart(here, rest): `here` is the same code elsewhere. */
    .globl loader_arch_restart
loader_arch_restart:
    lla t0, loader_head
    lla t1, run_c
    sub t1, t1, t0
    add t1, t1, a0
    fence.i
    jr t1

run_c:
    lla sp, stack_top
    call loader_main

/* Further harts: the number in a0, the index in a1. */
    .balign 4
    .globl loader_secondary
loader_secondary:
    csrw sie, zero
    mv a6, a0
    mv a7, a1
    j enter

/* loader_enter(hart): the first hart. All other arguments are in loader_entry. */
    .globl loader_enter
loader_enter:
    mv a6, a0
    li a7, 0
enter:
    lla t0, loader_entry
    ld t1, 0(t0) /* satp */
    ld t2, 8(t0) /* kernel's entry */
    ld a0, 16(t0)
    ld a1, 24(t0)
    ld a2, 32(t0)
    ld a3, 40(t0)
    ld a4, 48(t0)
    ld a5, 56(t0)
    fence
    fence.i
    sfence.vma
    csrw satp, t1
    sfence.vma
    jr t2

    .bss
    .balign 16
    .skip 4096
stack_top:
