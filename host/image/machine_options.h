/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which QEMU boots a kernel, and with which machine, CPU, memory and cores: one table by the
 * kernel's platform, the rest from what the prefix says about itself. Serial lines are not here:
 * whoever runs QEMU wires them.
 */
#ifndef HOST_IMAGE_MACHINE_OPTIONS_H
#define HOST_IMAGE_MACHINE_OPTIONS_H

#include "host/image/prefix.h"

#include <stdio.h>

/* Prints the program and its options, one a line; with `image` (may be NULL) also those that boot
 * it. On failure says why on standard error and returns false. */
bool machine_print(const struct prefix *prefix, const char *image, FILE *to);

#endif
