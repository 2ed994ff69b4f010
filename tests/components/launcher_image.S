/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bytes of the component that launcher.c starts, as the linker made it.
 */
    .section .rodata
    .balign 16
    .globl launcher_image
launcher_image:
    .incbin "launched.elf"
    .section .note.GNU-stack, "", %progbits
