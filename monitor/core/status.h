/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is known about this start: which kernel the image was built for, whether the one below is
 * it, and what is missing. Shown at start and by `version`.
 */
#ifndef MONITOR_CORE_STATUS_H
#define MONITOR_CORE_STATUS_H

#include <stdbool.h>
#include <stddef.h>

typedef void (*status_write)(const char *text, size_t len_bytes);

/* A sentence about something that is not as it should be; shown at start. Texts are kept by
 * reference. */
void status_note(const char *sentence);
const char *status_note_at(unsigned number);

/* Makes harmless calls that a kernel of this interface answers in a known way. False: it is not the
 * kernel that the image was built for. Needs no thread-locals; nor do the two below. */
bool status_check_kernel(void);

/* On the kernel's console, if it has one, whichever kernel it is. */
void status_say_early(const char *sentence);

/* The same, for what cannot go on. */
_Noreturn void status_stop(const char *sentence);

/* The first lines at the prompt. */
void status_greet(status_write write);

#endif
