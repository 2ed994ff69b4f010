/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where tests put their files: in the folder that TMPDIR names, else in /tmp. The name may be a
 * pattern for mkstemp or mkdtemp.
 */
#ifndef TESTS_TEMPORARY_H
#define TESTS_TEMPORARY_H

#include <stdio.h>
#include <stdlib.h>

static inline char *temporary_path(char *to, size_t cap, const char *name)
{
    const char *folder = getenv("TMPDIR");

    snprintf(to, cap, "%s/%s", folder && *folder ? folder : "/tmp", name);
    return to;
}

#endif
