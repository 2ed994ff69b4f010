/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A reader of little-endian ELF files, 32 and 64 bit, over a buffer that its caller owns. It trusts
 * nothing: every offset, size and index is checked against the buffer before it is used, and an
 * answer never points outside it. The buffer need not be aligned. Used by the monitor, the image
 * tool and the simulator. Follows the System V ABI, chapters 4 and 5.
 *
 * Errors: ERR_TRUNCATED when the buffer ends before what a field points at, ERR_FORMAT when a field
 * cannot be right, ERR_UNSUPPORTED for what is valid but not read here (big endian, extended
 * numbering), ERR_RANGE for an index that is too large, ERR_NOT_FOUND.
 */
#ifndef ARCH_LIB_ELF_H
#define ARCH_LIB_ELF_H

#include "arch/lib/err.h"

#include <stddef.h>
#include <stdint.h>

enum elf_machine {
    ELF_MACHINE_I386 = 3,
    ELF_MACHINE_ARM = 40,
    ELF_MACHINE_X86_64 = 62,
    ELF_MACHINE_AARCH64 = 183,
    ELF_MACHINE_RISCV = 243,
};

enum elf_type {
    ELF_TYPE_EXEC = 2,
    ELF_TYPE_DYN = 3,
};

enum elf_segment_type {
    ELF_SEGMENT_LOAD = 1,
    ELF_SEGMENT_DYNAMIC = 2,
    ELF_SEGMENT_INTERP = 3,
    ELF_SEGMENT_NOTE = 4,
    ELF_SEGMENT_TLS = 7,
};

enum elf_segment_flag {
    ELF_FLAG_EXECUTE = 1,
    ELF_FLAG_WRITE = 2,
    ELF_FLAG_READ = 4,
};

enum elf_section_type {
    ELF_SECTION_SYMTAB = 2,
    ELF_SECTION_STRTAB = 3,
    ELF_SECTION_NOBITS = 8,
};

enum elf_symbol_kind {
    ELF_SYMBOL_NONE = 0,
    ELF_SYMBOL_OBJECT = 1,
    ELF_SYMBOL_FUNCTION = 2,
};

struct elf_file {
    const uint8_t *bytes;
    size_t len_bytes;
    unsigned word_bytes; /* 4 or 8 */
    unsigned type;       /* enum elf_type, or another */
    unsigned machine;    /* enum elf_machine, or another */
    uint32_t flags;
    uint64_t entry;
    uint64_t segments_offset;
    unsigned segment_count;
    uint64_t sections_offset;
    unsigned section_count;
    unsigned name_section; /* section that holds the section names; 0 is none */
};

struct elf_segment {
    uint32_t type;
    uint32_t flags; /* enum elf_segment_flag, or-ed */
    uint64_t offset;
    uint64_t vaddr;
    uint64_t paddr;
    uint64_t file_bytes;
    uint64_t mem_bytes;
    uint64_t align;
    const uint8_t *bytes; /* file_bytes of them */
};

/* What all PT_LOAD segments with memory cover; the ends are the first address after. */
struct elf_extent {
    uint64_t virtual_start;
    uint64_t virtual_end;
    uint64_t physical_start;
    uint64_t physical_end;
};

struct elf_section {
    const char *name; /* "" without a name section */
    uint32_t type;
    uint64_t flags;
    uint64_t address;
    uint64_t size_bytes;
    uint64_t entry_bytes;
    uint32_t link;
    const uint8_t *bytes; /* size_bytes of them, or NULL for a NOBITS section */
};

struct elf_symbols {
    const uint8_t *entries;
    size_t count;
    const char *names;
    size_t names_bytes;
    unsigned word_bytes;
};

struct elf_symbol {
    const char *name;
    uint64_t value;
    uint64_t size_bytes;
    unsigned kind;    /* enum elf_symbol_kind, or another */
    unsigned section; /* 0: undefined */
};

/* Checks the header and that both tables lie in the buffer. The buffer must outlive `out`. */
enum err elf_open(const void *bytes, size_t len_bytes, struct elf_file *out);

/* Segment `index`, checked: its bytes lie in the buffer and its addresses do not wrap. */
enum err elf_segment_get(const struct elf_file *file, unsigned index, struct elf_segment *out);

/* The extent of the PT_LOAD segments; checks all of them, and that none overlaps another, neither
 * at its virtual nor at its physical address. ERR_NOT_FOUND without any. */
enum err elf_load_extent(const struct elf_file *file, struct elf_extent *out);

enum err elf_section_get(const struct elf_file *file, unsigned index, struct elf_section *out);
enum err elf_section_find(const struct elf_file *file, const char *name, struct elf_section *out);

/* The symbol table (.symtab). ERR_NOT_FOUND in a stripped file. */
enum err elf_symbols_open(const struct elf_file *file, struct elf_symbols *out);
enum err elf_symbol_get(const struct elf_symbols *symbols, size_t index, struct elf_symbol *out);
enum err elf_symbol_find(const struct elf_symbols *symbols, const char *name,
                         struct elf_symbol *out);

/* The description of the first note of that owner and type in any PT_NOTE segment; owner "GNU" and
 * type 3 is the build identity. */
enum err elf_note_find(const struct elf_file *file, const char *owner, uint32_t type,
                       const uint8_t **bytes, size_t *len_bytes);

#endif
