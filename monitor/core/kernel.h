/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's own words beside our error codes: a call that failed leaves them with the thread
 * that made it, and whoever reports the error takes them from there.
 */
#ifndef MONITOR_CORE_KERNEL_H
#define MONITOR_CORE_KERNEL_H

#include <stdint.h>

#include <sel4/sel4.h>

#include "arch/lib/err.h"

enum { KERNEL_ERROR_WORDS = 6 };

struct kernel_error {
    uint64_t label; /* seL4_Error */
    uint64_t words[KERNEL_ERROR_WORDS];
};

/* ERR_OK, or ERR_KERNEL after keeping the words that the call left in the IPC buffer. */
enum err kernel_check(seL4_Error error);

/* The caller's last. */
const struct kernel_error *kernel_last_error(void);

/* The debug calls, where the kernel has them; else nothing happens. */
void kernel_put_char(char c);
void kernel_name_thread(seL4_CPtr tcb, const char *name);

/* The kernel's raw tag of a capability, 0 for none; ERR_UNSUPPORTED. */
enum err kernel_identify(seL4_CPtr cap, seL4_Word *tag);

#endif
