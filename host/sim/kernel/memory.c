/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads and writes of guest RAM with bounds checks. Guests are little endian, hosts too.
 */
#include "host/sim/kernel/memory.h"

#include <string.h>

void *memory_host(struct kernel *k, uint64_t paddr, uint64_t len_bytes)
{
    const struct sim_platform *p = k->platform;
    if (paddr < p->ram_base || paddr - p->ram_base > p->ram_bytes ||
        len_bytes > p->ram_bytes - (paddr - p->ram_base)) {
        return NULL;
    }
    return p->ram + (paddr - p->ram_base);
}

void memory_clear(struct kernel *k, uint64_t paddr, uint64_t len_bytes)
{
    const struct sim_platform *p = k->platform;
    uint64_t start = paddr < p->ram_base ? p->ram_base : paddr;
    uint64_t end = paddr + len_bytes;
    if (end > p->ram_base + p->ram_bytes) {
        end = p->ram_base + p->ram_bytes;
    }
    if (start >= end) {
        return;
    }
    if (k->ops->memory_clear) {
        k->ops->memory_clear(k->machine, start, end - start);
    } else {
        memset(p->ram + (start - p->ram_base), 0, end - start);
    }
    k->ops->memory_written(k->machine, start, end - start);
}

bool memory_write(struct kernel *k, uint64_t paddr, const void *from, uint64_t len_bytes)
{
    void *to = memory_host(k, paddr, len_bytes);
    if (!to) {
        return false;
    }
    memmove(to, from, len_bytes); /* two threads may share a buffer */
    k->ops->memory_written(k->machine, paddr, len_bytes);
    return true;
}

uint64_t memory_read_word(struct kernel *k, uint64_t paddr)
{
    uint64_t value = 0;
    const void *from = memory_host(k, paddr, k->facts.word_bytes);
    if (from) {
        memcpy(&value, from, k->facts.word_bytes);
    }
    return value;
}

void memory_write_word(struct kernel *k, uint64_t paddr, uint64_t value)
{
    memory_write(k, paddr, &value, k->facts.word_bytes);
}

void memory_write_field(struct kernel *k, uint64_t paddr, uint64_t value, unsigned size)
{
    if (size <= sizeof value) {
        memory_write(k, paddr, &value, size);
    }
}
