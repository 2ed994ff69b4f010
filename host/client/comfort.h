/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commands for those who sit at the client: log, alias, paging, other programs; and the file of
 * commands run at the start of a session, $XDG_CONFIG_HOME/sel4mon/config.
 */
#ifndef CLIENT_COMFORT_H
#define CLIENT_COMFORT_H

#include "host/client/command.h"
#include "host/client/script.h"

extern const struct client_command comfort_log, comfort_alias, comfort_unalias, comfort_pager,
    comfort_shell, comfort_run, comfort_help;

/* Explains a command that is the client's alone; false if it is none. */
bool comfort_help_own(struct script *s, const char *name);

/* After the target's `help`: lists the client's own commands, or tells what the client adds to the
 * one that was asked about. */
void comfort_help_more(struct script *s, const char *line);

/* Runs the file of a session's first commands, if there is one. */
void comfort_run_config(struct script *s);

#endif
