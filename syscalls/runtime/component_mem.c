/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The functions that a compiler itself calls in freestanding code, and those that the runtime and
 * the kernel's C API (strcpy, in seL4_DebugNameThread) need beside them. Weak, so that a component
 * may bring a C library or another language's own.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define WEAK __attribute__((weak))

WEAK void *memcpy(void *restrict to, const void *restrict from, size_t len_bytes)
{
    char *t = to;
    const char *f = from;

    for (size_t i = 0; i < len_bytes; i++) {
        t[i] = f[i];
    }
    return to;
}

WEAK void *memmove(void *to, const void *from, size_t len_bytes)
{
    char *t = to;
    const char *f = from;

    if ((uintptr_t)to <= (uintptr_t)from) {
        return memcpy(to, from, len_bytes); /* ours goes upwards */
    }
    for (size_t i = len_bytes; i > 0; i--) {
        t[i - 1] = f[i - 1];
    }
    return to;
}

WEAK void *memset(void *to, int byte, size_t len_bytes)
{
    char *t = to;

    for (size_t i = 0; i < len_bytes; i++) {
        t[i] = (char)byte;
    }
    return to;
}

WEAK int memcmp(const void *a, const void *b, size_t len_bytes)
{
    const unsigned char *x = a, *y = b;

    for (size_t i = 0; i < len_bytes; i++) {
        if (x[i] != y[i]) {
            return x[i] - y[i];
        }
    }
    return 0;
}

/* LLVM calls this one for plain equality. */
WEAK int bcmp(const void *a, const void *b, size_t len_bytes)
{
    return memcmp(a, b, len_bytes);
}

WEAK size_t strlen(const char *s)
{
    size_t n = 0;

    while (s[n]) {
        n++;
    }
    return n;
}

WEAK int strcmp(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++, b++;
    }
    return (unsigned char)*a - (unsigned char)*b;
}

WEAK char *strcpy(char *restrict to, const char *restrict from)
{
    size_t i = 0;

    do {
        to[i] = from[i];
    } while (from[i++]);
    return to;
}
