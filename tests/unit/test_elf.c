/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ELF reader: what it answers about good files of both word sizes, which error every kind of
 * damage gives, and that no damage makes it read outside the buffer (each buffer is an allocation
 * of its exact size, and the sanitizers watch).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <elf.h>

#include "arch/lib/elf.h"

/* A file with two loaded segments, a note, a symbol table and a name table. */
enum {
    TEXT_AT = 0x200,
    DATA_AT = 0x240,
    NOTE_AT = 0x280,
    SYMBOLS_AT = 0x2c0,
    STRINGS_AT = 0x380,
    SECTIONS_AT = 0x400,
    FILE_BYTES = 0x400 + 4 * 64,
};

static const char strings[] = "\0.symtab\0.strtab\0.bss\0main\0limit";

struct file64 {
    Elf64_Ehdr header;
    Elf64_Phdr segments[3];
};

struct file32 {
    Elf32_Ehdr header;
    Elf32_Phdr segments[3];
};

struct note {
    uint32_t name_bytes, text_bytes, type;
    char name[4];
    uint8_t text[8];
};

static const struct note note = {4, 6, 3, "GNU", {1, 2, 3, 4, 5, 6}};

static uint8_t *make64(void)
{
    uint8_t *bytes = calloc(1, FILE_BYTES);
    struct file64 f = {
        .header = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, 1},
                   .e_type = ET_EXEC,
                   .e_machine = EM_AARCH64,
                   .e_version = 1,
                   .e_entry = 0x400010,
                   .e_phoff = sizeof(Elf64_Ehdr),
                   .e_shoff = SECTIONS_AT,
                   .e_flags = 0x1234,
                   .e_ehsize = sizeof(Elf64_Ehdr),
                   .e_phentsize = sizeof(Elf64_Phdr),
                   .e_phnum = 3,
                   .e_shentsize = sizeof(Elf64_Shdr),
                   .e_shnum = 4,
                   .e_shstrndx = 2},
        .segments = {{PT_LOAD, PF_R | PF_X, TEXT_AT, 0x400000, 0x80000, 0x40, 0x40, 0x40},
                     {PT_LOAD, PF_R | PF_W, DATA_AT, 0x401040, 0x81040, 0x40, 0x100, 0x40},
                     {PT_NOTE, PF_R, NOTE_AT, 0, 0, sizeof(note), sizeof(note), 4}},
    };
    Elf64_Sym symbols[3] = {
        {0}, {22, STT_FUNC, 0, 1, 0x400010, 8}, {27, STT_OBJECT, 0, SHN_ABS, 77, 0}};
    Elf64_Shdr sections[4] = {
        {0},
        {1, SHT_SYMTAB, 0, 0, SYMBOLS_AT, sizeof(symbols), 2, 0, 8, sizeof(Elf64_Sym)},
        {9, SHT_STRTAB, 0, 0, STRINGS_AT, sizeof(strings), 0, 0, 1, 0},
        {17, SHT_NOBITS, 3, 0x401080, 0x100000, 0xc0, 0, 0, 8, 0},
    };
    memcpy(bytes, &f, sizeof(f));
    memcpy(bytes + NOTE_AT, &note, sizeof(note));
    memcpy(bytes + SYMBOLS_AT, symbols, sizeof(symbols));
    memcpy(bytes + STRINGS_AT, strings, sizeof(strings));
    memcpy(bytes + SECTIONS_AT, sections, sizeof(sections));
    return bytes;
}

static uint8_t *make32(void)
{
    uint8_t *bytes = calloc(1, FILE_BYTES);
    struct file32 f = {
        .header = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB, 1},
                   .e_type = ET_EXEC,
                   .e_machine = EM_ARM,
                   .e_version = 1,
                   .e_entry = 0x10010,
                   .e_phoff = sizeof(Elf32_Ehdr),
                   .e_shoff = SECTIONS_AT,
                   .e_ehsize = sizeof(Elf32_Ehdr),
                   .e_phentsize = sizeof(Elf32_Phdr),
                   .e_phnum = 3,
                   .e_shentsize = sizeof(Elf32_Shdr),
                   .e_shnum = 4,
                   .e_shstrndx = 2},
        .segments = {{PT_LOAD, TEXT_AT, 0x10000, 0x10000, 0x40, 0x40, PF_R | PF_X, 0x40},
                     {PT_LOAD, DATA_AT, 0x11040, 0x11040, 0x40, 0x100, PF_R | PF_W, 0x40},
                     {PT_NOTE, NOTE_AT, 0, 0, sizeof(note), sizeof(note), PF_R, 4}},
    };
    Elf32_Sym symbols[3] = {
        {0}, {22, 0x10010, 8, STT_FUNC, 0, 1}, {27, 77, 0, STT_OBJECT, 0, SHN_ABS}};
    Elf32_Shdr sections[4] = {
        {0},
        {1, SHT_SYMTAB, 0, 0, SYMBOLS_AT, sizeof(symbols), 2, 0, 4, sizeof(Elf32_Sym)},
        {9, SHT_STRTAB, 0, 0, STRINGS_AT, sizeof(strings), 0, 0, 1, 0},
        {17, SHT_NOBITS, 3, 0x11080, 0x100000, 0xc0, 0, 0, 4, 0},
    };
    memcpy(bytes, &f, sizeof(f));
    memcpy(bytes + NOTE_AT, &note, sizeof(note));
    memcpy(bytes + SYMBOLS_AT, symbols, sizeof(symbols));
    memcpy(bytes + STRINGS_AT, strings, sizeof(strings));
    memcpy(bytes + SECTIONS_AT, sections, sizeof(sections));
    return bytes;
}

static void check_common(const struct elf_file *file, uint64_t base)
{
    struct elf_extent extent;
    struct elf_segment segment;
    struct elf_section section;
    struct elf_symbols symbols;
    struct elf_symbol symbol;
    const uint8_t *text;
    size_t len;

    assert_int_equal(file->entry, base + 0x10);
    assert_int_equal(file->segment_count, 3);
    assert_int_equal(elf_load_extent(file, &extent), ERR_OK);
    assert_int_equal(extent.virtual_start, base);
    assert_int_equal(extent.virtual_end, base + 0x1140);
    assert_int_equal(elf_segment_get(file, 1, &segment), ERR_OK);
    assert_int_equal(segment.flags, ELF_FLAG_READ | ELF_FLAG_WRITE);
    assert_int_equal(segment.file_bytes, 0x40);
    assert_int_equal(segment.mem_bytes, 0x100);
    assert_ptr_equal(segment.bytes, file->bytes + DATA_AT);
    assert_int_equal(elf_segment_get(file, 3, &segment), ERR_RANGE);

    assert_int_equal(elf_section_find(file, ".bss", &section), ERR_OK);
    assert_int_equal(section.size_bytes, 0xc0);
    assert_null(section.bytes);
    assert_int_equal(elf_section_find(file, ".nothing", &section), ERR_NOT_FOUND);
    assert_int_equal(elf_section_get(file, 4, &section), ERR_RANGE);

    assert_int_equal(elf_symbols_open(file, &symbols), ERR_OK);
    assert_int_equal(symbols.count, 3);
    assert_int_equal(elf_symbol_find(&symbols, "main", &symbol), ERR_OK);
    assert_int_equal(symbol.value, base + 0x10);
    assert_int_equal(symbol.size_bytes, 8);
    assert_int_equal(symbol.kind, ELF_SYMBOL_FUNCTION);
    assert_int_equal(elf_symbol_find(&symbols, "limit", &symbol), ERR_OK);
    assert_int_equal(symbol.value, 77);
    assert_int_equal(elf_symbol_find(&symbols, "mai", &symbol), ERR_NOT_FOUND);
    assert_int_equal(elf_symbol_get(&symbols, 3, &symbol), ERR_RANGE);

    assert_int_equal(elf_note_find(file, "GNU", 3, &text, &len), ERR_OK);
    assert_int_equal(len, 6);
    assert_memory_equal(text, note.text, 6);
    assert_int_equal(elf_note_find(file, "GNU", 4, &text, &len), ERR_NOT_FOUND);
    assert_int_equal(elf_note_find(file, "GN", 3, &text, &len), ERR_NOT_FOUND);
}

static void test_good_64(void **state)
{
    (void)state;
    uint8_t *bytes = make64();
    struct elf_file file;
    struct elf_extent extent;

    assert_int_equal(elf_open(bytes, FILE_BYTES, &file), ERR_OK);
    assert_int_equal(file.word_bytes, 8);
    assert_int_equal(file.machine, ELF_MACHINE_AARCH64);
    assert_int_equal(file.flags, 0x1234);
    check_common(&file, 0x400000);
    assert_int_equal(elf_load_extent(&file, &extent), ERR_OK);
    assert_int_equal(extent.physical_start, 0x80000);
    assert_int_equal(extent.physical_end, 0x81140);
    free(bytes);
}

static void test_good_32(void **state)
{
    (void)state;
    uint8_t *bytes = make32();
    struct elf_file file;

    assert_int_equal(elf_open(bytes, FILE_BYTES, &file), ERR_OK);
    assert_int_equal(file.word_bytes, 4);
    assert_int_equal(file.machine, ELF_MACHINE_ARM);
    check_common(&file, 0x10000);
    free(bytes);
}

/* An odd address, as of a file in the middle of an archive. */
static void test_unaligned(void **state)
{
    (void)state;
    uint8_t *bytes = make64();
    uint8_t *moved = malloc(FILE_BYTES + 1);
    struct elf_file file;

    memcpy(moved + 1, bytes, FILE_BYTES);
    assert_int_equal(elf_open(moved + 1, FILE_BYTES, &file), ERR_OK);
    check_common(&file, 0x400000);
    free(moved);
    free(bytes);
}

/* Calls everything; the answers do not matter, only that the sanitizers are content. */
static void exercise(const uint8_t *bytes, size_t len_bytes)
{
    struct elf_file file;
    struct elf_extent extent;
    struct elf_segment segment;
    struct elf_section section;
    struct elf_symbols symbols;
    struct elf_symbol symbol;
    const uint8_t *text;
    size_t len;
    volatile uint8_t sink = 0;

    if (elf_open(bytes, len_bytes, &file))
        return;
    for (unsigned i = 0; i < file.segment_count; i++) {
        if (elf_segment_get(&file, i, &segment) == ERR_OK && segment.file_bytes > 0)
            sink = segment.bytes[0] + segment.bytes[segment.file_bytes - 1];
    }
    for (unsigned i = 0; i < file.section_count; i++) {
        if (elf_section_get(&file, i, &section) == ERR_OK && section.bytes && section.size_bytes)
            sink = section.bytes[0] + section.bytes[section.size_bytes - 1] +
                   (uint8_t)strlen(section.name);
    }
    (void)elf_load_extent(&file, &extent);
    if (elf_note_find(&file, "GNU", 3, &text, &len) == ERR_OK && len > 0)
        sink = text[len - 1];
    if (elf_symbols_open(&file, &symbols) == ERR_OK) {
        for (size_t i = 0; i < symbols.count; i++) {
            if (elf_symbol_get(&symbols, i, &symbol) == ERR_OK)
                sink = (uint8_t)strlen(symbol.name);
        }
    }
    (void)sink;
}

/* Every length of a good file: nothing but the whole may open, and nothing is read behind it. */
static void test_every_length(void **state)
{
    (void)state;
    uint8_t *(*const makers[])(void) = {make64, make32};

    for (int m = 0; m < 2; m++) {
        uint8_t *bytes = makers[m]();
        size_t table_end = SECTIONS_AT + 4 * (m == 0 ? 64 : 40);
        for (size_t len = 0; len < FILE_BYTES; len++) {
            uint8_t *cut = malloc(len ? len : 1);
            struct elf_file file;
            memcpy(cut, bytes, len);
            if (len < table_end)
                assert_int_equal(elf_open(cut, len, &file), ERR_TRUNCATED);
            exercise(cut, len);
            free(cut);
        }
        free(bytes);
    }
}

/* A field overwritten, and what elf_open and elf_load_extent say. */
struct damage {
    const char *what;
    size_t offset;
    unsigned size_bytes;
    uint64_t value;
    enum err open;
    enum err extent;
};

#define EHDR(field) offsetof(Elf64_Ehdr, field), sizeof(((Elf64_Ehdr *)0)->field)
#define PHDR(index, field)                                                                         \
    sizeof(Elf64_Ehdr) + (index) * sizeof(Elf64_Phdr) + offsetof(Elf64_Phdr, field),               \
        sizeof(((Elf64_Phdr *)0)->field)

static const struct damage damages[] = {
    {"magic", 0, 1, 0x7e, ERR_FORMAT, 0},
    {"class 0", 4, 1, 0, ERR_FORMAT, 0},
    {"class 3", 4, 1, 3, ERR_FORMAT, 0},
    {"big endian", 5, 1, 2, ERR_UNSUPPORTED, 0},
    {"ident version", 6, 1, 0, ERR_FORMAT, 0},
    {"version", EHDR(e_version), 2, ERR_FORMAT, 0},
    {"short header", EHDR(e_ehsize), 52, ERR_FORMAT, 0},
    {"segment size", EHDR(e_phentsize), 32, ERR_FORMAT, 0},
    {"section size", EHDR(e_shentsize), 40, ERR_FORMAT, 0},
    {"segments outside", EHDR(e_phoff), FILE_BYTES - 100, ERR_TRUNCATED, 0},
    {"segments far outside", EHDR(e_phoff), UINT64_MAX - 8, ERR_TRUNCATED, 0},
    {"sections outside", EHDR(e_shoff), FILE_BYTES, ERR_TRUNCATED, 0},
    {"sections wrap", EHDR(e_shoff), UINT64_MAX - 255, ERR_TRUNCATED, 0},
    {"too many segments", EHDR(e_phnum), 0x7fff, ERR_TRUNCATED, 0},
    {"extended segments", EHDR(e_phnum), 0xffff, ERR_UNSUPPORTED, 0},
    {"extended sections", EHDR(e_shnum), 0, ERR_UNSUPPORTED, 0},
    {"extended name section", EHDR(e_shstrndx), 0xffff, ERR_UNSUPPORTED, 0},
    {"name section outside", EHDR(e_shstrndx), 4, ERR_FORMAT, 0},
    {"no segments", EHDR(e_phnum), 0, ERR_OK, ERR_NOT_FOUND},
    {"segment bytes outside", PHDR(0, p_offset), FILE_BYTES - 0x3f, ERR_OK, ERR_TRUNCATED},
    {"segment offset wraps", PHDR(0, p_offset), UINT64_MAX - 0x3f, ERR_OK, ERR_TRUNCATED},
    {"segment size wraps", PHDR(0, p_filesz), UINT64_MAX, ERR_OK, ERR_TRUNCATED},
    {"more in the file than in memory", PHDR(0, p_memsz), 0x3f, ERR_OK, ERR_FORMAT},
    {"address wraps", PHDR(0, p_vaddr), UINT64_MAX - 0x3e, ERR_OK, ERR_FORMAT},
    {"physical address wraps", PHDR(0, p_paddr), UINT64_MAX - 0x3e, ERR_OK, ERR_FORMAT},
    {"ends at the top", PHDR(0, p_vaddr), UINT64_MAX - 0x3f, ERR_OK, ERR_FORMAT},
    {"alignment", PHDR(0, p_align), 48, ERR_OK, ERR_FORMAT},
    {"offset and address do not fit", PHDR(0, p_vaddr), 0x400008, ERR_OK, ERR_FORMAT},
    {"overlap", PHDR(1, p_vaddr), 0x400000, ERR_OK, ERR_FORMAT},
    {"physical overlap", PHDR(1, p_paddr), 0x80020, ERR_OK, ERR_FORMAT},
    {"memory up to the top", PHDR(1, p_memsz), UINT64_MAX - 0x40103f, ERR_OK, ERR_FORMAT},
};

/* What is all zero has no bytes in the file, and its offset may lie behind the file's end. */
static void test_empty_segment(void **state)
{
    (void)state;
    uint8_t *bytes = make64();
    struct file64 f;
    struct elf_file file;
    struct elf_segment segment;
    struct elf_extent extent;

    memcpy(&f, bytes, sizeof(f));
    f.segments[1].p_filesz = 0;
    f.segments[1].p_offset = f.segments[1].p_vaddr; /* as congruent as it can be */
    memcpy(bytes, &f, sizeof(f));
    assert_int_equal(elf_open(bytes, FILE_BYTES, &file), ERR_OK);
    assert_int_equal(elf_segment_get(&file, 1, &segment), ERR_OK);
    assert_int_equal(segment.file_bytes, 0);
    assert_int_equal(segment.mem_bytes, f.segments[1].p_memsz);
    assert_int_equal(elf_load_extent(&file, &extent), ERR_OK);
    free(bytes);
}

static void test_damage(void **state)
{
    (void)state;

    for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
        const struct damage *d = &damages[i];
        uint8_t *bytes = make64();
        struct elf_file file;
        struct elf_extent extent;

        memcpy(bytes + d->offset, &d->value, d->size_bytes);
        enum err open = elf_open(bytes, FILE_BYTES, &file);
        if (open != d->open)
            fail_msg("%s: elf_open said %s", d->what, err_name(open));
        if (open == ERR_OK) {
            enum err e = elf_load_extent(&file, &extent);
            if (e != d->extent)
                fail_msg("%s: elf_load_extent said %s", d->what, err_name(e));
        }
        exercise(bytes, FILE_BYTES);
        free(bytes);
    }
}

#define SHDR(index, field)                                                                         \
    SECTIONS_AT + (index) * sizeof(Elf64_Shdr) + offsetof(Elf64_Shdr, field),                      \
        sizeof(((Elf64_Shdr *)0)->field)

/* Damage to what only the sections say: `open` is what elf_symbols_open says, `extent` what
 * elf_section_find of the last section says. */
static const struct damage section_damages[] = {
    {"name outside", SHDR(3, sh_name), sizeof(strings), ERR_OK, ERR_FORMAT},
    {"names not text", SHDR(2, sh_type), SHT_PROGBITS, ERR_FORMAT, ERR_FORMAT},
    {"names outside", SHDR(2, sh_offset), FILE_BYTES - 2, ERR_TRUNCATED, ERR_TRUNCATED},
    {"names empty", SHDR(2, sh_size), 0, ERR_OK, ERR_FORMAT},
    {"names unended", SHDR(2, sh_size), 5, ERR_OK, ERR_FORMAT},
    {"symbols outside", SHDR(1, sh_size), FILE_BYTES, ERR_TRUNCATED, ERR_TRUNCATED},
    {"symbol size", SHDR(1, sh_entsize), 16, ERR_FORMAT, ERR_OK},
    {"symbol size 0", SHDR(1, sh_entsize), 0, ERR_FORMAT, ERR_OK},
    {"symbol names nowhere", SHDR(1, sh_link), 9, ERR_FORMAT, ERR_OK},
    {"no symbols", SHDR(1, sh_type), SHT_PROGBITS, ERR_NOT_FOUND, ERR_OK},
};

static void test_section_damage(void **state)
{
    (void)state;

    for (size_t i = 0; i < sizeof(section_damages) / sizeof(section_damages[0]); i++) {
        const struct damage *d = &section_damages[i];
        uint8_t *bytes = make64();
        struct elf_file file;
        struct elf_section section;
        struct elf_symbols symbols;

        memcpy(bytes + d->offset, &d->value, d->size_bytes);
        assert_int_equal(elf_open(bytes, FILE_BYTES, &file), ERR_OK);
        enum err e = elf_symbols_open(&file, &symbols);
        if (e != d->open)
            fail_msg("%s: elf_symbols_open said %s", d->what, err_name(e));
        e = elf_section_find(&file, ".bss", &section);
        if (e != d->extent)
            fail_msg("%s: elf_section_find said %s", d->what, err_name(e));
        exercise(bytes, FILE_BYTES);
        free(bytes);
    }
}

static void test_note_damage(void **state)
{
    (void)state;
    static const uint32_t values[] = {0, 5, 0x7fffffff, 0xffffffff, 0xfffffffc};

    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        for (unsigned field = 0; field < 2; field++) {
            uint8_t *bytes = make64();
            struct elf_file file;
            const uint8_t *text;
            size_t len;
            memcpy(bytes + NOTE_AT + field * 4, &values[i], 4);
            assert_int_equal(elf_open(bytes, FILE_BYTES, &file), ERR_OK);
            enum err e = elf_note_find(&file, "GNU", 3, &text, &len);
            if (field == 0 || values[i] > 8)
                assert_int_not_equal(e, ERR_OK);
            free(bytes);
        }
    }
}

/* The same sequence of damage every time. */
static void test_random_damage(void **state)
{
    (void)state;
    uint32_t seed = 1;

    for (int round = 0; round < 20000; round++) {
        uint8_t *bytes = round % 2 ? make32() : make64();
        for (int n = 0; n < 4; n++) {
            seed = seed * 1664525 + 1013904223;
            /* Most of it where the structures are. */
            size_t at = (seed >> 8) % (n % 2 ? 0x100 : FILE_BYTES);
            bytes[at] = (uint8_t)(seed >> 24);
        }
        exercise(bytes, FILE_BYTES);
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_64),        cmocka_unit_test(test_good_32),
        cmocka_unit_test(test_unaligned),      cmocka_unit_test(test_every_length),
        cmocka_unit_test(test_empty_segment),  cmocka_unit_test(test_damage),
        cmocka_unit_test(test_section_damage), cmocka_unit_test(test_note_damage),
        cmocka_unit_test(test_random_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
