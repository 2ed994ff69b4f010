/* SPDX-License-Identifier: BSD-2-Clause */
/* What the commands over the core share: errors with the kernel's words, objects as arguments. */
#ifndef MONITOR_COMMANDS_COMMON_H
#define MONITOR_COMMANDS_COMMON_H

#include <stdbool.h>

#include "monitor/core/objects.h"
#include "monitor/shell/command.h"

/* The error record for what the core returned: with the kernel's own words where it refused. */
enum err common_fail(struct command_call *call, enum err e, const char *argument,
                     const char *doing);

/* The object named by an argument, by its name or its capability. */
enum err common_object(struct command_call *call, const struct arg *arg, struct object **out);

/* Refuses what is the monitor's own, unless forced. */
enum err common_refuse_own(struct command_call *call, const struct object *object);

/* The record of one object. */
void common_emit_object(struct command_call *call, const struct object *object, const char *note);

const char *common_owner(const struct object *object);

/* Completion: names of objects. */
void common_offer_objects(struct shell *shell, unsigned index, const char *prefix,
                          command_offer offer, void *context);

#endif
