/* SPDX-License-Identifier: BSD-2-Clause */
/* Why a package cannot be made: one sentence for people, without its full stop. */
#ifndef HOST_PACKAGE_PACKAGE_WHY_H
#define HOST_PACKAGE_PACKAGE_WHY_H

#include <stdbool.h>

enum { PACKAGE_WHY_BYTES = 1024 };

struct package_why {
    char text[PACKAGE_WHY_BYTES];
};

/* Writes the sentence, cut if it must be. Always false, for `return package_fail(...)`. */
bool package_fail(struct package_why *why, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
