/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One argument of a call by name, read by the kind of its parameter. Errors name the parameter,
 * its kind and its range.
 */

/*
 *   numbers of all kinds   an expression; capabilities also by a bare name ($tcb0 or tcb0)
 *   enumerations, flags    member names, whole or a unique prefix, any case: read|write, 0x3
 *   flags of one bit       true, false, yes, no, on, off, 1, 0
 *   rights                 any of the letters r w g p, "-" for none, or a number
 *   characters             'a', a, 97
 *   texts                  text, "text with blanks"
 *   registers, structures  {pc=0x1000, sp=$top} or pc=0x1000,sp=$top, or [1, 2, 3] in order
 *   message words, caps    [1, 2, $x]; also one after the other at the end
 *   message info           its label; or {label=1, length=2, caps=0}
 */
#ifndef MONITOR_SHELL_VALUE_H
#define MONITOR_SHELL_VALUE_H

#include "monitor/shell/command.h"
#include "monitor/shell/marshal.h"

/* Reads `arg` for `param`; emits the error record if it cannot be read or does not fit. */
enum err value_read(struct command_call *call, const struct api_param *param, const struct arg *arg,
                    struct marshal_value *out);

/* Adds one more element to a list of words or capabilities. */
enum err value_add(struct command_call *call, const struct api_param *param, const struct arg *arg,
                   struct marshal_value *out);

/* What people call a kind: "word", "capability", and "TCB", "BreakpointType" where it says which.
 */
const char *value_kind(const struct api_param *param);

bool value_is_list(const struct api_param *param);

#endif
