/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The image tool: where a plan puts things, what it refuses and in which words, the 32-bit copy of
 * a 64-bit kernel, what is read from a kernel's folder, and the QEMU options that follow from it.
 * The kernels here are a few bytes in an ELF file; real ones are booted by the smoke tests.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <elf.h>

#include "host/image/machine_options.h"
#include "host/image/plan.h"
#include "host/image/prefix.h"
#include "host/image/write.h"
#include "tests/temporary.h"

enum {
    SEGMENTS_MAX = 40,
    CONTENT_AT = 0x1000,
    FILE_BYTES = 0x3000,
};

#define KERNEL_OFFSET 0xffffff8000000000ull

struct image {
    uint8_t bytes[FILE_BYTES];
    struct elf_file file;
};

/* `segments` end with one of no memory. */
static void make_image(struct image *image, uint16_t machine, uint64_t entry,
                       const Elf64_Phdr *segments)
{
    Elf64_Ehdr header = {
        .e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, 1},
        .e_type = ET_EXEC,
        .e_machine = machine,
        .e_version = 1,
        .e_entry = entry,
        .e_phoff = sizeof(header),
        .e_ehsize = sizeof(header),
        .e_phentsize = sizeof(Elf64_Phdr),
    };
    while (segments[header.e_phnum].p_memsz > 0)
        header.e_phnum++;
    for (size_t i = 0; i < FILE_BYTES; i++)
        image->bytes[i] = (uint8_t)(i + machine);
    memcpy(image->bytes, &header, sizeof(header));
    memcpy(image->bytes + sizeof(header), segments, header.e_phnum * sizeof(Elf64_Phdr));
    assert_int_equal(elf_open(image->bytes, FILE_BYTES, &image->file), ERR_OK);
}

struct setup {
    struct image kernel, monitor, loader;
    struct memory_range memory;
    struct plan_input input;
};

static void make_setup(struct setup *s)
{
    static const Elf64_Phdr kernel[] = {
        {PT_LOAD, 7, CONTENT_AT, KERNEL_OFFSET + 0x40000000, 0x40000000, 0x800, 0x800, 1},
        {PT_LOAD, 7, CONTENT_AT + 0x800, KERNEL_OFFSET + 0x40001000, 0x40001000, 0x10, 0x5000, 1},
        {.p_memsz = 0},
    };
    static const Elf64_Phdr monitor[] = {
        {PT_LOAD, 6, CONTENT_AT, 0x402000, 0x402000, 0x20, 0x1234, 1},
        {PT_LOAD, 5, CONTENT_AT + 0x20, 0x400100, 0x400100, 0x100, 0x100, 1},
        {.p_memsz = 0},
    };
    static const Elf64_Phdr loader[] = {
        {PT_LOAD, 7, CONTENT_AT, 0, 0, 0x700, 0x1700, 1},
        {.p_memsz = 0},
    };
    memset(s, 0, sizeof(*s));
    make_image(&s->kernel, EM_AARCH64, KERNEL_OFFSET + 0x40000000, kernel);
    make_image(&s->monitor, EM_AARCH64, 0x400100, monitor);
    make_image(&s->loader, EM_AARCH64, 0, loader);
    s->memory = (struct memory_range){0x40000000, 0x80000000};
    s->input = (struct plan_input){
        .kernel = &s->kernel.file,
        .monitor = &s->monitor.file,
        .loader = &s->loader.file,
        .memory = &s->memory,
        .memory_count = 1,
        .pa_bits = 40,
        .core_count = 1,
    };
}

static struct loader_plan head_of(const struct plan_blob *blob)
{
    struct loader_plan head;
    memcpy(&head, blob->bytes + 0x1700, sizeof(head));
    return head;
}

static void plan_places_everything(void **state)
{
    (void)state;
    struct setup s;
    struct plan_blob blob;

    make_setup(&s);
    assert_null(plan_build(&s.input, &blob));
    struct loader_plan head = head_of(&blob);
    assert_int_equal(head.magic, LOADER_MAGIC);
    assert_int_equal(head.kernel_paddr, 0x40000000);
    assert_int_equal(head.kernel_bytes, 0x6000);
    assert_int_equal(head.user_start, 0x40006000);
    assert_int_equal(head.user_end, 0x4000a000); /* 0x400000 to 0x404000 */
    assert_int_equal(head.user_offset, 0x40006000 - 0x400000);
    assert_int_equal(head.user_entry, 0x400100);
    assert_int_equal(head.dtb_bytes, 0);
    assert_int_equal(head.run_paddr, 0x40200000);
    assert_int_equal(blob.run_paddr, head.run_paddr);
    assert_int_equal(blob.len_bytes, head.size_bytes);
    assert_true(head.tables_paddr >= head.run_paddr + head.size_bytes);
    assert_int_equal(head.tables_paddr % LOADER_PAGE_BYTES, 0);
    assert_int_equal(head.core_count, 1);
    assert_int_equal(head.flags, 0);
    /* The size in the Linux Image header, for boot loaders. */
    uint64_t size;
    memcpy(&size, blob.bytes + 16, sizeof(size));
    assert_int_equal(size, blob.len_bytes);
    free(blob.bytes);
}

/* Carries the plan out in a buffer, and compares with what the ELF files say. */
static void plan_leaves_no_gap(void **state)
{
    (void)state;
    struct setup s;
    struct plan_blob blob;
    uint8_t *memory = malloc(0xa000);

    make_setup(&s);
    assert_null(plan_build(&s.input, &blob));
    struct loader_plan head = head_of(&blob);
    memset(memory, 0xee, 0xa000);
    for (unsigned i = 0; i < head.region_count; i++) {
        const struct loader_region *r = &head.regions[i];
        size_t to = (size_t)(r->to_paddr - 0x40000000);
        assert_true(to + r->mem_bytes <= 0xa000);
        assert_true(r->file_bytes <= r->mem_bytes);
        assert_true(r->from_offset + r->file_bytes <= blob.len_bytes);
        memset(memory + to, 0, r->mem_bytes);
        memcpy(memory + to, blob.bytes + r->from_offset, r->file_bytes);
    }
    assert_memory_equal(memory, s.kernel.bytes + CONTENT_AT, 0x800);
    assert_memory_equal(memory + 0x1000, s.kernel.bytes + CONTENT_AT + 0x800, 0x10);
    assert_memory_equal(memory + 0x6100, s.monitor.bytes + CONTENT_AT + 0x20, 0x100);
    assert_memory_equal(memory + 0x8000, s.monitor.bytes + CONTENT_AT, 0x20);
    for (size_t i = 0; i < 0xa000; i++) {
        bool zero = (i >= 0x800 && i < 0x1000) || (i >= 0x1010 && i < 0x6100) ||
                    (i >= 0x6200 && i < 0x8000) || i >= 0x8020;
        if (zero && memory[i] != 0)
            fail_msg("byte 0x%zx is 0x%x", i, memory[i]);
    }
    free(memory);
    free(blob.bytes);
}

static void refuse(struct setup *s, const char *words)
{
    struct plan_blob blob;
    const char *why = plan_build(&s->input, &blob);
    if (!why)
        fail_msg("accepted, instead of \"%s\"", words);
    if (!strstr(why, words))
        fail_msg("said \"%s\" instead of \"%s\"", why, words);
}

static void plan_refuses(void **state)
{
    (void)state;
    struct setup s;
    static uint8_t junk[64];

    make_setup(&s);
    s.memory.end = 0x40200000;
    refuse(&s, "do not fit in the memory");
    make_setup(&s);
    s.memory.start = 0x40001000;
    refuse(&s, "do not fit in the memory");
    make_setup(&s);
    s.input.dtb = (struct file_bytes){junk, sizeof(junk)};
    refuse(&s, "device tree is malformed");
    make_setup(&s);
    s.kernel.file.entry = 0;
    refuse(&s, "kernel's entry");
    make_setup(&s);
    s.monitor.file.entry = 0x404000;
    refuse(&s, "root task's entry");
    make_setup(&s);
    s.loader.file.entry = 4;
    refuse(&s, "linker script");
    make_setup(&s);
    s.input.core_count = LOADER_CORES_MAX + 1;
    refuse(&s, "more cores");
    make_setup(&s);
    s.input.core_count = 2;
    refuse(&s, "no PSCI");
}

static void plan_refuses_segments(void **state)
{
    (void)state;
    struct setup s;
    Elf64_Phdr many[SEGMENTS_MAX] = {0};
    Elf64_Phdr skewed[] = {
        {PT_LOAD, 7, CONTENT_AT, KERNEL_OFFSET + 0x40000000, 0x40000000, 0x10, 0x10, 1},
        {PT_LOAD, 7, CONTENT_AT, KERNEL_OFFSET + 0x40001000, 0x40002000, 0x10, 0x10, 1},
        {.p_memsz = 0},
    };
    Elf64_Phdr shifted[] = {
        {PT_LOAD, 7, CONTENT_AT, KERNEL_OFFSET + 0x40001000, 0x40000000, 0x10, 0x10, 1},
        {.p_memsz = 0},
    };

    make_setup(&s);
    for (unsigned i = 0; i < LOADER_REGIONS_MAX; i++)
        many[i] = (Elf64_Phdr){PT_LOAD, 7, CONTENT_AT, 0x400000 + 0x100 * i, 0x100 * i, 1, 1, 1};
    make_image(&s.monitor, EM_AARCH64, 0x400000, many);
    refuse(&s, "too many segments");
    make_setup(&s);
    make_image(&s.kernel, EM_AARCH64, KERNEL_OFFSET + 0x40000000, skewed);
    refuse(&s, "one distance");
    make_setup(&s);
    make_image(&s.kernel, EM_AARCH64, KERNEL_OFFSET + 0x40001000, shifted);
    refuse(&s, "do not fit");
}

static void kernel_becomes_32_bit(void **state)
{
    (void)state;
    static const Elf64_Phdr segments[] = {
        {PT_LOAD, 5, CONTENT_AT, 0x100000, 0x100000, 0x100, 0x200, 1},
        {PT_NOTE, 4, CONTENT_AT, 0, 0, 0x10, 0x10, 1},
        {PT_LOAD, 7, CONTENT_AT + 0x100, 0xffffffff80110000, 0x110000, 0x80, 0x9000, 1},
        {.p_memsz = 0},
    };
    struct image kernel;
    struct file_bytes out;
    struct elf_file file;
    struct elf_segment segment;

    make_image(&kernel, EM_X86_64, 0x100010, segments);
    assert_null(write_elf32(&kernel.file, &out));
    assert_int_equal(elf_open(out.bytes, out.len_bytes, &file), ERR_OK);
    assert_int_equal(file.word_bytes, 4);
    assert_int_equal(file.machine, ELF_MACHINE_I386);
    assert_int_equal(file.entry, 0x100010);
    assert_int_equal(file.segment_count, 2);
    assert_int_equal(elf_segment_get(&file, 1, &segment), ERR_OK);
    assert_int_equal(segment.paddr, 0x110000);
    assert_int_equal(segment.mem_bytes, 0x9000);
    assert_int_equal(segment.file_bytes, 0x80);
    assert_memory_equal(segment.bytes, kernel.bytes + CONTENT_AT + 0x100, 0x80);
    file_free(&out);

    kernel.file.entry = 0x100000010;
    assert_non_null(write_elf32(&kernel.file, &out));
}

static char folder[128];

static void put_file(const char *name, const void *bytes, size_t len_bytes)
{
    char path[256];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    for (char *slash = path + strlen(folder) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = 0;
        mkdir(path, 0700);
        *slash = '/';
    }
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(bytes, 1, len_bytes, stream), len_bytes);
    fclose(stream);
}

static void put_text(const char *name, const char *text)
{
    put_file(name, text, strlen(text));
}

static void remove_folder(void)
{
    char command[sizeof(folder) + 8];
    snprintf(command, sizeof(command), "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

static const char config_text[] =
    "{\"SEL4_ARCH\": \"aarch64\", \"WORD_SIZE\": \"64\", \"MAX_NUM_NODES\": \"4\","
    " \"PLAT_QEMU_ARM_VIRT\": true, \"ARM_CORTEX_A57\": true, \"ARM_HYPERVISOR_SUPPORT\": true}";
static const char memory_text[] =
    "{\"devices\": [], \"memory\": [{\"start\": 1610612736, \"end\": 2147483648}]}";

/* The same kernel as an installed prefix and as a board's folder of an SDK. */
static void folder_is_read(void **state)
{
    (void)state;
    static const char *const layouts[2][3] = {
        {"bin/kernel.elf", "libsel4/include/kernel/gen_config.json", "support/platform_gen.json"},
        {"elf/sel4.elf", "include/kernel/gen_config.json", "platform_gen.json"},
    };
    struct setup s;
    struct prefix prefix;

    make_setup(&s);
    for (int i = 0; i < 2; i++) {
        assert_non_null(mkdtemp(temporary_path(folder, sizeof(folder), "test_image.XXXXXX")));
        put_file(layouts[i][0], s.kernel.bytes, FILE_BYTES);
        assert_false(prefix_open(folder, &prefix));
        put_text(layouts[i][1], config_text);
        assert_false(prefix_open(folder, &prefix)); /* no memory yet */
        put_text(layouts[i][2], memory_text);
        assert_true(prefix_open(folder, &prefix));
        assert_string_equal(prefix.sel4_arch, "aarch64");
        assert_int_equal(prefix.memory_count, 1);
        assert_int_equal(prefix.memory[0].start, 0x60000000);
        assert_int_equal(prefix_number(&prefix, "MAX_NUM_NODES", 1), 4);
        assert_int_equal(prefix_number(&prefix, "NOTHING", 9), 9);
        assert_true(prefix_switch(&prefix, "ARM_HYPERVISOR_SUPPORT"));
        assert_false(prefix_switch(&prefix, "NOTHING"));
        assert_null(prefix.dtb.bytes);
        prefix_close(&prefix);

        put_text(layouts[i][1], "{\"SEL4_ARCH\": \"aarch64\", \"WORD_SIZE\": \"32\"}");
        assert_false(prefix_open(folder, &prefix));
        put_text(layouts[i][1], "{}");
        assert_false(prefix_open(folder, &prefix));
        put_text(layouts[i][1], "{\"SEL4_ARCH\"");
        assert_false(prefix_open(folder, &prefix));
        put_text(layouts[i][1], config_text);
        put_text(layouts[i][2], "{\"memory\": [{\"start\": 9, \"end\": 9}]}");
        assert_false(prefix_open(folder, &prefix));
        put_text(layouts[i][2], memory_text);
        put_text(layouts[i][0], "no ELF file");
        assert_false(prefix_open(folder, &prefix));
        remove_folder();
    }
}

/* The options as one line, for comparing. */
static void qemu_line(const char *config, const char *image, char *line, size_t cap)
{
    struct setup s;
    struct prefix prefix;

    make_setup(&s);
    assert_non_null(mkdtemp(temporary_path(folder, sizeof(folder), "test_image.XXXXXX")));
    put_file("bin/kernel.elf", s.kernel.bytes, FILE_BYTES);
    put_text("libsel4/include/kernel/gen_config.json", config);
    put_text("support/platform_gen.json", memory_text);
    assert_true(prefix_open(folder, &prefix));
    memset(line, 0, cap);
    FILE *stream = fmemopen(line, cap, "w");
    bool printed = machine_print(&prefix, image, stream);
    fclose(stream);
    if (!printed)
        strcpy(line, "refused");
    for (char *c = line; *c; c++) {
        if (*c == '\n')
            *c = ' ';
    }
    prefix_close(&prefix);
    remove_folder();
}

static void qemu_options_follow(void **state)
{
    (void)state;
    char line[1024];

    qemu_line(config_text, "F", line, sizeof(line));
    assert_string_equal(line,
                        "qemu-system-aarch64 -accel tcg -nic none -display none -monitor none "
                        "-no-reboot -machine virt,virtualization=on -cpu cortex-a57 -m 1024 "
                        "-smp 4 -semihosting-config enable=on,userspace=on -kernel F ");
    qemu_line("{\"SEL4_ARCH\": \"x86_64\", \"WORD_SIZE\": \"64\", \"PLAT_PC99\": true}", "F", line,
              sizeof(line));
    assert_string_equal(line, "qemu-system-x86_64 -accel tcg -nic none -display none -monitor none "
                              "-no-reboot -cpu max -m 512 -device "
                              "isa-debug-exit,iobase=0xf4,iosize=4 -kernel F -initrd F.initrd ");
    qemu_line("{\"SEL4_ARCH\": \"aarch64\", \"WORD_SIZE\": \"64\"}", NULL, line, sizeof(line));
    assert_string_equal(line, "refused");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plan_places_everything), cmocka_unit_test(plan_leaves_no_gap),
        cmocka_unit_test(plan_refuses),           cmocka_unit_test(plan_refuses_segments),
        cmocka_unit_test(kernel_becomes_32_bit),  cmocka_unit_test(folder_is_read),
        cmocka_unit_test(qemu_options_follow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
