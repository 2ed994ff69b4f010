/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an operator has defined on the target and would lose with it: variables of `let`, and
 * breakpoints and watchpoints. Kept at a prompt, so that a target that was reset gets its variables
 * back, and a component that is loaded again its breakpoints. script_ops.c calls it.
 */
#ifndef CLIENT_KEPT_H
#define CLIENT_KEPT_H

#include "host/client/script.h"

/* Before a line goes to the target: a component with breakpoints to set is loaded first, they are
 * set, and what is left to do is returned in new memory. NULL: the line as it stands. */
char *kept_before(struct script *s, const char *line);

/* After a line that held: what did it define? `typed`: as it was written, with names of symbols. */
void kept_after(struct script *s, const char *typed);

/* A component has been loaded: its breakpoints are set again. */
void kept_loaded(struct script *s, const char *component);

/* The line or the target is back: gives it what it has not any more. */
void kept_restore(struct script *s);

void kept_forget(void);

#endif
