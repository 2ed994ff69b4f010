/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The archive behind the monitor: where its segment lies, that everything else of the file stays as
 * it was, and what is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <elf.h>

#include "host/image/attach.h"

enum { FILE_BYTES = 0x2103, SEGMENTS = 3, ROOT_SLOTS = 4096 };

struct monitor {
    uint8_t bytes[FILE_BYTES];
    struct elf_file file;
};

static void make(struct monitor *m)
{
    Elf64_Ehdr header = {
        .e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, 1},
        .e_type = ET_EXEC,
        .e_machine = EM_RISCV,
        .e_version = 1,
        .e_entry = 0x400000,
        .e_phoff = sizeof(header),
        .e_ehsize = sizeof(header),
        .e_phentsize = sizeof(Elf64_Phdr),
        .e_phnum = SEGMENTS,
        .e_shentsize = sizeof(Elf64_Shdr),
    };
    static const Elf64_Phdr segments[SEGMENTS] = {
        {PT_LOAD, PF_R | PF_X, 0x1000, 0x400000, 0x400000, 0x800, 0x800, 0x1000},
        {PT_LOAD, PF_R | PF_W, 0x2000, 0x401000, 0x401000, 0x100, 0x1801, 0x1000},
        {PT_TLS, PF_R, 0x2000, 0x401000, 0x401000, 0, 0x10, 8},
    };
    for (size_t i = 0; i < FILE_BYTES; i++)
        m->bytes[i] = (uint8_t)(i * 7);
    memcpy(m->bytes, &header, sizeof(header));
    memcpy(m->bytes + sizeof(header), segments, sizeof(segments));
    assert_int_equal(elf_open(m->bytes, FILE_BYTES, &m->file), ERR_OK);
}

static const char *attach(const struct monitor *m, size_t len_bytes, uint64_t root_slots,
                          struct file_bytes *archive, struct file_bytes *out)
{
    archive->len_bytes = len_bytes;
    archive->bytes = malloc(len_bytes);
    memset(archive->bytes, 0x5a, len_bytes);
    out->bytes = NULL;
    return attach_archive(&m->file, archive, root_slots, out);
}

static void the_segment_follows_the_image(void **state)
{
    (void)state;
    struct monitor m;
    struct file_bytes archive, out;
    struct elf_file file;
    struct elf_segment s;
    struct elf_extent extent;

    make(&m);
    assert_null(attach(&m, 5000, ROOT_SLOTS, &archive, &out));
    assert_int_equal(elf_open(out.bytes, out.len_bytes, &file), ERR_OK);
    assert_int_equal(file.segment_count, SEGMENTS + 1);
    assert_int_equal(file.entry, 0x400000);
    assert_int_equal(elf_segment_get(&file, SEGMENTS, &s), ERR_OK);
    assert_int_equal(s.type, ELF_SEGMENT_LOAD);
    assert_int_equal(s.flags, ELF_FLAG_READ);
    assert_int_equal(s.vaddr, 0x403000); /* 0x401000 + 0x1801 is in the page before */
    assert_int_equal(s.paddr, 0x403000);
    assert_int_equal(s.file_bytes, 5000);
    assert_int_equal(s.mem_bytes, 5000);
    assert_int_equal(s.offset % 0x1000, 0);
    assert_memory_equal(s.bytes, archive.bytes, 5000);
    assert_int_equal(elf_load_extent(&file, &extent), ERR_OK);
    assert_int_equal(extent.virtual_start, 0x400000);
    assert_int_equal(extent.virtual_end, 0x403000 + 5000);
    free(archive.bytes);
    free(out.bytes);
}

static void the_rest_stays(void **state)
{
    (void)state;
    struct monitor m;
    struct file_bytes archive, out;
    struct elf_file file;

    make(&m);
    assert_null(attach(&m, 1, ROOT_SLOTS, &archive, &out));
    assert_memory_equal(out.bytes + sizeof(Elf64_Ehdr), m.bytes + sizeof(Elf64_Ehdr),
                        FILE_BYTES - sizeof(Elf64_Ehdr));
    assert_int_equal(elf_open(out.bytes, out.len_bytes, &file), ERR_OK);
    for (unsigned i = 0; i < SEGMENTS; i++) {
        struct elf_segment old, new;
        assert_int_equal(elf_segment_get(&m.file, i, &old), ERR_OK);
        assert_int_equal(elf_segment_get(&file, i, &new), ERR_OK);
        assert_memory_equal(new.bytes, old.bytes, old.file_bytes);
        old.bytes = new.bytes = NULL;
        assert_memory_equal(&new, &old, sizeof(old));
    }
    free(archive.bytes);
    free(out.bytes);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    struct monitor m;
    struct file_bytes archive, out;
    size_t most = (size_t)0x1000 * (ROOT_SLOTS - 1024 - 3); /* the monitor has three pages */

    make(&m);
    assert_null(attach(&m, most, ROOT_SLOTS, &archive, &out));
    free(archive.bytes);
    free(out.bytes);
    const char *why = attach(&m, most + 1, ROOT_SLOTS, &archive, &out);
    assert_non_null(why);
    assert_non_null(strstr(why, "root CNode"));
    assert_null(out.bytes);
    free(archive.bytes);

    why = attach(&m, 0x10000000 - 0x404000, 1 << 20, &archive, &out);
    assert_non_null(why);
    assert_non_null(strstr(why, "below 256 MiB"));
    free(archive.bytes);

    m.file.segment_count = 0;
    why = attach(&m, 1, ROOT_SLOTS, &archive, &out);
    assert_non_null(why);
    assert_non_null(strstr(why, "malformed"));
    free(archive.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_segment_follows_the_image),
        cmocka_unit_test(the_rest_stays),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
