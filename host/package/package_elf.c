/* SPDX-License-Identifier: BSD-2-Clause */
/* See package_elf.h. The monitor checks again what it is given: an upload need not come from here.
 */
#include "host/package/package_elf.h"
#include "arch/lib/elf.h"

#include <elf.h>
#include <string.h>

static bool is_known(unsigned machine)
{
    return machine == ELF_MACHINE_X86_64 || machine == ELF_MACHINE_AARCH64 ||
           machine == ELF_MACHINE_RISCV;
}

/* What is wrong with the segments, NULL if nothing is. */
static const char *check_segments(const struct elf_file *file)
{
    bool entered = false;
    struct elf_extent extent;
    struct elf_segment s;

    for (unsigned i = 0; i < file->segment_count; i++) {
        if (elf_segment_get(file, i, &s))
            return "its program headers are malformed";
        if (s.type == ELF_SEGMENT_INTERP)
            return "it wants a dynamic linker; link it with -static";
        if (s.type == ELF_SEGMENT_DYNAMIC)
            return "it wants to be relocated; link it with -static -no-pie";
        if (s.type == ELF_SEGMENT_LOAD && (s.flags & ELF_FLAG_EXECUTE) && file->entry >= s.vaddr &&
            file->entry - s.vaddr < s.file_bytes)
            entered = true;
    }
    if (elf_load_extent(file, &extent))
        return "its segments are malformed, or there are none";
    return entered ? NULL : "its entry point lies outside its code";
}

static const char *check(const uint8_t *bytes, size_t len_bytes, struct elf_file *file)
{
    enum err e = elf_open(bytes, len_bytes, file);

    if (e)
        return err_text(e);
    if (file->type == ELF_TYPE_DYN)
        return "it is a shared object or position-independent; link it with -static -no-pie";
    if (file->type != ELF_TYPE_EXEC)
        return "it is not linked";
    if (file->word_bytes != 8 || !is_known(file->machine))
        return "it is for another processor than x86_64, aarch64 and riscv64";
    return check_segments(file);
}

bool package_elf_check(const char *path, const uint8_t *bytes, size_t len_bytes, unsigned *machine,
                       struct package_why *why)
{
    struct elf_file file;
    const char *wrong = check(bytes, len_bytes, &file);

    if (wrong)
        return package_fail(why, "%s is no ELF file of a component: %s", path, wrong);
    *machine = file.machine;
    return true;
}

size_t package_elf_cut(uint8_t *bytes, size_t len_bytes)
{
    struct elf_file file;
    struct elf_segment s;
    Elf64_Ehdr header;
    uint64_t end = sizeof(header);

    if (elf_open(bytes, len_bytes, &file))
        return len_bytes;
    uint64_t table_end = file.segments_offset + file.segment_count * sizeof(Elf64_Phdr);
    if (table_end > end)
        end = table_end;
    for (unsigned i = 0; i < file.segment_count; i++) {
        if (!elf_segment_get(&file, i, &s) && s.file_bytes > 0 && s.offset + s.file_bytes > end)
            end = s.offset + s.file_bytes;
    }
    memcpy(&header, bytes, sizeof(header));
    header.e_shoff = 0;
    header.e_shnum = 0;
    header.e_shstrndx = 0;
    memcpy(bytes, &header, sizeof(header));
    return (size_t)end;
}
