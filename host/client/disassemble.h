/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Instructions of an ELF file as text: by Capstone, and for RISC-V, which Capstone 4 has not, by
 * the cross compiler's objdump.
 */
#ifndef CLIENT_DISASSEMBLE_H
#define CLIENT_DISASSEMBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/client/gdb_files.h"

/* Tells `count` instructions from `addr` on, fewer where the file's code ends. False with a
 * sentence in `why` if there is none. */
bool disassemble(const struct gdb_file *file, uint64_t addr, unsigned count,
                 void (*tell)(void *context, uint64_t addr, const char *text), void *context,
                 char *why, size_t cap);

#endif
