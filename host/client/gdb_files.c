/* SPDX-License-Identifier: BSD-2-Clause */
/* ELF files for gdb; see the header. Each is in memory as a whole: components are small. */
#include "host/client/gdb_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/lib/elf.h"

/* Error numbers of gdb's File-I/O ("Errno Values"). */
enum {
    FILEIO_EPERM = 1,
    FILEIO_ENOENT = 2,
    FILEIO_EBADF = 9,
    FILEIO_EINVAL = 22,
    FILEIO_EMFILE = 24
};
enum { FILEIO_O_ACCMODE = 3, FILE_BYTES_MAX = 1 << 30 };

/* --- the list --------------------------------------------------------------------------------- */

static bool read_whole(const char *path, uint8_t **bytes, size_t *len)
{
    FILE *file = fopen(path, "rbe");
    if (!file)
        return false;
    long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    rewind(file);
    if (size < 0 || size > FILE_BYTES_MAX) {
        fclose(file);
        errno = EFBIG;
        return false;
    }
    *len = (size_t)size;
    *bytes = malloc(*len + 1);
    bool ok = *bytes && fread(*bytes, 1, *len, file) == *len;
    fclose(file);
    if (!ok)
        free(*bytes);
    return ok;
}

static char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *name = strdup(slash ? slash + 1 : path);
    size_t len = name ? strlen(name) : 0;
    if (len > 4 && strcmp(name + len - 4, ".elf") == 0)
        name[len - 4] = '\0';
    return name;
}

static void file_free(struct gdb_file *file)
{
    free(file->path);
    free(file->name);
    free(file->bytes);
}

/* The row of a path and name, or a new one; NULL if there is no room. */
static struct gdb_file *row_for(struct gdb_files *f, const char *path, const char *name)
{
    for (size_t i = 0; i < f->count; i++) {
        if (strcmp(f->list[i].path, path) == 0 && strcmp(f->list[i].name, name) == 0) {
            file_free(&f->list[i]);
            return &f->list[i];
        }
    }
    return f->count < GDB_FILES_MAX ? &f->list[f->count++] : NULL;
}

/* The name in NAME=FILE, and `*path` moves on to the file; NULL: it has none. */
static char *name_given(const char **path)
{
    const char *equals = strchr(*path, '=');
    if (!equals || equals == *path || memchr(*path, '/', (size_t)(equals - *path)))
        return NULL;
    char *name = strndup(*path, (size_t)(equals - *path));
    *path = equals + 1;
    return name;
}

bool gdb_files_add(struct gdb_files *f, const char *path, char *why, size_t cap)
{
    char *name = name_given(&path);
    struct gdb_file file = {.path = realpath(path, NULL), .name = name};
    struct elf_file elf;
    if (!file.path || !read_whole(file.path, &file.bytes, &file.len)) {
        snprintf(why, cap, "cannot read %s: %s", path, strerror(errno));
        free(file.path);
        free(name);
        return false;
    }
    if (!file.name)
        file.name = name_of(file.path);
    if (!file.name || elf_open(file.bytes, file.len, &elf) != ERR_OK) {
        snprintf(why, cap, "%s is no ELF file", path);
        file_free(&file);
        return false;
    }
    struct gdb_file *row = row_for(f, file.path, file.name);
    if (!row) {
        snprintf(why, cap, "%s: there are %d files already", path, GDB_FILES_MAX);
        file_free(&file);
        return false;
    }
    *row = file;
    return true;
}

void gdb_files_free(struct gdb_files *f)
{
    for (size_t i = 0; i < f->count; i++)
        file_free(&f->list[i]);
    memset(f, 0, sizeof *f);
}

static bool is_called(const char *text, const char *name, size_t len)
{
    return strlen(text) == len && memcmp(text, name, len) == 0;
}

const struct gdb_file *gdb_files_find(const struct gdb_files *f, const char *name, size_t len)
{
    if (!name)
        return f->count == 1 ? &f->list[0] : NULL;
    for (size_t i = 0; i < f->count; i++) {
        const char *slash = strrchr(f->list[i].path, '/');
        if (is_called(f->list[i].path, name, len) || is_called(f->list[i].name, name, len) ||
            (slash && is_called(slash + 1, name, len)))
            return &f->list[i];
    }
    return NULL;
}

/* --- contents --------------------------------------------------------------------------------- */

/* Bytes of one segment; beyond what the file has of it is zero. */
static void segment_copy(const struct elf_segment *s, uint64_t skip, uint8_t *to, size_t len)
{
    size_t have = skip < s->file_bytes ? (size_t)(s->file_bytes - skip) : 0;
    if (have > len)
        have = len;
    memcpy(to, s->bytes + (have ? skip : 0), have);
    memset(to + have, 0, len - have);
}

bool gdb_file_image(const struct gdb_file *file, uint64_t addr, uint8_t *to, size_t len)
{
    struct elf_file elf;
    struct elf_segment s;
    if (elf_open(file->bytes, file->len, &elf) != ERR_OK)
        return false;
    for (unsigned i = 0; i < elf.segment_count; i++) {
        if (elf_segment_get(&elf, i, &s) != ERR_OK || s.type != ELF_SEGMENT_LOAD)
            continue;
        if (addr < s.vaddr || addr - s.vaddr > s.mem_bytes || len > s.mem_bytes - (addr - s.vaddr))
            continue;
        segment_copy(&s, addr - s.vaddr, to, len);
        return true;
    }
    return false;
}

/* --- vFile ------------------------------------------------------------------------------------ */

static void fail(struct gdb_text *reply, unsigned number)
{
    gdb_text_clear(reply);
    gdb_text_word(reply, "F-1,");
    gdb_text_number(reply, number);
}

static void result(struct gdb_text *reply, uint64_t value)
{
    gdb_text_word(reply, "F");
    gdb_text_number(reply, value);
}

/* `open:name,flags,mode`, the name hexadecimal. */
static void file_open(struct gdb_files *f, struct hex_cursor *args, struct gdb_text *reply)
{
    const uint8_t *comma = memchr(args->at, ',', hex_left(args));
    struct hex_cursor part = {args->at, comma ? comma : args->at};
    struct hex_cursor rest = {part.end, args->end};
    char name[1024];
    uint64_t flags, mode;
    if (!comma || !hex_take_text(&part, name, sizeof name) || !hex_take_char(&rest, ',') ||
        !hex_take_pair(&rest, ',', &flags, &mode) || hex_left(&rest)) {
        fail(reply, FILEIO_EINVAL);
        return;
    }
    const struct gdb_file *file = gdb_files_find(f, name, strlen(name));
    if (!file) {
        fail(reply, FILEIO_ENOENT);
        return;
    }
    if (flags & FILEIO_O_ACCMODE) {
        fail(reply, FILEIO_EPERM);
        return;
    }
    for (unsigned fd = 0; fd < GDB_FILES_OPEN; fd++) {
        if (f->open[fd])
            continue;
        f->open[fd] = (unsigned char)(file - f->list + 1);
        result(reply, fd + 1);
        return;
    }
    fail(reply, FILEIO_EMFILE);
}

/* The open file that a packet names; NULL: the reply is an error. */
static const struct gdb_file *file_take(struct gdb_files *f, struct hex_cursor *args, uint64_t *fd,
                                        struct gdb_text *reply)
{
    if (hex_take_number(args, fd) && *fd >= 1 && *fd <= GDB_FILES_OPEN && f->open[*fd - 1])
        return &f->list[f->open[*fd - 1] - 1];
    fail(reply, FILEIO_EBADF);
    return NULL;
}

/* `pread:fd,count,offset` */
static void file_pread(struct gdb_files *f, struct hex_cursor *args, struct gdb_text *reply)
{
    uint64_t fd, count, offset;
    const struct gdb_file *file = file_take(f, args, &fd, reply);
    if (!file)
        return;
    if (!hex_take_char(args, ',') || !hex_take_pair(args, ',', &count, &offset) || hex_left(args)) {
        fail(reply, FILEIO_EINVAL);
        return;
    }
    size_t have = offset < file->len ? file->len - (size_t)offset : 0;
    size_t room = GDB_WIRE_BYTES / 2;
    size_t len = count < have ? (size_t)count : have;
    if (len > room)
        len = room;
    result(reply, len);
    gdb_text_word(reply, ";");
    gdb_text_bytes(reply, file->bytes + (len ? offset : 0), len);
}

static void file_close(struct gdb_files *f, struct hex_cursor *args, struct gdb_text *reply)
{
    uint64_t fd;
    if (!file_take(f, args, &fd, reply))
        return;
    f->open[fd - 1] = 0;
    result(reply, 0);
}

/* gdb's struct stat: 64 bytes, big endian ("struct stat"); only mode, links and sizes say much. */
static void file_fstat(struct gdb_files *f, struct hex_cursor *args, struct gdb_text *reply)
{
    enum { BYTES = 64, MODE = 8, LINKS = 12, SIZE = 28, BLOCK = 36, BLOCKS = 44 };
    static const struct {
        uint8_t at, bytes;
    } fields[] = {{MODE, 4}, {LINKS, 4}, {SIZE, 8}, {BLOCK, 8}, {BLOCKS, 8}};
    uint8_t stat[BYTES] = {0};
    uint64_t fd;
    const struct gdb_file *file = file_take(f, args, &fd, reply);
    if (!file)
        return;
    const uint64_t values[] = {0100444, 1, file->len, 4096, (file->len + 511) / 512};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        for (unsigned b = 0; b < fields[i].bytes; b++)
            stat[fields[i].at + b] = (uint8_t)(values[i] >> 8 * (fields[i].bytes - 1 - b));
    result(reply, BYTES);
    gdb_text_word(reply, ";");
    gdb_text_bytes(reply, stat, BYTES);
}

static void file_setfs(struct gdb_files *f, struct hex_cursor *args, struct gdb_text *reply)
{
    (void)f;
    (void)args;
    result(reply, 0); /* one file system for all */
}

static void file_refuse(struct gdb_files *f, struct hex_cursor *args, struct gdb_text *reply)
{
    (void)f;
    (void)args;
    fail(reply, FILEIO_EPERM);
}

static void file_readlink(struct gdb_files *f, struct hex_cursor *args, struct gdb_text *reply)
{
    (void)f;
    (void)args;
    fail(reply, FILEIO_EINVAL); /* no link */
}

void gdb_files_close_all(struct gdb_files *f)
{
    memset(f->open, 0, sizeof f->open);
}

static const struct {
    const char *name;
    void (*serve)(struct gdb_files *f, struct hex_cursor *args, struct gdb_text *reply);
} calls[] = {
    {"open:", file_open},     {"pread:", file_pread},       {"close:", file_close},
    {"fstat:", file_fstat},   {"setfs:", file_setfs},       {"pwrite:", file_refuse},
    {"unlink:", file_refuse}, {"readlink:", file_readlink},
};

/* A call that is not known gets the empty reply. */
void gdb_files_serve(struct gdb_files *f, struct hex_cursor *args, struct gdb_text *reply)
{
    gdb_text_clear(reply);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        if (!hex_take_word(args, calls[i].name))
            continue;
        calls[i].serve(f, args, reply);
        return;
    }
}
