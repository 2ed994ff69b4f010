/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's whole C API, under the names of libsel4: include this and nothing else. The types,
 * numbers and stubs are generated for one kernel configuration into the build folder; what no
 * configuration changes is hand-written beside this file.
 */
#ifndef SEL4_SEL4_H
#define SEL4_SEL4_H

#include <sel4/config.h>
#include <sel4/macros.h>
#include <sel4/types.h>
#include <sel4/functions.h>
#include <sel4/syscalls.h>
#include <interfaces/sel4_client.h>
#include <sel4/bootinfo.h>
#include <sel4/faults.h>
#include <sel4/deprecated.h>

#endif
