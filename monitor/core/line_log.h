/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines for the operator that belong to no command (notice.h), with the names of their components:
 * on a framed line the supervisor sends them at once on a channel of their own, on a raw one the
 * shell shows them when it is at its prompt. One of the two takes them at a time.
 */
#ifndef MONITOR_CORE_LINE_LOG_H
#define MONITOR_CORE_LINE_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "monitor/core/limits.h"
#include "monitor/link/package.h"

enum { LINE_LOG_BYTES = LIMIT_NOTICE_BYTES + PACKAGE_NAME_BYTES + 4 };

/* The next line; false: none, or it is the other's turn. Each on its own thread. */
bool line_log_take_shell(char line[LINE_LOG_BYTES]);
bool line_log_take_supervisor(char line[LINE_LOG_BYTES]);

/* The shell's thread begins anew: it takes no line now. */
void line_log_reset_shell(void);

#endif
