/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the addresses in a line of the target's text are, by the component's symbols: in registers
 * (`regs`), in what is told of a fault, and where a thread is said to be. For people: JSON is the
 * target's own.
 */
#ifndef CLIENT_SYMBOL_NOTES_H
#define CLIENT_SYMBOL_NOTES_H

/* The line with "  main+0x12 hello.c:31" at its end, to be freed; NULL: nothing is to be added.
 * `command`: the one whose output it is, or NULL. */
char *symbol_notes_line(const char *command, const char *line);

#endif
