/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * m, x, M, X, qCRC and qSearch:memory. What can be read is told up to where it ends; a write that
 * is not whole is an error. Checksums and searches run in slices, so that Ctrl-C and events are
 * seen.
 */
#include "gdbstub/crc.h"
#include "gdbstub/stub.h"
#include "arch/lib/str.h"

static enum err general_pid(struct gdbstub *s, uint32_t *pid)
{
    const struct engine_thread *t = threads_general(s);

    *pid = t ? t->id.pid : 0;
    return t ? ERR_OK : ERR_NOT_FOUND;
}

/* Reads up to `most` bytes into the reply, hexadecimal or as they are. */
static enum err read_into(struct gdbstub *s, uint64_t addr, uint64_t len, size_t most, bool hex)
{
    uint8_t chunk[256];
    uint32_t pid;
    size_t total = 0;

    if (general_pid(s, &pid) != ERR_OK)
        return ERR_NOT_FOUND;
    if (len > most)
        len = most;
    while (total < len) {
        size_t want = len - total < sizeof chunk ? len - total : sizeof chunk, done = 0;
        (void)engine_mem_read(&s->engine, pid, addr + total, chunk, want, &done);
        if (hex)
            packet_add_hex(&s->tx, chunk, done);
        else
            packet_add(&s->tx, chunk, done);
        total += done;
        if (done < want)
            break;
    }
    return total > 0 || len == 0 ? ERR_OK : ERR_FAULT;
}

static enum err read_hex(struct gdbstub *s, struct hex_cursor *args)
{
    uint64_t addr, len;

    if (!hex_take_pair(args, ',', &addr, &len) || hex_left(args) || len == 0)
        return ERR_SYNTAX;
    return read_into(s, addr, len, s->config.packet_bytes / 2, true);
}

static enum err read_binary(struct gdbstub *s, struct hex_cursor *args)
{
    uint64_t addr, len;

    if (!hex_take_pair(args, ',', &addr, &len) || hex_left(args))
        return ERR_SYNTAX;
    packet_add_text(&s->tx, "b");
    return read_into(s, addr, len, s->config.packet_bytes / 2, false); /* all may be escaped */
}

static enum err write_bytes(struct gdbstub *s, uint64_t addr, const uint8_t *bytes, size_t len)
{
    uint32_t pid;
    size_t done = 0;

    if (general_pid(s, &pid) != ERR_OK)
        return ERR_NOT_FOUND;
    enum err err = engine_mem_write(&s->engine, pid, addr, bytes, len, &done);
    if (err == ERR_OK && done < len)
        err = ERR_FAULT;
    return err == ERR_OK ? dispatch_ok(s) : err;
}

/* All digits are looked at before the first byte is written. */
static bool all_hex(const struct hex_cursor *c)
{
    for (const uint8_t *p = c->at; p < c->end; p++)
        if (hex_value(*p) < 0)
            return false;
    return true;
}

static enum err write_hex(struct gdbstub *s, struct hex_cursor *args)
{
    uint8_t chunk[256];
    uint64_t addr, len;
    enum err err = ERR_OK;

    if (!hex_take_pair(args, ',', &addr, &len) || !hex_take_char(args, ':'))
        return ERR_SYNTAX;
    if (hex_left(args) % 2 || hex_left(args) / 2 != len || !all_hex(args))
        return ERR_SYNTAX;
    while (err == ERR_OK && hex_left(args) > 0) {
        size_t part = hex_left(args) / 2 < sizeof chunk ? hex_left(args) / 2 : sizeof chunk;
        (void)hex_take_bytes(args, chunk, part);
        packet_begin(&s->tx, '$');
        err = write_bytes(s, addr, chunk, part);
        addr += part;
    }
    return len == 0 ? dispatch_ok(s) : err;
}

static enum err write_binary(struct gdbstub *s, struct hex_cursor *args)
{
    uint64_t addr, len;

    if (!hex_take_pair(args, ',', &addr, &len) || !hex_take_char(args, ':'))
        return ERR_SYNTAX;
    if (hex_left(args) != len)
        return ERR_SYNTAX;
    if (len == 0)
        return dispatch_ok(s); /* gdb asks whether X is known */
    return write_bytes(s, addr, args->at, hex_left(args));
}

/* --- checksum and search ---------------------------------------------------------------------- */

static enum err crc_begin(struct gdbstub *s, struct hex_cursor *args)
{
    struct stub_job *job = &s->job;
    uint64_t addr, len;

    if (!hex_take_char(args, ':') || !hex_take_pair(args, ',', &addr, &len) || hex_left(args))
        return ERR_SYNTAX;
    if (general_pid(s, &job->pid) != ERR_OK)
        return ERR_NOT_FOUND;
    job->kind = STUB_JOB_CRC;
    job->addr = addr;
    job->left = len;
    job->crc = CRC_START;
    s->deferred = true;
    return ERR_OK;
}

static enum err search_begin(struct gdbstub *s, struct hex_cursor *args)
{
    struct stub_job *job = &s->job;
    uint64_t addr, len;

    if (!hex_take_char(args, ':') || !hex_take_pair(args, ';', &addr, &len) ||
        !hex_take_char(args, ';'))
        return ERR_SYNTAX;
    if (hex_left(args) == 0 || hex_left(args) > sizeof job->pattern)
        return ERR_RANGE;
    if (general_pid(s, &job->pid) != ERR_OK)
        return ERR_NOT_FOUND;
    job->pattern_len = (uint16_t)hex_left(args);
    memcpy(job->pattern, args->at, job->pattern_len);
    job->kind = STUB_JOB_SEARCH;
    job->addr = addr;
    job->left = len;
    s->deferred = true;
    return ERR_OK;
}

static void job_end(struct gdbstub *s, enum err err)
{
    if (err != ERR_OK)
        dispatch_error(s, err, false);
    s->job.kind = STUB_JOB_NONE;
    packet_send(&s->tx);
}

static void crc_slice(struct gdbstub *s)
{
    struct stub_job *job = &s->job;
    uint8_t bytes[GDB_SLICE_BYTES];
    size_t want = job->left < sizeof bytes ? job->left : sizeof bytes, done = 0;

    (void)engine_mem_read(&s->engine, job->pid, job->addr, bytes, want, &done);
    job->crc = crc_update(job->crc, bytes, done);
    job->addr += done;
    job->left -= done;
    if (done == want && job->left)
        return;
    packet_add_text(&s->tx, "C");
    packet_add_number(&s->tx, job->crc);
    job_end(s, done == want ? ERR_OK : ERR_FAULT);
}

/* Slices overlap by what a match may reach into the next one. Where memory cannot be read the
 * search ends with an error: "not found" would be a guess. */
static void search_slice(struct gdbstub *s)
{
    struct stub_job *job = &s->job;
    uint8_t bytes[GDB_SLICE_BYTES];
    size_t want = job->left < sizeof bytes ? job->left : sizeof bytes, done = 0;

    (void)engine_mem_read(&s->engine, job->pid, job->addr, bytes, want, &done);
    for (size_t i = 0; i + job->pattern_len <= done; i++) {
        if (memcmp(bytes + i, job->pattern, job->pattern_len) != 0)
            continue;
        packet_add_text(&s->tx, "1,");
        packet_add_number(&s->tx, job->addr + i);
        job_end(s, ERR_OK);
        return;
    }
    if (done == want && job->left > want) {
        job->addr += want - job->pattern_len + 1u;
        job->left -= want - job->pattern_len + 1u;
        return;
    }
    packet_add_text(&s->tx, "0");
    job_end(s, done == want ? ERR_OK : ERR_FAULT);
}

void memory_poll(struct gdbstub *s)
{
    if (s->job.kind == STUB_JOB_NONE)
        return;
    packet_begin(&s->tx, '$');
    if (s->job.kind == STUB_JOB_CRC)
        crc_slice(s);
    else
        search_slice(s);
}

_Static_assert(GDB_TEXT_BYTES < GDB_SLICE_BYTES, "a search goes forward with every slice");

static const struct stub_handler rows[] = {
    {.name = "m", .handle = read_hex},
    {.name = "x", .handle = read_binary},
    {.name = "M", .handle = write_hex},
    {.name = "X", .handle = write_binary},
    {.name = "qCRC", .follow = ":", .handle = crc_begin},
    {.name = "qSearch:memory", .follow = ":", .handle = search_begin},
};

const struct stub_group memory_group = {rows, sizeof rows / sizeof *rows};
