/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device-tree reader, on a tree that dtc made of test_fdt.dts (its path is the first argument):
 * what it answers, and that neither cutting nor damaging the tree makes it read outside.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arch/lib/fdt.h"

static uint8_t *blob;
static size_t blob_bytes;

static uint8_t *copy_of(size_t len_bytes)
{
    uint8_t *copy = malloc(len_bytes ? len_bytes : 1);
    memcpy(copy, blob, len_bytes);
    return copy;
}

static void put32(uint8_t *p, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(value >> (24 - 8 * i));
}

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static struct fdt open_tree(void)
{
    struct fdt tree;
    assert_int_equal(fdt_open(blob, blob_bytes, &tree), ERR_OK);
    return tree;
}

static fdt_node path_of(const struct fdt *tree, const char *path)
{
    fdt_node node = 0;
    enum err e = fdt_find_path(tree, path, &node);
    if (e)
        fail_msg("%s: %s", path, err_name(e));
    return node;
}

static void test_walk(void **state)
{
    (void)state;
    struct fdt tree = open_tree();
    fdt_node node, parent;
    unsigned count = 1;

    assert_string_equal(fdt_name(&tree, tree.root), "");
    assert_int_equal(fdt_child(&tree, tree.root, &node), ERR_OK);
    assert_string_equal(fdt_name(&tree, node), "aliases");
    assert_int_equal(fdt_sibling(&tree, node, &node), ERR_OK);
    assert_string_equal(fdt_name(&tree, node), "chosen");
    assert_int_equal(fdt_child(&tree, node, &node), ERR_NOT_FOUND);
    assert_int_equal(fdt_sibling(&tree, tree.root, &node), ERR_NOT_FOUND);
    assert_int_equal(fdt_parent(&tree, tree.root, &node), ERR_NOT_FOUND);

    node = path_of(&tree, "/soc/inner/chip@7e300000");
    assert_int_equal(fdt_parent(&tree, node, &parent), ERR_OK);
    assert_string_equal(fdt_name(&tree, parent), "inner");
    assert_int_equal(fdt_sibling(&tree, node, &node), ERR_NOT_FOUND);

    for (node = tree.root; fdt_next(&tree, node, &node) == ERR_OK;)
        count++;
    assert_int_equal(count, 21);
    /* An offset that is no node. */
    assert_int_equal(fdt_child(&tree, 2, &node), ERR_FORMAT);
    assert_int_equal(fdt_child(&tree, tree.struct_bytes, &node), ERR_TRUNCATED);
}

static void test_paths(void **state)
{
    (void)state;
    struct fdt tree = open_tree();
    fdt_node node;

    assert_int_equal(path_of(&tree, "/"), tree.root);
    assert_string_equal(fdt_name(&tree, path_of(&tree, "/soc/serial@7e215040")), "serial@7e215040");
    assert_string_equal(fdt_name(&tree, path_of(&tree, "/soc/serial")), "serial@7e201000");
    assert_string_equal(fdt_name(&tree, path_of(&tree, "serial0")), "serial@7e201000");
    assert_string_equal(fdt_name(&tree, path_of(&tree, "bus/i2c/sensor@48")), "sensor@48");
    assert_string_equal(fdt_name(&tree, path_of(&tree, "serial0:9600")), "serial@7e201000");
    assert_int_equal(fdt_find_path(&tree, "/soc/seria", &node), ERR_NOT_FOUND);
    assert_int_equal(fdt_find_path(&tree, "/soc/serial@7e20100", &node), ERR_NOT_FOUND);
    assert_int_equal(fdt_find_path(&tree, "serial", &node), ERR_NOT_FOUND);
    assert_int_equal(fdt_find_path(&tree, "", &node), ERR_NOT_FOUND);
}

static void test_compatible(void **state)
{
    (void)state;
    struct fdt tree = open_tree();
    fdt_node node;

    assert_true(fdt_is_compatible(&tree, tree.root, "test,family"));
    assert_false(fdt_is_compatible(&tree, tree.root, "test,fam"));
    assert_int_equal(fdt_find_compatible(&tree, "simple-bus", NULL, &node), ERR_OK);
    assert_string_equal(fdt_name(&tree, node), "soc");
    assert_int_equal(fdt_find_compatible(&tree, "simple-bus", &node, &node), ERR_OK);
    assert_string_equal(fdt_name(&tree, node), "inner");
    assert_int_equal(fdt_find_compatible(&tree, "simple-bus", &node, &node), ERR_NOT_FOUND);
    assert_true(fdt_is_enabled(&tree, path_of(&tree, "/cpus/cpu@1")));
    assert_false(fdt_is_enabled(&tree, path_of(&tree, "/cpus/cpu@101")));
    assert_true(fdt_is_enabled(&tree, path_of(&tree, "/soc/serial@7e215040")));
}

static void test_properties(void **state)
{
    (void)state;
    struct fdt tree = open_tree();
    struct fdt_property p;
    const char *text;
    uint32_t cell;

    assert_int_equal(fdt_property_find(&tree, tree.root, "compatible", &p), ERR_OK);
    assert_int_equal(fdt_text(&p, 1, &text), ERR_OK);
    assert_string_equal(text, "test,family");
    assert_int_equal(fdt_text(&p, 2, &text), ERR_NOT_FOUND);
    assert_int_equal(fdt_property_find(&tree, tree.root, "#size-cells", &p), ERR_OK);
    assert_int_equal(fdt_cell(&p, 0, &cell), ERR_OK);
    assert_int_equal(cell, 2);
    assert_int_equal(fdt_cell(&p, 1, &cell), ERR_NOT_FOUND);
    assert_int_equal(fdt_property_find(&tree, tree.root, "nothing", &p), ERR_NOT_FOUND);
    assert_int_equal(fdt_property_at(&tree, tree.root, 0, &p), ERR_OK);
    assert_string_equal(p.name, "#address-cells");
    assert_int_equal(fdt_property_at(&tree, tree.root, 4, &p), ERR_NOT_FOUND);
    /* Cells that are no text: unended. */
    p = (struct fdt_property){"x", (const uint8_t *)"abc", 3};
    assert_int_equal(fdt_text(&p, 0, &text), ERR_FORMAT);
}

struct reg_row {
    const char *path;
    unsigned index;
    enum err e;
    uint64_t address;
    uint64_t size_bytes;
};

static const struct reg_row reg_rows[] = {
    {"/memory", 0, ERR_OK, 0x40000000, 0x20000000},
    {"/memory", 1, ERR_OK, 0x800000000, 0x100000000},
    {"/memory", 2, ERR_NOT_FOUND, 0, 0},
    {"/cpus/cpu@101", 0, ERR_OK, 0x101, 0},
    {"/soc/serial@7e201000", 0, ERR_OK, 0x3f201000, 0x200},
    {"/soc/inner/chip", 0, ERR_OK, 0x3f300000, 0x100},
    {"/soc/far", 0, ERR_OK, 0x140000010, 0x10},
    {"/soc/nowhere", 0, ERR_UNSUPPORTED, 0, 0},
    {"/soc/i2c/sensor", 0, ERR_UNSUPPORTED, 0, 0},
    {"/soc/both", 0, ERR_NOT_FOUND, 0, 0},
    {"/", 0, ERR_NOT_FOUND, 0, 0},
};

static void test_reg(void **state)
{
    (void)state;
    struct fdt tree = open_tree();

    for (size_t i = 0; i < sizeof(reg_rows) / sizeof(reg_rows[0]); i++) {
        const struct reg_row *row = &reg_rows[i];
        uint64_t address = 0, size = 0;
        enum err e = fdt_reg(&tree, path_of(&tree, row->path), row->index, &address, &size);
        if (e != row->e || address != row->address || size != row->size_bytes)
            fail_msg("%s %u: %s %llx %llx", row->path, row->index, err_name(e),
                     (unsigned long long)address, (unsigned long long)size);
    }
}

struct interrupt_row {
    const char *path;
    unsigned index;
    enum err e;
    enum fdt_interrupt_kind kind;
    uint32_t number;
    bool edge;
};

static const struct interrupt_row interrupt_rows[] = {
    {"/soc/serial@7e201000", 0, ERR_OK, FDT_INTERRUPT_GIC, 33, false},
    {"/soc/serial@7e201000", 1, ERR_OK, FDT_INTERRUPT_GIC, 25, true},
    {"/soc/serial@7e201000", 2, ERR_NOT_FOUND, 0, 0, false},
    {"/soc/serial@7e215040", 0, ERR_OK, FDT_INTERRUPT_PLIC, 10, false},
    {"/soc/both", 0, ERR_OK, FDT_INTERRUPT_PLIC, 7, false},
    {"/soc/both", 1, ERR_OK, FDT_INTERRUPT_GIC, 65, true},
    {"/soc/both", 2, ERR_OK, FDT_INTERRUPT_UNKNOWN, 0, false},
    {"/soc/both", 3, ERR_NOT_FOUND, 0, 0, false},
    {"/soc/broken", 0, ERR_FORMAT, 0, 0, false},
    {"/soc/far", 0, ERR_NOT_FOUND, 0, 0, false},
};

static void test_interrupts(void **state)
{
    (void)state;
    struct fdt tree = open_tree();
    struct fdt_interrupt irq;

    for (size_t i = 0; i < sizeof(interrupt_rows) / sizeof(interrupt_rows[0]); i++) {
        const struct interrupt_row *row = &interrupt_rows[i];
        irq = (struct fdt_interrupt){0};
        enum err e = fdt_interrupt_get(&tree, path_of(&tree, row->path), row->index, &irq);
        if (e != row->e || irq.kind != row->kind || irq.number != row->number ||
            irq.edge != row->edge)
            fail_msg("%s %u: %s kind %d number %u", row->path, row->index, err_name(e), irq.kind,
                     irq.number);
    }
    assert_int_equal(fdt_interrupt_get(&tree, path_of(&tree, "/soc/both"), 2, &irq), ERR_OK);
    assert_int_equal(irq.cell_count, 2);
    assert_int_equal(irq.cells[1], 29);
}

static void test_stdout(void **state)
{
    (void)state;
    struct fdt tree = open_tree();
    fdt_node node;
    const char *options;

    assert_int_equal(fdt_stdout(&tree, &node, &options), ERR_OK);
    assert_string_equal(fdt_name(&tree, node), "serial@7e201000");
    assert_string_equal(options, "115200n8");
    assert_int_equal(fdt_stdout(&tree, &node, NULL), ERR_OK);
}

/* Asks everything of every node; only the sanitizers judge. */
static void exercise(const uint8_t *bytes, size_t len_bytes)
{
    static const char *const paths[] = {"/soc/serial", "serial0", "/cpus/cpu@101"};
    struct fdt tree;
    fdt_node node, other;
    const char *text;

    if (fdt_open(bytes, len_bytes, &tree))
        return;
    node = tree.root;
    do {
        struct fdt_property p;
        struct fdt_interrupt irq;
        uint64_t address, size;
        for (unsigned i = 0; fdt_property_at(&tree, node, i, &p) == ERR_OK; i++) {
            volatile size_t sink = strlen(p.name);
            for (unsigned k = 0; fdt_text(&p, k, &text) == ERR_OK; k++)
                sink += strlen(text);
            (void)sink;
        }
        for (unsigned i = 0; i < 4; i++) {
            (void)fdt_reg(&tree, node, i, &address, &size);
            (void)fdt_interrupt_get(&tree, node, i, &irq);
        }
        (void)fdt_parent(&tree, node, &other);
        (void)fdt_is_enabled(&tree, node);
    } while (fdt_next(&tree, node, &node) == ERR_OK);
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
        (void)fdt_find_path(&tree, paths[i], &node);
    (void)fdt_stdout(&tree, &node, &text);
    (void)fdt_find_compatible(&tree, "arm,pl011", NULL, &node);
}

static void test_every_length(void **state)
{
    (void)state;

    for (size_t len = 0; len < blob_bytes; len++) {
        uint8_t *cut = copy_of(len);
        struct fdt tree;
        assert_int_equal(fdt_open(cut, len, &tree), ERR_TRUNCATED);
        /* The same with a header that says so: then the blocks are cut. */
        if (len >= 40) {
            put32(cut + 4, (uint32_t)len);
            exercise(cut, len);
        }
        free(cut);
    }
}

struct header_row {
    const char *what;
    unsigned offset;
    uint32_t value;
    enum err e;
};

static const struct header_row header_rows[] = {
    {"magic", 0, 0xd00dfeee, ERR_FORMAT},
    {"total too large", 4, 0x7fffffff, ERR_TRUNCATED},
    {"total huge", 4, 0xffffffff, ERR_TRUNCATED},
    {"total tiny", 4, 40, ERR_TRUNCATED},
    {"structure outside", 8, 0x7ffffffc, ERR_TRUNCATED},
    {"structure wraps", 8, 0xfffffffc, ERR_TRUNCATED},
    {"structure unaligned", 8, 0x3a, ERR_FORMAT},
    {"structure in the header", 8, 0x8, ERR_FORMAT},
    {"strings outside", 12, 0x7fffffff, ERR_TRUNCATED},
    {"strings in the header", 12, 0, ERR_FORMAT},
    {"old version", 20, 16, ERR_UNSUPPORTED},
    {"newer only", 24, 18, ERR_UNSUPPORTED},
    {"no strings", 32, 0, ERR_FORMAT},
    {"strings too long", 32, 0xffffffff, ERR_TRUNCATED},
    {"structure too long", 36, 0xfffffffc, ERR_TRUNCATED},
    {"no structure", 36, 0, ERR_TRUNCATED},
    {"structure of odd size", 36, 0x101, ERR_FORMAT},
    {"structure cut", 36, 0x100, ERR_TRUNCATED},
};

static void test_header(void **state)
{
    (void)state;

    for (size_t i = 0; i < sizeof(header_rows) / sizeof(header_rows[0]); i++) {
        uint8_t *bytes = copy_of(blob_bytes);
        struct fdt tree;
        put32(bytes + header_rows[i].offset, header_rows[i].value);
        enum err e = fdt_open(bytes, blob_bytes, &tree);
        if (e != header_rows[i].e)
            fail_msg("%s: %s", header_rows[i].what, err_name(e));
        free(bytes);
    }
}

/* A tree of nothing but the tags given. */
static enum err open_tags(const uint32_t *tags, unsigned count)
{
    uint8_t *bytes = calloc(1, 40 + count * 4 + 4);
    struct fdt tree;
    put32(bytes, 0xd00dfeed);
    put32(bytes + 4, 40 + count * 4 + 4);
    put32(bytes + 8, 40);
    put32(bytes + 12, 40 + count * 4);
    put32(bytes + 20, 17);
    put32(bytes + 24, 16);
    put32(bytes + 32, 4);
    put32(bytes + 36, count * 4);
    for (unsigned i = 0; i < count; i++)
        put32(bytes + 40 + i * 4, tags[i]);
    enum err e = fdt_open(bytes, 40 + count * 4 + 4, &tree);
    free(bytes);
    return e;
}

#define TAGS(...) (const uint32_t[]){__VA_ARGS__}, sizeof((const uint32_t[]){__VA_ARGS__}) / 4

static void test_structure(void **state)
{
    (void)state;
    uint32_t deep[400] = {0};

    assert_int_equal(open_tags(TAGS(1, 0, 2, 9)), ERR_OK);
    assert_int_equal(open_tags(TAGS(4, 1, 0, 4, 2, 4, 9)), ERR_OK);
    assert_int_equal(open_tags(TAGS(9)), ERR_FORMAT);                   /* no root */
    assert_int_equal(open_tags(TAGS(1, 0, 2)), ERR_TRUNCATED);          /* no end */
    assert_int_equal(open_tags(TAGS(1, 0, 9)), ERR_FORMAT);             /* root left open */
    assert_int_equal(open_tags(TAGS(1, 0, 2, 2, 9)), ERR_FORMAT);       /* one end too many */
    assert_int_equal(open_tags(TAGS(1, 0, 2, 1, 0, 2, 9)), ERR_FORMAT); /* two roots */
    assert_int_equal(open_tags(TAGS(3, 0, 0, 1, 0, 2, 9)), ERR_FORMAT); /* outside a node */
    assert_int_equal(open_tags(TAGS(1, 0, 3, 0, 0, 2, 9)), ERR_OK);
    assert_int_equal(open_tags(TAGS(1, 0, 3, 0, 4, 2, 9)), ERR_FORMAT);     /* name outside */
    assert_int_equal(open_tags(TAGS(1, 0, 3, 64, 0, 2, 9)), ERR_TRUNCATED); /* value outside */
    assert_int_equal(open_tags(TAGS(1, 0, 3, 0xffffffff, 0, 2, 9)), ERR_TRUNCATED);
    assert_int_equal(open_tags(TAGS(1, 0, 1, 0, 2, 3, 0, 0, 2, 9)), ERR_FORMAT); /* after a child */
    assert_int_equal(open_tags(TAGS(1, 0, 7, 2, 9)), ERR_FORMAT);                /* unknown tag */
    assert_int_equal(open_tags(TAGS(1, 0x61616161, 0x61616161)), ERR_TRUNCATED); /* unended name */

    for (unsigned n = FDT_DEPTH_MAX; n <= FDT_DEPTH_MAX + 1; n++) {
        unsigned at = 0;
        for (unsigned i = 0; i < n; i++) {
            deep[at++] = 1;
            deep[at++] = 0;
        }
        for (unsigned i = 0; i < n; i++)
            deep[at++] = 2;
        deep[at++] = 9;
        assert_int_equal(open_tags(deep, at), n <= FDT_DEPTH_MAX ? ERR_OK : ERR_FORMAT);
    }
}

/* The same sequence of damage every time, most of it in the structure block. */
static void test_random_damage(void **state)
{
    (void)state;
    uint32_t seed = 1;
    uint32_t structure = get32(blob + 8), structure_bytes = get32(blob + 36);

    for (int round = 0; round < 5000; round++) {
        uint8_t *bytes = copy_of(blob_bytes);
        for (int n = 0; n < 3; n++) {
            seed = seed * 1664525 + 1013904223;
            size_t at =
                round % 4 ? structure + (seed >> 8) % structure_bytes : (seed >> 8) % blob_bytes;
            bytes[at] = round % 2 ? (uint8_t)(seed >> 24) : (uint8_t)(seed >> 24 & 7);
        }
        exercise(bytes, blob_bytes);
        free(bytes);
    }
}

static bool read_blob(const char *path)
{
    FILE *stream = path ? fopen(path, "rb") : NULL;

    if (!stream)
        return false;
    blob = malloc(1 << 16);
    blob_bytes = fread(blob, 1, 1 << 16, stream);
    fclose(stream);
    return blob_bytes > 40;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walk),          cmocka_unit_test(test_paths),
        cmocka_unit_test(test_compatible),    cmocka_unit_test(test_properties),
        cmocka_unit_test(test_reg),           cmocka_unit_test(test_interrupts),
        cmocka_unit_test(test_stdout),        cmocka_unit_test(test_every_length),
        cmocka_unit_test(test_header),        cmocka_unit_test(test_structure),
        cmocka_unit_test(test_random_damage),
    };
    if (!read_blob(argc > 1 ? argv[1] : NULL)) {
        fprintf(stderr, "usage: test_fdt FILE.dtb\n");
        return 64;
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(blob);
    return failed;
}
