/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The functions with C names that the compiler and the base expect; target only, the host has its
 * C library's. Built with -fno-tree-loop-distribute-patterns, or the compiler would make each a
 * call of itself. Words are copied and compared where both ends are aligned.
 */
#include "arch/lib/str.h"

typedef uintptr_t __attribute__((may_alias)) mem_word;

static bool both_aligned(const void *a, const void *b)
{
    return (((uintptr_t)a | (uintptr_t)b) & (sizeof(mem_word) - 1)) == 0;
}

/* Four at a time: what is copied is mostly short, and the loop would be the larger part. */
void *memcpy(void *restrict to, const void *restrict from, size_t len_bytes)
{
    unsigned char *t = to;
    const unsigned char *f = from;
    bool aligned = both_aligned(t, f);

    for (; aligned && len_bytes >= 4 * sizeof(mem_word); len_bytes -= 4 * sizeof(mem_word)) {
        mem_word *words = (mem_word *)t;
        const mem_word *old = (const mem_word *)f;
        words[0] = old[0];
        words[1] = old[1];
        words[2] = old[2];
        words[3] = old[3];
        t += 4 * sizeof(mem_word);
        f += 4 * sizeof(mem_word);
    }
    for (; aligned && len_bytes >= sizeof(mem_word); len_bytes -= sizeof(mem_word)) {
        *(mem_word *)t = *(const mem_word *)f;
        t += sizeof(mem_word);
        f += sizeof(mem_word);
    }
    for (; len_bytes >= 4; len_bytes -= 4, t += 4, f += 4) {
        t[0] = f[0];
        t[1] = f[1];
        t[2] = f[2];
        t[3] = f[3];
    }
    while (len_bytes-- > 0)
        *t++ = *f++;
    return to;
}

void *memmove(void *to, const void *from, size_t len_bytes)
{
    unsigned char *t = to;
    const unsigned char *f = from;

    if ((uintptr_t)t - (uintptr_t)f >= len_bytes)
        return memcpy(to, from, len_bytes);
    while (len_bytes-- > 0)
        t[len_bytes] = f[len_bytes];
    return to;
}

void *memset(void *to, int byte, size_t len_bytes)
{
    unsigned char *t = to;
    mem_word word = (unsigned char)byte * (~(mem_word)0 / 0xff);

    if (both_aligned(t, t)) {
        for (; len_bytes >= sizeof(mem_word); len_bytes -= sizeof(mem_word)) {
            *(mem_word *)t = word;
            t += sizeof(mem_word);
        }
    }
    while (len_bytes-- > 0)
        *t++ = (unsigned char)byte;
    return to;
}

int memcmp(const void *a, const void *b, size_t len_bytes)
{
    const unsigned char *p = a, *q = b;

    if (both_aligned(p, q)) {
        while (len_bytes >= sizeof(mem_word) && *(const mem_word *)p == *(const mem_word *)q) {
            p += sizeof(mem_word);
            q += sizeof(mem_word);
            len_bytes -= sizeof(mem_word);
        }
    }
    for (; len_bytes > 0; len_bytes--, p++, q++) {
        if (*p != *q)
            return *p - *q;
    }
    return 0;
}

size_t strlen(const char *s)
{
    size_t len = 0;

    while (s[len])
        len++;
    return len;
}

int strcmp(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return (unsigned char)*a - (unsigned char)*b;
}

int strncmp(const char *a, const char *b, size_t n)
{
    for (; n > 0; n--, a++, b++) {
        if (*a != *b || *a == '\0')
            return (unsigned char)*a - (unsigned char)*b;
    }
    return 0;
}

char *strchr(const char *s, int c)
{
    for (;; s++) {
        if (*s == (char)c)
            return (char *)s;
        if (*s == '\0')
            return NULL;
    }
}
