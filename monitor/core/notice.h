/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the supervisor has to tell the operator: text of components and what happened to them. Lines
 * wait in a ring until the shell can show them without tearing the line being typed; what does not
 * fit is counted, and the count is told. Pure.
 */
#ifndef MONITOR_CORE_NOTICE_H
#define MONITOR_CORE_NOTICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `wake` is called when there is a line more, on the supervisor's thread. */
void notice_init(void (*wake)(void));

/* On the supervisor's thread: a sentence about component `pid` (0: about none). */
void notice_tell(uint32_t pid, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* On the supervisor's thread: text that a component wrote; its lines are put together. */
void notice_write(uint32_t pid, const char *text, size_t len_bytes);

/* On the shell's thread: the next whole line, without its end. False: none. */
bool notice_take(uint32_t *pid, char *line, size_t cap);

#endif
