/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See crash.h. Addresses go through a volatile, or the compiler would know better.
 */
#include "crash.h"
#include <stdint.h>

/* User addresses where nothing is mapped, on every architecture. */
#define FAR_ADDRESS 0x3f00000000u

static volatile uintptr_t address;

static void null_read(void)
{
    address = 0;
    (void)*(volatile uint32_t *)address;
}

static void null_write(void)
{
    address = 0;
    *(volatile uint32_t *)address = 1;
}

static void null_jump(void)
{
    address = 0;
    ((void (*)(void))address)();
}

static void far_read(void)
{
    address = (uintptr_t)FAR_ADDRESS;
    (void)*(volatile uint32_t *)address;
}

static void far_jump(void)
{
    address = (uintptr_t)FAR_ADDRESS;
    ((void (*)(void))address)();
}

static void code_write(void)
{
    address = (uintptr_t)code_write;
    *(volatile uint32_t *)address = 0;
}

static void data_jump(void)
{
    static uint32_t data[4];

    address = (uintptr_t)data;
    ((void (*)(void))address)();
}

static unsigned descend(unsigned depth)
{
    volatile char room[256];

    room[0] = (char)depth;
    return address ? descend(depth + 1) + (unsigned)room[0] : 0;
}

static void stack_overflow(void)
{
    address = 1; /* so that it never ends */
    descend(0);
}

/* A capability address that does not resolve, in a call that reports it as a fault. */
static void no_capability(void)
{
    seL4_Wait((seL4_CPtr)FAR_ADDRESS, NULL);
}

const struct crash crash_kinds[] = {
    {.name = "null-read", .run = null_read, .fault = seL4_Fault_VMFault},
    {.name = "null-write", .run = null_write, .fault = seL4_Fault_VMFault},
    {.name = "null-jump", .run = null_jump, .fault = seL4_Fault_VMFault},
    {.name = "far-read", .run = far_read, .fault = seL4_Fault_VMFault},
    {.name = "far-jump", .run = far_jump, .fault = seL4_Fault_VMFault},
    {.name = "code-write", .run = code_write, .fault = seL4_Fault_VMFault, .needs_loader = true},
    {.name = "data-jump", .run = data_jump, .fault = seL4_Fault_VMFault, .needs_loader = true},
    {.name = "stack-overflow", .run = stack_overflow, .fault = seL4_Fault_VMFault},
    {.name = "no-capability", .run = no_capability, .fault = seL4_Fault_CapFault},
    {.name = "syscall", .run = crash_arch_syscall, .fault = seL4_Fault_UnknownSyscall},
    {.name = "undefined", .run = crash_arch_undefined, .fault = seL4_Fault_UserException},
    {.name = "privileged", .run = crash_arch_privileged, .fault = seL4_Fault_UserException},
    {.name = "breakpoint", .run = crash_arch_breakpoint, .fault = CRASH_BREAKPOINT_FAULT},
};
const size_t crash_count = sizeof crash_kinds / sizeof crash_kinds[0];
