/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers as people write them in a component's YAML file: decimal or 0x, with _ between digits,
 * and for sizes one of KiB, MiB, GiB behind them ("16 KiB").
 */
#ifndef HOST_PACKAGE_PACKAGE_NUMBER_H
#define HOST_PACKAGE_PACKAGE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* False if it is none, or does not fit 64 bits. */
bool package_number(const char *text, uint64_t *out);
bool package_size(const char *text, uint64_t *out);

enum { PACKAGE_NUMBER_BYTES = 32 };

/* The other way: "4096", or as a size "4 KiB". */
void package_number_write(uint64_t value, bool is_size, char to[PACKAGE_NUMBER_BYTES]);

#endif
