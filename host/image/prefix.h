/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A kernel as somebody built or got it: an installed prefix, or a board's folder of a Microkit SDK.
 * This is the only place of the image tool that knows where such a folder keeps what. Everything is
 * read at once, so that a missing or foreign file is complained about before anything is written.
 */
#ifndef HOST_IMAGE_PREFIX_H
#define HOST_IMAGE_PREFIX_H

#include "arch/lib/elf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ranges of memory that the kernel was built for; boards have a handful. */
#define PREFIX_MEMORY_MAX 32

struct file_bytes {
    uint8_t *bytes; /* NULL: there is none */
    size_t len_bytes;
};

struct memory_range {
    uint64_t start;
    uint64_t end;
};

struct json_t; /* jansson's */

struct prefix {
    const char *root;      /* as given; for messages */
    const char *sel4_arch; /* "x86_64", "aarch64", ... */
    struct json_t *config; /* gen_config.json */
    struct file_bytes kernel_file;
    struct elf_file kernel;
    struct file_bytes dtb; /* none on x86 and in an SDK */
    struct memory_range memory[PREFIX_MEMORY_MAX];
    unsigned memory_count; /* 0 on x86, which asks the firmware */
};

/* Reads a whole file. On failure says so on standard error and returns false. */
bool file_read(const char *path, struct file_bytes *out);
void file_free(struct file_bytes *file);

/* Reads the prefix. On failure says in one sentence what is wrong and returns false. */
bool prefix_open(const char *root, struct prefix *out);
void prefix_close(struct prefix *prefix);

/* Values of gen_config.json: a switch (false where absent), a number (`absent` where absent). */
bool prefix_switch(const struct prefix *prefix, const char *name);
uint64_t prefix_number(const struct prefix *prefix, const char *name, uint64_t absent);

#endif
