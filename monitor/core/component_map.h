/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The address space of a component while it is made: mapping frames, and the paging objects for it
 * out of its estate. On the shell's thread.
 */
#ifndef MONITOR_CORE_COMPONENT_MAP_H
#define MONITOR_CORE_COMPONENT_MAP_H

#include "arch/include/arch.h"
#include "monitor/core/component.h"

/* Room for the paging objects of `ranges` ranges of addresses with so many pages in all. */
void component_map_plan(struct estate_plan *plan, unsigned ranges, uint64_t pages);

/* The root of the address space. */
enum err component_map_root(struct component *component);

enum err component_map(struct component *component, seL4_CPtr frame, uint64_t address,
                       enum arch_memory memory);

/* New pages, mapped and noted as a region; `rights`: enum elf_segment_flag, or-ed. */
enum err component_map_new(struct component *component, uint64_t start, uint64_t pages,
                           unsigned rights);

/* Notes pages as known. ERR_FULL. */
enum err component_map_note(struct component *component, uint64_t start, uint32_t pages,
                            unsigned rights, seL4_CPtr frames);

#endif
