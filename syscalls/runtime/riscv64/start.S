/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A component's first instruction: a0 has the start block or the boot info, sp a stack or 0
 * (component_start.h). Calls component_boot, which does not return.
 */
    .section .text.start, "ax"
    .globl _start
    .type _start, @function
_start:
    .option push
    .option norelax
    la      gp, __global_pointer$
    .option pop
    bnez    sp, 1f
    la      sp, component_root_stack
    li      t0, 8192
    add     sp, sp, t0
1:  li      s0, 0
    li      ra, 0
    call    component_boot
    ebreak
    .size _start, . - _start
    .section .note.GNU-stack, "", @progbits
