/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ELF reader. Both word sizes go through one table of field offsets, so that there is one
 * path of checks. Numbers are read byte by byte: the buffer may be unaligned and the host may be
 * anything. Must not know what the file is for.
 */
#include "arch/lib/elf.h"
#include "arch/lib/str.h"

enum {
    IDENT_BYTES = 16,
    IDENT_CLASS = 4,
    IDENT_DATA = 5,
    IDENT_VERSION = 6,
    DATA_LITTLE = 1,
    VERSION_CURRENT = 1,
    EXTENDED_SEGMENTS = 0xffff, /* PN_XNUM: the count is in section 0 */
    SECTION_RESERVED = 0xff00,  /* SHN_LORESERVE */
    NOTE_HEADER_BYTES = 12,
};

/* Where a field of each record lies, for one word size. */
struct layout {
    unsigned header_bytes, entry, phoff, shoff, flags, ehsize;
    unsigned segment_bytes, p_flags, p_offset, p_vaddr, p_paddr, p_filesz, p_memsz, p_align;
    unsigned section_bytes, s_flags, s_addr, s_offset, s_size, s_link, s_entsize;
    unsigned symbol_bytes, y_info, y_section, y_value, y_size;
};

static const struct layout layout32 = {
    .header_bytes = 52,
    .entry = 24,
    .phoff = 28,
    .shoff = 32,
    .flags = 36,
    .ehsize = 40,
    .segment_bytes = 32,
    .p_offset = 4,
    .p_vaddr = 8,
    .p_paddr = 12,
    .p_filesz = 16,
    .p_memsz = 20,
    .p_flags = 24,
    .p_align = 28,
    .section_bytes = 40,
    .s_flags = 8,
    .s_addr = 12,
    .s_offset = 16,
    .s_size = 20,
    .s_link = 24,
    .s_entsize = 36,
    .symbol_bytes = 16,
    .y_value = 4,
    .y_size = 8,
    .y_info = 12,
    .y_section = 14,
};

static const struct layout layout64 = {
    .header_bytes = 64,
    .entry = 24,
    .phoff = 32,
    .shoff = 40,
    .flags = 48,
    .ehsize = 52,
    .segment_bytes = 56,
    .p_flags = 4,
    .p_offset = 8,
    .p_vaddr = 16,
    .p_paddr = 24,
    .p_filesz = 32,
    .p_memsz = 40,
    .p_align = 48,
    .section_bytes = 64,
    .s_flags = 8,
    .s_addr = 16,
    .s_offset = 24,
    .s_size = 32,
    .s_link = 40,
    .s_entsize = 56,
    .symbol_bytes = 24,
    .y_info = 4,
    .y_section = 6,
    .y_value = 8,
    .y_size = 16,
};

static uint16_t get16(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static uint32_t get32(const uint8_t *p)
{
    return get16(p) | (uint32_t)get16(p + 2) << 16;
}

static uint64_t get_word(const uint8_t *p, unsigned word_bytes)
{
    uint64_t low = get32(p);
    return word_bytes == 8 ? low | (uint64_t)get32(p + 4) << 32 : low;
}

static const struct layout *layout_of(unsigned word_bytes)
{
    return word_bytes == 8 ? &layout64 : &layout32;
}

static bool inside(size_t len_bytes, uint64_t offset, uint64_t size_bytes)
{
    return offset <= len_bytes && size_bytes <= len_bytes - offset;
}

/* Does [start, start + size) stay in the address space of the file's word size? */
static bool wraps(unsigned word_bytes, uint64_t start, uint64_t size_bytes)
{
    uint64_t top = word_bytes == 8 ? UINT64_MAX : UINT32_MAX;
    return size_bytes > 0 && size_bytes - 1 > top - start;
}

static enum err open_ident(const uint8_t *bytes, size_t len_bytes, struct elf_file *out)
{
    static const uint8_t magic[4] = {0x7f, 'E', 'L', 'F'};

    if (len_bytes < IDENT_BYTES)
        return ERR_TRUNCATED;
    if (memcmp(bytes, magic, sizeof(magic)) != 0)
        return ERR_FORMAT;
    if (bytes[IDENT_CLASS] != 1 && bytes[IDENT_CLASS] != 2)
        return ERR_FORMAT;
    if (bytes[IDENT_DATA] != DATA_LITTLE)
        return ERR_UNSUPPORTED;
    if (bytes[IDENT_VERSION] != VERSION_CURRENT)
        return ERR_FORMAT;
    out->word_bytes = bytes[IDENT_CLASS] == 2 ? 8 : 4;
    return ERR_OK;
}

/* The six 16-bit fields that end the header: ehsize, phentsize, phnum, shentsize, shnum, shstrndx
 */
static enum err open_tables(struct elf_file *out, const struct layout *l)
{
    const uint8_t *fields = out->bytes + l->ehsize;
    unsigned segments = get16(fields + 4);
    unsigned sections = get16(fields + 8);

    if (get16(fields) < l->header_bytes)
        return ERR_FORMAT;
    if (segments == EXTENDED_SEGMENTS || (sections == 0 && out->sections_offset != 0))
        return ERR_UNSUPPORTED;
    if (segments > 0 && get16(fields + 2) != l->segment_bytes)
        return ERR_FORMAT;
    if (sections > 0 && get16(fields + 6) != l->section_bytes)
        return ERR_FORMAT;
    if (!inside(out->len_bytes, out->segments_offset, (uint64_t)segments * l->segment_bytes))
        return ERR_TRUNCATED;
    if (!inside(out->len_bytes, out->sections_offset, (uint64_t)sections * l->section_bytes))
        return ERR_TRUNCATED;
    out->segment_count = segments;
    out->section_count = sections;
    out->name_section = get16(fields + 10);
    if (sections == 0)
        out->name_section = 0;
    if (out->name_section >= SECTION_RESERVED)
        return ERR_UNSUPPORTED;
    if (out->name_section > 0 && out->name_section >= sections)
        return ERR_FORMAT;
    return ERR_OK;
}

enum err elf_open(const void *bytes, size_t len_bytes, struct elf_file *out)
{
    struct elf_file file = {.bytes = bytes, .len_bytes = len_bytes};
    enum err e = open_ident(bytes, len_bytes, &file);
    if (e)
        return e;

    const struct layout *l = layout_of(file.word_bytes);
    const uint8_t *header = bytes;
    if (len_bytes < l->header_bytes)
        return ERR_TRUNCATED;
    if (get32(header + 20) != VERSION_CURRENT)
        return ERR_FORMAT;
    file.type = get16(header + 16);
    file.machine = get16(header + 18);
    file.entry = get_word(header + l->entry, file.word_bytes);
    file.segments_offset = get_word(header + l->phoff, file.word_bytes);
    file.sections_offset = get_word(header + l->shoff, file.word_bytes);
    file.flags = get32(header + l->flags);
    e = open_tables(&file, l);
    if (!e)
        *out = file;
    return e;
}

static enum err segment_check(const struct elf_file *file, const struct elf_segment *s)
{
    /* Linkers place what is all zero (.bss, .tbss) behind the file's end: no byte of it is read. */
    if (s->file_bytes > 0 && !inside(file->len_bytes, s->offset, s->file_bytes))
        return ERR_TRUNCATED;
    if ((s->align & (s->align - 1)) != 0)
        return ERR_FORMAT;
    if (s->type != ELF_SEGMENT_LOAD)
        return ERR_OK;
    if (s->file_bytes > s->mem_bytes)
        return ERR_FORMAT;
    if (wraps(file->word_bytes, s->vaddr, s->mem_bytes) ||
        wraps(file->word_bytes, s->paddr, s->mem_bytes))
        return ERR_FORMAT;
    if (s->align > 1 && ((s->vaddr - s->offset) & (s->align - 1)) != 0)
        return ERR_FORMAT;
    return ERR_OK;
}

enum err elf_segment_get(const struct elf_file *file, unsigned index, struct elf_segment *out)
{
    const struct layout *l = layout_of(file->word_bytes);
    unsigned w = file->word_bytes;

    if (index >= file->segment_count)
        return ERR_RANGE;
    const uint8_t *p = file->bytes + file->segments_offset + (size_t)index * l->segment_bytes;
    struct elf_segment s = {
        .type = get32(p),
        .flags = get32(p + l->p_flags),
        .offset = get_word(p + l->p_offset, w),
        .vaddr = get_word(p + l->p_vaddr, w),
        .paddr = get_word(p + l->p_paddr, w),
        .file_bytes = get_word(p + l->p_filesz, w),
        .mem_bytes = get_word(p + l->p_memsz, w),
        .align = get_word(p + l->p_align, w),
    };
    enum err e = segment_check(file, &s);
    if (e)
        return e;
    s.bytes = file->bytes + (s.file_bytes > 0 ? s.offset : 0);
    *out = s;
    return ERR_OK;
}

/* Ends are kept as the last byte here, so that a segment may end at the top of the address space.
 */
static bool ranges_meet(uint64_t a, uint64_t b, uint64_t a_bytes, uint64_t b_bytes)
{
    return a <= b + (b_bytes - 1) && b <= a + (a_bytes - 1);
}

static enum err segment_overlaps(const struct elf_file *file, unsigned index,
                                 const struct elf_segment *s)
{
    for (unsigned i = 0; i < index; i++) {
        struct elf_segment other;
        enum err e = elf_segment_get(file, i, &other);
        if (e)
            return e;
        if (other.type != ELF_SEGMENT_LOAD || other.mem_bytes == 0)
            continue;
        if (ranges_meet(other.vaddr, s->vaddr, other.mem_bytes, s->mem_bytes) ||
            ranges_meet(other.paddr, s->paddr, other.mem_bytes, s->mem_bytes))
            return ERR_FORMAT;
    }
    return ERR_OK;
}

static void extent_add(struct elf_extent *extent, const struct elf_segment *s)
{
    if (s->vaddr < extent->virtual_start)
        extent->virtual_start = s->vaddr;
    if (s->vaddr + s->mem_bytes > extent->virtual_end)
        extent->virtual_end = s->vaddr + s->mem_bytes;
    if (s->paddr < extent->physical_start)
        extent->physical_start = s->paddr;
    if (s->paddr + s->mem_bytes > extent->physical_end)
        extent->physical_end = s->paddr + s->mem_bytes;
}

enum err elf_load_extent(const struct elf_file *file, struct elf_extent *out)
{
    struct elf_extent extent = {.virtual_start = UINT64_MAX, .physical_start = UINT64_MAX};
    bool any = false;

    for (unsigned i = 0; i < file->segment_count; i++) {
        struct elf_segment s;
        enum err e = elf_segment_get(file, i, &s);
        if (e)
            return e;
        if (s.type != ELF_SEGMENT_LOAD || s.mem_bytes == 0)
            continue;
        /* An end of 2^64 has no number; nothing that is loaded here lies there. */
        if (s.vaddr + s.mem_bytes == 0 || s.paddr + s.mem_bytes == 0)
            return ERR_FORMAT;
        e = segment_overlaps(file, i, &s);
        if (e)
            return e;
        extent_add(&extent, &s);
        any = true;
    }
    if (!any)
        return ERR_NOT_FOUND;
    *out = extent;
    return ERR_OK;
}

/* A string at `offset` of a table, NULL if it does not end inside it. */
static const char *string_at(const uint8_t *table, size_t table_bytes, uint64_t offset)
{
    if (offset >= table_bytes)
        return NULL;
    for (size_t i = (size_t)offset; i < table_bytes; i++) {
        if (table[i] == 0)
            return (const char *)table + offset;
    }
    return NULL;
}

static enum err section_raw(const struct elf_file *file, unsigned index, struct elf_section *out,
                            uint32_t *name_offset)
{
    const struct layout *l = layout_of(file->word_bytes);
    unsigned w = file->word_bytes;

    if (index >= file->section_count)
        return ERR_RANGE;
    const uint8_t *p = file->bytes + file->sections_offset + (size_t)index * l->section_bytes;
    uint64_t offset = get_word(p + l->s_offset, w);
    struct elf_section s = {
        .name = "",
        .type = get32(p + 4),
        .flags = get_word(p + l->s_flags, w),
        .address = get_word(p + l->s_addr, w),
        .size_bytes = get_word(p + l->s_size, w),
        .entry_bytes = get_word(p + l->s_entsize, w),
        .link = get32(p + l->s_link),
    };
    if (s.type != ELF_SECTION_NOBITS && s.type != 0) {
        if (!inside(file->len_bytes, offset, s.size_bytes))
            return ERR_TRUNCATED;
        s.bytes = file->bytes + offset;
    }
    *name_offset = get32(p);
    *out = s;
    return ERR_OK;
}

enum err elf_section_get(const struct elf_file *file, unsigned index, struct elf_section *out)
{
    struct elf_section s, names;
    uint32_t name_offset, ignored;
    enum err e = section_raw(file, index, &s, &name_offset);
    if (e)
        return e;
    if (file->name_section > 0) {
        e = section_raw(file, file->name_section, &names, &ignored);
        if (e)
            return e;
        if (names.type != ELF_SECTION_STRTAB)
            return ERR_FORMAT;
        s.name = string_at(names.bytes, (size_t)names.size_bytes, name_offset);
        if (!s.name)
            return ERR_FORMAT;
    }
    *out = s;
    return ERR_OK;
}

enum err elf_section_find(const struct elf_file *file, const char *name, struct elf_section *out)
{
    for (unsigned i = 1; i < file->section_count; i++) {
        struct elf_section s;
        enum err e = elf_section_get(file, i, &s);
        if (e)
            return e;
        if (strcmp(s.name, name) == 0) {
            *out = s;
            return ERR_OK;
        }
    }
    return ERR_NOT_FOUND;
}

enum err elf_symbols_open(const struct elf_file *file, struct elf_symbols *out)
{
    const struct layout *l = layout_of(file->word_bytes);
    struct elf_section table, names;
    uint32_t ignored;

    for (unsigned i = 1; i < file->section_count; i++) {
        enum err e = section_raw(file, i, &table, &ignored);
        if (e)
            return e;
        if (table.type != ELF_SECTION_SYMTAB)
            continue;
        e = section_raw(file, table.link, &names, &ignored);
        if (e)
            return e == ERR_RANGE ? ERR_FORMAT : e;
        if (names.type != ELF_SECTION_STRTAB || table.entry_bytes != l->symbol_bytes)
            return ERR_FORMAT;
        *out = (struct elf_symbols){
            .entries = table.bytes,
            .count = (size_t)(table.size_bytes / l->symbol_bytes),
            .names = (const char *)names.bytes,
            .names_bytes = (size_t)names.size_bytes,
            .word_bytes = file->word_bytes,
        };
        return ERR_OK;
    }
    return ERR_NOT_FOUND;
}

enum err elf_symbol_get(const struct elf_symbols *symbols, size_t index, struct elf_symbol *out)
{
    const struct layout *l = layout_of(symbols->word_bytes);
    unsigned w = symbols->word_bytes;

    if (index >= symbols->count)
        return ERR_RANGE;
    const uint8_t *p = symbols->entries + index * l->symbol_bytes;
    const char *name = string_at((const uint8_t *)symbols->names, symbols->names_bytes, get32(p));
    if (!name)
        return ERR_FORMAT;
    *out = (struct elf_symbol){
        .name = name,
        .value = get_word(p + l->y_value, w),
        .size_bytes = get_word(p + l->y_size, w),
        .kind = p[l->y_info] & 0xf,
        .section = get16(p + l->y_section),
    };
    return ERR_OK;
}

enum err elf_symbol_find(const struct elf_symbols *symbols, const char *name,
                         struct elf_symbol *out)
{
    for (size_t i = 1; i < symbols->count; i++) {
        struct elf_symbol s;
        enum err e = elf_symbol_get(symbols, i, &s);
        if (e)
            return e;
        if (s.section != 0 && strcmp(s.name, name) == 0) {
            *out = s;
            return ERR_OK;
        }
    }
    return ERR_NOT_FOUND;
}

/* Looks through one PT_NOTE segment. Names and descriptions are padded to 4 bytes each. */
static enum err note_in(const struct elf_segment *s, const char *owner, uint32_t type,
                        const uint8_t **bytes, size_t *len_bytes)
{
    size_t owner_bytes = strlen(owner) + 1;
    size_t len = (size_t)s->file_bytes;
    size_t at = 0;

    while (len - at >= NOTE_HEADER_BYTES) {
        const uint8_t *note = s->bytes + at;
        uint64_t name_len = get32(note);
        uint64_t text_len = get32(note + 4);
        uint64_t text_at = at + NOTE_HEADER_BYTES + ((name_len + 3) & ~3ull);
        if (!inside(len, text_at, text_len))
            return ERR_TRUNCATED;
        if (get32(note + 8) == type && name_len == owner_bytes &&
            memcmp(note + NOTE_HEADER_BYTES, owner, owner_bytes) == 0) {
            *bytes = s->bytes + text_at;
            *len_bytes = (size_t)text_len;
            return ERR_OK;
        }
        uint64_t next = text_at + ((text_len + 3) & ~3ull);
        at = next > len ? len : (size_t)next;
    }
    return ERR_NOT_FOUND;
}

enum err elf_note_find(const struct elf_file *file, const char *owner, uint32_t type,
                       const uint8_t **bytes, size_t *len_bytes)
{
    for (unsigned i = 0; i < file->segment_count; i++) {
        struct elf_segment s;
        enum err e = elf_segment_get(file, i, &s);
        if (e)
            return e;
        if (s.type != ELF_SEGMENT_NOTE)
            continue;
        e = note_in(&s, owner, type, bytes, len_bytes);
        if (e != ERR_NOT_FOUND)
            return e;
    }
    return ERR_NOT_FOUND;
}
