/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks and reads packages. One pass over everything before anything is used: whoever got a head
 * from here need not check again. Must not know what the monitor makes of it.
 */
#include "monitor/link/package.h"
#include "arch/lib/str.h"

#define ARRAY_COUNT(a) (sizeof(a) / sizeof((a)[0]))

_Static_assert(sizeof(struct package_head) == 96, "the layout is the same everywhere");
_Static_assert(sizeof(struct package_row) == 80, "the layout is the same everywhere");

enum {
    ROWS_ALIGN = 8,
    PORT_MAX = 0xffff,
    IOAPIC_MAX = 255,
    RIGHTS_ALL = PACKAGE_READ | PACKAGE_WRITE | PACKAGE_GRANT | PACKAGE_GRANT_REPLY,
    RIGHTS_MEMORY = PACKAGE_READ | PACKAGE_WRITE,
    SUFFIX_ELF_BYTES = sizeof(".elf"),
};

/* What a kind of row may hold; `check` returns what is wrong with the rest, or NULL. */
struct kind {
    uint32_t rights; /* that may be there */
    uint32_t must;   /* of which one has to be; 0: none needed */
    bool has_peer;   /* a legal name; else the peer is empty */
    bool no_third;   /* the third number means nothing and is 0 */
    const char *(*check)(const struct package_head *head, const struct package_row *row);
};

static const struct kind kinds[];
static const char *const taken_names[];
static const unsigned kinds_count;

/* --- names and texts -------------------------------------------------------------------------- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool package_name_is_legal(const char *name)
{
    size_t len = 0;

    if (!is_letter(name[0]))
        return false;
    for (; name[len]; len++) {
        if (!is_letter(name[len]) && !(name[len] >= '0' && name[len] <= '9'))
            return false;
    }
    return len < PACKAGE_NAME_BYTES;
}

/* Does a text end inside its field? */
static bool ends(const char *text, size_t cap)
{
    for (size_t i = 0; i < cap; i++) {
        if (text[i] == 0)
            return true;
    }
    return false;
}

static bool is_name(const char field[PACKAGE_NAME_BYTES])
{
    return ends(field, PACKAGE_NAME_BYTES) && package_name_is_legal(field);
}

bool package_name_is_taken(const char *name)
{
    for (unsigned i = 0; taken_names[i]; i++) {
        if (strcmp(taken_names[i], name) == 0)
            return true;
    }
    return false;
}

bool package_takes_faults(const struct package_row *row)
{
    return row->kind == PACKAGE_ENDPOINT && (row->rights & PACKAGE_WRITE) != 0 &&
           (row->rights & (PACKAGE_GRANT | PACKAGE_GRANT_REPLY)) != 0;
}

/* --- reading ---------------------------------------------------------------------------------- */

const struct package_row *package_rows(const struct package_head *head)
{
    return (const struct package_row *)(const void *)((const uint8_t *)head + head->rows_offset);
}

const struct package_row *package_row_find(const struct package_head *head, const char *name)
{
    const struct package_row *rows = package_rows(head);

    for (unsigned i = 0; i < head->rows_count; i++) {
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    }
    return NULL;
}

const char *package_arg(const struct package_head *head, unsigned index)
{
    const char *text = (const char *)head + head->args_offset;

    if (index >= head->args_count)
        return NULL;
    for (; index > 0; index--)
        text += strlen(text) + 1;
    return text;
}

/* --- checking --------------------------------------------------------------------------------- */

static bool is_between(uint64_t value, uint64_t least, uint64_t most)
{
    return value >= least && value <= most;
}

static const char *check_numbers(const struct package_head *head)
{
    if (!is_name(head->name))
        return "the component's name is not one";
    if (head->max_priority < head->priority)
        return "the priority is above the maximal priority";
    if (!is_between(head->slots_bits, PACKAGE_SLOTS_MIN_BITS, PACKAGE_SLOTS_MAX_BITS))
        return "the number of slots is out of range";
    if (head->rows_count + PACKAGE_SLOTS_OWN > 1u << head->slots_bits)
        return "it has too few slots for its rows";
    if (head->memory_bits != 0 &&
        !is_between(head->memory_bits, PACKAGE_MEMORY_MIN_BITS, PACKAGE_MEMORY_MAX_BITS))
        return "the size of its own memory is out of range";
    if (head->stack_bytes % PACKAGE_PAGE_BYTES != 0 ||
        !is_between(head->stack_bytes, PACKAGE_PAGE_BYTES, PACKAGE_STACK_MAX))
        return "the stack's size is out of range, or not in whole pages";
    if (head->heap_bytes % PACKAGE_PAGE_BYTES != 0 || head->heap_bytes > PACKAGE_HEAP_MAX)
        return "the heap's size is out of range, or not in whole pages";
    if (!ends(head->fault_to, PACKAGE_NAME_BYTES))
        return "the fault handler's name does not end";
    return NULL;
}

/* Do both tables lie behind the head and in the package? */
static const char *check_tables(const struct package_head *head)
{
    uint64_t size = head->size_bytes;

    if (head->rows_count > PACKAGE_ROWS_MAX)
        return "it has too many rows";
    if (head->rows_offset % ROWS_ALIGN != 0 || head->rows_offset < sizeof(*head) ||
        head->rows_offset + (uint64_t)head->rows_count * sizeof(struct package_row) > size)
        return "its rows lie outside it";
    if (!is_between(head->args_count, 1, PACKAGE_ARGS_MAX))
        return "it has no argument, or too many";
    if (head->args_offset < sizeof(*head) || head->args_offset > size)
        return "its arguments lie outside it";
    return NULL;
}

static const char *check_args(const struct package_head *head)
{
    const char *text = (const char *)head + head->args_offset;
    const char *first = text;
    size_t left = head->size_bytes - head->args_offset;

    for (unsigned i = 0; i < head->args_count; i++) {
        if (!ends(text, left))
            return "an argument does not end";
        size_t len = strlen(text) + 1;
        text += len;
        left -= len;
    }
    if (text - first > PACKAGE_ARGS_BYTES)
        return "its arguments are too long";
    if (strcmp(first, head->name) != 0)
        return "its first argument is not its name";
    return NULL;
}

static const char *check_shared(const struct package_head *head, const struct package_row *row)
{
    const struct package_row *rows = package_rows(head);

    for (const struct package_row *other = rows; other < row; other++) {
        if ((other->kind == PACKAGE_ENDPOINT || other->kind == PACKAGE_NOTIFICATION) &&
            other->kind != row->kind && strcmp(other->peer, row->peer) == 0)
            return "one object cannot be both an endpoint and a notification";
    }
    return row->second ? "a row has a number that means nothing" : NULL;
}

static const char *check_device(const struct package_head *head, const struct package_row *row)
{
    const struct package_row *rows = package_rows(head);
    uint64_t last = row->first + row->second - 1;

    if (row->first % PACKAGE_PAGE_BYTES != 0 || row->second % PACKAGE_PAGE_BYTES != 0 ||
        row->second == 0 || last < row->first)
        return "a device is not in whole pages, or beyond the last address";
    for (const struct package_row *other = rows; other < row; other++) {
        if (other->kind == PACKAGE_DEVICE && other->first <= last &&
            row->first <= other->first + other->second - 1)
            return "two devices overlap";
    }
    return NULL;
}

static const char *check_irq(const struct package_head *head, const struct package_row *row)
{
    const struct package_row *rows = package_rows(head);
    const struct package_row *to = package_row_find(head, row->peer);

    if (row->first > PACKAGE_IRQ_MAX || row->third > IOAPIC_MAX)
        return "an interrupt's number is out of range";
    if (row->second > PACKAGE_TRIGGER_LEVEL_LOW)
        return "an interrupt's trigger is unknown";
    if (!to || to->kind != PACKAGE_NOTIFICATION)
        return "an interrupt's notification is not there";
    for (const struct package_row *other = rows; other < row; other++) {
        if (other->kind == PACKAGE_IRQ && other->first == row->first && other->third == row->third)
            return "an interrupt is there twice";
    }
    return NULL;
}

static const char *check_ports(const struct package_head *head, const struct package_row *row)
{
    (void)head;
    return row->first > row->second || row->second > PORT_MAX ? "I/O ports are out of range" : NULL;
}

/* Texts first, of all rows: the other checks compare them. */
static const char *check_row_texts(const struct package_row *row)
{
    if (!is_name(row->name))
        return "a row's name is not one";
    if (package_name_is_taken(row->name))
        return "a row has a name that every component's own capabilities have";
    if (row->kind == 0 || row->kind >= kinds_count)
        return "a row is of an unknown kind";
    if (kinds[row->kind].has_peer ? !is_name(row->peer) : row->peer[0] != 0)
        return "what a row refers to is not a name";
    return NULL;
}

static const char *check_row(const struct package_head *head, const struct package_row *row)
{
    const struct kind *kind = &kinds[row->kind];

    if (package_row_find(head, row->name) != row)
        return "two rows have one name";
    if ((row->rights & ~kind->rights) != 0 || (kind->must && !(row->rights & kind->must)))
        return "a row's rights make no sense";
    if (kind->no_third && row->third != 0)
        return "a row has a number that means nothing";
    return kind->check(head, row);
}

static const char *check_rows(const struct package_head *head)
{
    const struct package_row *rows = package_rows(head);
    const char *why = NULL;

    for (unsigned i = 0; i < head->rows_count && !why; i++)
        why = check_row_texts(&rows[i]);
    for (unsigned i = 0; i < head->rows_count && !why; i++)
        why = check_row(head, &rows[i]);
    return why;
}

static const char *check_fault_to(const struct package_head *head)
{
    const struct package_row *row = package_row_find(head, head->fault_to);

    if (head->fault_to[0] == 0)
        return NULL;
    if (!row || row->kind != PACKAGE_ENDPOINT)
        return "the endpoint that gets its faults is not there";
    return package_takes_faults(row) ? NULL : "the endpoint that gets its faults cannot be called";
}

enum err package_check(const void *bytes, size_t len_bytes, const struct package_head **out,
                       const char **why)
{
    static const char *(*const checks[])(const struct package_head *head) = {
        check_tables, check_numbers, check_args, check_rows, check_fault_to,
    };
    const struct package_head *head = bytes;

    *why = "the description of the component ends too early";
    if (len_bytes < sizeof(*head))
        return ERR_TRUNCATED;
    *why = "the description of the component is not one, or of another version";
    if ((uintptr_t)bytes % _Alignof(struct package_head) != 0 || head->magic != PACKAGE_MAGIC ||
        head->version != PACKAGE_VERSION)
        return ERR_FORMAT;
    *why = "the description of the component has another size than it says";
    if (head->size_bytes != len_bytes)
        return head->size_bytes > len_bytes ? ERR_TRUNCATED : ERR_FORMAT;
    for (unsigned i = 0; i < ARRAY_COUNT(checks); i++) {
        *why = checks[i](head);
        if (*why)
            return ERR_FORMAT;
    }
    *out = head;
    return ERR_OK;
}

/* --- archives --------------------------------------------------------------------------------- */

/* NAME of "NAME.component". */
static bool split_member(const char *member, char name[PACKAGE_NAME_BYTES])
{
    static const char suffix[] = ".component";
    size_t len = strlen(member);

    if (len < sizeof(suffix) || strcmp(member + len - (sizeof(suffix) - 1), suffix) != 0)
        return false;
    len -= sizeof(suffix) - 1;
    if (len >= PACKAGE_NAME_BYTES)
        return false;
    memcpy(name, member, len);
    name[len] = 0;
    return true;
}

static enum err open_member(const struct cpio *cpio, const struct cpio_file *file, const char *name,
                            struct package *out, const char **why)
{
    char elf_name[PACKAGE_NAME_BYTES + SUFFIX_ELF_BYTES];
    struct cpio_file elf;
    struct package found;
    enum err e = package_check(file->bytes, file->len_bytes, &found.head, why);
    if (e)
        return ERR_FORMAT;
    *why = "a component has another name than the archive says";
    if (strcmp(found.head->name, name) != 0)
        return ERR_FORMAT;
    str_copy(elf_name, sizeof(elf_name), name);
    str_copy(elf_name + strlen(name), SUFFIX_ELF_BYTES, ".elf");
    *why = "a component's ELF file is not in the archive";
    if (cpio_find(cpio->bytes, cpio->len_bytes, elf_name, &elf))
        return ERR_FORMAT;
    found.elf = elf.bytes;
    found.elf_bytes = elf.len_bytes;
    *why = NULL;
    *out = found;
    return ERR_OK;
}

/* The next NAME.component, and its name. */
static enum err next_member(struct cpio *cpio, struct cpio_file *file, char *name, const char **why)
{
    enum err e;

    while (!(e = cpio_next(cpio, file))) {
        if (split_member(file->name, name))
            return ERR_OK;
    }
    *why = e == ERR_NOT_FOUND   ? "there is no such component in the archive"
           : e == ERR_TRUNCATED ? "the archive ends too early"
                                : "it is no cpio archive";
    return e;
}

enum err package_next(struct cpio *cpio, struct package *out, const char **why)
{
    struct cpio_file file;
    char name[PACKAGE_NAME_BYTES];
    enum err e = next_member(cpio, &file, name, why);

    return e ? e : open_member(cpio, &file, name, out, why);
}

enum err package_open(const void *archive, size_t len_bytes, const char *wanted,
                      struct package *out, const char **why)
{
    struct cpio cpio;
    struct cpio_file file;
    char name[PACKAGE_NAME_BYTES];
    enum err e;

    cpio_start(&cpio, archive, len_bytes);
    while (!(e = next_member(&cpio, &file, name, why))) {
        if (!wanted || strcmp(name, wanted) == 0)
            return open_member(&cpio, &file, name, out, why);
    }
    return e;
}

/* --- tables ----------------------------------------------------------------------------------- */

/* What the start block of every component names, see component_start.h. */
static const char *const taken_names[] = {
    "console", "exit", "tcb", "cnode", "vspace", "untyped", "schedcontrol", "heap", "monitor", NULL,
};

static const struct kind kinds[] = {
    [PACKAGE_ENDPOINT] = {.rights = RIGHTS_ALL,
                          .must = RIGHTS_MEMORY,
                          .has_peer = true,
                          .no_third = true,
                          .check = check_shared},
    [PACKAGE_NOTIFICATION] = {.rights = RIGHTS_MEMORY,
                              .must = RIGHTS_MEMORY,
                              .has_peer = true,
                              .no_third = true,
                              .check = check_shared},
    [PACKAGE_DEVICE] = {.rights = RIGHTS_MEMORY,
                        .must = RIGHTS_MEMORY,
                        .no_third = true,
                        .check = check_device},
    [PACKAGE_IRQ] = {.has_peer = true, .check = check_irq},
    [PACKAGE_PORTS] = {.no_third = true, .check = check_ports},
};

static const unsigned kinds_count = ARRAY_COUNT(kinds);
