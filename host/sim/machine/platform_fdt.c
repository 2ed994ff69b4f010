/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device trees of the platforms. See platform_fdt.h.
 */
#include "host/sim/machine/platform_fdt.h"

#include <stdlib.h>
#include <string.h>

/* Free memory begins at a multiple of the smallest untyped. */
#define UNTYPED_MIN_BYTES 16ULL

#define PAGE_BYTES 0x1000ULL

/* Where the header of a tree says how long it is. */
#define TOTAL_BYTES_OFFSET 4

static uint64_t round_up(uint64_t value, uint64_t to)
{
    return (value + to - 1) & ~(to - 1);
}

static void set_memory(struct fdt_row *rows, size_t row_count, const uint32_t *cells)
{
    static const uint32_t zeros[4];

    for (size_t i = 0; i < row_count; i++) {
        if (rows[i].kind == FDT_ROW_CELLS && strcmp(rows[i].name, PLATFORM_FDT_MEMORY) == 0 &&
            rows[i].len_bytes == sizeof zeros && memcmp(rows[i].value, zeros, sizeof zeros) == 0) {
            rows[i].value = cells;
        }
    }
}

/* A tree may say that it is longer than what is in it. */
static enum err pad(struct platform_boot *boot, size_t used_bytes, size_t len_bytes)
{
    uint8_t *grown;

    if (used_bytes >= len_bytes) {
        return ERR_OK;
    }
    grown = realloc(boot->blob, len_bytes);
    if (!grown) {
        return ERR_NO_MEMORY;
    }
    boot->blob = grown;
    memset(grown + used_bytes, 0, len_bytes - used_bytes);
    for (unsigned i = 0; i < 4; i++) {
        grown[TOTAL_BYTES_OFFSET + i] = (uint8_t)(len_bytes >> (24 - 8 * i));
    }
    return ERR_OK;
}

enum err platform_fdt_add(struct platform_boot *boot, const struct fdt_row *rows, size_t row_count,
                          size_t len_bytes, uint64_t ram_base, uint64_t ram_bytes)
{
    const uint32_t cells[] = {(uint32_t)(ram_base >> 32), (uint32_t)ram_base,
                              (uint32_t)(ram_bytes >> 32), (uint32_t)ram_bytes};
    struct fdt_row *copy = malloc(row_count * sizeof *copy);
    size_t used_bytes = 0;
    enum err error;

    if (!copy) {
        return ERR_NO_MEMORY;
    }
    memcpy(copy, rows, row_count * sizeof *copy);
    set_memory(copy, row_count, cells);
    error = fdt_write(copy, row_count, &boot->blob, &used_bytes);
    free(copy);
    if (!error) {
        error = pad(boot, used_bytes, len_bytes);
    }
    if (!error) {
        platform_add_extra(boot, PLATFORM_EXTRA_FDT, boot->blob,
                           used_bytes > len_bytes ? used_bytes : len_bytes);
    }
    return error;
}

uint64_t platform_fdt_reserve(struct platform_boot *boot, uint64_t at)
{
    uint64_t end = at + boot->extra_len_bytes[0];

    boot->image_paddr = round_up(end, PAGE_BYTES);
    return round_up(end, UNTYPED_MIN_BYTES);
}
