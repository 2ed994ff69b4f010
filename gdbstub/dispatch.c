/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a packet to its handler, and from a handler's result to a reply. The tables are in the file
 * of each group.
 */
#include "gdbstub/stub.h"
#include "arch/lib/str.h"

static const struct stub_group *const groups[] = {
    &registers_group, &memory_group, &breakpoints_group, &run_group,
    &threads_group,   &query_group,  &monitor_group,     &proxy_group,
};

/* gdb prints the number only; these are errno's of Linux, as every stub gives. */
static const uint8_t numbers[ERR_COUNT] = {
    [ERR_ARGUMENT] = 22, [ERR_RANGE] = 34,  [ERR_SYNTAX] = 22,    [ERR_NOT_FOUND] = 3,
    [ERR_EXISTS] = 17,   [ERR_FULL] = 28,   [ERR_NO_MEMORY] = 12, [ERR_NO_SPACE] = 28,
    [ERR_BUSY] = 16,     [ERR_FAULT] = 14,  [ERR_FORMAT] = 22,    [ERR_TRUNCATED] = 22,
    [ERR_REFUSED] = 1,   [ERR_TIMEOUT] = 5, [ERR_INTERRUPTED] = 4};

void dispatch_error(struct gdbstub *s, enum err err, bool text)
{
    unsigned number = err < ERR_COUNT && numbers[err] ? numbers[err] : 5;
    char code[4] = {'E', hex_digit(number >> 4), hex_digit(number), 0};

    packet_begin(&s->tx, '$');
    if (text || s->error_text) {
        packet_add_text(&s->tx, "E.");
        packet_add_text(&s->tx, s->why ? s->why : err_text(err));
    } else {
        packet_add_text(&s->tx, code);
    }
}

enum err dispatch_ok(struct gdbstub *s)
{
    packet_add_text(&s->tx, "OK");
    return ERR_OK;
}

/* How long the row's name is; 0: the packet is none of the row's. */
static size_t row_fits(const struct stub_handler *row, const uint8_t *bytes, size_t len)
{
    size_t name = 0;

    while (row->name[name]) {
        if (name == len || (char)bytes[name] != row->name[name])
            return 0;
        name++;
    }
    if (row->follow && len > name && !(bytes[name] && strchr(row->follow, bytes[name])))
        return 0;
    return name;
}

static const struct stub_handler *row_find(const uint8_t *bytes, size_t len, size_t *name_len)
{
    const struct stub_handler *best = NULL;

    *name_len = 0;
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
        for (size_t i = 0; i < groups[g]->count; i++) {
            if (len == 0 || *groups[g]->rows[i].name != (char)*bytes)
                continue;
            size_t fits = row_fits(&groups[g]->rows[i], bytes, len);
            if (fits <= *name_len)
                continue;
            *name_len = fits;
            best = &groups[g]->rows[i];
        }
    }
    return best;
}

void dispatch_row(struct gdbstub *s, const struct stub_handler *row, struct hex_cursor *args)
{
    enum err err = ERR_UNSUPPORTED;

    s->deferred = false;
    s->why = NULL;
    if (row)
        err = row->handle(s, args);
    if (s->deferred)
        return;
    if (err == ERR_OK && s->tx.overflow)
        err = ERR_NO_SPACE;
    if (err == ERR_UNSUPPORTED)
        packet_begin(&s->tx, '$'); /* the empty reply */
    else if (err != ERR_OK)
        dispatch_error(s, err, row->text);
    packet_send(&s->tx);
}

void dispatch_packet(struct gdbstub *s, const uint8_t *bytes, size_t len_bytes)
{
    size_t name_len;
    const struct stub_handler *row = row_find(bytes, len_bytes, &name_len);
    struct hex_cursor args = {bytes + name_len, bytes + len_bytes};

    dispatch_row(s, row, &args);
}
