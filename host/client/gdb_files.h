/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ELF files that the client knows, each under its component's name, and what gdb reads of them:
 * qXfer:exec-file and vFile (gdb manual, "Host I/O Packets"). Only these files are served, for
 * reading. Their read-only contents also stand in for the target's text, once found to be the same.
 */
#ifndef CLIENT_GDB_FILES_H
#define CLIENT_GDB_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gdbstub/hex.h"
#include "host/client/gdb_wire.h"

enum { GDB_FILES_MAX = 64, GDB_FILES_OPEN = 8 };

struct gdb_file {
    char *path; /* absolute */
    char *name; /* the component's; if not given, the last part of the path without `.elf` */
    uint8_t *bytes;
    size_t len;
};

struct gdb_files {
    struct gdb_file list[GDB_FILES_MAX];
    size_t count;
    unsigned char open[GDB_FILES_OPEN]; /* number in the list and one; 0: closed */
};

/* Reads an ELF file, `FILE` or `NAME=FILE`; one that is there already is read anew. False with a
 * sentence in `why`. */
bool gdb_files_add(struct gdb_files *f, const char *path, char *why, size_t cap);
void gdb_files_free(struct gdb_files *f);

/* By a component's name, a path, or a file's name; NULL: none, or name NULL and not just one. */
const struct gdb_file *gdb_files_find(const struct gdb_files *f, const char *name, size_t len);

/* Copies what the file has loaded at an address; false if it is not all there. */
bool gdb_file_image(const struct gdb_file *file, uint64_t addr, uint8_t *to, size_t len);

/* Answers the packet `vFile:` and what follows it. */
void gdb_files_serve(struct gdb_files *f, struct hex_cursor *args, struct gdb_text *reply);
void gdb_files_close_all(struct gdb_files *f);

#endif
