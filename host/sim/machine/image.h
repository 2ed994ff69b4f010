/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The root task's file: a static ELF program, read as the real loaders do. Its virtual range is
 * kept, its pages lie one after another in physical memory. Used by machine.c.
 */
#ifndef SIM_MACHINE_IMAGE_H
#define SIM_MACHINE_IMAGE_H

#include "arch/lib/elf.h"

#include <stddef.h>
#include <stdint.h>

struct image {
    uint8_t *bytes; /* the whole file */
    size_t len_bytes;
    struct elf_file elf;
    uint64_t vstart, vend; /* page aligned */
};

/* Reads and checks. On an error `message` says what is wrong with the file. */
enum err image_open(const char *path, struct image *out, char *message, size_t message_bytes);
void image_close(struct image *image);

/* Puts the segments into RAM, the page at vstart at `at`; the rest of the range is left as it is
 * (RAM begins as zeros). ERR_NO_SPACE if it does not fit. */
enum err image_load(const struct image *image, uint8_t *at, uint64_t room_bytes);

#endif
