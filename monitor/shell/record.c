/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rendering of records: what is common, and tables and lists for people; record_json.c has the
 * other rendering. Formatting of one value for people is a table by kind. No I/O.
 */
#include "monitor/shell/record.h"
#include "monitor/shell/record_render.h"
#include "arch/lib/str.h"

enum { TEXT_WIDTH = 16, CELL_BYTES = 32, ROWS_MANY = 512 };

void record_begin(struct record_out *out, bool forget)
{
    out->header = NULL;
    out->rows = 0;
    if (forget && out->memory) {
        out->memory->count = 0;
        out->memory->text_used = 0;
        out->memory->words_used = 0;
    }
}

void record_announce(const struct record_out *out, uint64_t rows)
{
    if (out->marked && rows >= ROWS_MANY)
        fmt_to(out->sink, out->context, "\x1e{\"rows\":%llu}\n", (unsigned long long)rows);
}

static bool kind_is_text(unsigned kind)
{
    return kind == FIELD_TEXT || kind == FIELD_NAME;
}

bool record_absent(const struct column *column, const struct field *field)
{
    return field->absent || (kind_is_text(column->kind) && !field->text);
}

/* The largest unit that divides the size, so that nothing is rounded. */
static size_t print_size(char *to, size_t cap, uint64_t bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    unsigned unit = 0;

    while (bytes > 0 && bytes % 1024 == 0 && unit < 6) {
        bytes /= 1024;
        unit++;
    }
    return fmt_print(to, cap, "%llu %s", (unsigned long long)bytes, units[unit]);
}

static size_t print_number(char *to, size_t cap, unsigned kind, uint64_t word)
{
    switch (kind) {
    case FIELD_WORD:
    case FIELD_ADDRESS:
        return fmt_print(to, cap, "0x%llx", (unsigned long long)word);
    case FIELD_SIZE:
        return print_size(to, cap, word);
    case FIELD_BOOL:
        return fmt_print(to, cap, "%s", word ? "yes" : "no");
    default:
        return fmt_print(to, cap, "%llu", (unsigned long long)word);
    }
}

/* Text for a terminal: a control byte would move the cursor. Returns the columns taken. */
static size_t put_text(struct record_out *out, const char *text)
{
    size_t columns = 0, start = 0, i = 0;

    for (; text[i]; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x20 && c != 0x7f) {
            columns += (c & 0xc0) != 0x80;
            continue;
        }
        out->sink(out->context, text + start, i - start);
        start = i + 1;
        if (c == '\t' || c == '\n') {
            out->sink(out->context, " ", 1);
            columns += 1;
        } else {
            fmt_to(out->sink, out->context, "\\x%02x", c);
            columns += 4;
        }
    }
    out->sink(out->context, text + start, i - start);
    return columns;
}

static void put_bytes(struct record_out *out, const struct field *field)
{
    const unsigned char *bytes = field->bytes;

    for (uint32_t i = 0; i < field->len; i++)
        fmt_to(out->sink, out->context, i ? " %02x" : "%02x", bytes[i]);
}

static void put_words(struct record_out *out, const struct field *field)
{
    fmt_to(out->sink, out->context, "[");
    for (uint32_t i = 0; i < field->len; i++)
        fmt_to(out->sink, out->context, i ? ", 0x%llx" : "0x%llx",
               (unsigned long long)field->words[i]);
    fmt_to(out->sink, out->context, "]");
}

static void put_blanks(struct record_out *out, size_t count)
{
    fmt_to(out->sink, out->context, "%*s", (int)count, "");
}

static unsigned kind_width(const struct record_out *out, unsigned kind)
{
    static const uint8_t widths[FIELD_KIND_COUNT] = {
        [FIELD_TEXT] = TEXT_WIDTH, [FIELD_NAME] = TEXT_WIDTH, [FIELD_COUNT] = 6,
        [FIELD_SIZE] = 8,          [FIELD_BITS] = 4,          [FIELD_BOOL] = 3,
    };

    if (kind == FIELD_WORD || kind == FIELD_ADDRESS)
        return 2 + out->word_bits / 4u;
    return kind < FIELD_KIND_COUNT ? widths[kind] : 0;
}

static unsigned column_width(const struct record_out *out, const struct column *column)
{
    unsigned width = column->width ? column->width : kind_width(out, column->kind);
    unsigned name = (unsigned)strlen(column->name);
    return width > name ? width : name;
}

static bool right_aligned(unsigned kind)
{
    return kind >= FIELD_WORD && kind <= FIELD_BITS;
}

static void put_value(struct record_out *out, const struct column *column,
                      const struct field *field, unsigned width, bool last)
{
    char cell[CELL_BYTES] = "-";
    size_t len = 1;

    if (!record_absent(column, field)) {
        if (kind_is_text(column->kind)) {
            len = put_text(out, field->text);
        } else if (column->kind == FIELD_BYTES || column->kind == FIELD_WORDS) {
            (column->kind == FIELD_BYTES ? put_bytes : put_words)(out, field);
            return;
        } else {
            len = print_number(cell, sizeof(cell), column->kind, field->word);
        }
        if (kind_is_text(column->kind))
            cell[0] = '\0';
    }
    size_t blanks = len < width ? width - len : 0;
    if (right_aligned(column->kind))
        put_blanks(out, blanks);
    fmt_to(out->sink, out->context, "%s", cell);
    if (!right_aligned(column->kind) && !last)
        put_blanks(out, blanks);
}

static void put_header(struct record_out *out, const struct record_type *type)
{
    if (out->header)
        fmt_to(out->sink, out->context, "\n");
    for (unsigned i = 0; i < type->column_count; i++) {
        const struct column *column = &type->columns[i];
        bool last = i + 1u == type->column_count;
        char name[CELL_BYTES];

        str_copy(name, sizeof(name), column->name);
        for (char *c = name; *c; c++)
            *c = (char)(*c == '_' ? ' ' : *c >= 'a' && *c <= 'z' ? *c - ('a' - 'A') : *c);
        int width = (int)column_width(out, column);
        if (!right_aligned(column->kind))
            width = last ? 0 : -width;
        fmt_to(out->sink, out->context, last ? "%*s" : "%*s  ", width, name);
    }
    fmt_to(out->sink, out->context, "\n");
}

static void put_row(struct record_out *out, const struct record_type *type,
                    const struct field *fields)
{
    if (out->header != type)
        put_header(out, type);
    for (unsigned i = 0; i < type->column_count; i++) {
        bool last = i + 1u == type->column_count;
        put_value(out, &type->columns[i], &fields[i], column_width(out, &type->columns[i]), last);
        if (!last)
            fmt_to(out->sink, out->context, "  ");
    }
    fmt_to(out->sink, out->context, "\n");
}

static void put_list(struct record_out *out, const struct record_type *type,
                     const struct field *fields)
{
    size_t longest = 0;

    if (out->header)
        fmt_to(out->sink, out->context, "\n");
    for (unsigned i = 0; i < type->column_count; i++) {
        size_t len = strlen(type->columns[i].name);
        longest = len > longest ? len : longest;
    }
    for (unsigned i = 0; i < type->column_count; i++) {
        if (record_absent(&type->columns[i], &fields[i]))
            continue;
        fmt_to(out->sink, out->context, "%-*s  ", (int)longest, type->columns[i].name);
        put_value(out, &type->columns[i], &fields[i], 0, true);
        fmt_to(out->sink, out->context, "\n");
    }
}

static void put_message(struct record_out *out, const struct record_type *type,
                        const struct field *fields)
{
    if (type->layout == RECORD_ERROR)
        fmt_to(out->sink, out->context, "error: ");
    for (unsigned i = 0; i < type->column_count; i++) {
        if (strcmp(type->columns[i].name, "text") == 0 && fields[i].text)
            put_text(out, fields[i].text);
    }
    fmt_to(out->sink, out->context, "\n");
}

static void remember_one(struct record_memory *memory, const struct column *column,
                         const struct field *field)
{
    struct record_value *value = &memory->values[memory->count];

    *value = (struct record_value){.name = column->name, .kind = column->kind};
    if (kind_is_text(column->kind)) {
        size_t len = strlen(field->text);
        if (len + 1 > sizeof(memory->text) - memory->text_used)
            return;
        value->start = memory->text_used;
        value->len = (uint16_t)len;
        memcpy(memory->text + value->start, field->text, len + 1);
        memory->text_used = (uint16_t)(memory->text_used + len + 1);
    } else if (column->kind == FIELD_WORDS) {
        if (field->len + memory->words_used > LIMIT_MESSAGE_WORDS)
            return;
        value->start = memory->words_used;
        value->len = (uint16_t)field->len;
        memcpy(memory->words + value->start, field->words, field->len * sizeof(uint64_t));
        memory->words_used = (uint16_t)(memory->words_used + field->len);
    } else if (column->kind == FIELD_BYTES) {
        return;
    } else {
        value->word = field->word;
    }
    memory->count++;
}

static void remember(struct record_memory *memory, const struct record_type *type,
                     const struct field *fields)
{
    memory->count = 0;
    memory->text_used = 0;
    memory->words_used = 0;
    for (unsigned i = 0; i < type->column_count && memory->count < LIMIT_FIELDS; i++) {
        if (!record_absent(&type->columns[i], &fields[i]))
            remember_one(memory, &type->columns[i], &fields[i]);
    }
}

static enum err recall_element(const struct record_memory *memory, const struct record_value *value,
                               const char *digits, uint64_t *word)
{
    unsigned index = 0;

    for (; *digits >= '0' && *digits <= '9' && index < LIMIT_MESSAGE_WORDS; digits++)
        index = index * 10 + (unsigned)(*digits - '0');
    if (*digits || index >= value->len)
        return ERR_NOT_FOUND;
    *word = memory->words[value->start + index];
    return ERR_OK;
}

enum err record_recall(const struct record_memory *memory, const char *name, uint64_t *word,
                       const char **text)
{
    *text = NULL;
    for (unsigned i = 0; i < memory->count; i++) {
        const struct record_value *value = &memory->values[i];
        size_t len = strlen(value->name);

        if (value->kind == FIELD_WORDS) {
            if (strncmp(name, value->name, len) == 0 && name[len])
                return recall_element(memory, value, name + len, word);
        } else if (strcmp(name, value->name) == 0) {
            *word = value->word;
            if (kind_is_text(value->kind))
                *text = memory->text + value->start;
            return ERR_OK;
        }
    }
    return ERR_NOT_FOUND;
}

void record_emit(struct record_out *out, const struct record_type *type, const struct field *fields)
{
    static void (*const renderings[])(struct record_out *, const struct record_type *,
                                      const struct field *) = {
        [RECORD_TABLE] = put_row,
        [RECORD_LIST] = put_list,
        [RECORD_MESSAGE] = put_message,
        [RECORD_ERROR] = put_message,
    };

    if (out->json)
        record_render_json(out, type, fields);
    else
        renderings[type->layout](out, type, fields);
    if (out->memory)
        remember(out->memory, type, fields);
    out->header = type;
    out->rows++;
}

void record_text(struct record_out *out, const char *text)
{
    static const struct column columns[] = {{.name = "text", .kind = FIELD_TEXT}};
    static const struct record_type type = {"text", columns, 1, RECORD_MESSAGE};
    const struct field field = {.text = text};

    record_emit(out, &type, &field);
}
