/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lists of a component's YAML file: each is one kind of row, and what its fields mean stands in
 * one table at the end. Called by package_fill.c.
 */
#include "host/package/package_filler.h"

#include <stdio.h>
#include <string.h>

enum { FIELDS_MAX = 4 };

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

/* --- words ------------------------------------------------------------------------------------ */

static bool fail_word(struct filler *f, const char *key, const char *text, const struct word *words,
                      const char *between)
{
    char all[FILLER_PLACE_BYTES];
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

static bool row_name(struct filler *f, const char *name, struct package_row *row)
{
    if (!filler_name(f, "name", name, row->name))
        return false;
    if (package_name_is_taken(name))
        return package_fail(f->why,
                            "%s, name: every component has a capability of its own that is called "
                            "%s; take another name",
                            f->place, name);
    if (filler_row(f, name))
        return package_fail(f->why, "%s, name: two capabilities are called %s", f->place, name);
    return true;
}

static bool row_field(struct filler *f, const struct row_field *field,
                      const struct package_entry *entry, struct package_row *row)
{
    const char *text = FILLER_TEXT(entry, field->text);
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
    } else if (!filler_number(f, field->key, text, field->kind, &value)) {
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
    to = filler_row(f, entry->notification);
    if (!to || to->kind != PACKAGE_NOTIFICATION)
        return package_fail(f->why, "%s, notification: '%s' is none of its notifications", f->place,
                            entry->notification);
    return filler_name(f, "notification", entry->notification, row->peer);
}

static bool row_peer(struct filler *f, const struct package_entry *entry, struct package_row *row)
{
    if (row->kind == PACKAGE_IRQ)
        return row_notification(f, entry, row);
    if (row->kind != PACKAGE_ENDPOINT && row->kind != PACKAGE_NOTIFICATION)
        return true;
    if (entry->shared)
        return filler_name(f, "shared", entry->shared, row->peer);
    /* Nobody else's: a name that only this component has. */
    int len = snprintf(row->peer, sizeof(row->peer), "%s__%s", f->head.name, entry->name);
    if (len < (int)sizeof(row->peer))
        return true;
    return package_fail(f->why,
                        "%s: with the component's name the name is too long; give it a shorter "
                        "one by shared",
                        f->place);
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

bool filler_add_rows(struct filler *f)
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

/* --- tables ----------------------------------------------------------------------------------- */

#define HEAD_TEXT(member) offsetof(struct package_text, member)

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
      {"size", ROW_TEXT(size), ROW_TO(second), NUMBER_SIZE, NULL, false, "4 KiB"}}},
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
