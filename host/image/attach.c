/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See attach.h. The old file stays as it is, up to its header's reference to the program headers;
 * these come again behind it with one more, then on a page of its own the archive.
 */
#include "host/image/attach.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

enum {
    PAGE = 0x1000,
    SLOTS_RESERVED = 1024, /* of the root CNode, for untypeds, paging and the monitor's start */
};

/* Where the monitor maps other things, monitor/core/vspace.c. */
#define ADDRESS_LIMIT 0x10000000u

static uint64_t round_up(uint64_t value, uint64_t unit)
{
    return (value + unit - 1) / unit * unit;
}

static const char *check_room(const struct elf_extent *extent, uint64_t end, uint64_t root_slots)
{
    uint64_t pages = (end - extent->virtual_start) / PAGE;

    if (end > ADDRESS_LIMIT - PAGE * 2)
        return "the components are too large: with the monitor they have to end below 256 MiB";
    if (pages + SLOTS_RESERVED > root_slots)
        return "the components are too large for the kernel's root CNode, which has to hold a "
               "capability of each of their pages; load them over the line, or build the kernel "
               "with a larger KernelRootCNodeSizeBits";
    return NULL;
}

static void fill(const struct elf_file *monitor, const struct file_bytes *archive,
                 const Elf64_Phdr *segment, uint64_t table_at, uint8_t *bytes)
{
    size_t table_bytes = monitor->segment_count * sizeof(Elf64_Phdr);
    Elf64_Ehdr header;

    memcpy(bytes, monitor->bytes, monitor->len_bytes);
    memcpy(&header, bytes, sizeof(header));
    header.e_phoff = table_at;
    header.e_phnum++;
    memcpy(bytes, &header, sizeof(header));
    memcpy(bytes + table_at, monitor->bytes + monitor->segments_offset, table_bytes);
    memcpy(bytes + table_at + table_bytes, segment, sizeof(*segment));
    memcpy(bytes + segment->p_offset, archive->bytes, archive->len_bytes);
}

const char *attach_archive(const struct elf_file *monitor, const struct file_bytes *archive,
                           uint64_t root_slots, struct file_bytes *out)
{
    struct elf_extent extent;

    if (monitor->word_bytes != 8 || elf_load_extent(monitor, &extent))
        return "the monitor's segments are malformed, or it is not a 64-bit program";
    uint64_t start = round_up(extent.virtual_end, PAGE);
    const char *why = check_room(&extent, start + round_up(archive->len_bytes, PAGE), root_slots);
    if (why)
        return why;
    uint64_t table_at = round_up(monitor->len_bytes, sizeof(uint64_t));
    uint64_t table_end = table_at + (monitor->segment_count + 1) * sizeof(Elf64_Phdr);
    Elf64_Phdr segment = {
        .p_type = PT_LOAD,
        .p_flags = PF_R,
        .p_offset = round_up(table_end, PAGE),
        .p_vaddr = start,
        .p_paddr = round_up(extent.physical_end, PAGE),
        .p_filesz = archive->len_bytes,
        .p_memsz = archive->len_bytes,
        .p_align = PAGE,
    };
    out->len_bytes = segment.p_offset + archive->len_bytes;
    out->bytes = calloc(1, out->len_bytes);
    if (!out->bytes)
        return "there is not enough memory here";
    fill(monitor, archive, &segment, table_at, out->bytes);
    return NULL;
}
