/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a component is and may touch, in binary: made of a YAML file by the host (sel4image, the
 * client), read by the monitor. Little endian, fixed sizes, no pointers; offsets count from the
 * start of the head. A package is a newc cpio archive with two members, NAME.component (this) and
 * NAME.elf; the archive of a boot image is the same with many of them.
 *
 * The reader checks everything: sizes, offsets, that each text ends inside.
 */
#ifndef MONITOR_LINK_PACKAGE_H
#define MONITOR_LINK_PACKAGE_H

#include "arch/lib/cpio.h"
#include "arch/lib/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACKAGE_MAGIC   0x706d6f436d4c6573u /* "seLmComp", read as little-endian */
#define PACKAGE_VERSION 1u

enum {
    PACKAGE_NAME_BYTES = 24, /* with the end; [A-Za-z_][A-Za-z0-9_]* */
    PACKAGE_ROWS_MAX = 64,
    PACKAGE_ARGS_MAX = 16,     /* the first is the component's name */
    PACKAGE_ARGS_BYTES = 2048, /* of all texts */
    PACKAGE_STACK_DEFAULT = 16384,
    PACKAGE_PRIORITY_DEFAULT = 100,
    PACKAGE_SLOTS_DEFAULT_BITS = 8, /* of the component's CNode */
    PACKAGE_SLOTS_MIN_BITS = 6,
    PACKAGE_SLOTS_MAX_BITS = 16,
    PACKAGE_SLOTS_OWN = 32, /* for what every component has, and a few of its own making */
    PACKAGE_MEMORY_MIN_BITS = 12,
    PACKAGE_MEMORY_MAX_BITS = 40,
    PACKAGE_PAGE_BYTES = 4096,
    PACKAGE_STACK_MAX = 16 << 20,
    PACKAGE_HEAP_MAX = 1 << 30,
    PACKAGE_IRQ_MAX = 0xffff,
};

/* Contents of a cpio archive begin on a multiple of four bytes, and no more. */
#define PACKAGE_LAYOUT __attribute__((packed, aligned(4)))

struct PACKAGE_LAYOUT package_head {
    uint64_t magic;
    uint32_t version;
    uint32_t size_bytes; /* of all: head, rows, texts */
    char name[PACKAGE_NAME_BYTES];
    uint8_t priority;     /* of its first thread; the monitor caps it below its own */
    uint8_t max_priority; /* that it may give to threads of its own; at least `priority` */
    uint8_t slots_bits;   /* size of its CNode */
    uint8_t memory_bits;  /* size of the untyped named "untyped" for objects of its own; 0: none */
    uint32_t stack_bytes; /* multiple of 4096 */
    uint64_t heap_bytes;  /* multiple of 4096; mapped read-write, named "heap"; 0: none */
    char fault_to[PACKAGE_NAME_BYTES]; /* row (an endpoint) that gets its faults; "": the monitor */
    uint32_t rows_offset;              /* struct package_row[rows_count], 8-aligned */
    uint32_t rows_count;
    uint32_t args_offset; /* texts, each ended by a zero byte, one after the other */
    uint32_t args_count;
};

enum package_kind {
    PACKAGE_ENDPOINT = 1, /* shared by all components that name the same `peer`; first: badge */
    PACKAGE_NOTIFICATION, /* the same */
    PACKAGE_DEVICE,       /* physical memory: first: address, second: bytes; both page aligned */
    PACKAGE_IRQ,          /* first: number, second: enum package_trigger; signals the notification
                             row named `peer` with that row's badge; x86: third: IOAPIC number */
    PACKAGE_PORTS,        /* x86 I/O ports: first: first port, second: last port */
};

enum package_trigger {
    PACKAGE_TRIGGER_DEFAULT,
    PACKAGE_TRIGGER_LEVEL,
    PACKAGE_TRIGGER_EDGE,
    PACKAGE_TRIGGER_LEVEL_LOW, /* x86: active low */
};

/* What a row's capability may be used for. */
enum package_right {
    PACKAGE_READ = 1 << 0,  /* receive, wait; devices: read */
    PACKAGE_WRITE = 1 << 1, /* send, signal; devices: write */
    PACKAGE_GRANT = 1 << 2,
    PACKAGE_GRANT_REPLY = 1 << 3, /* calls get their answers */
};

/* A capability that the component gets under `name` in its start block. */
struct PACKAGE_LAYOUT package_row {
    uint32_t kind;   /* enum package_kind */
    uint32_t rights; /* enum package_right, or-ed */
    char name[PACKAGE_NAME_BYTES];
    char peer[PACKAGE_NAME_BYTES];
    uint64_t first, second, third;
};

/* Checks all of a NAME.component: afterwards each offset, count, text and number in it holds what
 * is said above, no name is there twice, and each row that is named exists. `bytes` lie on a
 * multiple of four. On failure *why is a sentence without its full stop, for people. */
enum err package_check(const void *bytes, size_t len_bytes, const struct package_head **out,
                       const char **why);

/* Of a package that was checked. */
const struct package_row *package_rows(const struct package_head *head);
const struct package_row *package_row_find(const struct package_head *head, const char *name);
const char *package_arg(const struct package_head *head, unsigned index); /* NULL: no such */

/* May that name something: a component, a capability? Letters, digits and _, no digit first. */
bool package_name_is_legal(const char *name);

/* Does the monitor give every component a capability of that name? A row cannot have it. */
bool package_name_is_taken(const char *name);

/* Can the kernel send faults there? It sends them as calls. */
bool package_takes_faults(const struct package_row *row);

/* The two members of a component. */
struct package {
    const struct package_head *head;
    const uint8_t *elf; /* unchecked */
    size_t elf_bytes;
};

/* The component `name` of an archive, or its first one if that is NULL. ERR_NOT_FOUND (and *why) if
 * there is none. */
enum err package_open(const void *archive, size_t len_bytes, const char *name, struct package *out,
                      const char **why);

/* The next component: after cpio_start, again and again until ERR_NOT_FOUND. After another error
 * that is about one component alone (ERR_FORMAT with cpio->at moved on) the next can be tried. */
enum err package_next(struct cpio *cpio, struct package *out, const char **why);

#endif
