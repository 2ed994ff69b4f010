/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Formatting into a caller's buffer, and a sink for text that goes elsewhere. The subset of printf
 * that the target needs: %d %u %x %c %s %p %%, with l, ll, z, h; width, '0', '-' and precision for
 * %s. Nothing is ever written past `cap`; the result is always terminated if cap > 0.
 */
#ifndef ARCH_LIB_FMT_H
#define ARCH_LIB_FMT_H

#include <stdarg.h>
#include <stddef.h>

typedef void (*fmt_sink)(void *context, const char *text, size_t len_bytes);

/* Returns the length that the whole text has, as snprintf does. */
size_t fmt_print(char *to, size_t cap, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
size_t fmt_vprint(char *to, size_t cap, const char *format, va_list args);

/* Hands the text to `sink` in pieces. */
void fmt_to(fmt_sink sink, void *context, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void fmt_vto(fmt_sink sink, void *context, const char *format, va_list args);

#endif
