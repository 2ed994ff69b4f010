/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kinds of crash that crasher.c offers: crash.c has those that are C, the architecture's
 * crash_arch.c those that are an instruction.
 */
#ifndef CRASH_H
#define CRASH_H

#include <stdbool.h>
#include <stddef.h>
#include <sel4/sel4.h>

struct crash {
    const char *name;
    void (*run)(void);
    seL4_Word fault;   /* the label that the fault handler receives */
    bool needs_loader; /* only where the image is mapped with its own rights; not in a root task */
};

extern const struct crash crash_kinds[];
extern const size_t crash_count;

void crash_arch_undefined(void);
void crash_arch_privileged(void);
void crash_arch_breakpoint(void);
void crash_arch_syscall(void); /* a number that no kernel knows */

#ifdef CONFIG_HARDWARE_DEBUG_API
#define CRASH_BREAKPOINT_FAULT seL4_Fault_DebugException
#else
#define CRASH_BREAKPOINT_FAULT seL4_Fault_UserException
#endif

#endif
