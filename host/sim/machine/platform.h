/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machines that can be simulated, each one row: where RAM lies and how much there is, which
 * physical ranges a real kernel of that platform hands out, which devices there are, where the
 * kernel puts the root task, and what it tells it in the extra boot information. Everything as on
 * QEMU's machine of that name under seL4 16.0.0. Used by machine.c.
 */
#ifndef SIM_MACHINE_PLATFORM_H
#define SIM_MACHINE_PLATFORM_H

#include "host/sim/kernel/kernel.h"
#include "host/sim/machine/board.h"

#define PLATFORM_REGIONS_MAX 16

struct platform_boot {
    struct sim_region regions[PLATFORM_REGIONS_MAX];
    size_t region_count;
    uint64_t image_paddr; /* where the root task's first page goes */
    const void *extra[8]; /* as in struct sim_image */
    uint32_t extra_id[8];
    size_t extra_len_bytes[8];
    unsigned extra_count;
    uint8_t *blob; /* what the extras point into; platform_boot_free */
};

struct platform {
    const char *arch;     /* "x86_64" */
    const char *name;     /* "pc99" */
    unsigned elf_machine; /* enum elf_machine */
    uint64_t ram_base;
    uint64_t ram_bytes; /* by default */
    uint64_t ram_bytes_min, ram_bytes_max;
    unsigned irq_count, timer_irq;
    const struct device_row *devices;
    bool absent_faults; /* an access to memory where no device answers is a fault */
    /* Regions and boot information for a machine with that much RAM. `ram` is given for what the
     * firmware leaves there. */
    enum err (*boot)(struct platform_boot *boot, uint8_t *ram, uint64_t ram_bytes);
};

/* NULL if there is none. By architecture's name, or by its number in an ELF file. */
const struct platform *platform_find(const char *arch);
const struct platform *platform_find_elf(unsigned elf_machine);

void platform_boot_free(struct platform_boot *boot);

/* For the platforms' boot functions: regions and extras in order. */
void platform_add_region(struct platform_boot *boot, uint64_t start, uint64_t end, bool device);
void platform_add_extra(struct platform_boot *boot, uint32_t id, const void *bytes,
                        size_t len_bytes);

/* Identities of extra boot information (seL4_BootInfoID). */
enum {
    PLATFORM_EXTRA_ACPI_RSDP = 3,
    PLATFORM_EXTRA_MEMORY_MAP = 2,
    PLATFORM_EXTRA_TSC = 5,
    PLATFORM_EXTRA_FDT = 6,
};

extern const struct platform platform_pc99, platform_arm_virt, platform_riscv_virt;

#endif
