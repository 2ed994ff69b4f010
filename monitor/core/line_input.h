/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What comes for the shell: typed bytes into its ring, Ctrl-C to the command that runs, and uploads
 * into a ring of their own. On the supervisor's thread.
 */
#ifndef MONITOR_CORE_LINE_INPUT_H
#define MONITOR_CORE_LINE_INPUT_H

#include <stdint.h>

/* A byte typed, or sent as if it were; Ctrl-C among them. */
void line_input_typed(uint8_t byte);

/* Ctrl-C by itself. */
void line_input_interrupt(void);

void line_input_bulk(uint8_t byte);

/* Wakes the shell if anything came. */
void line_input_tell(void);

#endif
