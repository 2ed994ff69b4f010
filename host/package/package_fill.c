/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See package_fill.h. The head is filled here, from one table of numbers; the lists in
 * package_rows.c. What package_check judges is complained about first wherever a better sentence
 * can be had; it has the last word.
 */
#include "host/package/package_fill.h"
#include "host/package/package_filler.h"
#include "host/package/package_number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_PRIORITY_MAX = 255 };

/* A number of the head: where its text is, and what it may be. */
struct head_field {
    const char *key;
    size_t text;
    enum number_kind kind;
    uint64_t absent, least, most; /* before a logarithm is taken */
};

static const struct head_field head_fields[];

/* --- numbers and names ------------------------------------------------------------------------ */

static unsigned log2_up(uint64_t value)
{
    unsigned bits = 0;

    while (bits < 63 && 1ull << bits < value)
        bits++;
    return bits;
}

static bool fail_number(struct filler *f, const char *key, const char *text, bool is_size)
{
    return package_fail(f->why, "%s, %s: '%s' is not a %s; write 100 or 0x64%s", f->place, key,
                        text, is_size ? "size" : "number",
                        is_size ? ", or with KiB, MiB or GiB behind it" : "");
}

bool filler_number(struct filler *f, const char *key, const char *text, enum number_kind kind,
                   uint64_t *out)
{
    bool is_size = kind != NUMBER_PLAIN && kind != NUMBER_COUNT_BITS;
    bool good = is_size ? package_size(text, out) : package_number(text, out);

    return good || fail_number(f, key, text, is_size);
}

static uint64_t rounded(enum number_kind kind, uint64_t value)
{
    uint64_t page = PACKAGE_PAGE_BYTES;

    if (kind == NUMBER_PAGES)
        return (value + page - 1) / page * page;
    if (kind == NUMBER_BITS || kind == NUMBER_COUNT_BITS)
        return value ? log2_up(value) : 0;
    return value;
}

static bool fail_range(struct filler *f, const struct head_field *field, const char *text)
{
    bool is_size = field->kind == NUMBER_PAGES || field->kind == NUMBER_BITS;
    char least[PACKAGE_NUMBER_BYTES], most[PACKAGE_NUMBER_BYTES];

    package_number_write(field->least, is_size, least);
    package_number_write(field->most, is_size, most);
    return package_fail(f->why, "%s, %s: %s is out of range, it goes from %s to %s", f->place,
                        field->key, text, least, most);
}

static bool head_number(struct filler *f, const struct head_field *field, uint64_t *out)
{
    const char *text = FILLER_TEXT(f->text, field->text);
    uint64_t value = field->absent;

    if (text && !filler_number(f, field->key, text, field->kind, &value))
        return false;
    bool none = value == 0 && field->kind == NUMBER_BITS;
    if (text && !none && (value < field->least || value > field->most))
        return fail_range(f, field, text);
    *out = rounded(field->kind, value);
    return true;
}

static bool fail_name(struct filler *f, const char *key, const char *name)
{
    return package_fail(f->why,
                        "%s, %s: '%s' is not a name; a name has letters, digits and _, begins "
                        "with no digit, and is at most %d long",
                        f->place, key, name, PACKAGE_NAME_BYTES - 1);
}

bool filler_name(struct filler *f, const char *key, const char *name, char to[PACKAGE_NAME_BYTES])
{
    if (!package_name_is_legal(name))
        return fail_name(f, key, name);
    snprintf(to, PACKAGE_NAME_BYTES, "%s", name);
    return true;
}

const struct package_row *filler_row(const struct filler *f, const char *name)
{
    for (unsigned i = 0; i < f->head.rows_count; i++) {
        if (strcmp(f->rows[i].name, name) == 0)
            return &f->rows[i];
    }
    return NULL;
}

/* --- head ------------------------------------------------------------------------------------- */

enum { HEAD_PRIORITY, HEAD_MAX_PRIORITY, HEAD_STACK, HEAD_HEAP, HEAD_MEMORY, HEAD_SLOTS, HEADS };

static bool fill_numbers(struct filler *f)
{
    uint64_t values[HEADS];

    for (unsigned i = 0; i < HEADS; i++) {
        if (!head_number(f, &head_fields[i], &values[i]))
            return false;
    }
    if (!f->text->max_priority)
        values[HEAD_MAX_PRIORITY] = values[HEAD_PRIORITY];
    if (values[HEAD_MAX_PRIORITY] < values[HEAD_PRIORITY])
        return package_fail(f->why, "%s, max-priority: it is below the priority, which is %u",
                            f->place, (unsigned)values[HEAD_PRIORITY]);
    f->head.priority = (uint8_t)values[HEAD_PRIORITY];
    f->head.max_priority = (uint8_t)values[HEAD_MAX_PRIORITY];
    f->head.stack_bytes = (uint32_t)values[HEAD_STACK];
    f->head.heap_bytes = values[HEAD_HEAP];
    f->head.memory_bits = (uint8_t)values[HEAD_MEMORY];
    f->head.slots_bits = (uint8_t)values[HEAD_SLOTS];
    return true;
}

static bool fill_fault_to(struct filler *f)
{
    const char *to = f->text->fault_handler;
    const struct package_row *row;

    if (!to || strcmp(to, "monitor") == 0)
        return true;
    row = filler_row(f, to);
    if (!row || row->kind != PACKAGE_ENDPOINT)
        return package_fail(f->why,
                            "%s, fault-handler: '%s' is neither monitor nor one of its endpoints",
                            f->place, to);
    if (!package_takes_faults(row))
        return package_fail(f->why, "%s, fault-handler: the rights of '%s' have to include call",
                            f->place, to);
    return filler_name(f, "fault-handler", to, f->head.fault_to);
}

/* Head, rows, then the arguments, of which the name is the first. */
static struct package_head *join(struct filler *f)
{
    size_t rows_bytes = f->head.rows_count * sizeof(f->rows[0]);
    unsigned count = f->text->arguments_count;
    size_t args_bytes = strlen(f->head.name) + 1;

    for (unsigned i = 0; i < count; i++)
        args_bytes += strlen(f->text->arguments[i]) + 1;
    if (count >= PACKAGE_ARGS_MAX || args_bytes > PACKAGE_ARGS_BYTES) {
        package_fail(f->why, "%s, arguments: there can be %d of %d bytes in all", f->place,
                     PACKAGE_ARGS_MAX - 1, PACKAGE_ARGS_BYTES - PACKAGE_NAME_BYTES);
        return NULL;
    }
    f->head.rows_offset = sizeof(f->head);
    f->head.args_offset = (uint32_t)(sizeof(f->head) + rows_bytes);
    f->head.args_count = 1 + count;
    f->head.size_bytes = (uint32_t)(f->head.args_offset + args_bytes);
    char *bytes = malloc(f->head.size_bytes);
    if (!bytes) {
        package_fail(f->why, "there is no memory left");
        return NULL;
    }
    memcpy(bytes, &f->head, sizeof(f->head));
    memcpy(bytes + sizeof(f->head), f->rows, rows_bytes);
    char *to = bytes + f->head.args_offset;
    to = stpcpy(to, f->head.name) + 1;
    for (unsigned i = 0; i < count; i++)
        to = stpcpy(to, f->text->arguments[i]) + 1;
    return (struct package_head *)(void *)bytes;
}

struct package_head *package_fill(const char *path, const char *name,
                                  const struct package_text *text, struct package_why *why)
{
    struct filler f = {
        .path = path,
        .text = text,
        .head = {.magic = PACKAGE_MAGIC, .version = PACKAGE_VERSION},
        .why = why,
    };
    const struct package_head *checked;
    const char *wrong;

    snprintf(f.place, sizeof(f.place), "%s", path);
    if (!filler_name(&f, "name", text->name ? text->name : name, f.head.name) ||
        !filler_add_rows(&f) || !fill_numbers(&f) || !fill_fault_to(&f))
        return NULL;
    struct package_head *head = join(&f);
    if (head && package_check(head, head->size_bytes, &checked, &wrong)) {
        package_fail(why, "%s: %s", path, wrong);
        free(head);
        return NULL;
    }
    return head;
}

/* --- tables ----------------------------------------------------------------------------------- */

#define HEAD_TEXT(member) offsetof(struct package_text, member)

static const struct head_field head_fields[HEADS] = {
    [HEAD_PRIORITY] = {"priority", HEAD_TEXT(priority), NUMBER_PLAIN, PACKAGE_PRIORITY_DEFAULT, 0,
                       NUMBER_PRIORITY_MAX},
    [HEAD_MAX_PRIORITY] = {"max-priority", HEAD_TEXT(max_priority), NUMBER_PLAIN, 0, 0,
                           NUMBER_PRIORITY_MAX},
    [HEAD_STACK] = {"stack", HEAD_TEXT(stack), NUMBER_PAGES, PACKAGE_STACK_DEFAULT, 1,
                    PACKAGE_STACK_MAX},
    [HEAD_HEAP] = {"heap", HEAD_TEXT(heap), NUMBER_PAGES, 0, 0, PACKAGE_HEAP_MAX},
    [HEAD_MEMORY] = {"memory", HEAD_TEXT(memory), NUMBER_BITS, 0, 1ull << PACKAGE_MEMORY_MIN_BITS,
                     1ull << PACKAGE_MEMORY_MAX_BITS},
    [HEAD_SLOTS] = {"slots", HEAD_TEXT(slots), NUMBER_COUNT_BITS, 1 << PACKAGE_SLOTS_DEFAULT_BITS,
                    1 << PACKAGE_SLOTS_MIN_BITS, 1 << PACKAGE_SLOTS_MAX_BITS},
};
