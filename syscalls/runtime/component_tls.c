/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See component_tls.h. Runs before the first thread has a thread pointer, so nothing here may use
 * thread-local storage. Follows the ELF TLS ABI of each architecture; component_arch.c has the
 * shapes.
 */
#include "component_tls.h"
#include <string.h>
#include "component_arch.h"

struct elf_header {
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, program_offset, section_offset;
    uint32_t flags;
    uint16_t header_size, program_size, program_count;
};

struct elf_program {
    uint32_t type, flags;
    uint64_t offset, address, physical, file_size, memory_size, align;
};

enum { ELF_PROGRAM_TLS = 7, TLS_ALIGN_MIN = 16 };

/* The image's first bytes, from the linker. */
extern const struct elf_header __ehdr_start;

static const struct elf_program *find_program(void)
{
    uintptr_t at = (uintptr_t)&__ehdr_start + __ehdr_start.program_offset;

    for (unsigned i = 0; i < __ehdr_start.program_count; i++) {
        const struct elf_program *p = (const void *)(at + i * __ehdr_start.program_size);

        if (p->type == ELF_PROGRAM_TLS) {
            return p;
        }
    }
    return NULL;
}

uintptr_t component_tls_make(void *area, size_t area_bytes, uintptr_t *end)
{
    static const struct elf_program none = {.align = TLS_ALIGN_MIN};
    const struct elf_program *program = find_program();
    const struct elf_program *p = program ? program : &none;
    size_t align = p->align > TLS_ALIGN_MIN ? p->align : TLS_ALIGN_MIN;
    uintptr_t base = ((uintptr_t)area + align - 1) & ~(align - 1);
    struct component_tls_shape shape;

    component_arch_tls_shape(p->memory_size, p->align, &shape);
    if (base + shape.area_bytes > (uintptr_t)area + area_bytes) {
        return 0;
    }
    char *block = (char *)base + shape.block_offset;
    memcpy(block, (const void *)(uintptr_t)p->address, p->file_size);
    memset(block + p->file_size, 0, p->memory_size - p->file_size);
    component_arch_tls_finish(base + shape.pointer_offset);
    *end = base + shape.area_bytes;
    return base + shape.pointer_offset;
}
