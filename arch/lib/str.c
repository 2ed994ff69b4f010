/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * String functions that the C library does not have. Names are ASCII; bytes of 0x80 and above
 * compare as they are. Builds for host and target alike: the functions with C names are in mem.c.
 */
#include "arch/lib/str.h"

enum { DISTANCE_MAX_LEN = 63 };

bool str_copy(char *to, size_t cap, const char *from)
{
    size_t len = strlen(from);

    if (cap == 0)
        return false;
    size_t kept = len < cap ? len : cap - 1;
    memcpy(to, from, kept);
    to[kept] = '\0';
    return kept == len;
}

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

int str_compare_nocase(const char *a, const char *b)
{
    while (*a && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return lower(*a) - lower(*b);
}

bool str_starts_nocase(const char *s, const char *prefix)
{
    for (; *prefix; s++, prefix++) {
        if (lower(*s) != lower(*prefix))
            return false;
    }
    return true;
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
    unsigned least = a < b ? a : b;
    return least < c ? least : c;
}

/* Three rows of the matrix: row[j] is the distance of a[..i] and b[..j]. Two neighbours swapped
 * count as one edit. */
unsigned str_distance(const char *a, const char *b, unsigned limit)
{
    unsigned char rows[3][DISTANCE_MAX_LEN + 1];
    unsigned char *older = rows[0], *old = rows[1], *row = rows[2];
    size_t a_len = strlen(a), b_len = strlen(b);

    if (a_len > DISTANCE_MAX_LEN || b_len > DISTANCE_MAX_LEN)
        return limit;
    for (size_t j = 0; j <= b_len; j++)
        row[j] = (unsigned char)j;
    for (size_t i = 1; i <= a_len; i++) {
        unsigned char *spare = older;
        older = old;
        old = row;
        row = spare;
        row[0] = (unsigned char)i;
        for (size_t j = 1; j <= b_len; j++) {
            bool differs = lower(a[i - 1]) != lower(b[j - 1]);
            unsigned least = min3(old[j] + 1u, row[j - 1] + 1u, old[j - 1] + differs);
            bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                           lower(a[i - 2]) == lower(b[j - 1]);
            if (swapped && older[j - 2] + 1u < least)
                least = older[j - 2] + 1u;
            row[j] = (unsigned char)least;
        }
    }
    return row[b_len] < limit ? row[b_len] : limit;
}

/* Backtracks to the last star only, so that the work is bounded by length times length. */
static bool matches_wild(const char *s, const char *pattern)
{
    const char *star = NULL, *resume = NULL;

    while (*s) {
        if (*pattern == '*') {
            star = pattern++;
            resume = s;
        } else if (*pattern == '?' || (*pattern && lower(*pattern) == lower(*s))) {
            pattern++;
            s++;
        } else if (star) {
            pattern = star + 1;
            s = ++resume;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

bool str_matches(const char *s, const char *pattern)
{
    if (strchr(pattern, '*') || strchr(pattern, '?'))
        return matches_wild(s, pattern);
    for (;; s++) {
        if (str_starts_nocase(s, pattern))
            return true;
        if (*s == '\0')
            return false;
    }
}
