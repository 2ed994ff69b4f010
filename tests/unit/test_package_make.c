/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Components of YAML and ELF files: what is made of a file with every field, what is filled in,
 * each mistake with its whole sentence, and noise. The ELF file is a few bytes with one segment.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <elf.h>

#include "arch/lib/elf.h"
#include "host/package/package_make.h"
#include "host/package/package_number.h"
#include "tests/temporary.h"

enum { ELF_BYTES = 0x400, CODE_AT = 0x100, CODE_BYTES = 0x40, FUZZ_ROUNDS = 3000, FUZZ_SEED = 5 };

static char folder[128];

static void write_bytes(const char *name, const void *bytes, size_t len_bytes)
{
    char path[256];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(bytes, 1, len_bytes, stream), len_bytes);
    fclose(stream);
}

struct elf {
    Elf64_Ehdr header;
    Elf64_Phdr segments[2];
    uint8_t rest[ELF_BYTES - sizeof(Elf64_Ehdr) - 2 * sizeof(Elf64_Phdr)];
};

static void make_elf(struct elf *elf)
{
    *elf = (struct elf){
        .header = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, 1},
                   .e_type = ET_EXEC,
                   .e_machine = EM_AARCH64,
                   .e_version = 1,
                   .e_entry = 0x400000,
                   .e_phoff = sizeof(Elf64_Ehdr),
                   .e_shoff = ELF_BYTES - sizeof(Elf64_Shdr),
                   .e_ehsize = sizeof(Elf64_Ehdr),
                   .e_phentsize = sizeof(Elf64_Phdr),
                   .e_phnum = 2,
                   .e_shentsize = sizeof(Elf64_Shdr),
                   .e_shnum = 1},
        .segments = {{PT_LOAD, PF_R | PF_X, CODE_AT, 0x400000, 0x400000, CODE_BYTES, 0x1000, 1},
                     {PT_NOTE, PF_R, 0, 0, 0, 0, 0, 1}},
    };
}

static bool make_file(const char *name, struct package_made *made, struct package_why *why)
{
    char path[256];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    memset(why, 0, sizeof(*why));
    return package_make(path, made, why);
}

static bool make_yaml(const char *text, struct package_made *made, struct package_why *why)
{
    write_bytes("x.yaml", text, strlen(text));
    return make_file("x.yaml", made, why);
}

/* The sentence without the folder. */
static const char *without_folder(const char *text)
{
    size_t len = strlen(folder) + 1;

    return strncmp(text, folder, len - 1) == 0 ? text + len : text;
}

static const char everything[] =
    "name: ping\n"
    "elf: a.elf\n"
    "priority: 0x40\n"
    "max-priority: 200\n"
    "stack: 5000\n"
    "heap: 1 MiB\n"
    "memory: 65 KiB\n"
    "slots: 300\n"
    "arguments: [one, 2, \"three four\", \"\"]\n"
    "fault-handler: out\n"
    "endpoints:\n"
    "  - {name: out, shared: pong_ep, rights: call + grant, badge: 7}\n"
    "  - {name: in, rights: receive}\n"
    "notifications: [{name: wake, rights: wait, badge: 0x10}]\n"
    "devices: [{name: uart, address: 0x900_0000, size: 8 KiB,\n"
    "           rights: read}, {name: two, address: 0x10000}]\n"
    "interrupts:\n"
    "  - {name: irq, number: 33, trigger: edge, notification: wake,\n"
    "     ioapic: 1}\n"
    "ports: [{name: com1, first: 0x3f8, last: 0x3ff},\n"
    "        {name: one, first: 0x64}]\n";

static void check_row(const struct package_head *head, const struct package_row *expected)
{
    const struct package_row *row = package_row_find(head, expected->name);

    assert_non_null(row);
    assert_int_equal(row->kind, expected->kind);
    assert_int_equal(row->rights, expected->rights);
    assert_string_equal(row->peer, expected->peer);
    assert_int_equal(row->first, expected->first);
    assert_int_equal(row->second, expected->second);
    assert_int_equal(row->third, expected->third);
}

static void every_field_arrives(void **state)
{
    (void)state;
    static const struct package_row rows[] = {
        {PACKAGE_ENDPOINT, PACKAGE_WRITE | PACKAGE_GRANT_REPLY | PACKAGE_GRANT, "out", "pong_ep", 7,
         0, 0},
        {PACKAGE_ENDPOINT, PACKAGE_READ, "in", "ping__in", 0, 0, 0},
        {PACKAGE_NOTIFICATION, PACKAGE_READ, "wake", "ping__wake", 16, 0, 0},
        {PACKAGE_DEVICE, PACKAGE_READ, "uart", "", 0x9000000, 8192, 0},
        {PACKAGE_DEVICE, PACKAGE_READ | PACKAGE_WRITE, "two", "", 0x10000, 4096, 0},
        {PACKAGE_IRQ, 0, "irq", "wake", 33, PACKAGE_TRIGGER_EDGE, 1},
        {PACKAGE_PORTS, 0, "com1", "", 0x3f8, 0x3ff, 0},
        {PACKAGE_PORTS, 0, "one", "", 0x64, 0x64, 0},
    };
    struct package_made made;
    struct package_why why;

    if (!make_yaml(everything, &made, &why))
        fail_msg("%s", why.text);
    const struct package_head *h = made.head;
    assert_string_equal(h->name, "ping");
    assert_int_equal(h->priority, 64);
    assert_int_equal(h->max_priority, 200);
    assert_int_equal(h->stack_bytes, 8192);
    assert_int_equal(h->heap_bytes, 1 << 20);
    assert_int_equal(h->memory_bits, 17);
    assert_int_equal(h->slots_bits, 9);
    assert_string_equal(h->fault_to, "out");
    assert_int_equal(h->args_count, 5);
    assert_string_equal(package_arg(h, 0), "ping");
    assert_string_equal(package_arg(h, 2), "2");
    assert_string_equal(package_arg(h, 3), "three four");
    assert_string_equal(package_arg(h, 4), "");
    assert_int_equal(h->rows_count, sizeof(rows) / sizeof(rows[0]));
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_row(h, &rows[i]);
    assert_string_equal(without_folder(made.elf_path), "a.elf");
    assert_int_equal(made.machine, EM_AARCH64);
    package_free(&made);
}

static void check_defaults(const struct package_head *h, const char *name)
{
    assert_string_equal(h->name, name);
    assert_int_equal(h->priority, PACKAGE_PRIORITY_DEFAULT);
    assert_int_equal(h->max_priority, PACKAGE_PRIORITY_DEFAULT);
    assert_int_equal(h->stack_bytes, PACKAGE_STACK_DEFAULT);
    assert_int_equal(h->heap_bytes, 0);
    assert_int_equal(h->memory_bits, 0);
    assert_int_equal(h->slots_bits, PACKAGE_SLOTS_DEFAULT_BITS);
    assert_string_equal(h->fault_to, "");
    assert_int_equal(h->args_count, 1);
    assert_int_equal(h->rows_count, 0);
}

static void what_is_left_out_is_filled_in(void **state)
{
    (void)state;
    struct package_made made;
    struct package_why why;
    struct elf elf;

    assert_true(make_yaml("elf: a.elf\n", &made, &why));
    check_defaults(made.head, "x");
    package_free(&made);
    make_elf(&elf);
    write_bytes("7up-rust.v2.elf", &elf, sizeof(elf));
    assert_true(make_file("7up-rust.v2.elf", &made, &why));
    check_defaults(made.head, "_7up_rust_v2");
    package_free(&made);
}

/* What the target gets of the ELF file ends with its last segment, and is still one. */
static void the_elf_file_is_cut(void **state)
{
    (void)state;
    struct package_made made;
    struct package_why why;
    struct elf_file file;
    struct elf_segment s;

    assert_true(make_file("a.elf", &made, &why));
    assert_int_equal(made.elf_bytes, CODE_AT + CODE_BYTES);
    assert_int_equal(elf_open(made.elf, made.elf_bytes, &file), ERR_OK);
    assert_int_equal(file.section_count, 0);
    assert_int_equal(elf_segment_get(&file, 0, &s), ERR_OK);
    assert_int_equal(s.file_bytes, CODE_BYTES);
    package_free(&made);
}

struct mistake {
    const char *yaml; /* lines behind "elf: a.elf" */
    const char *why;
};

static const struct mistake mistakes[] = {
    {"priorty: 1\n", "x.yaml, line 2: there is no field priorty (did you mean priority?)"},
    {"frobnicate: 1\n",
     "x.yaml, line 2: there is no field frobnicate; there are name, elf, priority, max-priority, "
     "stack, heap, memory, slots, fault-handler, arguments, endpoints, notifications, devices, "
     "interrupts, ports"},
    {"endpoints:\n  - name: a\n    rihgts: send\n",
     "x.yaml, line 4, endpoints, entry 1: there is no field rihgts (did you mean rights?)"},
    {"ports: [{name: a, first: 1}, {name: b, badge: 3}]\n",
     "x.yaml, line 2, ports, entry 2: there is no field badge; there are name, first, last"},
    {"endpoints: [{rights: send}]\n",
     "x.yaml, line 2, endpoints, entry 1: the field name is missing"},
    {"endpoints: out\n",
     "x.yaml, line 2, endpoints: here a list is expected: [one, two], or lines that begin with -"},
    {"endpoints: [out]\n", "x.yaml, line 2, endpoints, entry 1: here fields are expected: {name: "
                           "value}, or lines of name: value"},
    {"priority: [1]\n", "x.yaml, line 2, priority: here a text or a number is expected"},
    {"priority: 1\npriority: 2\n", "x.yaml, line 2: the field is there twice"},
    {"---\nelf: b.elf\n", "x.yaml: there is more than one document in it"},
    {"\tpriority: 1\n",
     "x.yaml, line 1: it is not YAML: found a tab character that violates indentation"},
    {"name: &a b\nheap: *a\n", "x.yaml, line 3: anchors and aliases (& and *) are not taken here"},
    {"name: a-b\n", "x.yaml, name: 'a-b' is not a name; a name has letters, digits and _, begins "
                    "with no digit, and is at most 23 long"},
    {"priority: high\n", "x.yaml, priority: 'high' is not a number; write 100 or 0x64"},
    {"priority:\n", "x.yaml, priority: '' is not a number; write 100 or 0x64"},
    {"priority: -1\n", "x.yaml, priority: '-1' is not a number; write 100 or 0x64"},
    {"priority: 256\n", "x.yaml, priority: 256 is out of range, it goes from 0 to 255"},
    {"priority: 0x1_0000_0000_0000_0000\n",
     "x.yaml, priority: '0x1_0000_0000_0000_0000' is not a number; write 100 or 0x64"},
    {"max-priority: 99\n", "x.yaml, max-priority: it is below the priority, which is 100"},
    {"stack: 1 KB\n", "x.yaml, stack: '1 KB' is not a size; write 100 or 0x64, or with KiB, MiB or "
                      "GiB behind it"},
    {"stack: 0\n", "x.yaml, stack: 0 is out of range, it goes from 1 to 16 MiB"},
    {"stack: 17 MiB\n", "x.yaml, stack: 17 MiB is out of range, it goes from 1 to 16 MiB"},
    {"heap: 2 GiB\n", "x.yaml, heap: 2 GiB is out of range, it goes from 0 to 1 GiB"},
    {"memory: 1 KiB\n", "x.yaml, memory: 1 KiB is out of range, it goes from 4 KiB to 1024 GiB"},
    {"slots: 4 KiB\n", "x.yaml, slots: '4 KiB' is not a number; write 100 or 0x64"},
    {"slots: 10\n", "x.yaml, slots: 10 is out of range, it goes from 64 to 65536"},
    {"fault-handler: out\n",
     "x.yaml, fault-handler: 'out' is neither monitor nor one of its endpoints"},
    {"fault-handler: out\nendpoints: [{name: out, rights: send}]\n",
     "x.yaml, fault-handler: the rights of 'out' have to include call"},
    {"arguments: [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]\n",
     "x.yaml, arguments: there can be 15 of 2024 bytes in all"},
    {"endpoints: [{name: a}]\n",
     "x.yaml: endpoints, a: the field rights is missing: what may it do there?"},
    {"endpoints: [{name: a, rights: wait}]\n",
     "x.yaml: endpoints, a, rights: 'wait' is none of send + receive + call + grant + all"},
    {"notifications: [{name: a, rights: signal + grant}]\n",
     "x.yaml: notifications, a, rights: 'signal + grant' is none of signal + wait"},
    {"endpoints: [{name: a, rights: \"\"}]\n",
     "x.yaml: endpoints, a, rights: '' is none of send + receive + call + grant + all"},
    {"endpoints: [{name: a, rights: grant}]\n", "x.yaml: a row's rights make no sense"},
    {"endpoints: [{name: tcb, rights: send}]\n",
     "x.yaml: endpoints, tcb, name: every component has a capability of its own that is called "
     "tcb; take another name"},
    {"endpoints: [{name: a, rights: send}]\nports: [{name: a, first: 1}]\n",
     "x.yaml: ports, a, name: two capabilities are called a"},
    {"endpoints: [{name: a, rights: send, badge: x}]\n",
     "x.yaml: endpoints, a, badge: 'x' is not a number; write 100 or 0x64"},
    {"endpoints: [{name: a, shared: b c, rights: send}]\n",
     "x.yaml: endpoints, a, shared: 'b c' is not a name; a name has letters, digits and _, begins "
     "with no digit, and is at most 23 long"},
    {"name: component_of_a_name\nendpoints: [{name: long, rights: send}]\n",
     "x.yaml: endpoints, long: with the component's name the name is too long; give it a shorter "
     "one by shared"},
    {"endpoints: [{name: a, shared: c, rights: send}]\n"
     "notifications: [{name: b, shared: c, rights: wait}]\n",
     "x.yaml: one object cannot be both an endpoint and a notification"},
    {"devices: [{name: a}]\n", "x.yaml: devices, a: the field address is missing"},
    {"devices: [{name: a, address: 0x123}]\n",
     "x.yaml: a device is not in whole pages, or beyond the last address"},
    {"interrupts: [{name: a, number: 1}]\n",
     "x.yaml: interrupts, a: the field notification is missing"},
    {"interrupts: [{name: a, number: 1, notification: b}]\n",
     "x.yaml: interrupts, a, notification: 'b' is none of its notifications"},
    {"notifications: [{name: b, rights: wait}]\n"
     "interrupts: [{name: a, number: 1, notification: b, trigger: up}]\n",
     "x.yaml: interrupts, a, trigger: 'up' is none of default, level, edge, level-low"},
    {"ports: [{name: a, first: 9, last: 8}]\n", "x.yaml: I/O ports are out of range"},
};

static void every_mistake_has_its_sentence(void **state)
{
    (void)state;
    char yaml[2048];

    for (unsigned i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
        struct package_made made;
        struct package_why why;
        snprintf(yaml, sizeof(yaml), "elf: a.elf\n%s", mistakes[i].yaml);
        if (make_yaml(yaml, &made, &why))
            fail_msg("no complaint about %s", yaml);
        assert_string_equal(without_folder(why.text), mistakes[i].why);
    }
}

/* The whole file, its sentence. */
static void mistakes_without_an_elf_file(void **state)
{
    (void)state;
    static const struct mistake rows[] = {
        {"", "x.yaml is empty: at least elf: FILE is needed"},
        {"# nothing\n", "x.yaml is empty: at least elf: FILE is needed"},
        {"name: a\n", "x.yaml: the field elf is missing"},
        {"just text\n", "x.yaml: here fields are expected: {name: value}, or lines of name: value"},
        {"elf: \"\"\n", "x.yaml, elf: it names no file"},
        {"elf: \xff\n", "x.yaml: it is not YAML: invalid leading UTF-8 octet"},
        {"\x7f"
         "ELF\n",
         "x.yaml is no ELF file of a component: the data ends too early"},
    };
    struct package_made made;
    struct package_why why;

    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_false(make_yaml(rows[i].yaml, &made, &why));
        assert_string_equal(without_folder(why.text), rows[i].why);
    }
    assert_false(make_yaml("elf: none.elf\n", &made, &why));
    assert_non_null(strstr(why.text, "x.yaml, elf: cannot read "));
    assert_non_null(strstr(why.text, "/none.elf: No such file or directory"));
    assert_false(make_yaml("elf: /none.elf\n", &made, &why));
    assert_non_null(strstr(why.text, "elf: cannot read /none.elf: No such"));
    assert_false(make_file(".", &made, &why));
    assert_non_null(strstr(why.text, " is not a file"));
    assert_false(make_file("none.yaml", &made, &why));
    assert_non_null(strstr(why.text, "cannot read "));
}

static void elf_files_that_are_none_of_a_component(void **state)
{
    (void)state;
    static const struct {
        size_t offset;
        unsigned bytes;
        uint64_t value;
        const char *why;
    } rows[] = {
        {offsetof(struct elf, header.e_type), 2, ET_DYN,
         "it is a shared object or position-independent; link it with -static -no-pie"},
        {offsetof(struct elf, header.e_type), 2, ET_REL, "it is not linked"},
        {offsetof(struct elf, header.e_machine), 2, EM_MIPS,
         "it is for another processor than x86_64, aarch64 and riscv64"},
        {offsetof(struct elf, header.e_entry), 8, 0x400040,
         "its entry point lies outside its code"},
        {offsetof(struct elf, segments[0].p_flags), 4, PF_R,
         "its entry point lies outside its code"},
        {offsetof(struct elf, segments[1].p_type), 4, PT_INTERP,
         "it wants a dynamic linker; link it with -static"},
        {offsetof(struct elf, segments[1].p_type), 4, PT_DYNAMIC,
         "it wants to be relocated; link it with -static -no-pie"},
        {offsetof(struct elf, segments[0].p_offset), 8, ELF_BYTES,
         "its program headers are malformed"},
        {offsetof(struct elf, header.e_ident[5]), 1, ELFDATA2MSB, "not supported here"},
    };
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct package_made made;
        struct package_why why;
        char expected[256];
        struct elf elf;
        make_elf(&elf);
        memcpy((uint8_t *)&elf + rows[i].offset, &rows[i].value, rows[i].bytes);
        write_bytes("bad.elf", &elf, sizeof(elf));
        assert_false(make_file("bad.elf", &made, &why));
        snprintf(expected, sizeof(expected), "bad.elf is no ELF file of a component: %s",
                 rows[i].why);
        assert_string_equal(without_folder(why.text), expected);
    }
}

static void archives_are_read_back(void **state)
{
    (void)state;
    struct package_made made[2];
    struct package_why why;
    struct package p;
    uint8_t *bytes[2];
    size_t len[2];
    const char *wrong;

    assert_true(make_yaml(everything, &made[0], &why));
    assert_true(make_file("a.elf", &made[1], &why));
    for (unsigned i = 0; i < 2; i++)
        assert_true(package_archive(made, 2, &bytes[i], &len[i], &why));
    assert_int_equal(len[0], len[1]);
    assert_memory_equal(bytes[0], bytes[1], len[0]);
    assert_int_equal(package_open(bytes[0], len[0], NULL, &p, &wrong), ERR_OK);
    assert_string_equal(p.head->name, "ping");
    assert_int_equal(package_open(bytes[0], len[0], "a", &p, &wrong), ERR_OK);
    assert_int_equal(p.elf_bytes, made[1].elf_bytes);
    assert_memory_equal(p.elf, made[1].elf, p.elf_bytes);
    for (unsigned i = 0; i < 2; i++) {
        package_free(&made[i]);
        free(bytes[i]);
    }
    assert_true(package_archive(NULL, 0, &bytes[0], &len[0], &why));
    assert_int_equal(package_open(bytes[0], len[0], NULL, &p, &wrong), ERR_NOT_FOUND);
    free(bytes[0]);
}

static void numbers_and_sizes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_number, is_size;
        uint64_t value;
    } rows[] = {
        {"0", true, true, 0},
        {"010", true, true, 10},
        {"1_000", true, true, 1000},
        {"0xfF", true, true, 255},
        {"18446744073709551615", true, true, UINT64_MAX},
        {"18446744073709551616", false, false, 0},
        {"0xffffffffffffffff", true, true, UINT64_MAX},
        {"16 KiB", false, true, 16384},
        {"16KiB", false, true, 16384},
        {"3 GiB", false, true, 3ull << 30},
        {"12 B", false, true, 12},
        {"17179869184 GiB", false, false, 0},
        {"0x", false, false, 0},
        {"", false, false, 0},
        {"_1", false, false, 0},
        {"1 kib", false, false, 0},
        {"1.5 KiB", false, false, 0},
        {"+1", false, false, 0},
        {" 1", false, false, 0},
    };
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint64_t number = 0, size = 0;
        assert_int_equal(package_number(rows[i].text, &number), rows[i].is_number);
        assert_int_equal(package_size(rows[i].text, &size), rows[i].is_size);
        if (rows[i].is_number)
            assert_int_equal(number, rows[i].value);
        if (rows[i].is_size)
            assert_int_equal(size, rows[i].value);
    }
}

/* A damaged file is refused with a sentence, or what comes of it is good. */
static void random_damage_is_survived(void **state)
{
    (void)state;
    static const char bytes[] = "\n :-,[]{}&*!|>'\"%#@?~0x_aname\t\xff";
    unsigned passed = 0, refused = 0;

    srand(FUZZ_SEED);
    for (unsigned round = 0; round < FUZZ_ROUNDS; round++) {
        char yaml[sizeof(everything)];
        struct package_made made;
        struct package_why why;
        memcpy(yaml, everything, sizeof(yaml));
        for (unsigned i = 0; i < 1 + (unsigned)rand() % 4; i++)
            yaml[(size_t)rand() % (sizeof(yaml) - 1)] = bytes[(size_t)rand() % (sizeof(bytes) - 1)];
        if (make_yaml(yaml, &made, &why)) {
            const struct package_head *head;
            const char *wrong;
            assert_int_equal(package_check(made.head, made.head->size_bytes, &head, &wrong),
                             ERR_OK);
            package_free(&made);
            passed++;
        } else {
            assert_true(strlen(why.text) > 10 && strstr(why.text, "x.yaml"));
            refused++;
        }
    }
    assert_true(passed > 30 && refused > 300);
}

static int set_up(void **state)
{
    (void)state;
    struct elf elf;

    assert_non_null(mkdtemp(temporary_path(folder, sizeof(folder), "test_package_XXXXXX")));
    make_elf(&elf);
    write_bytes("a.elf", &elf, sizeof(elf));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    static const char *const names[] = {"a.elf", "bad.elf", "x.yaml", "7up-rust.v2.elf"};
    char path[256];

    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        unlink(path);
    }
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_arrives),
        cmocka_unit_test(what_is_left_out_is_filled_in),
        cmocka_unit_test(the_elf_file_is_cut),
        cmocka_unit_test(every_mistake_has_its_sentence),
        cmocka_unit_test(mistakes_without_an_elf_file),
        cmocka_unit_test(elf_files_that_are_none_of_a_component),
        cmocka_unit_test(archives_are_read_back),
        cmocka_unit_test(numbers_and_sizes),
        cmocka_unit_test(random_damage_is_survived),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
