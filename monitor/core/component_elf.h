/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ELF file of a component: checked field by field before anything is taken for it, and its
 * segments in pages. Anybody may have made the file. On the shell's thread.
 */
#ifndef MONITOR_CORE_COMPONENT_ELF_H
#define MONITOR_CORE_COMPONENT_ELF_H

#include "arch/lib/elf.h"
#include "monitor/core/component.h"

/* Writes the sentence, and returns `e`. */
enum err component_fail(struct component_problem *problem, enum err e, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Is it a static executable for this machine, no segment both writable and executable, none sharing
 * a page, and the entry in code? `elf` then reads `bytes`, which have to stay. */
enum err component_check_elf(const void *bytes, size_t len_bytes, struct elf_file *elf,
                             struct elf_extent *extent, struct component_problem *problem);

/* Each PT_LOAD segment with memory, in order, from `*number`. False after the last. */
bool component_next_segment(const struct elf_file *elf, unsigned *number, struct elf_segment *out);

uint64_t component_pages_of(uint64_t bytes);
uint64_t component_first_page(const struct elf_segment *segment); /* an address */
uint64_t component_segment_pages(const struct elf_segment *segment);

#endif
