/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The list of platforms, and what their boot functions share.
 */
#include "host/sim/machine/platform.h"

#include <stdlib.h>
#include <string.h>

static const struct platform *const platforms[] = {
    &platform_pc99,
    &platform_arm_virt,
    &platform_riscv_virt,
};

const struct platform *platform_find(const char *arch)
{
    for (size_t i = 0; i < sizeof platforms / sizeof platforms[0]; i++) {
        if (strcmp(platforms[i]->arch, arch) == 0) {
            return platforms[i];
        }
    }
    return NULL;
}

const struct platform *platform_find_elf(unsigned elf_machine)
{
    for (size_t i = 0; i < sizeof platforms / sizeof platforms[0]; i++) {
        if (platforms[i]->elf_machine == elf_machine) {
            return platforms[i];
        }
    }
    return NULL;
}

void platform_boot_free(struct platform_boot *boot)
{
    free(boot->blob);
    boot->blob = NULL;
}

void platform_add_region(struct platform_boot *boot, uint64_t start, uint64_t end, bool device)
{
    if (start < end && boot->region_count < PLATFORM_REGIONS_MAX) {
        boot->regions[boot->region_count++] =
            (struct sim_region){.start = start, .end = end, .device = device};
    }
}

void platform_add_extra(struct platform_boot *boot, uint32_t id, const void *bytes,
                        size_t len_bytes)
{
    unsigned i = boot->extra_count++;

    boot->extra[i] = bytes;
    boot->extra_id[i] = id;
    boot->extra_len_bytes[i] = len_bytes;
}
