/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The aarch64 loader's first and last instructions: arrive at EL3, EL2 or EL1 with the MMU on or
 * off, leave to the level that the kernel wants with the MMU off, run the C part, and enter the
 * kernel. No stack before loader_main and none in what further cores run. The header is that of an
 * arm64 "Image", so that boot loaders and QEMU take the flat file as they take Linux (Linux
 * Documentation/arch/arm64/booting.rst).
 */
#define PLAN_FLAGS      8 /* offsets in struct loader_plan, checked in enter.c */
#define PLAN_SIZE       24
#define PLAN_CORE_IDS   152
#define FLAG_HYPERVISOR 1
#define FLAG_PARK       2

#define SCTLR_M    (1 << 0)
#define SCTLR_C    (1 << 2)
#define MPIDR_MASK 0xff00ffffff

    .section .head, "ax"
    .globl loader_head
loader_head:
    b first
    .word 0
    .quad 0   /* text_offset: any place will do */
    .quad 0   /* image_size: sel4image writes it */
    .quad 0xa /* little endian, 4 KiB pages, anywhere in memory */
    .quad 0, 0, 0
    .ascii "ARM"
    .byte 0x64
    .word 0

    .text
first:
    msr daifset, #0xf
    adr x19, loader_head
    adrp x20, loader_plan
    add x20, x20, :lo12:loader_plan
    bl park_others
    bl quiet_mmu
    bl leave_level
    mov x0, x19
    mov x1, x19
    b run_c

/* loader_arch_restart(here, rest): `here` is the same code elsewhere. */
    .globl loader_arch_restart
loader_arch_restart:
    adr x2, loader_head
    adr x3, run_c
    sub x3, x3, x2
    add x3, x3, x0
    ic iallu
    dsb sy
    isb
    br x3

run_c:
    adrp x2, stack_top
    add x2, x2, :lo12:stack_top
    mov sp, x2
    bl loader_main

/* On machines that let every core in, all but the first stay here. */
park_others:
    ldr w0, [x20, #PLAN_FLAGS]
    tbz w0, #1, 1f
    mrs x1, mpidr_el1
    ldr x2, =MPIDR_MASK
    and x1, x1, x2
    ldr x2, [x20, #PLAN_CORE_IDS]
    cmp x1, x2
    b.ne loader_wait
1:  ret

    .globl loader_wait
loader_wait:
    msr daifset, #0xf
1:  wfe
    b 1b

/* If firmware left the MMU or the data cache on: write the image back, then turn both off. */
quiet_mmu:
    mrs x0, CurrentEL
    cmp x0, #(2 << 2)
    b.hi 3f
    b.eq 2f
    mrs x1, sctlr_el1
    b 4f
2:  mrs x1, sctlr_el2
    b 4f
3:  mrs x1, sctlr_el3
4:  mov x2, #(SCTLR_M | SCTLR_C)
    tst x1, x2
    b.eq 9f
    ldr x3, [x20, #PLAN_SIZE]
    add x3, x3, x19
    mrs x4, ctr_el0
    ubfx x4, x4, #16, #4
    mov x5, #4
    lsl x5, x5, x4 /* smallest data cache line */
    mov x4, x19
5:  dc civac, x4
    add x4, x4, x5
    cmp x4, x3
    b.lo 5b
    dsb sy
    bic x1, x1, #SCTLR_M
    bic x1, x1, #SCTLR_C
    cmp x0, #(2 << 2)
    b.hi 7f
    b.eq 6f
    msr sctlr_el1, x1
    b 8f
6:  msr sctlr_el2, x1
    b 8f
7:  msr sctlr_el3, x1
8:  isb
    ic iallu
    dsb sy
    isb
9:  ret

/* From EL3 or EL2 down to what the plan says; x19, x20, x21, x30 are kept. A kernel for EL2 that is
 * entered at EL1 is complained about in C. */
leave_level:
    ldr w9, [x20, #PLAN_FLAGS]
    mrs x0, CurrentEL
    cmp x0, #(3 << 2)
    b.ne 1f
    /* EL3: the levels below are 64 bit and non-secure, may use hvc. */
    mov x0, #0x5b1
    msr scr_el3, x0
    msr cptr_el3, xzr
    ldr x0, =0x30c50830
    msr sctlr_el2, x0
    mov x0, #0x3c9 /* EL2h, all masked */
    msr spsr_el3, x0
    adr x0, 1f
    msr elr_el3, x0
    isb
    eret
1:  mrs x0, CurrentEL
    cmp x0, #(2 << 2)
    b.ne 9f
    mov x0, #(1 << 31) /* HCR: EL1 is 64 bit, nothing trapped, no E2H */
    msr hcr_el2, x0
    isb
    msr cntvoff_el2, xzr
    mrs x0, cnthctl_el2
    orr x0, x0, #3 /* EL1 may read counter and physical timer */
    msr cnthctl_el2, x0
    mov x0, #0x33ff
    msr cptr_el2, x0 /* no traps of FP and SIMD */
    msr hstr_el2, xzr
    mrs x0, pmcr_el0
    ubfx x0, x0, #11, #5
    msr mdcr_el2, x0 /* all counters to EL1, no debug traps */
    msr vttbr_el2, xzr
    mrs x0, midr_el1
    msr vpidr_el2, x0
    mrs x0, mpidr_el1
    msr vmpidr_el2, x0
    mrs x0, id_aa64pfr0_el1
    ubfx x0, x0, #24, #4
    cbz x0, 2f
    mrs x0, s3_4_c12_c9_5 /* ICC_SRE_EL2: the GIC's system registers, also for EL1 */
    mov x1, #9
    orr x0, x0, x1
    msr s3_4_c12_c9_5, x0
    isb
    msr s3_4_c12_c11_0, xzr /* ICH_HCR_EL2 */
2:  tbnz w9, #0, 9f
    ldr x0, =0x30d00800
    msr sctlr_el1, x0
    mov x0, #0x3c5 /* EL1h, all masked */
    msr spsr_el2, x0
    adr x0, 9f
    msr elr_el2, x0
    isb
    eret
9:  ret

/* Further cores begin here, MMU off, with their index in x0. */
    .globl loader_secondary
loader_secondary:
    msr daifset, #0xf
    mov x21, x0
    adrp x20, loader_plan
    add x20, x20, :lo12:loader_plan
    bl leave_level
    msr tpidr_el1, x21
    b enter

/* loader_enter(): the first core. All arguments are in loader_entry. */
    .globl loader_enter
loader_enter:
    msr tpidr_el1, xzr
enter:
    adrp x6, loader_entry
    add x6, x6, :lo12:loader_entry
    ldp x7, x8, [x6, #0]    /* mair, tcr */
    ldp x9, x10, [x6, #16]  /* ttbr0, ttbr1 */
    ldp x11, x12, [x6, #32] /* sctlr, kernel's entry */
    ldp x0, x1, [x6, #48]
    ldp x2, x3, [x6, #64]
    ldp x4, x5, [x6, #80]
    mrs x13, CurrentEL
    cmp x13, #(2 << 2)
    dsb sy
    b.eq 2f
    msr mair_el1, x7
    msr tcr_el1, x8
    msr ttbr0_el1, x9
    msr ttbr1_el1, x10
    isb
    tlbi vmalle1
    ic iallu
    dsb sy
    isb
    msr sctlr_el1, x11
    isb
    br x12
2:  msr mair_el2, x7
    msr tcr_el2, x8
    msr ttbr0_el2, x9
    isb
    tlbi alle2
    ic iallu
    dsb sy
    isb
    msr sctlr_el2, x11
    isb
    br x12

/* loader_psci(method is hvc, function, core, entry, context): PSCI by the conduit. */
    .globl loader_psci
loader_psci:
    mov x9, x0
    mov x0, x1
    mov x1, x2
    mov x2, x3
    mov x3, x4
    cbz x9, 1f
    hvc #0
    ret
1:  smc #0
    ret

    .bss
    .balign 16
    .skip 4096
stack_top:
