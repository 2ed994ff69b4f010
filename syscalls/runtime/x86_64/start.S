/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A component's first instruction: rdi has the start block or the boot info, rsp a stack or 0
 * (component_start.h). Calls component_boot, which does not return.
 */
    .section .text.start, "ax"
    .globl _start
    .type _start, @function
_start:
    test    %rsp, %rsp
    jnz     1f
    lea     component_root_stack + 8192(%rip), %rsp
1:  and     $-16, %rsp
    xor     %ebp, %ebp
    call    component_boot
    ud2
    .size _start, . - _start
    .section .note.GNU-stack, "", @progbits
