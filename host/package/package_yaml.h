/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A component's YAML file as texts: which fields there may be is decided here, what they mean in
 * package_fill.c. Every value is kept as it was written, so that a complaint can cite it.
 */
#ifndef HOST_PACKAGE_PACKAGE_YAML_H
#define HOST_PACKAGE_PACKAGE_YAML_H

#include "host/package/package_why.h"

#include <stddef.h>
#include <stdint.h>

/* One entry of any of the lists; fields that its list does not have are NULL, as absent ones. */
struct package_entry {
    char *name;
    char *shared;                /* endpoints, notifications */
    char *rights;                /* these and devices */
    char *badge;                 /* endpoints, notifications */
    char *address, *size;        /* devices */
    char *number, *trigger;      /* interrupts */
    char *notification, *ioapic; /* interrupts */
    char *first, *last;          /* ports */
};

struct package_list {
    struct package_entry *entries;
    unsigned count;
};

struct package_text {
    char *name, *elf, *priority, *max_priority, *stack, *heap, *memory, *slots, *fault_handler;
    char **arguments;
    unsigned arguments_count;
    struct package_list endpoints, notifications, devices, interrupts, ports;
};

/* Reads YAML of `len_bytes`; `path` is for sentences. NULL and why, or texts that
 * package_text_free takes back. */
struct package_text *package_text_read(const char *path, const void *bytes, size_t len_bytes,
                                       struct package_why *why);
void package_text_free(struct package_text *text);

#endif
