/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text that the kernel itself prints on the target's line: how to tell it from what the monitor
 * says. The kernel writes at any moment, in the middle of anything. Pure; called by session.c.
 */
#ifndef CLIENT_KERNEL_TEXT_H
#define CLIENT_KERNEL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Is this whole line (colours stripped) one of the kernel's? */
bool kernel_text_is_line(const char *line);

/* Where in `text` (colours stripped) the kernel seems to begin to speak: an offset in
 * 1..len; len if nowhere. */
size_t kernel_text_find(const char *text, size_t len);

#endif
