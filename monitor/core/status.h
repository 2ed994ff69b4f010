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
 * kernel that the image was built for; a note says so. */
bool status_check_kernel(void);

/* The first lines. */
void status_greet(status_write write);

/* For what cannot go on: says it on the kernel's console, if that can be. */
void status_say_early(const char *sentence);

#endif
