/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `untypeds --map`: physical memory as bars of letters. RAM is shown as a whole, and what is not
 * free of it once more from near; device space, which is nearly all free and up to the last
 * address, as ranges with bars by the logarithm of their size. Pure.
 */
#include "host/client/picture.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define BAR_ROWS   4             /* of an area, at most */
#define CLOSE_UPS  8             /* areas shown from near, at most */
#define CELL_LEAST 256           /* bytes */
#define RAM_GAP    (64ull << 20) /* RAM further apart makes bars of its own */
#define AREA_GAP   (64ull << 10) /* free memory between what is shown from near together */
#define RANGES_MAX 14            /* lines of device space */
#define OWNERS_MAX 24
#define LINE_BYTES 2048

struct owner {
    char letter;
    char label[64];
    const char *colour;
    uint64_t bytes; /* of RAM */
    unsigned pieces;
};

struct piece {
    uint64_t start, end; /* end: 0 is the end of the address space */
    bool is_device;
    unsigned owner; /* 0: free */
    const char *name;
};

struct map {
    struct piece *pieces; /* by address */
    size_t count;
    struct owner owners[OWNERS_MAX];
    unsigned owner_count;
    unsigned width, cells;
    bool colour;
    uint64_t largest_free;
    picture_line line;
    void *context;
};

enum { OWNER_FREE, OWNER_MONITOR, OWNER_OPERATOR, OWNER_SHARED, OWNER_ESTATES };

static const struct owner first_owners[] = {
    [OWNER_FREE] = {.letter = '.', .label = "free", .colour = "\033[2m"},
    [OWNER_MONITOR] = {.letter = '#', .label = "the monitor's", .colour = "\033[36m"},
    [OWNER_OPERATOR] = {.letter = 'o', .label = "the operator's objects", .colour = "\033[33m"},
    [OWNER_SHARED] = {.letter = 's', .label = "shared by components", .colour = "\033[35m"},
};
static const char *const estate_colours[] = {"\033[32m", "\033[34m", "\033[31m",
                                             "\033[92m", "\033[94m", "\033[91m"};

/* --- lines ------------------------------------------------------------------------------------ */

/* A line, cut at the width; colours are no columns. */
static void say(const struct map *m, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(const struct map *m, const char *format, ...)
{
    char text[LINE_BYTES];
    unsigned columns = 0;
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    for (char *at = text; *at; at++) {
        if (*at == '\033')
            at += strcspn(at, "m");
        else if (columns++ == m->width)
            *at-- = '\0';
    }
    m->line(m->context, text);
}

/* Letters with colours around their runs. */
static const char *paint(const struct map *m, const unsigned char *cells, unsigned count, char *to,
                         size_t cap)
{
    size_t len = 0;

    to[0] = '\0';
    for (unsigned i = 0; i < count && len + 16 < cap; i++) {
        bool begins = i == 0 || cells[i] != cells[i - 1];
        bool ends = i + 1 == count || cells[i] != cells[i + 1];
        bool known = cells[i] < m->owner_count;

        len += (size_t)snprintf(to + len, cap - len, "%s%c%s",
                                m->colour && begins && known ? m->owners[cells[i]].colour : "",
                                known ? m->owners[cells[i]].letter : ' ',
                                m->colour && ends && known ? "\033[0m" : "");
    }
    return to;
}

/* --- reading ---------------------------------------------------------------------------------- */

static unsigned owner_of(struct map *m, const json_t *record)
{
    static const struct {
        const char *name;
        unsigned owner;
    } names[] = {{"free", OWNER_FREE},
                 {"monitor", OWNER_MONITOR},
                 {"operator", OWNER_OPERATOR},
                 {"component", OWNER_SHARED}};
    const char *owner = picture_text(record, "owner");
    struct owner *new = &m->owners[m->owner_count];
    unsigned number = m->owner_count - OWNER_ESTATES;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(owner, names[i].name) == 0)
            return names[i].owner;
    }
    if (m->owner_count == OWNERS_MAX)
        return OWNER_SHARED;
    snprintf(new->label, sizeof(new->label), "%.32s's estate", picture_text(record, "name"));
    new->letter = (char)('A' + number);
    new->colour = estate_colours[number % (sizeof(estate_colours) / sizeof(estate_colours[0]))];
    return m->owner_count++;
}

static int by_address(const void *a, const void *b)
{
    const struct piece *x = a, *y = b;

    return x->start < y->start ? -1 : x->start > y->start;
}

static bool read_pieces(struct map *m, const json_t *records)
{
    const json_t *record;
    size_t i;

    m->pieces = calloc(json_array_size(records) + 1, sizeof(*m->pieces));
    if (!m->pieces)
        return false;
    json_array_foreach(records, i, record)
    {
        struct piece *piece = &m->pieces[m->count++];
        uint64_t size = picture_word(record, "size");

        piece->start = picture_word(record, "paddr");
        piece->end = piece->start + size;
        piece->is_device = json_is_true(json_object_get(record, "device"));
        piece->owner = owner_of(m, record);
        piece->name = picture_text(record, "name");
        if (piece->is_device)
            continue;
        m->owners[piece->owner].bytes += size;
        m->owners[piece->owner].pieces++;
        if (piece->owner == OWNER_FREE && size > m->largest_free)
            m->largest_free = size;
    }
    qsort(m->pieces, m->count, sizeof(*m->pieces), by_address);
    return true;
}

/* --- bars ------------------------------------------------------------------------------------- */

/* Whose a cell is: of the owners in it the one with most, free only if all is; 255: nobody's. */
static unsigned char cell_owner(const struct map *m, uint64_t start, uint64_t end)
{
    uint64_t bytes[OWNERS_MAX] = {0}, most = 0;
    unsigned char owner = 255;

    for (size_t i = 0; i < m->count && m->pieces[i].start < end; i++) {
        const struct piece *p = &m->pieces[i];
        uint64_t low = p->start > start ? p->start : start, high = p->end < end ? p->end : end;

        if (p->is_device || p->end <= start)
            continue;
        bytes[p->owner] += high - low;
    }
    if (bytes[OWNER_FREE])
        owner = OWNER_FREE;
    for (unsigned i = 1; i < m->owner_count; i++) {
        if (bytes[i] > most) {
            most = bytes[i];
            owner = (unsigned char)i;
        }
    }
    return owner;
}

/* The smallest power of two that makes so few cells. */
static uint64_t cell_size(uint64_t bytes, unsigned cells)
{
    uint64_t cell = CELL_LEAST;

    while (cell * cells < bytes)
        cell *= 2;
    return cell;
}

static bool all_free(const unsigned char *cells, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (cells[i] != OWNER_FREE)
            return false;
    }
    return true;
}

static void say_free_rows(const struct map *m, unsigned rows)
{
    if (rows > 1)
        say(m, "            %u row%s like this", rows - 1, rows == 2 ? "" : "s");
}

static void draw_area(const struct map *m, uint64_t start, uint64_t end, uint64_t cell)
{
    unsigned char cells[256];
    char painted[LINE_BYTES];
    unsigned free_rows = 0;

    for (uint64_t at = start & ~(cell - 1); at < end; at += cell * m->cells) {
        unsigned count = 0;
        bool is_free;

        for (; count < m->cells && at + count * cell < end; count++)
            cells[count] = cell_owner(m, at + count * cell, at + (count + 1) * cell);
        is_free = all_free(cells, count);
        if (!is_free || free_rows == 0) {
            say_free_rows(m, is_free ? 0 : free_rows);
            say(m, "%11" PRIx64 " %s", at, paint(m, cells, count, painted, sizeof(painted)));
        }
        free_rows = is_free ? free_rows + 1 : 0;
    }
    say_free_rows(m, free_rows);
}

/* --- RAM -------------------------------------------------------------------------------------- */

/* The next run of RAM at or after piece `*at`: only what is not free with `spent`, pieces no
 * further apart than `gap`. False: none. */
static bool next_run(const struct map *m, size_t *at, bool spent, uint64_t gap, uint64_t *start,
                     uint64_t *end)
{
    bool found = false;

    for (; *at < m->count; ++*at) {
        const struct piece *p = &m->pieces[*at];

        if (p->is_device || (spent && p->owner == OWNER_FREE))
            continue;
        if (found && p->start - *end > gap)
            return true;
        if (!found)
            *start = p->start;
        *end = p->end;
        found = true;
    }
    return found;
}

static uint64_t draw_ram(const struct map *m)
{
    uint64_t start, end, total = 0, cell = 0;
    char size[32], one[32];

    for (size_t at = 0; next_run(m, &at, false, RAM_GAP, &start, &end);) {
        total += end - start;
        cell = cell_size(end - start, m->cells * BAR_ROWS);
        say(m, "RAM, %s; a cell is %s", picture_size(end - start, size, sizeof(size)),
            picture_size(cell, one, sizeof(one)));
        draw_area(m, start, end, cell);
    }
    if (total == 0)
        say(m, "no RAM");
    return cell;
}

static void draw_close_ups(const struct map *m)
{
    uint64_t start, end;
    unsigned shown = 0, more = 0;
    char size[32], one[32];

    for (size_t at = 0; next_run(m, &at, true, AREA_GAP, &start, &end);) {
        uint64_t cell = cell_size(end - start, m->cells * BAR_ROWS);

        if (shown == CLOSE_UPS) {
            more++;
            continue;
        }
        say(m, "%s %s from near; a cell is %s", shown++ ? "and" : "of that",
            picture_size(end - start, size, sizeof(size)), picture_size(cell, one, sizeof(one)));
        draw_area(m, start, end, cell);
    }
    if (more)
        say(m, "and %u more such areas", more);
}

/* --- devices ---------------------------------------------------------------------------------- */

static unsigned log2_of(uint64_t bytes)
{
    unsigned bits = 0;

    while (bytes >>= 1)
        bits++;
    return bits;
}

/* Pieces from `first` on that touch, as one line, and a line for each that is spent. */
static void draw_range(const struct map *m, size_t first, size_t end_piece, uint64_t bytes)
{
    unsigned char cells[256];
    char painted[LINE_BYTES], size[32];
    uint64_t start = m->pieces[first].start;
    unsigned room = m->width > 34 ? m->width - 24 : 10;
    unsigned count = log2_of(bytes) * (room < 250 ? room : 250) / 64 + 1;

    memset(cells, OWNER_FREE, sizeof(cells));
    for (size_t i = first; i < end_piece; i++) {
        uint64_t part = bytes / count ? (m->pieces[i].start - start) / (bytes / count) : 0;

        if (m->pieces[i].is_device && m->pieces[i].owner)
            cells[part < count ? part : count - 1] = (unsigned char)m->pieces[i].owner;
    }
    say(m, "%12" PRIx64 " %9s %s", start, picture_size(bytes, size, sizeof(size)),
        paint(m, cells, count, painted, sizeof(painted)));
    for (size_t i = first; i < end_piece; i++) {
        const struct piece *p = &m->pieces[i];

        if (p->is_device && p->owner)
            say(m, "%12" PRIx64 " %9s %c %s", p->start,
                picture_size(p->end - p->start, size, sizeof(size)), m->owners[p->owner].letter,
                p->name);
    }
}

static void draw_devices(const struct map *m)
{
    unsigned shown = 0, more = 0;

    say(m, "device space; bars by the logarithm of the size");
    for (size_t i = 0, next; i < m->count; i = next) {
        uint64_t bytes = 0;

        next = i + 1;
        if (!m->pieces[i].is_device)
            continue;
        for (next = i; next < m->count && m->pieces[next].is_device &&
                       (next == i || m->pieces[next].start == m->pieces[next - 1].end);
             next++)
            bytes += m->pieces[next].end - m->pieces[next].start;
        if (shown == RANGES_MAX)
            more++;
        else
            shown++, draw_range(m, i, next, bytes);
    }
    if (more)
        say(m, "%12s and %u more ranges", "", more);
}

/* --- all -------------------------------------------------------------------------------------- */

static void draw_legend(const struct map *m)
{
    char size[32], largest[32], painted[64];

    for (unsigned i = 0; i < m->owner_count; i++) {
        const struct owner *owner = &m->owners[i];
        unsigned char cell = (unsigned char)i;

        if (i != OWNER_FREE && owner->pieces == 0)
            continue;
        paint(m, &cell, 1, painted, sizeof(painted));
        if (i == OWNER_FREE)
            say(m, "  %s %9s free, the largest piece %s", painted,
                picture_size(owner->bytes, size, sizeof(size)),
                picture_size(m->largest_free, largest, sizeof(largest)));
        else
            say(m, "  %s %9s %s, %u piece%s", painted,
                picture_size(owner->bytes, size, sizeof(size)), owner->label, owner->pieces,
                owner->pieces == 1 ? "" : "s");
    }
    say(m, "blank: no untyped (the kernel's)");
    say(m, "A cell shows who has most of it;");
    say(m, "a dot, if all of it is free.");
}

void picture_map(const struct picture *p, unsigned width, bool colour, picture_line line,
                 void *context)
{
    struct map m = {.width = width < 20 ? 20 : width,
                    .cells = 8,
                    .colour = colour,
                    .owner_count = OWNER_ESTATES,
                    .line = line,
                    .context = context};

    memcpy(m.owners, first_owners, sizeof(first_owners));
    while (m.cells < 128 && 12 + m.cells * 2 <= m.width)
        m.cells *= 2;
    if (!read_pieces(&m, p->pieces))
        return;
    if (draw_ram(&m) > CELL_LEAST)
        draw_close_ups(&m);
    draw_devices(&m);
    draw_legend(&m);
    free(m.pieces);
}
