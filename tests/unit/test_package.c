/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The checker of packages: a good one with every kind of row is read, each rule refuses what breaks
 * it in its own words, and no damage makes it read outside the buffer (each buffer is an allocation
 * of its exact size, and the sanitizers watch) or lets something wrong through. Then archives.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "monitor/link/package.h"

enum {
    ROWS = 6,
    ARGS_ROOM = 3000,
    ARCHIVE_BYTES = 16384,
    FUZZ_ROUNDS = 30000,
    FUZZ_SEED = 11,
};

enum { OUT, WAKE, UART, UART_IRQ, COM1, SECOND };

struct made {
    struct package_head head;
    struct package_row rows[ROWS];
    char args[ARGS_ROOM];
};

static const char args_text[] = "ping\0one\0";

static void make(struct made *m)
{
    *m = (struct made){
        .head = {.magic = PACKAGE_MAGIC,
                 .version = PACKAGE_VERSION,
                 .size_bytes = offsetof(struct made, args) + sizeof(args_text),
                 .name = "ping",
                 .priority = 100,
                 .max_priority = 120,
                 .slots_bits = PACKAGE_SLOTS_DEFAULT_BITS,
                 .memory_bits = 16,
                 .stack_bytes = PACKAGE_STACK_DEFAULT,
                 .heap_bytes = 8192,
                 .fault_to = "out",
                 .rows_offset = offsetof(struct made, rows),
                 .rows_count = ROWS,
                 .args_offset = offsetof(struct made, args),
                 .args_count = 3},
        .rows = {[OUT] = {PACKAGE_ENDPOINT, PACKAGE_WRITE | PACKAGE_GRANT_REPLY, "out", "pong_ep",
                          7, 0, 0},
                 [WAKE] = {PACKAGE_NOTIFICATION, PACKAGE_READ, "wake", "wake", 0, 0, 0},
                 [UART] = {PACKAGE_DEVICE, PACKAGE_READ | PACKAGE_WRITE, "uart", "", 0x9000000,
                           0x1000, 0},
                 [UART_IRQ] = {PACKAGE_IRQ, 0, "uart_irq", "wake", 33, PACKAGE_TRIGGER_LEVEL, 0},
                 [COM1] = {PACKAGE_PORTS, 0, "com1", "", 0x3f8, 0x3ff, 0},
                 [SECOND] = {PACKAGE_ENDPOINT, PACKAGE_READ, "second", "pong_ep", 0, 0, 0}},
    };
    memcpy(m->args, args_text, sizeof(args_text)); /* the last argument is empty */
}

/* Checks `len_bytes` of it in an allocation of exactly that size. */
static enum err check(const struct made *m, size_t len_bytes, const char **why)
{
    uint8_t *bytes = malloc(len_bytes ? len_bytes : 1);
    const struct package_head *head = NULL;

    assert_non_null(bytes);
    memcpy(bytes, m, len_bytes);
    *why = NULL;
    enum err e = package_check(bytes, len_bytes, &head, why);
    assert_true(e ? *why != NULL && head == NULL : *why == NULL && (const void *)head == bytes);
    free(bytes);
    return e;
}

static void a_good_one_is_read(void **state)
{
    (void)state;
    struct made m;
    const struct package_head *head;
    const char *why;

    make(&m);
    assert_int_equal(check(&m, m.head.size_bytes, &why), ERR_OK);
    assert_int_equal(package_check(&m, m.head.size_bytes, &head, &why), ERR_OK);
    assert_ptr_equal(package_rows(head), m.rows);
    assert_ptr_equal(package_row_find(head, "uart"), &m.rows[UART]);
    assert_null(package_row_find(head, "none"));
    assert_string_equal(package_arg(head, 0), "ping");
    assert_string_equal(package_arg(head, 1), "one");
    assert_string_equal(package_arg(head, 2), "");
    assert_null(package_arg(head, 3));
}

static void the_least_is_good(void **state)
{
    (void)state;
    struct made m;
    const char *why;

    make(&m);
    m.head.rows_count = 0;
    m.head.args_count = 1;
    m.head.args_offset = sizeof(m.head);
    memcpy((char *)&m + sizeof(m.head), "ping", 5);
    m.head.size_bytes = sizeof(m.head) + 5;
    m.head.fault_to[0] = 0;
    m.head.memory_bits = 0;
    m.head.heap_bytes = 0;
    assert_int_equal(check(&m, m.head.size_bytes, &why), ERR_OK);
}

static void every_cut_is_noticed(void **state)
{
    (void)state;
    struct made m;
    const char *why;

    make(&m);
    for (size_t cut = 0; cut < m.head.size_bytes; cut++)
        assert_int_equal(check(&m, cut, &why), ERR_TRUNCATED);
    assert_int_equal(check(&m, m.head.size_bytes + 1, &why), ERR_FORMAT);
}

/* One rule: the number at `offset`, of `bytes`, becomes `value`; then `why` is said (its first
 * words). */
struct damage {
    size_t offset;
    unsigned bytes;
    uint64_t value;
    const char *why;
};

#define HEAD(field, value, why)                                                                    \
    {                                                                                              \
        offsetof(struct made, head.field), sizeof(((struct made *)0)->head.field), value, why      \
    }
#define ROW(row, field, value, why)                                                                \
    {                                                                                              \
        offsetof(struct made, rows[row].field), sizeof(((struct made *)0)->rows[row].field),       \
            value, why                                                                             \
    }
/* The first eight bytes of a text. */
#define NAME(field, value, why)                                                                    \
    {                                                                                              \
        offsetof(struct made, field), 8, value, why                                                \
    }

#define TEXT_WAKE   0x656b6177u   /* "wake" */
#define TEXT_OUT    0x74756fu     /* "out" */
#define TEXT_DIGIT  0x7475306fu   /* "o0ut", which is one */
#define TEXT_BAD    0x2d74756fu   /* "out-" */
#define TEXT_TCB    0x626374u     /* "tcb" */
#define TEXT_UART   0x74726175u   /* "uart" */
#define TEXT_PONG   0x65676e6f70u /* "ponge" */
#define TEXT_NUMBER 0x31u         /* "1" */

static const struct damage damages[] = {
    HEAD(magic, 1, "the description of the component is not one"),
    HEAD(version, 2, "the description of the component is not one, or of another version"),
    NAME(head.name, 0, "the component's name"),
    NAME(head.name, TEXT_NUMBER, "the component's name"),
    NAME(head.name, TEXT_BAD, "the component's name"),
    NAME(head.name, TEXT_OUT, "its first argument is not its name"),
    HEAD(max_priority, 99, "the priority is above"),
    HEAD(priority, 121, "the priority is above"),
    HEAD(slots_bits, PACKAGE_SLOTS_MIN_BITS - 1, "the number of slots"),
    HEAD(slots_bits, PACKAGE_SLOTS_MAX_BITS + 1, "the number of slots"),
    HEAD(slots_bits, 255, "the number of slots"),
    HEAD(memory_bits, PACKAGE_MEMORY_MIN_BITS - 1, "the size of its own memory"),
    HEAD(memory_bits, PACKAGE_MEMORY_MAX_BITS + 1, "the size of its own memory"),
    HEAD(stack_bytes, 0, "the stack's size"),
    HEAD(stack_bytes, 4097, "the stack's size"),
    HEAD(stack_bytes, PACKAGE_STACK_MAX + 4096, "the stack's size"),
    HEAD(heap_bytes, 1, "the heap's size"),
    HEAD(heap_bytes, PACKAGE_HEAP_MAX + 4096ull, "the heap's size"),
    HEAD(heap_bytes, ~4095ull, "the heap's size"),
    ROW(OUT, rights, PACKAGE_WRITE, "the endpoint that gets its faults cannot be called"),
    NAME(head.fault_to, TEXT_WAKE, "the endpoint that gets its faults"),
    NAME(head.fault_to, TEXT_PONG, "the endpoint that gets its faults"),
    HEAD(rows_count, PACKAGE_ROWS_MAX + 1, "it has too many rows"),
    HEAD(rows_count, UINT32_MAX, "it has too many rows"),
    HEAD(rows_count, ROWS + 1, "its rows lie outside it"),
    HEAD(rows_offset, 0, "its rows lie outside it"),
    HEAD(rows_offset, 100, "its rows lie outside it"),
    HEAD(rows_offset, 112, "its rows lie outside it"),
    HEAD(rows_offset, UINT32_MAX - 7, "its rows lie outside it"),
    HEAD(args_count, 0, "it has no argument, or too many"),
    HEAD(args_count, PACKAGE_ARGS_MAX + 1, "it has no argument, or too many"),
    HEAD(args_count, 5, "an argument does not end"),
    HEAD(args_offset, 0, "its arguments lie outside it"),
    HEAD(args_offset, UINT32_MAX, "its arguments lie outside it"),
    NAME(rows[OUT].name, 0, "a row's name"),
    NAME(rows[OUT].name, TEXT_BAD, "a row's name"),
    NAME(rows[OUT].name, TEXT_TCB, "a row has a name that every component"),
    NAME(rows[OUT].name, TEXT_UART, "two rows have one name"),
    NAME(rows[OUT].peer, 0, "what a row refers to"),
    NAME(rows[UART].peer, TEXT_WAKE, "what a row refers to"),
    NAME(rows[COM1].peer, TEXT_WAKE, "what a row refers to"),
    NAME(rows[OUT].peer, TEXT_WAKE, "one object cannot be both"),
    ROW(OUT, kind, 0, "a row is of an unknown kind"),
    ROW(OUT, kind, PACKAGE_PORTS + 1, "a row is of an unknown kind"),
    ROW(OUT, kind, UINT32_MAX, "a row is of an unknown kind"),
    ROW(OUT, rights, 0, "a row's rights"),
    ROW(OUT, rights, PACKAGE_GRANT, "a row's rights"),
    ROW(OUT, rights, 16 | PACKAGE_READ, "a row's rights"),
    ROW(WAKE, rights, PACKAGE_READ | PACKAGE_GRANT, "a row's rights"),
    ROW(COM1, rights, PACKAGE_READ, "a row's rights"),
    ROW(OUT, second, 1, "a row has a number"),
    ROW(WAKE, third, 1, "a row has a number"),
    ROW(COM1, third, 1, "a row has a number"),
    ROW(UART, first, 0x9000001, "a device is not in whole pages"),
    ROW(UART, second, 0, "a device is not in whole pages"),
    ROW(UART, second, 100, "a device is not in whole pages"),
    ROW(UART, second, ~4095ull, "a device is not in whole pages"),
    ROW(UART_IRQ, first, PACKAGE_IRQ_MAX + 1, "an interrupt's number"),
    ROW(UART_IRQ, third, 256, "an interrupt's number"),
    ROW(UART_IRQ, second, PACKAGE_TRIGGER_LEVEL_LOW + 1, "an interrupt's trigger"),
    NAME(rows[UART_IRQ].peer, TEXT_OUT, "an interrupt's notification"),
    NAME(rows[UART_IRQ].peer, TEXT_PONG, "an interrupt's notification"),
    ROW(COM1, first, 0x400, "I/O ports"),
    ROW(COM1, second, 0x10000, "I/O ports"),
};

static void every_rule_has_its_words(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
        const struct damage *d = &damages[i];
        struct made m;
        const char *why;
        make(&m);
        memcpy((uint8_t *)&m + d->offset, &d->value, d->bytes);
        enum err e = check(&m, m.head.size_bytes, &why);
        if (e != ERR_FORMAT || strncmp(why, d->why, strlen(d->why)) != 0)
            fail_msg("damage %u: error %u, %s, instead of: %s", i, e, why ? why : "fine", d->why);
    }
}

static void names_with_digits_are_legal(void **state)
{
    (void)state;
    struct made m;
    const char *why;
    uint64_t text = TEXT_DIGIT;

    make(&m);
    memcpy(m.rows[SECOND].name, &text, sizeof(text));
    assert_int_equal(check(&m, m.head.size_bytes, &why), ERR_OK);
    assert_true(package_name_is_legal("_aZ9"));
    assert_false(package_name_is_legal("a.b"));
    assert_true(package_name_is_legal("abcdefghijklmnopqrstuvw"));
    assert_false(package_name_is_legal("abcdefghijklmnopqrstuvwx"));
}

/* Texts that fill their field have no end. */
static void texts_end_in_their_fields(void **state)
{
    (void)state;
    static const size_t fields[] = {
        offsetof(struct made, head.name), offsetof(struct made, head.fault_to),
        offsetof(struct made, rows[OUT].name), offsetof(struct made, rows[OUT].peer)};
    for (unsigned i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        struct made m;
        const char *why;
        make(&m);
        memset((uint8_t *)&m + fields[i], 'a', PACKAGE_NAME_BYTES);
        assert_int_equal(check(&m, m.head.size_bytes, &why), ERR_FORMAT);
    }
}

static void the_same_thing_twice(void **state)
{
    (void)state;
    static const struct package_row uart = {PACKAGE_DEVICE, PACKAGE_READ, "again", "",
                                            0x8fff000,      0x2000,       0};
    static const struct package_row beside = {PACKAGE_DEVICE, PACKAGE_READ, "again", "",
                                              0x9001000,      0x1000,       0};
    static const struct package_row irq = {PACKAGE_IRQ, 0, "again", "wake", 33, 0, 0};
    static const struct package_row other = {PACKAGE_IRQ, 0, "again", "wake", 33, 0, 1};
    static const struct {
        const struct package_row *row;
        const char *why;
    } rows[] = {
        {&uart, "two devices overlap"},
        {&beside, NULL},
        {&irq, "an interrupt is there twice"},
        {&other, NULL},
    };
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct made m;
        const char *why;
        make(&m);
        m.rows[SECOND] = *rows[i].row;
        assert_int_equal(check(&m, m.head.size_bytes, &why), rows[i].why ? ERR_FORMAT : ERR_OK);
        if (rows[i].why)
            assert_string_equal(why, rows[i].why);
    }
}

static void limits_of_arguments_and_slots(void **state)
{
    (void)state;
    struct made m;
    const char *why;

    make(&m);
    memset(m.args + 5, 'x', PACKAGE_ARGS_BYTES - 6);
    m.args[PACKAGE_ARGS_BYTES - 1] = 0;
    m.head.args_count = 2;
    m.head.size_bytes = offsetof(struct made, args) + PACKAGE_ARGS_BYTES;
    assert_int_equal(check(&m, m.head.size_bytes, &why), ERR_OK);
    m.args[PACKAGE_ARGS_BYTES - 1] = 'x';
    m.head.size_bytes++;
    assert_int_equal(check(&m, m.head.size_bytes, &why), ERR_FORMAT);
    assert_string_equal(why, "its arguments are too long");

    /* As many rows as there can be, and a capability space that is too small for them. */
    size_t size = sizeof(struct package_head) + PACKAGE_ROWS_MAX * sizeof(struct package_row) + 5;
    uint8_t *bytes = calloc(1, size);
    make(&m);
    m.head.rows_count = PACKAGE_ROWS_MAX;
    m.head.args_count = 1;
    m.head.args_offset = (uint32_t)size - 5;
    m.head.size_bytes = (uint32_t)size;
    m.head.fault_to[0] = 0;
    memcpy(bytes + size - 5, "ping", 5);
    for (unsigned i = 0; i < PACKAGE_ROWS_MAX; i++) {
        struct package_row row = m.rows[OUT];
        snprintf(row.name, sizeof(row.name), "row%u", i);
        memcpy(bytes + sizeof(m.head) + i * sizeof(row), &row, sizeof(row));
    }
    const struct package_head *head;
    memcpy(bytes, &m.head, sizeof(m.head));
    assert_int_equal(package_check(bytes, size, &head, &why), ERR_OK);
    m.head.slots_bits = PACKAGE_SLOTS_MIN_BITS;
    memcpy(bytes, &m.head, sizeof(m.head));
    assert_int_equal(package_check(bytes, size, &head, &why), ERR_FORMAT);
    assert_string_equal(why, "it has too few slots for its rows");
    free(bytes);
}

static void crooked_buffers_are_refused(void **state)
{
    (void)state;
    struct made m;
    static uint32_t room[sizeof(struct made) / 4 + 2];
    const struct package_head *head;
    const char *why;

    make(&m);
    for (unsigned shift = 0; shift < 8; shift++) {
        memcpy((uint8_t *)room + shift, &m, m.head.size_bytes);
        enum err e = package_check((uint8_t *)room + shift, m.head.size_bytes, &head, &why);
        assert_int_equal(e, shift % 4 == 0 ? ERR_OK : ERR_FORMAT);
    }
}

/* Uses everything that a head which was let through tells of. */
static void use(const struct package_head *head, const uint8_t *bytes, size_t len_bytes)
{
    assert_true(head->rows_count <= PACKAGE_ROWS_MAX);
    assert_true(package_name_is_legal(head->name));
    for (unsigned i = 0; i < head->rows_count; i++) {
        const struct package_row *row = &package_rows(head)[i];
        assert_true((const uint8_t *)(row + 1) <= bytes + len_bytes);
        assert_true(package_name_is_legal(row->name) && !package_name_is_taken(row->name));
        assert_ptr_equal(package_row_find(head, row->name), row);
        if (row->kind == PACKAGE_IRQ)
            assert_non_null(package_row_find(head, row->peer));
    }
    for (unsigned i = 0; i < head->args_count; i++)
        assert_true((const uint8_t *)package_arg(head, i) + strlen(package_arg(head, i)) <
                    bytes + len_bytes);
}

static void random_damage_is_survived(void **state)
{
    (void)state;
    static const uint8_t values[] = {0, 1, 4, 8, 127, 255, 'a', '_', '0'};
    unsigned passed = 0, refused = 0;

    srand(FUZZ_SEED);
    for (unsigned round = 0; round < FUZZ_ROUNDS; round++) {
        struct made m;
        const struct package_head *head;
        const char *why;
        make(&m);
        size_t len = rand() % 8 ? m.head.size_bytes : (size_t)rand() % m.head.size_bytes;
        uint8_t *bytes = malloc(len ? len : 1);
        memcpy(bytes, &m, len);
        if (rand() % 2 && len >= sizeof(m.head))
            memcpy(bytes + offsetof(struct package_head, size_bytes), &(uint32_t){(uint32_t)len},
                   4);
        for (unsigned i = 0; len && i < 1 + (unsigned)rand() % 3; i++)
            bytes[(size_t)rand() % len] =
                rand() % 2 ? values[(size_t)rand() % sizeof(values)] : (uint8_t)rand();
        if (package_check(bytes, len, &head, &why) == ERR_OK) {
            use(head, bytes, len);
            passed++;
        } else {
            assert_non_null(why);
            refused++;
        }
        free(bytes);
    }
    assert_true(passed > FUZZ_ROUNDS / 50 && refused > FUZZ_ROUNDS / 4);
}

/* --- archives --------------------------------------------------------------------------------- */

struct archive {
    _Alignas(8) uint8_t bytes[ARCHIVE_BYTES];
    size_t len_bytes;
};

static void add(struct archive *a, const char *name, const void *content, size_t len_bytes)
{
    char header[CPIO_HEADER_BYTES + 1];

    snprintf(header, sizeof(header), CPIO_MAGIC "%040x%08x%08x%032x%08x%08x", 0, 0,
             (unsigned)len_bytes, 0, (unsigned)strlen(name) + 1, 0);
    memcpy(a->bytes + a->len_bytes, header, CPIO_HEADER_BYTES);
    memcpy(a->bytes + a->len_bytes + CPIO_HEADER_BYTES, name, strlen(name) + 1);
    a->len_bytes = (a->len_bytes + CPIO_HEADER_BYTES + strlen(name) + 1 + 3) & ~(size_t)3;
    memcpy(a->bytes + a->len_bytes, content, len_bytes);
    a->len_bytes = (a->len_bytes + len_bytes + 3) & ~(size_t)3;
}

static void rename_to(struct made *m, const char *name)
{
    make(m);
    memset(m->head.name, 0, sizeof(m->head.name));
    memcpy(m->head.name, name, strlen(name));
    memcpy(m->args, name, strlen(name) + 1);
}

/* ping, something else, pong without an ELF file, pung under a wrong name, pang */
static void make_archive(struct archive *a)
{
    struct made m;

    memset(a, 0, sizeof(*a));
    make(&m);
    add(a, "ping.component", &m, m.head.size_bytes);
    add(a, "ping.elf", "elf of ping", 11);
    add(a, "notes.txt", "none", 4);
    add(a, ".component", &m, m.head.size_bytes); /* no name: `` is none */
    rename_to(&m, "pong");
    add(a, "pong.component", &m, m.head.size_bytes);
    add(a, "pung.component", &m, m.head.size_bytes);
    rename_to(&m, "pang");
    add(a, "pang.component", &m, m.head.size_bytes);
    add(a, "pang.elf", "elf of pang!", 12);
    add(a, CPIO_TRAILER, "", 0);
}

static void archives_are_searched(void **state)
{
    (void)state;
    static struct archive a;
    struct package p;
    const char *why;

    make_archive(&a);
    assert_int_equal(package_open(a.bytes, a.len_bytes, NULL, &p, &why), ERR_OK);
    assert_string_equal(p.head->name, "ping");
    assert_int_equal(p.elf_bytes, 11);
    assert_int_equal(package_open(a.bytes, a.len_bytes, "pang", &p, &why), ERR_OK);
    assert_memory_equal(p.elf, "elf of pang!", 12);
    assert_int_equal(package_open(a.bytes, a.len_bytes, "pong", &p, &why), ERR_FORMAT);
    assert_string_equal(why, "a component's ELF file is not in the archive");
    assert_int_equal(package_open(a.bytes, a.len_bytes, "pung", &p, &why), ERR_FORMAT);
    assert_string_equal(why, "a component has another name than the archive says");
    assert_int_equal(package_open(a.bytes, a.len_bytes, "none", &p, &why), ERR_NOT_FOUND);
    assert_int_equal(package_open(a.bytes, 1000, "pang", &p, &why), ERR_TRUNCATED);
    assert_int_equal(package_open("no archive at all, but text that is long enough for a header "
                                  "of one, which is a hundred and ten bytes long",
                                  110, NULL, &p, &why),
                     ERR_FORMAT);
    assert_string_equal(why, "it is no cpio archive");
}

static void archives_are_gone_through(void **state)
{
    (void)state;
    static const enum err expected[] = {ERR_OK, ERR_FORMAT,    ERR_FORMAT,
                                        ERR_OK, ERR_NOT_FOUND, ERR_NOT_FOUND};
    static struct archive a;
    struct cpio cpio;
    struct package p;
    const char *why;

    make_archive(&a);
    cpio_start(&cpio, a.bytes, a.len_bytes);
    for (unsigned i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
        assert_int_equal(package_next(&cpio, &p, &why), expected[i]);
    assert_string_equal(p.head->name, "pang");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_one_is_read),
        cmocka_unit_test(the_least_is_good),
        cmocka_unit_test(every_cut_is_noticed),
        cmocka_unit_test(every_rule_has_its_words),
        cmocka_unit_test(names_with_digits_are_legal),
        cmocka_unit_test(texts_end_in_their_fields),
        cmocka_unit_test(the_same_thing_twice),
        cmocka_unit_test(limits_of_arguments_and_slots),
        cmocka_unit_test(crooked_buffers_are_refused),
        cmocka_unit_test(random_damage_is_survived),
        cmocka_unit_test(archives_are_searched),
        cmocka_unit_test(archives_are_gone_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
