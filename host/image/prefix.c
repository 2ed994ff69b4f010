/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading a kernel's folder: one table says where each kind of file may lie, the first hit counts.
 * gen_config.json holds switches as booleans and everything else as text.
 */
#include "host/image/prefix.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum piece {
    PIECE_KERNEL,
    PIECE_CONFIG,
    PIECE_DTB,
    PIECE_MEMORY,
    PIECE_COUNT,
};

enum {
    PLACES_MAX = 3,
    PATH_BYTES = 4096,
};

struct piece_row {
    const char *what;
    const char *places[PLACES_MAX]; /* installed prefix, then SDK */
};

static const struct piece_row piece_rows[PIECE_COUNT];

void file_free(struct file_bytes *file)
{
    free(file->bytes);
    *file = (struct file_bytes){0};
}

static bool read_all(FILE *stream, struct file_bytes *out)
{
    size_t cap = 0, len = 0;
    uint8_t *bytes = NULL;

    do {
        if (len == cap) {
            cap = cap ? cap * 2 : 1 << 16;
            uint8_t *more = realloc(bytes, cap);
            if (!more)
                break;
            bytes = more;
        }
        len += fread(bytes + len, 1, cap - len, stream);
    } while (!feof(stream) && !ferror(stream));
    if (!feof(stream) || ferror(stream)) {
        free(bytes);
        return false;
    }
    *out = (struct file_bytes){bytes, len};
    return true;
}

bool file_read(const char *path, struct file_bytes *out)
{
    FILE *stream = fopen(path, "rb");
    bool read = stream && read_all(stream, out);

    if (!read) {
        fprintf(stderr, "sel4image: ");
        perror(path);
    }
    if (stream)
        fclose(stream);
    return read;
}

/* The path of a piece, false if the prefix has none. */
static bool piece_path(const char *root, enum piece piece, char path[PATH_BYTES])
{
    for (unsigned i = 0; i < PLACES_MAX && piece_rows[piece].places[i]; i++) {
        int n = snprintf(path, PATH_BYTES, "%s/%s", root, piece_rows[piece].places[i]);
        if (n < PATH_BYTES && access(path, R_OK) == 0)
            return true;
    }
    return false;
}

static bool piece_missing(const char *root, enum piece piece)
{
    const struct piece_row *row = &piece_rows[piece];

    fprintf(stderr, "sel4image: %s is not an installed kernel: it has no %s (looked for %s", root,
            row->what, row->places[0]);
    for (unsigned i = 1; i < PLACES_MAX && row->places[i]; i++)
        fprintf(stderr, ", %s", row->places[i]);
    fprintf(stderr, ").\n");
    return false;
}

static bool open_config(const char *root, struct prefix *out)
{
    char path[PATH_BYTES];
    json_error_t error;

    if (!piece_path(root, PIECE_CONFIG, path))
        return piece_missing(root, PIECE_CONFIG);
    out->config = json_load_file(path, 0, &error);
    out->sel4_arch = json_string_value(json_object_get(out->config, "SEL4_ARCH"));
    if (out->sel4_arch)
        return true;
    fprintf(stderr, "sel4image: %s does not say which architecture the kernel is for.\n", path);
    return false;
}

static bool open_kernel(const char *root, struct prefix *out)
{
    char path[PATH_BYTES];
    enum err e;

    if (!piece_path(root, PIECE_KERNEL, path))
        return piece_missing(root, PIECE_KERNEL);
    if (!file_read(path, &out->kernel_file))
        return false;
    e = elf_open(out->kernel_file.bytes, out->kernel_file.len_bytes, &out->kernel);
    if (e) {
        fprintf(stderr, "sel4image: %s is not an ELF file of a kernel: %s.\n", path, err_text(e));
        return false;
    }
    if (out->kernel.word_bytes * 8 == prefix_number(out, "WORD_SIZE", 0))
        return true;
    fprintf(stderr, "sel4image: %s is not of the word size that its configuration says.\n", path);
    return false;
}

static bool add_memory(const json_t *ranges, struct prefix *out)
{
    size_t i;
    json_t *range;

    if (json_array_size(ranges) == 0 || json_array_size(ranges) > PREFIX_MEMORY_MAX)
        return false;
    json_array_foreach(ranges, i, range)
    {
        const json_t *start = json_object_get(range, "start");
        const json_t *end = json_object_get(range, "end");
        if (!json_is_integer(start) || !json_is_integer(end) ||
            json_integer_value(start) >= json_integer_value(end))
            return false;
        out->memory[out->memory_count++] = (struct memory_range){
            (uint64_t)json_integer_value(start), (uint64_t)json_integer_value(end)};
    }
    return true;
}

/* The device tree may be missing, the memory only on x86. */
static bool open_platform(const char *root, struct prefix *out)
{
    char path[PATH_BYTES];
    json_error_t error;

    if (strcmp(out->sel4_arch, "x86_64") == 0 || strcmp(out->sel4_arch, "ia32") == 0)
        return true;
    if (piece_path(root, PIECE_DTB, path) && !file_read(path, &out->dtb))
        return false;
    if (!piece_path(root, PIECE_MEMORY, path))
        return piece_missing(root, PIECE_MEMORY);
    json_t *platform = json_load_file(path, 0, &error);
    bool good = add_memory(json_object_get(platform, "memory"), out);
    json_decref(platform);
    if (!good)
        fprintf(stderr, "sel4image: %s does not list the memory.\n", path);
    return good;
}

bool prefix_open(const char *root, struct prefix *out)
{
    *out = (struct prefix){.root = root};
    if (open_config(root, out) && open_kernel(root, out) && open_platform(root, out))
        return true;
    prefix_close(out);
    return false;
}

void prefix_close(struct prefix *prefix)
{
    file_free(&prefix->kernel_file);
    file_free(&prefix->dtb);
    json_decref(prefix->config);
    *prefix = (struct prefix){0};
}

bool prefix_switch(const struct prefix *prefix, const char *name)
{
    return json_is_true(json_object_get(prefix->config, name));
}

uint64_t prefix_number(const struct prefix *prefix, const char *name, uint64_t absent)
{
    const json_t *value = json_object_get(prefix->config, name);

    if (json_is_integer(value))
        return (uint64_t)json_integer_value(value);
    return json_is_string(value) ? strtoull(json_string_value(value), NULL, 0) : absent;
}

static const struct piece_row piece_rows[PIECE_COUNT] = {
    [PIECE_KERNEL] = {"kernel", {"bin/kernel.elf", "elf/sel4.elf"}},
    [PIECE_CONFIG] = {"configuration",
                      {"libsel4/include/kernel/gen_config.json", "include/kernel/gen_config.json"}},
    [PIECE_DTB] = {"device tree", {"support/kernel.dtb"}},
    [PIECE_MEMORY] = {"platform description", {"support/platform_gen.json", "platform_gen.json"}},
};
