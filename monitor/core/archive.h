/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The packages that can be loaded by name: those that came over the line, and those of the boot
 * image, whose archive lies after the monitor's own image. On the shell's thread.
 */
#ifndef MONITOR_CORE_ARCHIVE_H
#define MONITOR_CORE_ARCHIVE_H

#include <stdbool.h>

#include "arch/lib/err.h"
#include "monitor/link/package.h"

/* What came over the line goes before what was there at boot. ERR_NOT_FOUND; another error with
 * *why: the boot image's archive is malformed. */
enum err archive_find(const char *name, struct package *package, const char **why);

/* Each package in turn, with number 0, 1, ...; ERR_NOT_FOUND after the last. `sent`: it came over
 * the line. */
enum err archive_at(unsigned number, struct package *package, bool *sent);

#endif
