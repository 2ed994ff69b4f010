/* SPDX-License-Identifier: BSD-2-Clause */
/* The test program's first instructions, under the test server. */
void _start(void);
__asm__(".globl _start\n_start:\n"
#if defined(__x86_64__)
        "xor %ebp, %ebp\n call main\n ud2\n"
#elif defined(__aarch64__)
        "mov x29, xzr\n mov x30, xzr\n bl main\n brk #1\n"
#else
        ".option push\n.option norelax\nla gp, __global_pointer$\n.option pop\n"
        "li s0, 0\n call main\n ebreak\n"
#endif
);
