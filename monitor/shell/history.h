/* SPDX-License-Identifier: BSD-2-Clause */
/* Past lines in a fixed pool of bytes: the oldest go when a new one needs room. No I/O. */
#ifndef MONITOR_SHELL_HISTORY_H
#define MONITOR_SHELL_HISTORY_H

#include <stdint.h>

#include "monitor/shell/limits.h"

struct history {
    uint16_t used;
    char pool[LIMIT_HISTORY_BYTES]; /* terminated lines, oldest first */
};

/* Adds a line; an empty one and one that is the newest already are not added. */
void history_add(struct history *history, const char *line);

/* The line `age` commands ago, 1 being the newest; NULL if there are not so many. */
const char *history_get(const struct history *history, unsigned age);

#endif
