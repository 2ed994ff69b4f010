/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See package_make.h: reads the files, tells YAML from ELF, and joins the parts.
 */
#include "host/package/package_make.h"
#include "host/package/cpio_write.h"
#include "host/package/package_elf.h"
#include "host/package/package_fill.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    YAML_MAX_BYTES = 1 << 20,
    ELF_MAX_BYTES = 256 << 20,
    PATH_BYTES = 4096,
};

struct content {
    uint8_t *bytes;
    size_t len_bytes;
};

static bool read_stream(FILE *stream, size_t most_bytes, const char *path, struct content *out,
                        struct package_why *why)
{
    struct stat status;

    if (fstat(fileno(stream), &status) != 0 || !S_ISREG(status.st_mode))
        return package_fail(why, "%s is not a file", path);
    if ((uint64_t)status.st_size > most_bytes)
        return package_fail(why, "%s has more than %zu MiB, which is too much for a component",
                            path, most_bytes >> 20);
    out->len_bytes = (size_t)status.st_size;
    out->bytes = malloc(out->len_bytes + 1);
    if (!out->bytes || fread(out->bytes, 1, out->len_bytes, stream) != out->len_bytes)
        return package_fail(why, "cannot read %s", path);
    return true;
}

static bool read_file(const char *path, size_t most_bytes, struct content *out,
                      struct package_why *why)
{
    FILE *stream = fopen(path, "rb");

    *out = (struct content){0};
    if (!stream)
        return package_fail(why, "cannot read %s: %s", path, strerror(errno));
    bool good = read_stream(stream, most_bytes, path, out, why);
    fclose(stream);
    if (!good) {
        free(out->bytes);
        out->bytes = NULL;
    }
    return good;
}

static bool is_elf(const struct content *content)
{
    return content->len_bytes >= 4 && memcmp(content->bytes, "\177ELF", 4) == 0;
}

/* A name of a file's: without folder and suffix, what no name can have made _. */
static void name_of_file(const char *path, char name[PACKAGE_NAME_BYTES])
{
    const char *slash = strrchr(path, '/');
    const char *from = slash ? slash + 1 : path;
    const char *dot = strrchr(from, '.');
    size_t len = dot && dot != from ? (size_t)(dot - from) : strlen(from);

    snprintf(name, PACKAGE_NAME_BYTES, "%s%.*s", from[0] >= '0' && from[0] <= '9' ? "_" : "",
             (int)len, from);
    for (char *c = name; *c; c++) {
        char one[] = {'a', *c, 0};
        if (!package_name_is_legal(one))
            *c = '_';
    }
}

/* `elf` is relative to the YAML file's folder. */
static char *path_beside(const char *path, const char *elf)
{
    const char *slash = strrchr(path, '/');
    int folder = slash && elf[0] != '/' ? (int)(slash - path) + 1 : 0;
    size_t cap = (size_t)folder + strlen(elf) + 1;
    char *joined = malloc(cap);

    if (joined)
        snprintf(joined, cap, "%.*s%s", folder, path, elf);
    return joined;
}

/* Takes the bytes of an ELF file. */
static bool take_elf(const struct content *content, struct package_made *out,
                     struct package_why *why)
{
    out->elf = content->bytes;
    if (!package_elf_check(out->elf_path, out->elf, content->len_bytes, &out->machine, why))
        return false;
    out->elf_bytes = package_elf_cut(out->elf, content->len_bytes);
    return true;
}

static bool make_bare(const char *path, const struct content *content, struct package_made *out,
                      struct package_why *why)
{
    static const struct package_text nothing;
    char name[PACKAGE_NAME_BYTES];

    out->elf = content->bytes;
    out->elf_path = strdup(path);
    name_of_file(path, name);
    if (!out->elf_path)
        return package_fail(why, "there is no memory left");
    if (!take_elf(content, out, why))
        return false;
    out->head = package_fill(path, name, &nothing, why);
    return out->head != NULL;
}

static bool make_described(const char *path, const struct package_text *text,
                           struct package_made *out, struct package_why *why)
{
    char name[PACKAGE_NAME_BYTES];
    struct content elf;

    name_of_file(path, name);
    out->head = package_fill(path, name, text, why);
    if (!out->head)
        return false;
    if (text->elf[0] == 0)
        return package_fail(why, "%s, elf: it names no file", path);
    out->elf_path = path_beside(path, text->elf);
    if (!out->elf_path)
        return package_fail(why, "there is no memory left");
    struct package_why inner;
    if (!read_file(out->elf_path, ELF_MAX_BYTES, &elf, &inner) || !take_elf(&elf, out, &inner))
        return package_fail(why, "%s, elf: %.*s", path, (int)sizeof(inner.text) / 2, inner.text);
    return true;
}

bool package_make(const char *path, struct package_made *out, struct package_why *why)
{
    struct content content;
    bool good;

    *out = (struct package_made){0};
    if (!read_file(path, ELF_MAX_BYTES, &content, why))
        return false;
    if (is_elf(&content)) {
        good = make_bare(path, &content, out, why); /* owns the bytes now */
    } else if (content.len_bytes > YAML_MAX_BYTES) {
        good = package_fail(why, "%s is neither an ELF file nor YAML", path);
        free(content.bytes);
    } else {
        struct package_text *text = package_text_read(path, content.bytes, content.len_bytes, why);
        good = text && make_described(path, text, out, why);
        package_text_free(text);
        free(content.bytes);
    }
    if (!good)
        package_free(out);
    return good;
}

void package_free(struct package_made *made)
{
    free(made->head);
    free(made->elf);
    free(made->elf_path);
    *made = (struct package_made){0};
}

bool package_archive(const struct package_made *made, unsigned count, uint8_t **bytes,
                     size_t *len_bytes, struct package_why *why)
{
    struct cpio_writer to = {0};
    char member[PACKAGE_NAME_BYTES + sizeof(".component")];

    for (unsigned i = 0; i < count; i++) {
        const struct package_head *head = made[i].head;
        snprintf(member, sizeof(member), "%s.component", head->name);
        cpio_add(&to, member, head, head->size_bytes);
        snprintf(member, sizeof(member), "%s.elf", head->name);
        cpio_add(&to, member, made[i].elf, made[i].elf_bytes);
    }
    if (!cpio_finish(&to)) {
        free(to.bytes);
        return package_fail(why, "there is no memory left for the archive");
    }
    *bytes = to.bytes;
    *len_bytes = to.len_bytes;
    return true;
}
