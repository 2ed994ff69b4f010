/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's calls as real symbols, for languages that have no C header. The C stubs are inline;
 * compiled with -fkeep-inline-functions this file holds a copy of each, under its own C name, which
 * the build then makes global (CMakeLists.txt). Linked with --gc-sections, only those called
 * remain.
 */
#include <sel4/sel4.h>
