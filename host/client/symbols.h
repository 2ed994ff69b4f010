/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names and source lines of a component's ELF file, by libdw, and unwinding by its call frame
 * information. One `struct symbols` a file. Addresses are the component's own. Knows nothing of the
 * target: memory and registers come from callbacks.
 */
#ifndef CLIENT_SYMBOLS_H
#define CLIENT_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symbols;

/* NULL with a sentence in `why`. */
struct symbols *symbols_open(const char *path, char *why, size_t cap);
void symbols_close(struct symbols *s);

/* The address of a symbol; false if there is none of that name. */
bool symbols_address(struct symbols *s, const char *name, uint64_t *addr, uint64_t *len_bytes);
/* Names of functions and objects that begin so. */
void symbols_each(struct symbols *s, const char *prefix,
                  void (*take)(void *context, const char *name), void *context);
/* "name+0x12", or "name" at its start; false if no symbol is near. */
bool symbols_name(struct symbols *s, uint64_t addr, char *to, size_t cap);
/* The same, only if the symbol or a source line covers the address. */
bool symbols_inside(struct symbols *s, uint64_t addr, char *to, size_t cap);
/* The source line of an address, its file with the folder that it was compiled in. */
bool symbols_line(struct symbols *s, uint64_t addr, char *file, size_t cap, int *line);

/* What unwinding asks of a thread that stands. Registers by DWARF's numbers. */
struct symbols_thread {
    void *context;
    uint64_t pc;
    uint64_t registers[32];
    unsigned register_count;
    bool (*read)(void *context, uint64_t addr, uint64_t *word);
};

/* Program counters of the frames from the innermost; how many. 0: no call frame information. A
 * caller's is the address it goes on at. */
unsigned symbols_unwind(struct symbols *s, const struct symbols_thread *thread, uint64_t *pcs,
                        unsigned cap);

#endif
