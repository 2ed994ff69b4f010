/* SPDX-License-Identifier: BSD-2-Clause */
/* The nearest names to a wrong one, for "did you mean". Names are offered one by one. No I/O. */
#ifndef MONITOR_SHELL_NEAR_H
#define MONITOR_SHELL_NEAR_H

#include <stddef.h>
#include <stdint.h>

enum { NEAR_MAX = 3 };

struct near {
    const char *wanted;
    const char *names[NEAR_MAX]; /* nearest first; NULL where there is none */
    uint8_t distances[NEAR_MAX];
};

void near_begin(struct near *near, const char *wanted);

/* `name` is kept if it is near enough; it must live as long as `near`. */
void near_offer(struct near *near, const char *name);

/* Keeps a name that is known to be meant, as long as there is room. */
void near_add(struct near *near, const char *name);

/* "did you mean A, B or C?", or "" if nothing came near. Returns the length. */
size_t near_print(const struct near *near, char *to, size_t cap);

#endif
