/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rows of the API table by name. A name may be written in any case, with "." or "_" between its
 * parts, with or without seL4_, without the architecture's own first part (page.map for
 * X86_Page_Map), and shortened to a prefix that fits one row only.
 */
#ifndef MONITOR_SHELL_METHOD_H
#define MONITOR_SHELL_METHOD_H

#include "arch/lib/err.h"
#include "monitor/shell/limits.h"
#include "monitor/shell/near.h"
#include "syscalls/include/sel4mon/api_table.h"

/* ERR_NOT_FOUND or ERR_AMBIGUOUS. */
enum err method_find(const char *name, const struct api_method **out);

/* The same without prefixes: the whole name. */
enum err method_find_whole(const char *name, const struct api_method **out);

/* Offers the names near to a wrong one; for an ambiguous one, those that it fits. */
void method_offer_near(const char *name, struct near *near);

/* Offers all names, in the form in which `prefix` is written: TCB_Suspend, or tcb.suspend if it has
 * a dot. Whether they begin so is for `offer` to see. */
void method_offer(const char *prefix, void (*offer)(void *context, const char *name),
                  void *context);

/* A parameter's name as people write it: the invoked capability `_service` is `service`. */
const char *method_param_name(const struct api_param *param);

/* Does `name` look like a method, rather than a command: has it parts? */
bool method_has_parts(const char *name);

#endif
