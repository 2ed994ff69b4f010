/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The meaning of a component's YAML file: texts become the binary package, with what is left out
 * filled in. Sentences name file, list, entry and field.
 */
#ifndef HOST_PACKAGE_PACKAGE_FILL_H
#define HOST_PACKAGE_PACKAGE_FILL_H

#include "host/package/package_why.h"
#include "host/package/package_yaml.h"
#include "monitor/link/package.h"

/* `name` if the text has none. NULL and why, or a checked package of malloc. */
struct package_head *package_fill(const char *path, const char *name,
                                  const struct package_text *text, struct package_why *why);

#endif
