/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packages that came over the line: memory of the monitor's own that holds each until another of
 * the same name comes. On the shell's thread.
 */
#ifndef MONITOR_CORE_STORE_H
#define MONITOR_CORE_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "arch/lib/err.h"
#include "monitor/link/package.h"

/* Room for so many bytes, to be filled; there is one at a time. ERR_NO_MEMORY, ERR_FULL. */
enum err store_begin(size_t len_bytes, uint8_t **bytes);

/* The unfinished one of that length, with what it was filled with so far; NULL: there is none. */
uint8_t *store_unfinished(size_t len_bytes);

/* It is filled with a package: keeps it, in place of an older one of the same name. On an error it
 * is given back, and *why is a sentence (NULL: the error says all). */
enum err store_commit(struct package *package, const char **why);

/* Gives the unfinished one back. */
void store_cancel(void);

/* ERR_NOT_FOUND. */
enum err store_find(const char *name, struct package *package);

/* By number, for lists: ERR_NOT_FOUND for an unused one, ERR_RANGE after the last. */
enum err store_at(unsigned number, struct package *package);

/* Marks what is kept; with `repair` gives back an unfinished one; returns how many there were. */
unsigned store_sweep(bool repair, void (*on_slot)(void *context, uint32_t slot), void *context);

#endif
