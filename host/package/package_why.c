/* SPDX-License-Identifier: BSD-2-Clause */
/* See package_why.h. */
#include "host/package/package_why.h"

#include <stdarg.h>
#include <stdio.h>

bool package_fail(struct package_why *why, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(why->text, sizeof(why->text), format, arguments);
    va_end(arguments);
    return false;
}
