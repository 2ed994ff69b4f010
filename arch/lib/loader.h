/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loader's plan, and the little that the loaders of all architectures share. sel4image reads
 * the kernel, the root task and the device tree, decides where each goes and writes the decision as
 * a plan behind the loader's own image, followed by the bytes. The loader only carries it out, so
 * that whatever can be wrong with the files is said on the workstation, in words.
 *
 * In memory and in the file, all little endian:
 *     loader image | struct loader_plan | bytes of the regions
 * The loader is position independent at a granularity of 4 KiB: wherever it was put, it first moves
 * itself and all behind it to `run_paddr`, out of the way of what it places.
 */
#ifndef ARCH_LIB_LOADER_H
#define ARCH_LIB_LOADER_H

#include <stdbool.h>
#include <stdint.h>

#define LOADER_MAGIC   0x346c6573u /* "sel4" */
#define LOADER_VERSION 1

/* Segments of the kernel and of the root task, and the device tree. */
#define LOADER_REGIONS_MAX 24

/* As many cores as the largest board known here has. */
#define LOADER_CORES_MAX 16

/* Pages for the boot page tables: a root and two levels below it for each of two mappings that may
 * cross one boundary each. */
#define LOADER_TABLES 12

#define LOADER_PAGE_BYTES  0x1000u
#define LOADER_BLOCK_BYTES 0x200000u /* what one entry of the boot page tables maps */

enum loader_flag {
    LOADER_HYPERVISOR = 1, /* arm: enter the kernel at EL2, else at EL1 */
    LOADER_PARK = 2,       /* arm: every core arrives here; all but core_ids[0] wait for ever */
    LOADER_PSCI_HVC = 4,   /* arm: further cores are started by PSCI, by hvc ... */
    LOADER_PSCI_SMC = 8,   /* ... or by smc */
};

enum loader_console {
    LOADER_CONSOLE_NONE,
    LOADER_CONSOLE_PL011,
};

/* `file_bytes` bytes from the blob, then zeros up to `mem_bytes`. */
struct loader_region {
    uint64_t to_paddr;
    uint64_t mem_bytes;
    uint64_t from_offset; /* from the loader's first byte */
    uint64_t file_bytes;
};

struct loader_plan {
    uint32_t magic;
    uint32_t version;
    uint32_t flags; /* enum loader_flag, or-ed */
    uint32_t region_count;
    uint64_t run_paddr;    /* where the loader has to be; a multiple of LOADER_BLOCK_BYTES */
    uint64_t size_bytes;   /* of the whole blob */
    uint64_t loader_bytes; /* of the loader alone: the plan's offset */
    uint64_t tables_paddr; /* LOADER_TABLES pages for the boot page tables, behind the blob */
    uint64_t kernel_vaddr; /* the kernel's range, mapped at its virtual address */
    uint64_t kernel_paddr;
    uint64_t kernel_bytes;
    uint64_t kernel_entry;
    uint64_t user_start; /* physical; whole pages */
    uint64_t user_end;
    uint64_t user_offset; /* physical minus virtual, modulo 2^64 */
    uint64_t user_entry;
    uint64_t dtb_paddr; /* 0: none */
    uint64_t dtb_bytes;
    uint64_t console_paddr;
    uint32_t console;    /* enum loader_console, for the loader's own complaints */
    uint32_t pa_bits;    /* arm: physical address bits that the kernel was built for */
    uint32_t levels;     /* riscv: levels of the kernel's page tables */
    uint32_t core_count; /* 1 and more; core_ids[0] is the core that boots */
    uint64_t core_ids[LOADER_CORES_MAX]; /* arm: MPIDR affinity; riscv: hart */
    struct loader_region regions[LOADER_REGIONS_MAX];
};

_Static_assert(sizeof(struct loader_region) == 32, "written by one machine, read by another");
_Static_assert(sizeof(struct loader_plan) == 152 + 8 * LOADER_CORES_MAX + 32 * LOADER_REGIONS_MAX,
               "written by one machine, read by another");

/*
 * The shared part, called by the architecture's first instructions with a stack, with the MMU off.
 * `here` is the address of the loader's first byte, `rest` that of the blob's first byte where what
 * follows the loader still lies (the same, unless the loader has just moved itself). Does not
 * return.
 */
void loader_main(uintptr_t here, uintptr_t rest) __attribute__((noreturn));

/* The plan behind the loader's image; from the linker script. */
extern const struct loader_plan loader_plan;

/* What each architecture's loader provides. */

/* Called for each range before and after it is written with the MMU off. */
void loader_arch_own(uintptr_t start, uint64_t size_bytes);

/* Runs the loader again from `here`, as after a reset but on the same core. */
void loader_arch_restart(uintptr_t here, uintptr_t rest) __attribute__((noreturn));

/* All is placed: builds the page tables, starts further cores, enters the kernel. */
void loader_arch_enter(const struct loader_plan *plan) __attribute__((noreturn));

/* Says why nothing will boot, if it has a way to, and waits for ever. */
void loader_arch_stop(const char *why) __attribute__((noreturn));

/* The entries of a page table: to a table below, to a block, and back from the former. */
uint64_t loader_arch_table_entry(uintptr_t table);
uint64_t loader_arch_block_entry(uint64_t paddr);
uintptr_t loader_arch_entry_table(uint64_t entry);

/* Page tables out of the plan's pages. `root_shift` is the address bit at which the root's index
 * begins; below it every level has 9 bits, down to blocks of LOADER_BLOCK_BYTES. */
struct loader_map {
    uintptr_t next;
    unsigned left;
    unsigned root_shift;
};

void loader_map_init(struct loader_map *map, const struct loader_plan *plan, unsigned root_shift);
uint64_t *loader_map_table(struct loader_map *map);
void loader_map_range(struct loader_map *map, uint64_t *root, uint64_t vaddr, uint64_t paddr,
                      uint64_t size_bytes);

#endif
