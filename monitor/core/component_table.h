/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rows of the table of components, while one is made. On the shell's thread.
 */
#ifndef MONITOR_CORE_COMPONENT_TABLE_H
#define MONITOR_CORE_COMPONENT_TABLE_H

#include "monitor/core/component.h"

/* An empty row, with a number and a name. ERR_FULL; ERR_EXISTS: there is one of that name. */
enum err component_table_begin(const char *name, struct component **out);
/* It is whole. */
void component_table_commit(struct component *component);
/* Takes it away with whatever it has. */
void component_table_drop(struct component *component);

unsigned component_table_number(const struct component *component);

#endif
