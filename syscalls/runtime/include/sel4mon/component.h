/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The runtime of a component: what there is before main and beside the kernel's own calls. A
 * component defines `main` and links this library with component.ld; it then runs under the
 * monitor, or with no change as a root task of its own (README.md says what differs). Nothing
 * here allocates; output is one thread's at a time.
 */
#ifndef SEL4MON_COMPONENT_H
#define SEL4MON_COMPONENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sel4/sel4.h>
#include "component_start.h"

/* The component's own. What it returns is the exit status. Never returned to: see component_exit.
 */
int main(int argc, char **argv);

/* The block that the component was started with; as a root task, one made from the boot info. */
const struct component_start *component_start(void);

/* As a root task the kernel's boot info, else NULL. */
seL4_BootInfo *component_bootinfo(void);

/* The capability of that name, or NULL. */
const struct component_cap *component_cap(const char *name);

/* Its address in the capability space, or seL4_CapNull. */
seL4_CPtr component_slot(const char *name);

/* Text goes to the console endpoint if there is one, else to the kernel's debug console, else
 * nowhere. */
void component_write(const char *text, size_t len_bytes);

/* The subset of printf that components need: %d %u %x %c %s %p %%, with l, ll, z; width and '0'. */
void component_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Ends the component: by a message to the exit endpoint, else by the unknown system call that
 * component_start.h describes; as a root task, by a line of text. */
_Noreturn void component_exit(int status);

/* If `error` is one, says which and where and exits with status 125. */
void component_check(seL4_Error error, const char *what);

/* Exit statuses of the runtime's own. */
enum component_status {
    COMPONENT_STATUS_CHECK = 125, /* component_check */
    COMPONENT_STATUS_START =
        126, /* the start block cannot be read, or a limit below is too small */
};

/* Limits. */
enum component_limit {
    COMPONENT_ARGS_MAX = 16,      /* a command line of a component is short */
    COMPONENT_TLS_BYTES = 1024,   /* the first thread's; component.ld checks it when linking */
    COMPONENT_STACK_BYTES = 8192, /* only where the loader gave none: a root task */
};

#endif
