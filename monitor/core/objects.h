/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What was made and what was claimed, by name: each record says where the capability is, which
 * piece of memory it is made of (if any) and who owns it. An entry counts only from the moment its
 * state is set, after everything else; what a thread had taken for an unfinished one nobody owns,
 * and recover.c gives it back. Owned by the shell's thread once the monitor runs.
 */
#ifndef MONITOR_CORE_OBJECTS_H
#define MONITOR_CORE_OBJECTS_H

#include <stdbool.h>
#include <stdint.h>

#include <sel4/sel4.h>
#include <sel4mon/api_table.h>

#include "arch/include/arch.h"
#include "arch/lib/err.h"
#include "monitor/core/limits.h"

enum object_owner {
    OBJECT_OPERATOR,
    OBJECT_MONITOR,
    OBJECT_COMPONENT, /* made for components, goes with the last that has it */
};

enum { OBJECT_NO_PIECE = 0xffff };

struct object {
    char name[LIMIT_OBJECT_NAME_BYTES];
    seL4_CPtr slot;
    uint64_t paddr; /* of what is made of memory */
    uint64_t count; /* of interrupts: how many came */
    uint16_t piece; /* of memory; OBJECT_NO_PIECE for claims and empty slots */
    uint8_t kind;   /* index into api_objects */
    uint8_t size_bits;
    uint8_t owner;
    bool is_live;
    bool is_fixed; /* stays for ever: an initial capability, or the slot for received ones */
};

/* A new object of memory, from any RAM or at a physical address (`at` not NULL). `name` NULL: one
 * is made from the type's. `size_bits` is Untyped_Retype's argument. ERR_EXISTS, ERR_FULL, and what
 * memory_take says. */
enum err objects_make(const struct api_object_type *type, unsigned size_bits, const char *name,
                      enum object_owner owner, const uint64_t *at, struct object **out);

/* An empty slot with a name, to put something into: an interrupt, ports, a copy. `base` is the
 * stem of the name where `name` is NULL. */
enum err objects_claim(const char *base, const char *name, enum object_owner owner,
                       struct object **out);

/* The thing is in the claimed slot now. */
void objects_set_kind(struct object *object, const char *kind);

/* A name for one of the initial capabilities. */
void objects_name_fixed(const char *name, seL4_CPtr slot, enum object_owner owner);

/* Revokes and deletes it, and gives back slot and memory. A fixed slot is emptied if it is the
 * operator's, else ERR_REFUSED. */
enum err objects_delete(struct object *object);

struct object *objects_find(const char *name);

/* By capability; the live frame that has a physical address; the owner of a piece of memory. */
struct object *objects_find_slot(seL4_CPtr slot);
struct object *objects_find_frame(uint64_t paddr);
struct object *objects_find_piece(uint16_t piece);

/* The number of an object, for objects_at. */
unsigned objects_number(const struct object *object);

/* By number, for lists: NULL for an unused entry; stop at objects_end. */
struct object *objects_at(unsigned number);
unsigned objects_end(void);

/* The row of api_object_types; NULL. */
const struct api_object_type *objects_type(const char *name);
const struct api_object_type *objects_type_number(seL4_Word number);

#endif
