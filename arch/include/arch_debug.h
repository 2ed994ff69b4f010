/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What debugging a thread through the kernel needs to know of an architecture: what fault messages
 * mean, which breakpoint registers there are and what they do, the quirks of steps and of registers
 * as the kernel tells them, and code that saves and loads the floating-point registers. Pure data
 * and functions without state or system calls; for monitor/core/debug*.c.
 */
#ifndef ARCH_INCLUDE_ARCH_DEBUG_H
#define ARCH_INCLUDE_ARCH_DEBUG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/include/gdb_arch.h"

extern const struct gdb_arch *const arch_gdb;

/* --- faults ----------------------------------------------------------------------------------- */
enum arch_trap {
    ARCH_TRAP_OTHER,      /* nobody knows */
    ARCH_TRAP_BREAK,      /* a breakpoint instruction */
    ARCH_TRAP_STEP,       /* the end of a step */
    ARCH_TRAP_ILLEGAL,    /* an instruction that there is not, or not for users */
    ARCH_TRAP_ARITHMETIC, /* division by zero, floating-point exception */
    ARCH_TRAP_ALIGNMENT,  /* or no such memory: what SIGBUS stands for */
    ARCH_TRAP_PROTECTION, /* what SIGSEGV stands for */
};

struct arch_exception {
    uint8_t trap;     /* enum arch_trap */
    const char *text; /* "a division by zero" */
};

/* The meaning of a UserException's number. */
struct arch_exception arch_exception(uint64_t number);

enum arch_access { ARCH_ACCESS_READ, ARCH_ACCESS_WRITE, ARCH_ACCESS_EXECUTE };

struct arch_vm_fault {
    uint8_t access; /* enum arch_access */
    bool is_mapped; /* there is a page, which does not allow it */
    bool is_bus;    /* not aligned, or nothing answers there: SIGBUS */
};

/* The meaning of a VMFault's status word. */
struct arch_vm_fault arch_vm_fault(uint64_t status, bool prefetch);

/* --- registers -------------------------------------------------------------------------------- */
/* Makes right what the kernel tells of a stopped thread in another way than the thread has it.
 * `code` reads its memory. */
void arch_registers_mend(uint64_t *words, const struct gdb_code *code);

/* False: a step of the hardware would not end after this one instruction. */
bool arch_step_is_exact(const uint64_t *words, const struct gdb_code *code);

/* If the step from `before` to `after` was a call: true, and where it returns to. */
bool arch_step_was_call(const uint64_t *before, const uint64_t *after, const struct gdb_code *code,
                        uint64_t *back);

/* The caller's frame, by frame pointer; false: there is none. */
bool arch_frame_up(uint64_t *frame, uint64_t *pc, const struct gdb_code *code);
extern const uint8_t arch_frame_word; /* of the frame pointer in seL4_UserContext */

/* --- breakpoint registers --------------------------------------------------------------------- */
struct arch_break_registers {
    uint8_t break_first, break_end; /* numbers; none if they are equal */
    uint8_t watch_first, watch_end;
    uint8_t largest;     /* bytes that one watches at most; a power of two */
    uint8_t smallest;    /* and at least */
    bool reads;          /* can watch reads without writes */
    bool before;         /* a watchpoint stops before the access, which then comes again */
    bool step_disturbed; /* no step of the hardware while a watchpoint is set */
    bool must_be_loaded; /* a hit is safe only once all were loaded on this core */
};
extern const struct arch_break_registers arch_break_registers;

/* --- floating point --------------------------------------------------------------------------- */
/* Code for the thread to run: saves to, or loads from, the image of gdb_arch.h at the address in a
 * register, which has to be aligned to ARCH_FP_ALIGN; then a breakpoint instruction. */
enum { ARCH_FP_ALIGN = 64, ARCH_FP_CODE_MAX = 192 };
struct arch_fp_code {
    const char *start, *trap, *end;
};
extern const struct arch_fp_code arch_fp_save, arch_fp_load;
extern const uint8_t arch_fp_word; /* of the address's register in seL4_UserContext */

/* Bytes below the stack pointer that code uses without telling. */
extern const uint16_t arch_red_zone_bytes;

#endif
