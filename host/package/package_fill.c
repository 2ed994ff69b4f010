/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See package_fill.h. Each list of the YAML is one kind of row, and what its fields mean stands in
 * one table at the end. What package_check judges is complained about here first wherever a better
 * sentence can be had; it has the last word.
 */
#include "host/package/package_fill.h"
#include "host/package/package_number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS_MAX = 4, WORDS_MAX = 5, PLACE_BYTES = 640, NUMBER_PRIORITY_MAX = 255 };

/* What is being made, and where in the file we are. */
struct filler {
    const char *path;
    const struct package_text *text;
    struct package_head head;
    struct package_row rows[PACKAGE_ROWS_MAX];
    struct package_why *why;
    char place[PLACE_BYTES]; /* "FILE" or "FILE: endpoints, out" */
};

enum number_kind {
    NUMBER_PLAIN,
    NUMBER_SIZE,
    NUMBER_PAGES, /* a size, rounded up to pages */
    NUMBER_BITS,  /* a size or count, rounded up to a power of two; its logarithm; 0 stays 0 */
    NUMBER_COUNT_BITS,
};

/* A number of the head: where its text is, and what it may be. */
struct head_field {
    const char *key;
    size_t text;
    enum number_kind kind;
    uint64_t absent, least, most; /* before a logarithm is taken */
};

struct word {
    const char *name;
    uint32_t value;
};

/* A field of a list's entries: a number, or a word of a table. */
struct row_field {
    const char *key;
    size_t text; /* in struct package_entry */
    size_t to;   /* in struct package_row, 64 bits */
    enum number_kind kind;
    const struct word *words;
    bool needed;
    const char *absent;
};

struct list {
    const char *key;
    size_t text; /* in struct package_text */
    uint32_t kind;
    const struct word *rights; /* NULL: the list has none */
    const char *rights_absent; /* NULL: they have to be there */
    struct row_field fields[FIELDS_MAX];
};

static const struct list lists[];
static const struct head_field head_fields[];

#define TEXT_AT(base, offset) (*(char *const *)(const void *)((const char *)(base) + (offset)))

/* --- numbers and words ------------------------------------------------------------------------ */

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

static bool read_number(struct filler *f, const char *key, const char *text, enum number_kind kind,
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
    const char *text = TEXT_AT(f->text, field->text);
    uint64_t value = field->absent;

    if (text && !read_number(f, field->key, text, field->kind, &value))
        return false;
    bool none = value == 0 && field->kind == NUMBER_BITS;
    if (text && !none && (value < field->least || value > field->most))
        return fail_range(f, field, text);
    *out = rounded(field->kind, value);
    return true;
}

static bool fail_word(struct filler *f, const char *key, const char *text, const struct word *words,
                      const char *between)
{
    char all[PLACE_BYTES];
    size_t len = 0;

    for (; words->name && len < sizeof(all); words++)
        len +=
            (size_t)snprintf(all + len, sizeof(all) - len, "%s%s", len ? between : "", words->name);
    return package_fail(f->why, "%s, %s: '%s' is none of %s", f->place, key, text, all);
}

static const struct word *find_word(const struct word *words, const char *text, size_t len)
{
    for (; words->name; words++) {
        if (strlen(words->name) == len && strncmp(words->name, text, len) == 0)
            return words;
    }
    return NULL;
}

/* Words joined by +, as in "send + grant". */
static bool read_rights(struct filler *f, const struct word *words, const char *text,
                        uint32_t *rights)
{
    static const char separators[] = "+ ";
    const char *at = text + strspn(text, separators);

    *rights = 0;
    while (*at) {
        size_t len = strcspn(at, separators);
        const struct word *word = find_word(words, at, len);
        if (!word)
            return fail_word(f, "rights", text, words, " + ");
        *rights |= word->value;
        at += len;
        at += strspn(at, separators);
    }
    return *rights || fail_word(f, "rights", text, words, " + ");
}

/* --- rows ------------------------------------------------------------------------------------- */

static bool fail_name(struct filler *f, const char *key, const char *name)
{
    return package_fail(f->why,
                        "%s, %s: '%s' is not a name; a name has letters, digits and _, begins "
                        "with no digit, and is at most %d long",
                        f->place, key, name, PACKAGE_NAME_BYTES - 1);
}

static bool read_name(struct filler *f, const char *key, const char *name,
                      char to[PACKAGE_NAME_BYTES])
{
    if (!package_name_is_legal(name))
        return fail_name(f, key, name);
    snprintf(to, PACKAGE_NAME_BYTES, "%s", name);
    return true;
}

static const struct package_row *find_row(const struct filler *f, const char *name)
{
    for (unsigned i = 0; i < f->head.rows_count; i++) {
        if (strcmp(f->rows[i].name, name) == 0)
            return &f->rows[i];
    }
    return NULL;
}

static bool row_name(struct filler *f, const char *name, struct package_row *row)
{
    if (!read_name(f, "name", name, row->name))
        return false;
    if (package_name_is_taken(name))
        return package_fail(f->why,
                            "%s, name: every component has a capability of its own that is called "
                            "%s; take another name",
                            f->place, name);
    if (find_row(f, name))
        return package_fail(f->why, "%s, name: two capabilities are called %s", f->place, name);
    return true;
}

static bool row_field(struct filler *f, const struct row_field *field,
                      const struct package_entry *entry, struct package_row *row)
{
    const char *text = TEXT_AT(entry, field->text);
    uint64_t value = 0;

    if (!text && field->needed)
        return package_fail(f->why, "%s: the field %s is missing", f->place, field->key);
    if (!text)
        text = field->absent;
    if (field->words) {
        const struct word *word = find_word(field->words, text, strlen(text));
        if (!word)
            return fail_word(f, field->key, text, field->words, ", ");
        value = word->value;
    } else if (!read_number(f, field->key, text, field->kind, &value)) {
        return false;
    }
    memcpy((char *)row + field->to, &value, sizeof(value));
    return true;
}

static bool row_rights(struct filler *f, const struct list *list, const struct package_entry *entry,
                       struct package_row *row)
{
    const char *text = entry->rights ? entry->rights : list->rights_absent;

    if (!list->rights)
        return true;
    if (!text)
        return package_fail(f->why, "%s: the field rights is missing: what may it do there?",
                            f->place);
    return read_rights(f, list->rights, text, &row->rights);
}

/* What an interrupt signals has to be one of the notifications, which come before it. */
static bool row_notification(struct filler *f, const struct package_entry *entry,
                             struct package_row *row)
{
    const struct package_row *to;

    if (!entry->notification)
        return package_fail(f->why, "%s: the field notification is missing", f->place);
    to = find_row(f, entry->notification);
    if (!to || to->kind != PACKAGE_NOTIFICATION)
        return package_fail(f->why, "%s, notification: '%s' is none of its notifications", f->place,
                            entry->notification);
    return read_name(f, "notification", entry->notification, row->peer);
}

static bool row_peer(struct filler *f, const struct package_entry *entry, struct package_row *row)
{
    if (row->kind == PACKAGE_IRQ)
        return row_notification(f, entry, row);
    if (row->kind != PACKAGE_ENDPOINT && row->kind != PACKAGE_NOTIFICATION)
        return true;
    const char *shared = entry->shared ? entry->shared : entry->name;
    return read_name(f, "shared", shared, row->peer);
}

static bool add_row(struct filler *f, const struct list *list, const struct package_entry *entry)
{
    struct package_row row = {.kind = list->kind};

    snprintf(f->place, sizeof(f->place), "%s: %s, %s", f->path, list->key, entry->name);
    if (f->head.rows_count == PACKAGE_ROWS_MAX)
        return package_fail(f->why, "%s: there are more than %d capabilities", f->place,
                            PACKAGE_ROWS_MAX);
    if (!row_name(f, entry->name, &row) || !row_peer(f, entry, &row) ||
        !row_rights(f, list, entry, &row))
        return false;
    for (unsigned i = 0; i < FIELDS_MAX && list->fields[i].key; i++) {
        if (!row_field(f, &list->fields[i], entry, &row))
            return false;
    }
    if (row.kind == PACKAGE_PORTS && !entry->last)
        row.second = row.first;
    f->rows[f->head.rows_count++] = row;
    return true;
}

static bool add_rows(struct filler *f)
{
    for (const struct list *list = lists; list->key; list++) {
        const struct package_list *from = (const void *)((const char *)f->text + list->text);
        for (unsigned i = 0; i < from->count; i++) {
            if (!add_row(f, list, &from->entries[i]))
                return false;
        }
    }
    snprintf(f->place, sizeof(f->place), "%s", f->path);
    return true;
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
    row = find_row(f, to);
    if (!row || row->kind != PACKAGE_ENDPOINT)
        return package_fail(f->why,
                            "%s, fault-handler: '%s' is neither monitor nor one of its endpoints",
                            f->place, to);
    return read_name(f, "fault-handler", to, f->head.fault_to);
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
    if (!read_name(&f, "name", text->name ? text->name : name, f.head.name) || !add_rows(&f) ||
        !fill_numbers(&f) || !fill_fault_to(&f))
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

static const struct word endpoint_rights[] = {
    {"send", PACKAGE_WRITE},
    {"receive", PACKAGE_READ},
    {"call", PACKAGE_WRITE | PACKAGE_GRANT_REPLY},
    {"grant", PACKAGE_GRANT},
    {"all", PACKAGE_READ | PACKAGE_WRITE | PACKAGE_GRANT | PACKAGE_GRANT_REPLY},
    {NULL, 0},
};

static const struct word notification_rights[] = {
    {"signal", PACKAGE_WRITE},
    {"wait", PACKAGE_READ},
    {NULL, 0},
};

static const struct word device_rights[] = {
    {"read", PACKAGE_READ},
    {"write", PACKAGE_WRITE},
    {NULL, 0},
};

static const struct word triggers[] = {
    {"default", PACKAGE_TRIGGER_DEFAULT},
    {"level", PACKAGE_TRIGGER_LEVEL},
    {"edge", PACKAGE_TRIGGER_EDGE},
    {"level-low", PACKAGE_TRIGGER_LEVEL_LOW},
    {NULL, 0},
};

#define ROW_TEXT(member) offsetof(struct package_entry, member)
#define ROW_TO(member)   offsetof(struct package_row, member)
#define BADGE                                                                                      \
    {                                                                                              \
        "badge", ROW_TEXT(badge), ROW_TO(first), NUMBER_PLAIN, NULL, false, "0"                    \
    }

/* Notifications before interrupts, which refer to them. */
static const struct list lists[] = {
    {"endpoints", HEAD_TEXT(endpoints), PACKAGE_ENDPOINT, endpoint_rights, NULL, {BADGE}},
    {"notifications",
     HEAD_TEXT(notifications),
     PACKAGE_NOTIFICATION,
     notification_rights,
     NULL,
     {BADGE}},
    {"devices",
     HEAD_TEXT(devices),
     PACKAGE_DEVICE,
     device_rights,
     "read + write",
     {{"address", ROW_TEXT(address), ROW_TO(first), NUMBER_PLAIN, NULL, true, NULL},
      {"size", ROW_TEXT(size), ROW_TO(second), NUMBER_PAGES, NULL, false, "4 KiB"}}},
    {"interrupts",
     HEAD_TEXT(interrupts),
     PACKAGE_IRQ,
     NULL,
     NULL,
     {{"number", ROW_TEXT(number), ROW_TO(first), NUMBER_PLAIN, NULL, true, NULL},
      {"trigger", ROW_TEXT(trigger), ROW_TO(second), NUMBER_PLAIN, triggers, false, "default"},
      {"ioapic", ROW_TEXT(ioapic), ROW_TO(third), NUMBER_PLAIN, NULL, false, "0"}}},
    {"ports",
     HEAD_TEXT(ports),
     PACKAGE_PORTS,
     NULL,
     NULL,
     {{"first", ROW_TEXT(first), ROW_TO(first), NUMBER_PLAIN, NULL, true, NULL},
      {"last", ROW_TEXT(last), ROW_TO(second), NUMBER_PLAIN, NULL, false, "0"}}},
    {.key = NULL},
};
