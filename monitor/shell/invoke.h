/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A call by name, from arguments to records: binding arguments to parameters, checking what the
 * kernel would not survive, the call itself, and its results. Split so that the call alone can be
 * measured (invoke_run). What it needs is in the shell's struct, since it is too large for a stack.
 */
#ifndef MONITOR_SHELL_INVOKE_H
#define MONITOR_SHELL_INVOKE_H

#include "monitor/shell/command.h"
#include "monitor/shell/marshal.h"
#include "monitor/shell/record.h"

/* Parts of the message info. */
enum { INVOKE_LABEL, INVOKE_LENGTH, INVOKE_CAPS, INVOKE_INFO_PARTS };

struct invoke {
    const struct api_method *method;
    struct marshal_value values[LIMIT_PARAMS];
    struct marshal_value results[LIMIT_PARAMS];
    struct marshal_frame frame;
    uint64_t lists[LIMIT_LIST_WORDS]; /* of values */
    uint16_t lists_used;
    struct column columns[LIMIT_FIELDS]; /* of the record of results */
    struct field fields[LIMIT_FIELDS];
    uint8_t field_count;
    uint64_t info[INVOKE_INFO_PARTS]; /* of the message info, where given by the user */
    bool info_given[INVOKE_INFO_PARTS];
};

/* Binds the arguments from number `first` on to the parameters of `method`. */
enum err invoke_bind(struct command_call *call, const struct api_method *method, unsigned first);

/* Refuses what would halt the kernel or cut off the monitor, unless forced (check.c). */
enum err invoke_check(struct command_call *call);

/* Has to run on the worker, where Ctrl-C ends it? */
bool invoke_may_block(struct command_call *call);

/* Packs and makes the call. An error of the kernel is not one of this function. */
enum err invoke_run(struct command_call *call);

/* Emits the results as a record, or the kernel's error (result.c). */
enum err invoke_report(struct command_call *call);

/* All of it. */
enum err invoke_call(struct command_call *call, const struct api_method *method, unsigned first);

#endif
