/* SPDX-License-Identifier: BSD-2-Clause */
/* ELF files out of segments, see write.h. Fields are written little endian by the host's <elf.h>
 * structures; the host is little endian, as everything here is. */
#include "host/image/write.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    ALIGN = 0x1000,
    PATH_BYTES = 4096,
};

static const char no_memory[] = "there is not enough memory here";

const char *write_elf64(unsigned machine, uint64_t paddr, const struct file_bytes *content,
                        struct file_bytes *out)
{
    uint8_t *bytes = calloc(1, ALIGN + content->len_bytes);
    if (!bytes)
        return no_memory;

    Elf64_Ehdr header = {
        .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
        .e_type = ET_EXEC,
        .e_machine = (Elf64_Half)machine,
        .e_version = EV_CURRENT,
        .e_entry = paddr,
        .e_phoff = sizeof(header),
        .e_ehsize = sizeof(header),
        .e_phentsize = sizeof(Elf64_Phdr),
        .e_phnum = 1,
        .e_shentsize = sizeof(Elf64_Shdr),
    };
    Elf64_Phdr segment = {
        .p_type = PT_LOAD,
        .p_flags = PF_R | PF_W | PF_X,
        .p_offset = ALIGN,
        .p_vaddr = paddr,
        .p_paddr = paddr,
        .p_filesz = content->len_bytes,
        .p_memsz = content->len_bytes,
        .p_align = ALIGN,
    };
    memcpy(bytes, &header, sizeof(header));
    memcpy(bytes + sizeof(header), &segment, sizeof(segment));
    memcpy(bytes + ALIGN, content->bytes, content->len_bytes);
    *out = (struct file_bytes){bytes, ALIGN + content->len_bytes};
    return NULL;
}

static bool is_loaded(const struct elf_file *file, unsigned index, struct elf_segment *out)
{
    return elf_segment_get(file, index, out) == ERR_OK && out->type == ELF_SEGMENT_LOAD &&
           out->mem_bytes > 0;
}

static size_t padded(uint64_t len_bytes)
{
    return (size_t)(len_bytes + ALIGN - 1) / ALIGN * ALIGN;
}

/* Header, rows and contents; `bytes` holds all of them. Offsets are not congruent with addresses,
 * and need not be: an alignment of 1 says so. */
static void fill_elf32(const struct elf_file *kernel, unsigned count, uint8_t *bytes)
{
    size_t row = sizeof(Elf32_Ehdr), at = ALIGN;
    Elf32_Ehdr header = {
        .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS32, ELFDATA2LSB, EV_CURRENT},
        .e_type = ET_EXEC,
        .e_machine = EM_386,
        .e_version = EV_CURRENT,
        .e_entry = (Elf32_Addr)kernel->entry,
        .e_phoff = sizeof(header),
        .e_ehsize = sizeof(header),
        .e_phentsize = sizeof(Elf32_Phdr),
        .e_phnum = (Elf32_Half)count,
        .e_shentsize = sizeof(Elf32_Shdr),
    };
    memcpy(bytes, &header, sizeof(header));
    for (unsigned i = 0; i < kernel->segment_count; i++) {
        struct elf_segment s;
        if (!is_loaded(kernel, i, &s))
            continue;
        Elf32_Phdr segment = {
            .p_type = PT_LOAD,
            .p_flags = s.flags,
            .p_offset = (Elf32_Off)at,
            .p_vaddr = (Elf32_Addr)s.paddr,
            .p_paddr = (Elf32_Addr)s.paddr,
            .p_filesz = (Elf32_Word)s.file_bytes,
            .p_memsz = (Elf32_Word)s.mem_bytes,
            .p_align = 1,
        };
        memcpy(bytes + row, &segment, sizeof(segment));
        memcpy(bytes + at, s.bytes, (size_t)s.file_bytes);
        row += sizeof(segment);
        at += padded(s.file_bytes);
    }
}

const char *write_elf32(const struct elf_file *kernel, struct file_bytes *out)
{
    struct elf_extent extent;
    struct elf_segment s;
    unsigned count = 0;
    size_t len = ALIGN;

    if (elf_load_extent(kernel, &extent) || extent.physical_end > UINT32_MAX ||
        kernel->entry > UINT32_MAX)
        return "the kernel does not lie in the first 4 GiB";
    for (unsigned i = 0; i < kernel->segment_count; i++) {
        if (is_loaded(kernel, i, &s)) {
            count++;
            len += padded(s.file_bytes);
        }
    }
    if (sizeof(Elf32_Ehdr) + count * sizeof(Elf32_Phdr) > ALIGN)
        return "the kernel has too many segments";
    uint8_t *bytes = calloc(1, len);
    if (!bytes)
        return no_memory;
    fill_elf32(kernel, count, bytes);
    *out = (struct file_bytes){bytes, len};
    return NULL;
}

bool write_file(const char *path, const struct file_bytes *content)
{
    char part[PATH_BYTES];
    FILE *stream = NULL;
    bool written = false;

    if (snprintf(part, sizeof(part), "%s.part", path) < (int)sizeof(part))
        stream = fopen(part, "wb");
    if (stream) {
        written = fwrite(content->bytes, 1, content->len_bytes, stream) == content->len_bytes;
        written = fclose(stream) == 0 && written;
        written = written && rename(part, path) == 0;
    }
    if (!written) {
        fprintf(stderr, "sel4image: cannot write ");
        perror(path);
        if (stream)
            unlink(part);
    }
    return written;
}
