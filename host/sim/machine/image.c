/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading and placing the root task. See image.h.
 */
#include "host/sim/machine/image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE_MASK 0xfffULL

static enum err read_file(const char *path, struct image *out)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t at = 0;

    if (fd < 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        int error = errno;
        if (fd >= 0) {
            close(fd);
            errno = error ? error : EINVAL;
        }
        return ERR_NOT_FOUND;
    }
    out->len_bytes = (size_t)status.st_size;
    out->bytes = malloc(out->len_bytes + 1);
    while (out->bytes && at < out->len_bytes) {
        ssize_t n = read(fd, out->bytes + at, out->len_bytes - at);
        if (n <= 0) {
            break;
        }
        at += (size_t)n;
    }
    close(fd);
    return !out->bytes ? ERR_NO_MEMORY : at == out->len_bytes ? ERR_OK : ERR_TRUNCATED;
}

static const char *check(struct image *image)
{
    struct elf_extent extent;
    struct elf_segment segment;

    if (elf_open(image->bytes, image->len_bytes, &image->elf) != ERR_OK) {
        return "it is no ELF file that can be read";
    }
    if (image->elf.type != ELF_TYPE_EXEC) {
        return "it is not linked statically at fixed addresses";
    }
    for (unsigned i = 0; i < image->elf.segment_count; i++) {
        if (elf_segment_get(&image->elf, i, &segment) == ERR_OK &&
            segment.type == ELF_SEGMENT_INTERP) {
            return "it wants a dynamic linker";
        }
    }
    if (elf_load_extent(&image->elf, &extent) != ERR_OK) {
        return "its segments are malformed, or there are none";
    }
    image->vstart = extent.virtual_start & ~PAGE_MASK;
    image->vend = (extent.virtual_end + PAGE_MASK) & ~PAGE_MASK;
    return NULL;
}

enum err image_open(const char *path, struct image *out, char *message, size_t message_bytes)
{
    const char *wrong;
    enum err error;

    *out = (struct image){0};
    errno = 0;
    error = read_file(path, out);
    if (error) {
        snprintf(message, message_bytes, "cannot read %s: %s", path,
                 errno ? strerror(errno) : err_text(error));
        image_close(out);
        return error;
    }
    wrong = check(out);
    if (wrong) {
        snprintf(message, message_bytes, "%s is no root task: %s", path, wrong);
        image_close(out);
        return ERR_FORMAT;
    }
    return ERR_OK;
}

void image_close(struct image *image)
{
    free(image->bytes);
    image->bytes = NULL;
}

enum err image_load(const struct image *image, uint8_t *at, uint64_t room_bytes)
{
    struct elf_segment segment;

    if (image->vend - image->vstart > room_bytes) {
        return ERR_NO_SPACE;
    }
    for (unsigned i = 0; i < image->elf.segment_count; i++) {
        enum err error = elf_segment_get(&image->elf, i, &segment);
        if (error) {
            return error;
        }
        if (segment.type == ELF_SEGMENT_LOAD && segment.file_bytes > 0) {
            memcpy(at + (segment.vaddr - image->vstart), segment.bytes, segment.file_bytes);
        }
    }
    return ERR_OK;
}
