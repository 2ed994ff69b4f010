/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A component's first instruction: x0 has the start block or the boot info, sp a stack or 0
 * (component_start.h). Calls component_boot, which does not return.
 */
    .section .text.start, "ax"
    .globl _start
    .type _start, %function
_start:
    mov     x1, sp
    cbnz    x1, 1f
    adrp    x1, component_root_stack
    add     x1, x1, :lo12:component_root_stack
    add     x1, x1, #2, lsl #12
    mov     sp, x1
1:  mov     x29, xzr
    mov     x30, xzr
    bl      component_boot
    brk     0
    .size _start, . - _start
    .section .note.GNU-stack, "", %progbits
