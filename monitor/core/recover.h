/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a command that was cut short leaves behind. Every table of the core sets an entry in one
 * store after the rest, so what no entry points to is what the command was about to own: it is
 * found by marking, and given back. The same count without giving back is the command `leaks`.
 */
#ifndef MONITOR_CORE_RECOVER_H
#define MONITOR_CORE_RECOVER_H

#include <stdbool.h>

#include "arch/lib/err.h"

struct recover_count {
    unsigned slots;      /* in use, but nobody's */
    unsigned pieces;     /* of memory: spent, but nobody's */
    unsigned windows;    /* of the monitor's address space */
    unsigned components; /* cut short while they were made */
    unsigned foreign;    /* slots filled by calls by name into no named slot; never given back */
};

/* On the shell's thread. */
void recover_sweep(bool repair, struct recover_count *count);

/* On another thread: takes the shell out of whatever it does and lets it begin anew, with this
 * error for the command. */
void recover_rebuild_shell(enum err reason);

#endif
