/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The functions of component_mem.c, under the name that C gives their header: a freestanding
 * compiler need not have one, and a cross compiler without a C library finds the workstation's.
 * A component that is compiled for a hosted environment gets its C library's header instead.
 */
#ifndef SEL4MON_FREESTANDING_STRING_H
#define SEL4MON_FREESTANDING_STRING_H

#if __STDC_HOSTED__
#include_next <string.h>
#else
#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t len_bytes);
void *memmove(void *to, const void *from, size_t len_bytes);
void *memset(void *to, int byte, size_t len_bytes);
int memcmp(const void *a, const void *b, size_t len_bytes);
size_t strlen(const char *s);
int strcmp(const char *a, const char *b);
char *strcpy(char *restrict to, const char *restrict from);
#endif

#endif
