/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory and string functions of the freestanding base, under their C names because the compiler
 * itself calls some of them. On the host the C library's are used instead (this header then only
 * includes <string.h>), so that the same sources build for both.
 */
#ifndef ARCH_LIB_STR_H
#define ARCH_LIB_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t len_bytes);
void *memmove(void *to, const void *from, size_t len_bytes);
void *memset(void *to, int byte, size_t len_bytes);
int memcmp(const void *a, const void *b, size_t len_bytes);
size_t strlen(const char *s);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strchr(const char *s, int c);

/* Copies `from` into `to[cap]`, always terminated. Returns false if it had to be cut. */
bool str_copy(char *to, size_t cap, const char *from);

/* Like strcmp and strncmp, but letters of either case are equal. */
int str_compare_nocase(const char *a, const char *b);
bool str_starts_nocase(const char *s, const char *prefix);

/* The edit distance of two names of at most 63 characters, at most `limit` (then `limit` is
 * returned); case is ignored, two neighbours swapped are one edit. For "did you mean". */
unsigned str_distance(const char *a, const char *b, unsigned limit);

/* Does `pattern` (with * and ?) or, without a wildcard, a plain substring, fit `s`? No case. */
bool str_matches(const char *s, const char *pattern);

#endif
