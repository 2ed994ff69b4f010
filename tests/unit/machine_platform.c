/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of the platforms: the ranges and extra boot information that real kernels were seen to
 * give, device trees read back with the project's own reader, and root tasks that are none.
 */
#include "host/sim/machine/image.h"
#include "host/sim/machine/platform.h"

#include "arch/lib/fdt.h"
#include "tests/temporary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const archs[] = {"x86_64", "aarch64", "riscv64"};

static const struct platform *boot(const char *arch, struct platform_boot *out)
{
    const struct platform *p = platform_find(arch);
    uint8_t *ram;

    assert_non_null(p);
    assert_ptr_equal(platform_find_elf(p->elf_machine), p);
    ram = mmap(NULL, p->ram_bytes, PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert_true(ram != MAP_FAILED);
    *out = (struct platform_boot){0};
    assert_int_equal(p->boot(out, ram, p->ram_bytes), ERR_OK);
    munmap(ram, p->ram_bytes);
    return p;
}

static void test_regions(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct platform_boot b;
        const struct platform *p = boot(archs[i], &b);
        uint64_t free_bytes = 0;

        for (size_t r = 0; r < b.region_count; r++) {
            const struct sim_region *region = &b.regions[r];
            bool in_ram = region->start >= p->ram_base && region->end <= p->ram_base + p->ram_bytes;
            assert_true(region->start < region->end);
            assert_true(in_ram || region->device);
            free_bytes += region->device ? 0 : region->end - region->start;
            for (size_t s = 0; s < r; s++) {
                assert_true(region->end <= b.regions[s].start || region->start >= b.regions[s].end);
            }
        }
        assert_in_range(free_bytes, p->ram_bytes - 16 * 0x100000, p->ram_bytes);
        assert_int_equal(b.image_paddr % 0x1000, 0);
        platform_boot_free(&b);
    }
}

/* Ends of ranges as boot information of real kernels had them. */
static void test_known_regions(void **state)
{
    static const struct {
        const char *arch;
        uint64_t start, end;
        bool device;
    } known[] = {
        {"x86_64", 0x1ffe0000, 0xfec00000, true},     {"x86_64", 0xfee01000, 0xfffffff0, true},
        {"x86_64", 0xa13000, 0x1ffe0000, false},      {"aarch64", 0x8011000, 0x40000000, true},
        {"aarch64", 0x80000000, 0x10000000000, true}, {"aarch64", 0x40240de0, 0x80000000, false},
        {"riscv64", 0xc600000, 0x80200000, true},     {"riscv64", 0x80222150, 0x140000000, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct platform_boot b;
        bool found = false;

        boot(known[i].arch, &b);
        for (size_t r = 0; r < b.region_count; r++) {
            found |= b.regions[r].start == known[i].start && b.regions[r].end == known[i].end &&
                     b.regions[r].device == known[i].device;
        }
        assert_true(found);
        platform_boot_free(&b);
    }
}

static void test_pc_extras(void **state)
{
    static const uint32_t ids[] = {PLATFORM_EXTRA_ACPI_RSDP, PLATFORM_EXTRA_MEMORY_MAP,
                                   PLATFORM_EXTRA_TSC};
    static const size_t lengths[] = {36, 0x4c4 - 16, 4};
    struct platform_boot b;
    uint8_t sum = 0;

    (void)state;
    boot("x86_64", &b);
    assert_int_equal(b.extra_count, 3);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(b.extra_id[i], ids[i]);
        assert_int_equal(b.extra_len_bytes[i], lengths[i]);
    }
    assert_memory_equal(b.extra[0], "RSD PTR ", 8);
    for (unsigned i = 0; i < 20; i++) {
        sum = (uint8_t)(sum + ((const uint8_t *)b.extra[0])[i]);
    }
    assert_int_equal(sum, 0);
    platform_boot_free(&b);
}

static void test_trees(void **state)
{
    static const struct {
        const char *arch, *uart;
        uint64_t address, memory;
        uint32_t interrupt;
        enum fdt_interrupt_kind kind;
    } want[] = {
        {"aarch64", "arm,pl011", 0x9000000, 0x40000000, 33, FDT_INTERRUPT_GIC},
        {"riscv64", "ns16550a", 0x10000000, 0x80000000, 10, FDT_INTERRUPT_PLIC},
    };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct platform_boot b;
        const struct platform *p = boot(want[i].arch, &b);
        struct fdt tree;
        struct fdt_interrupt interrupt;
        fdt_node node, console, memory;
        uint64_t address, size;

        assert_int_equal(b.extra_count, 1);
        assert_int_equal(b.extra_id[0], PLATFORM_EXTRA_FDT);
        assert_int_equal(fdt_open(b.extra[0], b.extra_len_bytes[0], &tree), ERR_OK);
        assert_int_equal(tree.total_bytes, b.extra_len_bytes[0]);
        assert_int_equal(fdt_find_compatible(&tree, want[i].uart, NULL, &node), ERR_OK);
        assert_int_equal(fdt_reg(&tree, node, 0, &address, &size), ERR_OK);
        assert_int_equal(address, want[i].address);
        assert_int_equal(fdt_interrupt_get(&tree, node, 0, &interrupt), ERR_OK);
        assert_int_equal(interrupt.number, want[i].interrupt);
        assert_int_equal(interrupt.kind, want[i].kind);
        assert_int_equal(fdt_stdout(&tree, &console, NULL), ERR_OK);
        assert_int_equal(console, node);
        assert_int_equal(fdt_find_path(&tree, "/memory", &memory), ERR_OK);
        assert_int_equal(fdt_reg(&tree, memory, 0, &address, &size), ERR_OK);
        assert_int_equal(address, want[i].memory);
        assert_int_equal(size, p->ram_bytes);
        platform_boot_free(&b);
    }
}

static enum err open_bytes(const void *bytes, size_t len_bytes, struct image *image)
{
    char path[256], message[200] = "";
    int fd = mkstemp(temporary_path(path, sizeof path, "machine_platform.XXXXXX"));
    enum err error;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, len_bytes), len_bytes);
    close(fd);
    error = image_open(path, image, message, sizeof message);
    unlink(path);
    assert_int_equal(error != ERR_OK, message[0] != '\0');
    return error;
}

/* A 64-bit ELF file with one segment, by hand. */
struct small_elf {
    uint8_t header[64];
    uint8_t segment[56];
    uint8_t code[16];
};

static void put(uint8_t *at, uint64_t value, unsigned len_bytes)
{
    memcpy(at, &value, len_bytes);
}

static struct small_elf small_elf(unsigned type)
{
    struct small_elf e = {.header = {0x7f, 'E', 'L', 'F', 2, 1, 1}, .code = {1, 2, 3, 4}};

    put(e.header + 16, type, 2);
    put(e.header + 18, ELF_MACHINE_AARCH64, 2);
    put(e.header + 20, 1, 4);
    put(e.header + 24, 0x400010, 8);
    put(e.header + 32, 64, 8);
    put(e.header + 52, 64, 2);
    put(e.header + 54, 56, 2);
    put(e.header + 56, 1, 2);
    put(e.header + 58, 64, 2);
    put(e.segment, ELF_SEGMENT_LOAD, 4);
    put(e.segment + 4, 5, 4);
    put(e.segment + 8, 120, 8);
    put(e.segment + 16, 0x400010, 8);
    put(e.segment + 24, 0x400010, 8);
    put(e.segment + 32, 16, 8);
    put(e.segment + 40, 0x1800, 8);
    put(e.segment + 48, 8, 8);
    return e;
}

static void test_images(void **state)
{
    struct small_elf good = small_elf(ELF_TYPE_EXEC), shared = small_elf(ELF_TYPE_DYN);
    uint8_t room[0x2000] = {0};
    struct image image;
    char message[200];

    (void)state;
    assert_int_equal(open_bytes("not an ELF file at all", 22, &image), ERR_FORMAT);
    assert_int_equal(open_bytes("", 0, &image), ERR_FORMAT);
    assert_int_equal(open_bytes(&shared, sizeof shared, &image), ERR_FORMAT);
    assert_int_equal(open_bytes(&good, sizeof good - 4, &image), ERR_FORMAT);
    assert_int_equal(image_open("/no/such/file", &image, message, sizeof message), ERR_NOT_FOUND);
    assert_int_equal(image_open("/", &image, message, sizeof message), ERR_NOT_FOUND);
    assert_int_equal(open_bytes(&good, sizeof good, &image), ERR_OK);
    assert_int_equal(image.vstart, 0x400000);
    assert_int_equal(image.vend, 0x402000);
    assert_int_equal(image_load(&image, room, 0x1fff), ERR_NO_SPACE);
    assert_int_equal(image_load(&image, room, sizeof room), ERR_OK);
    assert_memory_equal(room + 0x10, good.code, sizeof good.code);
    image_close(&image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_regions),   cmocka_unit_test(test_known_regions),
        cmocka_unit_test(test_pc_extras), cmocka_unit_test(test_trees),
        cmocka_unit_test(test_images),
    };

    return cmocka_run_group_tests_name("machine_platform", tests, NULL, NULL);
}
