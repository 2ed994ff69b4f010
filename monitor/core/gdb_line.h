/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A second serial line that carries the debugger alone, where the machine has one and the operator
 * wants it: the first then stays the shell's. One debugger at a time: the line whose packet comes
 * first has it until its session ends.
 */
#ifndef MONITOR_CORE_GDB_LINE_H
#define MONITOR_CORE_GDB_LINE_H

#include <stdbool.h>

#include "arch/lib/err.h"

/* On the shell's thread: finds the line, claims it and serves it. ERR_EXISTS: it is open already;
 * ERR_NOT_FOUND: there is no second UART that can be driven. */
enum err gdb_line_open(void);
/* Gives it back; a session on it ends. ERR_NOT_FOUND: it is not open. */
enum err gdb_line_close(void);

/* "16550 at port 0x2f8", for people; NULL: not open. */
const char *gdb_line_name(void);

/* --- on the supervisor's thread --- */

/* Moves bytes both ways; its interrupt came, or there may be output. */
void gdb_line_serve(void);
/* Its interrupt has been seen: the next may come. */
void gdb_line_ack(void);
/* The debugger is on this line: what it says goes nowhere else. */
bool gdb_line_owns(void);

#endif
