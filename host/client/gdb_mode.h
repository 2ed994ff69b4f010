/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the command line asks for with gdb: the port beside the prompt (--gdb-port), gdb in this
 * terminal (--gdb), a line that carries GDB alone (--gdb-serial), and the files with symbols.
 */
#ifndef CLIENT_GDB_MODE_H
#define CLIENT_GDB_MODE_H

#include <stdbool.h>

#include "host/client/gdb_files.h"
#include "host/client/options.h"
#include "host/client/output.h"
#include "host/client/target.h"

/* Reads the files, opens the port if one is asked for and says where it is. False: a sentence was
 * printed. */
bool gdb_mode_open(const struct options *o, struct target *target, struct output *out);

/* gdb in this terminal, until it ends; a status of the client. `component`: what it is to be on,
 * NULL: whatever there is. `target` NULL: of a line that carries GDB alone. Opens the port if there
 * is none yet. */
int gdb_mode_start(const char *component, struct target *target, struct output *out);

/* With no other target than --gdb-serial, all of it. */
int gdb_mode_alone(const struct options *o, struct output *out);

void gdb_mode_close(void);

/* The files with symbols. */
struct gdb_files *gdb_mode_files(void);

#endif
