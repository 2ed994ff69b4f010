/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory. Text that the target says nobody can write (`qSel4mon.text`, and a notice when that ends)
 * is read once: from an ELF file if the target's checksum says that it is the same, else from the
 * target. What the debugger itself writes there is read anew. All other memory is the target's.
 */
#include "host/client/gdb_proxy_impl.h"

#include <stdlib.h>
#include <string.h>

#include "gdbstub/crc.h"

enum { RANGE_BYTES_MAX = 1 << 26 };

static void ranges_free(struct gdb_inferior *inferior)
{
    for (unsigned i = 0; i < inferior->count; i++)
        free(inferior->ranges[i].bytes);
    memset(inferior, 0, sizeof *inferior);
}

void gdb_memory_forget(struct gdb_proxy *p, uint32_t pid)
{
    for (unsigned i = 0; i < GDB_KNOWN_INFERIORS; i++)
        if (pid == 0 || p->inferiors[i].pid == pid)
            ranges_free(&p->inferiors[i]);
}

/* The row of an inferior, perhaps a new one; NULL if there is no room, or none is meant. */
static struct gdb_inferior *inferior_of(struct gdb_proxy *p, uint32_t pid)
{
    struct gdb_inferior *row = NULL;

    for (unsigned i = 0; i < GDB_KNOWN_INFERIORS && pid; i++) {
        if (p->inferiors[i].pid == pid)
            return &p->inferiors[i];
        if (p->inferiors[i].pid == 0 && !row)
            row = &p->inferiors[i];
    }
    if (row)
        row->pid = pid;
    return row;
}

static struct gdb_range *range_find(struct gdb_inferior *inferior, uint64_t addr, uint64_t len)
{
    for (unsigned i = 0; i < inferior->count; i++) {
        struct gdb_range *r = &inferior->ranges[i];
        if (addr >= r->start && addr - r->start <= r->len && len <= r->len - (addr - r->start))
            return r;
    }
    return NULL;
}

/* --- what the target says of it --------------------------------------------------------------- */

static void range_add(struct gdb_inferior *inferior, uint64_t start, uint64_t len)
{
    struct gdb_range *r = &inferior->ranges[inferior->count];

    if (inferior->count == GDB_RANGES || len == 0 || len > RANGE_BYTES_MAX || start + len < start)
        return;
    *r = (struct gdb_range){.start = start, .len = (size_t)len};
    r->bytes = calloc(1, r->len + r->len / GDB_LINE_BYTES + 1);
    if (!r->bytes)
        return;
    r->have = r->bytes + r->len;
    inferior->count++;
}

/* `start,len;start,len...`; empty or an error: none. */
static void ranges_done(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    struct gdb_inferior *inferior = inferior_of(p, gdb_general_pid(p));
    struct hex_cursor c = {reply, reply + len};
    uint64_t start, bytes;

    if (inferior) {
        inferior->asked = true;
        while (hex_take_pair(&c, ',', &start, &bytes)) {
            range_add(inferior, start, bytes);
            if (!hex_take_char(&c, ';'))
                break;
        }
    }
    gdb_again(p);
}

static void ranges_ask(struct gdb_proxy *p, uint32_t pid)
{
    gdb_text_word(&p->ask, "qSel4mon.text:");
    gdb_text_number(&p->ask, pid);
    gdb_ask(p, ranges_done, false);
}

/* --- comparing with files --------------------------------------------------------------------- */

static struct gdb_range *range_of_request(struct gdb_proxy *p)
{
    struct gdb_inferior *inferior = inferior_of(p, gdb_general_pid(p));
    struct hex_cursor c = {p->request + 1, p->request + p->request_len};
    uint64_t addr, len;

    if (!inferior || !hex_take_pair(&c, ',', &addr, &len))
        return NULL;
    return range_find(inferior, addr, len);
}

/* Puts a file's bytes into the range; false if the file has not all of it. */
static bool range_from_file(struct gdb_range *r, const struct gdb_file *file)
{
    return gdb_file_image(file, r->start, r->bytes, r->len);
}

static bool range_in_files(const struct gdb_files *files, struct gdb_range *r)
{
    for (size_t i = 0; i < files->count; i++)
        if (range_from_file(r, &files->list[i]))
            return true;
    return false;
}

static void compare_done(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    const struct gdb_files *files = p->config.files;
    struct gdb_range *r = range_of_request(p);
    struct hex_cursor c = {reply, reply + len};
    uint64_t sum;

    if (r && hex_take_char(&c, 'C') && hex_take_number(&c, &sum)) {
        for (size_t i = 0; i < files->count; i++) {
            if (!range_from_file(r, &files->list[i]) ||
                crc_update(CRC_START, r->bytes, r->len) != sum)
                continue;
            memset(r->have, 1, r->len / GDB_LINE_BYTES + 1);
            break;
        }
    }
    gdb_again(p);
}

static void compare_ask(struct gdb_proxy *p, const struct gdb_range *r)
{
    gdb_text_word(&p->ask, "qCRC:");
    gdb_text_number(&p->ask, r->start);
    gdb_text_word(&p->ask, ",");
    gdb_text_number(&p->ask, r->len);
    gdb_ask(p, compare_done, false);
}

/* --- reading ---------------------------------------------------------------------------------- */

static size_t line_bytes(const struct gdb_range *r, size_t line)
{
    size_t left = r->len - line * GDB_LINE_BYTES;

    return left < GDB_LINE_BYTES ? left : GDB_LINE_BYTES;
}

/* Decodes the reply to m or x; how many bytes it holds, 0 for an error. */
static size_t data_take(struct gdb_proxy *p, const uint8_t *reply, size_t len, uint8_t *to,
                        size_t cap)
{
    struct hex_cursor c = {reply, reply + len};

    if (p->has_binary) {
        if (!hex_take_char(&c, 'b') || hex_left(&c) > cap)
            return 0;
        memcpy(to, c.at, hex_left(&c));
        return hex_left(&c);
    }
    return len % 2 == 0 && len / 2 <= cap && hex_take_bytes(&c, to, len / 2) ? len / 2 : 0;
}

static void data_ask(struct gdb_proxy *p, uint64_t addr, uint64_t len, gdb_done done)
{
    gdb_text_clear(&p->ask);
    gdb_text_word(&p->ask, p->has_binary ? "x" : "m");
    gdb_text_number(&p->ask, addr);
    gdb_text_word(&p->ask, ",");
    gdb_text_number(&p->ask, len);
    gdb_ask(p, done, false);
}

/* Lines came; if fewer than asked for, the target has changed its mind about the range. */
static void lines_done(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    struct gdb_range *r = range_of_request(p);
    size_t at = r ? (size_t)(p->fetch_start - r->start) : 0;

    if (!r || data_take(p, reply, len, r->bytes + at, p->fetch_len) != p->fetch_len) {
        struct gdb_inferior *inferior = inferior_of(p, gdb_general_pid(p));
        for (unsigned i = 0; inferior && i < inferior->count; i++)
            inferior->ranges[i].len = 0;
        gdb_again(p);
        return;
    }
    memset(r->have + at / GDB_LINE_BYTES, 1, (p->fetch_len + GDB_LINE_BYTES - 1) / GDB_LINE_BYTES);
    gdb_again(p);
}

/* True if all lines of it are there; else fetches what is missing at its first place. */
static bool lines_ready(struct gdb_proxy *p, struct gdb_range *r, uint64_t addr, uint64_t len)
{
    size_t line = (size_t)(addr - r->start) / GDB_LINE_BYTES;
    size_t last = (size_t)(addr - r->start + len - 1) / GDB_LINE_BYTES;

    while (line <= last && r->have[line])
        line++;
    if (line > last)
        return true;
    p->fetch_start = r->start + line * GDB_LINE_BYTES;
    p->fetch_len = 0;
    while (line <= last && !r->have[line] && p->fetch_len + GDB_LINE_BYTES <= GDB_FETCH_BYTES)
        p->fetch_len += line_bytes(r, line++);
    data_ask(p, p->fetch_start, p->fetch_len, lines_done);
    return false;
}

void gdb_data_send(struct gdb_proxy *p, const uint8_t *bytes, size_t len)
{
    gdb_text_clear(&p->reply);
    if (p->request[0] == 'x') {
        gdb_text_word(&p->reply, "b");
        gdb_text_bytes(&p->reply, bytes, len);
    } else {
        gdb_text_hex(&p->reply, bytes, len);
    }
    gdb_reply(p);
}

/* Binary from the stub, hexadecimal to gdb. */
static void binary_done(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    if (len > 0 && reply[0] == 'b')
        gdb_data_send(p, reply + 1, len - 1);
    else
        gdb_reply_bytes(p, reply, len);
}

static void target_read(struct gdb_proxy *p, uint64_t addr, uint64_t len)
{
    if (p->has_binary)
        data_ask(p, addr, len, binary_done);
    else
        gdb_ask_request(p, gdb_done_reply, false);
}

static void read_memory(struct gdb_proxy *p, struct hex_cursor *args)
{
    struct gdb_inferior *inferior;
    struct gdb_range *r;
    uint64_t addr, len;

    if (!gdb_general_ready(p))
        return;
    if (!hex_take_pair(args, ',', &addr, &len) || hex_left(args) || len == 0) {
        gdb_ask_request(p, gdb_done_reply, false);
        return;
    }
    inferior = inferior_of(p, p->has_notices ? gdb_general_pid(p) : 0);
    if (inferior && !inferior->asked) {
        ranges_ask(p, inferior->pid);
        return;
    }
    r = inferior ? range_find(inferior, addr, len) : NULL;
    if (!r && inferior && gdb_kept_read(p, inferior->pid, addr, len))
        return;
    if (!r) {
        target_read(p, addr, len);
    } else if (!r->compared) {
        r->compared = true;
        if (range_in_files(p->config.files, r))
            compare_ask(p, r);
        else
            gdb_again(p);
    } else if (lines_ready(p, r, addr, len)) {
        gdb_data_send(p, r->bytes + (addr - r->start), (size_t)len);
    }
}

/* --- writing ---------------------------------------------------------------------------------- */

static void lines_forget(struct gdb_range *r, uint64_t addr, uint64_t len)
{
    uint64_t end = len > UINT64_MAX - addr ? UINT64_MAX : addr + len;

    for (size_t line = 0; line * GDB_LINE_BYTES < r->len; line++) {
        uint64_t start = r->start + line * GDB_LINE_BYTES;
        if (addr < start + line_bytes(r, line) && start < end)
            r->have[line] = 0;
    }
}

/* Whatever the reply is: a part may have been written. */
static void write_done(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    struct gdb_inferior *inferior = inferior_of(p, gdb_general_pid(p));
    struct hex_cursor c = {p->request + 1, p->request + p->request_len};
    uint64_t addr, bytes;

    if (inferior && hex_take_pair(&c, ',', &addr, &bytes))
        for (unsigned i = 0; i < inferior->count; i++)
            lines_forget(&inferior->ranges[i], addr, bytes);
    gdb_reply_bytes(p, reply, len);
}

static void write_memory(struct gdb_proxy *p, struct hex_cursor *args)
{
    (void)args;
    gdb_kept_forget(p);
    if (gdb_general_ready(p))
        gdb_ask_request(p, write_done, false);
}

static const struct gdb_row rows[] = {
    {"m", read_memory},
    {"x", read_memory},
    {"M", write_memory},
    {"X", write_memory},
};

const struct gdb_group gdb_memory_group = {rows, sizeof rows / sizeof *rows};
