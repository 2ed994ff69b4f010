/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decides where kernel, device tree, root task and loader lie in a machine's memory, and builds the
 * blob that the loader of arch/lib/loader.h carries out. Pure: files come in as bytes, nothing is
 * printed, so that all of it is tested on the host.
 *
 *     kernel | device tree | root task | (next 2 MiB) loader, payload, boot page tables
 *
 * The kernel lies where its ELF file says; it wants the device tree before the root task (seL4
 * 16.0.0 checks the order). The loader's memory is free again once the kernel runs.
 */
#ifndef HOST_IMAGE_PLAN_H
#define HOST_IMAGE_PLAN_H

#include "arch/lib/elf.h"
#include "arch/lib/loader.h"
#include "host/image/prefix.h"

struct plan_input {
    const struct elf_file *kernel;
    const struct elf_file *monitor;
    const struct elf_file *loader;
    struct file_bytes dtb; /* NULL: none */
    const struct memory_range *memory;
    unsigned memory_count;
    bool hypervisor;
    uint32_t pa_bits;
    uint32_t levels;
    uint32_t core_count;
    uint64_t first_core;
};

struct plan_blob {
    uint8_t *bytes; /* of malloc; the caller frees */
    size_t len_bytes;
    uint64_t run_paddr;
};

/* NULL and the blob, or why it cannot be: a sentence without its beginning and full stop. */
const char *plan_build(const struct plan_input *input, struct plan_blob *out);

#endif
