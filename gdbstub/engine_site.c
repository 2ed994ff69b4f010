/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Breakpoint instructions in an inferior's memory, counted by use, and memory as it would be
 * without them: who reads sees what was there, who writes changes that and leaves the instruction
 * in place.
 */
#include "gdbstub/engine.h"
#include "arch/lib/str.h"

static const struct gdb_break_insn *site_insn(const struct engine *e, const struct engine_site *s)
{
    return &e->arch->breaks[s->row];
}

struct engine_site *engine_site_at(struct engine *e, uint32_t pid, uint64_t addr)
{
    for (unsigned i = 0; i < e->sites_end; i++)
        if (e->sites[i].uses && e->sites[i].pid == pid && e->sites[i].addr == addr)
            return &e->sites[i];
    return NULL;
}

/* The part of a site that lies in [addr, addr + len): offsets in both. */
struct overlap {
    size_t in_site, in_range, len_bytes;
};

static bool site_overlaps(const struct engine *e, const struct engine_site *s, uint32_t pid,
                          uint64_t addr, size_t len_bytes, struct overlap *out)
{
    uint64_t site_len = site_insn(e, s)->len_bytes, distance = s->addr - addr;

    if (!s->uses || s->pid != pid || len_bytes == 0)
        return false;
    if (distance < len_bytes) { /* begins inside the range */
        uint64_t room = len_bytes - distance;
        *out = (struct overlap){0, distance, room < site_len ? room : site_len};
        return true;
    }
    distance = addr - s->addr;
    if (distance >= site_len)
        return false;
    uint64_t rest = site_len - distance;
    *out = (struct overlap){distance, 0, rest < len_bytes ? rest : len_bytes};
    return true;
}

enum err engine_mem_read(struct engine *e, uint32_t pid, uint64_t addr, void *to, size_t len_bytes,
                         size_t *done)
{
    struct overlap part;
    enum err err;

    *done = 0;
    err = e->ops->mem_read(e->target, pid, addr, to, len_bytes, done);
    if (err != ERR_OK)
        return err;
    for (unsigned i = 0; i < e->sites_end; i++) {
        const struct engine_site *s = &e->sites[i];
        if (!s->lifted && site_overlaps(e, s, pid, addr, *done, &part))
            memcpy((uint8_t *)to + part.in_range, s->saved + part.in_site, part.len_bytes);
    }
    return ERR_OK;
}

/* What has to be written so that planted instructions stay; they remember what is written. */
static void chunk_merge(struct engine *e, uint32_t pid, uint64_t addr, uint8_t *chunk, size_t len)
{
    struct overlap part;

    for (unsigned i = 0; i < e->sites_end; i++) {
        struct engine_site *s = &e->sites[i];
        if (!site_overlaps(e, s, pid, addr, len, &part))
            continue;
        memcpy(s->saved + part.in_site, chunk + part.in_range, part.len_bytes);
        if (!s->lifted)
            memcpy(chunk + part.in_range, site_insn(e, s)->bytes + part.in_site, part.len_bytes);
    }
}

enum err engine_mem_write(struct engine *e, uint32_t pid, uint64_t addr, const void *from,
                          size_t len_bytes, size_t *done)
{
    uint8_t chunk[256];

    *done = 0;
    while (*done < len_bytes) {
        size_t len = len_bytes - *done < sizeof chunk ? len_bytes - *done : sizeof chunk;
        size_t wrote = 0;
        memcpy(chunk, (const uint8_t *)from + *done, len);
        chunk_merge(e, pid, addr + *done, chunk, len);
        enum err err = e->ops->mem_write(e->target, pid, addr + *done, chunk, len, &wrote);
        if (err != ERR_OK)
            return err;
        *done += wrote;
        if (wrote < len)
            return ERR_OK;
    }
    return ERR_OK;
}

static enum err raw_write(struct engine *e, const struct engine_site *s, const uint8_t *bytes)
{
    size_t len = site_insn(e, s)->len_bytes, done = 0;
    enum err err = e->ops->mem_write(e->target, s->pid, s->addr, bytes, len, &done);

    return err != ERR_OK ? err : done < len ? ERR_FAULT : ERR_OK;
}

static struct engine_site *row_find_free(struct engine *e)
{
    for (struct engine_site *s = e->sites; s < e->sites + GDB_SITES_MAX; s++)
        if (!s->uses)
            return s;
    return NULL;
}

enum err engine_site_use(struct engine *e, uint32_t pid, uint64_t addr, unsigned row, uint16_t *out)
{
    struct engine_site *s = engine_site_at(e, pid, addr);
    size_t done = 0;

    if (s) {
        s->uses++;
        *out = (uint16_t)(s - e->sites);
        return ERR_OK;
    }
    s = row_find_free(e);
    if (!s)
        return ERR_FULL;
    *s = (struct engine_site){.addr = addr, .pid = pid, .row = (uint8_t)row};
    size_t len = site_insn(e, s)->len_bytes;
    enum err err = engine_mem_read(e, pid, addr, s->saved, len, &done);
    if (err == ERR_OK)
        err = done < len ? ERR_FAULT : raw_write(e, s, site_insn(e, s)->bytes);
    if (err != ERR_OK)
        return err;
    s->uses = 1;
    if (s >= e->sites + e->sites_end)
        e->sites_end = (uint16_t)(s - e->sites + 1);
    *out = (uint16_t)(s - e->sites);
    return ERR_OK;
}

void engine_site_release(struct engine *e, uint16_t site)
{
    struct engine_site *s = &e->sites[site];

    if (s->uses == 0 || --s->uses > 0)
        return;
    if (!s->lifted)
        (void)raw_write(e, s, s->saved); /* if it fails, the memory has gone */
    s->lifted = false;
    while (e->sites_end && !e->sites[e->sites_end - 1].uses)
        e->sites_end--;
}

void engine_site_lift(struct engine *e, struct engine_site *site)
{
    if (!site->lifted)
        (void)raw_write(e, site, site->saved);
    site->lifted = true;
}

void engine_site_lower(struct engine *e, struct engine_site *site)
{
    if (site->lifted)
        (void)raw_write(e, site, site_insn(e, site)->bytes);
    site->lifted = false;
}
