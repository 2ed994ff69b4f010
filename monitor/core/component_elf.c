/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an ELF file has to be for a component to be made of it. See component_elf.h.
 */
#include "monitor/core/component_elf.h"

#include "arch/include/arch.h"
#include "arch/lib/fmt.h"

#include <stdarg.h>

enum err component_fail(struct component_problem *problem, enum err e, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fmt_vprint(problem->text, sizeof problem->text, format, args);
    va_end(args);
    return e;
}

uint64_t component_pages_of(uint64_t bytes)
{
    return (bytes + ARCH_PAGE_BYTES - 1) >> ARCH_PAGE_BITS;
}

uint64_t component_first_page(const struct elf_segment *segment)
{
    return segment->vaddr & ~(uint64_t)(ARCH_PAGE_BYTES - 1);
}

uint64_t component_segment_pages(const struct elf_segment *segment)
{
    return component_pages_of(segment->vaddr + segment->mem_bytes - component_first_page(segment));
}

static enum err check_segment(const struct elf_file *elf, unsigned number,
                              const struct elf_segment *segment, struct component_problem *problem)
{
    if (segment->type == ELF_SEGMENT_INTERP || segment->type == ELF_SEGMENT_DYNAMIC)
        return component_fail(problem, ERR_UNSUPPORTED,
                              "the ELF file wants to be linked when it is loaded: "
                              "link it statically, without -pie");
    if (segment->type != ELF_SEGMENT_LOAD || !segment->mem_bytes)
        return ERR_OK;
    if (segment->flags & ELF_FLAG_WRITE && segment->flags & ELF_FLAG_EXECUTE)
        return component_fail(problem, ERR_REFUSED, "segment %u is writable and executable",
                              number);
    for (unsigned i = 0; i < number; i++) {
        struct elf_segment other;

        if (elf_segment_get(elf, i, &other) || other.type != ELF_SEGMENT_LOAD)
            continue;
        if (other.mem_bytes &&
            component_first_page(segment) <
                component_first_page(&other) + component_segment_pages(&other) * ARCH_PAGE_BYTES &&
            component_first_page(&other) <
                component_first_page(segment) + component_segment_pages(segment) * ARCH_PAGE_BYTES)
            return component_fail(problem, ERR_UNSUPPORTED, "segments %u and %u share a page", i,
                                  number);
    }
    return ERR_OK;
}

bool component_next_segment(const struct elf_file *elf, unsigned *number, struct elf_segment *out)
{
    while (*number < elf->segment_count) {
        if (elf_segment_get(elf, (*number)++, out) == ERR_OK && out->type == ELF_SEGMENT_LOAD &&
            out->mem_bytes)
            return true;
    }
    return false;
}

static bool entry_is_code(const struct elf_file *elf)
{
    struct elf_segment segment;

    for (unsigned i = 0; component_next_segment(elf, &i, &segment);) {
        if (segment.flags & ELF_FLAG_EXECUTE && elf->entry - segment.vaddr < segment.mem_bytes)
            return true;
    }
    return false;
}

enum err component_check_elf(const void *bytes, size_t len_bytes, struct elf_file *elf,
                             struct elf_extent *extent, struct component_problem *problem)
{
    struct elf_segment segment;
    enum err e = elf_open(bytes, len_bytes, elf);

    if (e)
        return component_fail(problem, e, "the ELF file cannot be read: %s", err_text(e));
    if (elf->machine != arch_elf_machine || elf->word_bytes != sizeof(seL4_Word))
        return component_fail(problem, ERR_FORMAT,
                              "the ELF file is for another machine (%u, and this is %u)",
                              elf->machine, arch_elf_machine);
    if (elf->type != ELF_TYPE_EXEC)
        return component_fail(
            problem, ERR_UNSUPPORTED,
            "the ELF file is no static executable: link it with -static, without -pie");
    for (unsigned i = 0; i < elf->segment_count; i++) {
        e = elf_segment_get(elf, i, &segment);
        if (e)
            return component_fail(problem, e, "segment %u of the ELF file: %s", i, err_text(e));
        e = check_segment(elf, i, &segment, problem);
        if (e)
            return e;
    }
    e = elf_load_extent(elf, extent);
    if (e)
        return component_fail(problem, e, "the ELF file's segments: %s", err_text(e));
    if (!entry_is_code(elf))
        return component_fail(problem, ERR_FORMAT, "the entry 0x%llx is in no executable segment",
                              (unsigned long long)elf->entry);
    return ERR_OK;
}
